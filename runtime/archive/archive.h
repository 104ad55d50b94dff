#pragma once
// Finished workflows, and the nodes of workflows that are too large for the cluster, in a database
// with the tables of Argo's: both controllers can use the same one, one after the other.
// Argo: persist/sqldb.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/archive/sql.h"

namespace tiphys::archive {

struct ArchiveOptions {
    /// `sqlite:PATH`, a path, or what libpq takes: `postgresql://user@host/database`.
    std::string place;
    /// Makes file and tables where they are absent.
    bool may_create = true;
    /// Argo: persistence.clusterName. Empty: nodes() looks for those of any cluster, nothing else
    /// is found or kept.
    std::string cluster_name = "default";
    std::string instance_id;
    /// Of nodes that were offloaded. Argo: persistence.postgresql.tableName.
    std::string nodes_table = "argo_workflows";
};

/// A server as the controller's configuration names it. Argo: persistence.postgresql.
struct PostgresServer {
    std::string host;
    int port = 5432;
    std::string database;
    std::string user;
    std::string password;
    /// Of libpq: `disable`, `require`, `verify-full`; empty: libpq's own choice.
    std::string ssl_mode;
};
/// As a place.
[[nodiscard]] std::string place_of(const PostgresServer& server);

/// What a list shows. Times as RFC 3339, in UTC.
struct ArchivedWorkflow {
    std::string uid;
    std::string name;
    std::string name_space;
    std::string phase;
    std::string started_at;
    std::string finished_at;
    std::string created_at;
    std::string message;
    std::string progress;
    std::map<std::string, std::string> labels;
};

struct ArchiveFilter {
    /// Empty: all of them.
    std::string name_space;
    std::string prefix;
    std::vector<std::string> phases;
    /// As kubectl's `-l`: `team=a,tier!=x,job in (p,q),!old`.
    std::string selector;
    /// RFC 3339; empty: no bound.
    std::string started_after;
    std::string finished_before;
    /// 0: no limit.
    std::size_t limit = 0;
    std::size_t offset = 0;
};

class Archive {
public:
    /// Errors: the place is not reached, or its tables are those of an Argo that is too old.
    [[nodiscard]] static Result<std::unique_ptr<Archive>> open(const ArchiveOptions& options);
    /// For open().
    Archive(ArchiveOptions options, std::unique_ptr<SqlConnection> connection);

    /// Puts a finished Workflow in, in place of an earlier one of its uid. `object` is JSON, with
    /// all of its nodes. Errors: it is no Workflow with uid and phase.
    [[nodiscard]] Result<Done> put(std::string_view object);
    /// The last begun first.
    [[nodiscard]] Result<std::vector<ArchivedWorkflow>> list(const ArchiveFilter& filter);
    /// The object, as JSON; nothing where there is none.
    [[nodiscard]] Result<std::optional<std::string>> get(const std::string& uid);
    /// The uid of the last begun workflow of that name; `key` may be a uid, too.
    [[nodiscard]] Result<std::optional<std::string>> find(const std::string& name_space,
                                                          const std::string& key);
    /// False: there was none.
    [[nodiscard]] Result<bool> remove(const std::string& uid);
    /// Those that ended before; returns how many. Argo: persistence.archiveTTL.
    [[nodiscard]] Result<std::int64_t> remove_finished_before(std::int64_t unix_ms);
    /// Keys of all labels; with a key, its values.
    [[nodiscard]] Result<std::vector<std::string>> labels(const std::string& key = {});

    /// Keeps `nodes` (the JSON of status.nodes) and returns their version, for
    /// status.offloadNodeStatusVersion. The same nodes are kept once.
    [[nodiscard]] Result<std::string>
    save_nodes(const std::string& uid, const std::string& name_space, const std::string& nodes);
    [[nodiscard]] Result<std::optional<std::string>> nodes(const std::string& uid,
                                                           const std::string& version);
    /// Versions of a workflow except `kept` that are older than five minutes: nobody can go back
    /// to them. An empty `kept` means all, at once. Argo: OFFLOAD_NODE_STATUS_TTL.
    [[nodiscard]] Result<std::int64_t> remove_nodes(const std::string& uid,
                                                    const std::string& kept);

private:
    [[nodiscard]] Result<Done> prepare();
    [[nodiscard]] Result<Done> make_tables();
    [[nodiscard]] Result<Done>
    in_transaction(const std::vector<std::pair<std::string, std::vector<std::string>>>& statements);
    [[nodiscard]] bool is_postgres() const;

    ArchiveOptions options_;
    std::unique_ptr<SqlConnection> connection_;
};

} // namespace tiphys::archive
