// Argo: persist/sqldb/{migrate,workflow_archive,offload_node_status_repo}.go.

#include "runtime/archive/archive.h"

#include <cstdlib>

#include <nlohmann/json.hpp>

#include "compiler/expr/go_strings.h"
#include "runtime/archive/selector.h"
#include "runtime/plan/time_text.h"

namespace tiphys::archive {
namespace {

using Json = nlohmann::json;

/// The number of the last change that Argo 4.1 makes to its tables: those made here look as if it
/// had made them, so that it goes on from there.
constexpr int kSchemaVersion = 68;
/// PostgreSQL's jsonb holds no NUL. Argo: postgresNullReplacement.
constexpr const char* kNull = "\\u0000";
constexpr const char* kNullReplacement = "ARGO_POSTGRES_NULL_REPLACEMENT";
constexpr const char* kArchivingLabel = "workflows.argoproj.io/workflow-archiving-status";
/// Old nodes stay as long as somebody may hold an older state of the workflow.
constexpr int kOldNodesSeconds = 300;

std::string replaced(const std::string& text, const char* from, const char* to) {
    return expr::join_texts(expr::split_text(text, from), to);
}

/// `2026-01-31 10:00:00` of RFC 3339; both databases take it for UTC, as Argo does.
std::string timestamp(const std::string& rfc3339) {
    if (rfc3339.size() < 19) return "";
    return rfc3339.substr(0, 10) + " " + rfc3339.substr(11, 8);
}

std::string rfc3339_of(const std::string& timestamp) {
    if (timestamp.size() < 19) return "";
    return timestamp.substr(0, 10) + "T" + timestamp.substr(11, 8) + "Z";
}

std::string text_at(const Json& object, const char* pointer) {
    const Json::json_pointer place(pointer);
    if (!object.contains(place) || !object.at(place).is_string()) return "";
    return object.at(place).get<std::string>();
}

std::map<std::string, std::string> labels_of(const Json& object) {
    std::map<std::string, std::string> labels;
    if (!object.is_object()) return labels;
    for (const auto& [key, value] : object.items()) {
        if (value.is_string()) labels[key] = value.get<std::string>();
    }
    return labels;
}

/// A name in SQL comes from the configuration.
bool is_table_name(const std::string& name) {
    return !name.empty() && name.size() <= 63 &&
           name.find_first_not_of(
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == name.npos;
}

/// The hash of Argo's nodeStatusVersion: FNV-1, 32 bits.
std::string version_of(const std::string& nodes) {
    std::uint32_t hash = 2166136261U;
    for (const char c : nodes)
        hash = (hash * 16777619U) ^ static_cast<unsigned char>(c);
    return "fnv:" + std::to_string(hash);
}

std::string quoted(const std::string& value) {
    return "'" + replaced(replaced(value, "\\", "\\\\"), "'", "\\'") + "'";
}

std::vector<std::string> table_statements(const std::string& nodes_table, bool is_postgres) {
    const std::string document = is_postgres ? "jsonb" : "text";
    const std::string nodes = is_postgres ? "json" : "text";
    return {
        "create table argo_archived_workflows ("
        "uid varchar(128) not null, name varchar(256) not null, phase varchar(25) not null, "
        "namespace varchar(256) not null, workflow " +
            document +
            " not null, startedat timestamp not null default CURRENT_TIMESTAMP, "
            "finishedat timestamp not null default CURRENT_TIMESTAMP, "
            "clustername varchar(64) not null, instanceid varchar(64) not null, "
            "creationtimestamp timestamp default CURRENT_TIMESTAMP, "
            "primary key (clustername, uid))",
        "create index argo_archived_workflows_i1 on argo_archived_workflows "
        "(clustername, instanceid, namespace, startedat DESC)",
        "create index argo_archived_workflows_i2 on argo_archived_workflows "
        "(clustername, instanceid, finishedat)",
        "create index argo_archived_workflows_i3 on argo_archived_workflows "
        "(clustername, instanceid, name)",
        "create index argo_archived_workflows_i4 on argo_archived_workflows "
        "(clustername, startedat)",
        "create index argo_archived_workflows_i5 on argo_archived_workflows (creationtimestamp)",
        "create table argo_archived_workflows_labels ("
        "clustername varchar(64) not null, uid varchar(128) not null, name varchar(317) not null, "
        "value varchar(63) not null, primary key (clustername, uid, name), "
        "foreign key (clustername, uid) references argo_archived_workflows (clustername, uid) "
        "on delete cascade)",
        "create index argo_archived_workflows_labels_i1 on argo_archived_workflows_labels "
        "(name, value)",
        "create table " + nodes_table +
            " (uid varchar(128) not null, namespace varchar(256) not null, "
            "clustername varchar(64) not null, version varchar(64), nodes " +
            nodes +
            " not null, updatedat timestamp not null default CURRENT_TIMESTAMP, "
            "primary key (clustername, uid, version))",
        "create index " + nodes_table + "_i1 on " + nodes_table +
            " (clustername, namespace, updatedat)",
        "insert into schema_history values (" + std::to_string(kSchemaVersion) + ")",
    };
}

/// A where clause that grows.
class Conditions {
public:
    explicit Conditions(const ArchiveOptions& options) {
        add("w.clustername = ", options.cluster_name);
        add("w.instanceid = ", options.instance_id);
    }

    void add(const std::string& left, const std::string& value) { add_raw(left + take(value)); }
    void add_raw(const std::string& condition) {
        sql_ += (sql_.empty() ? " where " : " and ") + condition;
    }
    std::string take(const std::string& value) {
        values_.push_back(value);
        return "$" + std::to_string(values_.size());
    }
    void add(const SqlCondition& condition) {
        add_raw(condition.sql);
        values_.insert(values_.end(), condition.values.begin(), condition.values.end());
    }

    [[nodiscard]] const std::string& sql() const { return sql_; }
    [[nodiscard]] const std::vector<std::string>& values() const { return values_; }

private:
    std::string sql_;
    std::vector<std::string> values_;
};

Result<Conditions> conditions_of(const ArchiveOptions& options, const ArchiveFilter& filter) {
    Conditions conditions(options);
    if (!filter.name_space.empty()) conditions.add("w.namespace = ", filter.name_space);
    if (!filter.prefix.empty()) {
        const std::string length = std::to_string(filter.prefix.size());
        conditions.add("substr(w.name, 1, " + length + ") = ", filter.prefix);
    }
    if (!filter.phases.empty()) {
        std::string list;
        for (const std::string& phase : filter.phases)
            list += (list.empty() ? "" : ", ") + conditions.take(phase);
        conditions.add_raw("w.phase in (" + list + ")");
    }
    if (!filter.started_after.empty()) {
        conditions.add("w.startedat > ", timestamp(filter.started_after));
    }
    if (!filter.finished_before.empty()) {
        conditions.add("w.finishedat < ", timestamp(filter.finished_before));
    }
    TIPHYS_TRY(labels, label_conditions(filter.selector, conditions.values().size() + 1));
    for (const SqlCondition& label : labels)
        conditions.add(label);
    return conditions;
}

} // namespace

std::string place_of(const PostgresServer& server) {
    std::string place = "host=" + quoted(server.host) + " port=" + std::to_string(server.port) +
                        " dbname=" + quoted(server.database) + " user=" + quoted(server.user) +
                        " password=" + quoted(server.password);
    if (!server.ssl_mode.empty()) place += " sslmode=" + quoted(server.ssl_mode);
    return place;
}

Result<std::unique_ptr<Archive>> Archive::open(const ArchiveOptions& options) {
    if (!is_table_name(options.nodes_table)) {
        return Error{"`" + options.nodes_table + "` cannot be the name of a table"};
    }
    const std::string& place = options.place;
    const bool is_file = place.starts_with("sqlite:") ||
                         (place.find("://") == place.npos && place.find('=') == place.npos);
    auto connection = is_file ? open_sqlite(place.starts_with("sqlite:") ? place.substr(7) : place,
                                            options.may_create)
                              : open_postgres(place);
    if (!connection) return connection.error();
    auto archive = std::make_unique<Archive>(options, std::move(*connection));
    TIPHYS_TRY(prepared, archive->prepare());
    static_cast<void>(prepared);
    return archive;
}

Archive::Archive(ArchiveOptions options, std::unique_ptr<SqlConnection> connection)
    : options_(std::move(options)), connection_(std::move(connection)) {}

bool Archive::is_postgres() const {
    return connection_->dialect() == SqlDialect::kPostgres;
}

Result<Done> Archive::prepare() {
    auto version = connection_->run("select schema_version from schema_history");
    const bool is_new = !version.has_value() || version->rows.empty();
    if (is_new) {
        if (options_.may_create) return make_tables();
        if (!version) return version.error();
        return Error{"the archive has no tables yet"};
    }
    if (std::atoi(version->rows[0][0].c_str()) < kSchemaVersion) {
        return Error{"the archive's tables are at version " + version->rows[0][0] + " of " +
                     std::to_string(kSchemaVersion) +
                     ": an older Argo made them; let Argo 4.1 bring them up to date first"};
    }
    return Done{};
}

Result<Done> Archive::make_tables() {
    TIPHYS_TRY(made, connection_->run("create table if not exists schema_history "
                                      "(schema_version int not null, primary key "
                                      "(schema_version))"));
    std::vector<std::pair<std::string, std::vector<std::string>>> statements;
    for (std::string& sql : table_statements(options_.nodes_table, is_postgres()))
        statements.emplace_back(std::move(sql), std::vector<std::string>());
    auto done = in_transaction(statements);
    if (done.has_value()) return done;
    // Another process may have been quicker.
    const auto version = connection_->run("select schema_version from schema_history");
    return version.has_value() && !version->rows.empty() ? Result<Done>(Done{}) : done;
}

Result<Done> Archive::in_transaction(
    const std::vector<std::pair<std::string, std::vector<std::string>>>& statements) {
    TIPHYS_TRY(begun, connection_->run("begin"));
    for (const auto& [sql, values] : statements) {
        const auto done = connection_->run(sql, values);
        if (done.has_value()) continue;
        static_cast<void>(connection_->run("rollback").has_value());
        return done.error();
    }
    TIPHYS_TRY(committed, connection_->run("commit"));
    return Done{};
}

Result<Done> Archive::put(std::string_view object) {
    Json workflow = Json::parse(object, nullptr, false);
    const std::string uid = workflow.is_object() ? text_at(workflow, "/metadata/uid") : "";
    const std::string phase = workflow.is_object() ? text_at(workflow, "/status/phase") : "";
    if (uid.empty() || phase.empty() || text_at(workflow, "/kind") != "Workflow") {
        return Error{"only Workflow objects with uid and phase can be archived"};
    }
    workflow["metadata"]["labels"][kArchivingLabel] = "Persisted";
    std::string text = workflow.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (is_postgres()) text = replaced(text, kNull, kNullReplacement);
    const auto time = [&](const char* pointer) {
        const std::string value = timestamp(text_at(workflow, pointer));
        return value.empty() ? timestamp(run::rfc3339(0)) : value;
    };
    std::vector<std::pair<std::string, std::vector<std::string>>> statements;
    statements.push_back({"delete from argo_archived_workflows where clustername = $1 and uid = $2",
                          {options_.cluster_name, uid}});
    statements.push_back(
        {"insert into argo_archived_workflows (clustername, instanceid, uid, name, namespace, "
         "phase, startedat, finishedat, creationtimestamp, workflow) values ($1, $2, $3, $4, $5, "
         "$6, $7, $8, $9, $10)",
         {options_.cluster_name, options_.instance_id, uid, text_at(workflow, "/metadata/name"),
          text_at(workflow, "/metadata/namespace"), phase, time("/status/startedAt"),
          time("/status/finishedAt"), time("/metadata/creationTimestamp"), text}});
    for (const auto& [key, value] : labels_of(workflow["metadata"]["labels"])) {
        statements.push_back({"insert into argo_archived_workflows_labels (clustername, uid, name, "
                              "value) values ($1, $2, $3, $4)",
                              {options_.cluster_name, uid, key, value}});
    }
    return in_transaction(statements);
}

Result<std::vector<ArchivedWorkflow>> Archive::list(const ArchiveFilter& filter) {
    TIPHYS_TRY(conditions, conditions_of(options_, filter));
    const auto part = [&](const char* postgres, const char* sqlite) {
        return "coalesce(" + (is_postgres()
                                  ? std::string("w.workflow") + postgres
                                  : "json_extract(w.workflow, '" + std::string(sqlite) + "')");
    };
    std::string sql = "select w.uid, w.name, w.namespace, w.phase, w.startedat, w.finishedat, "
                      "w.creationtimestamp, " +
                      part("->'status'->>'message'", "$.status.message") + ", ''), " +
                      part("->'status'->>'progress'", "$.status.progress") + ", ''), " +
                      part("->'metadata'->>'labels'", "$.metadata.labels") +
                      ", '{}') from argo_archived_workflows w" + conditions.sql() +
                      " order by w.startedat desc, w.uid";
    // SQLite has no offset without a limit.
    if (filter.limit > 0 || filter.offset > 0) {
        sql += " limit " + std::to_string(filter.limit > 0 ? filter.limit : INT32_MAX) +
               " offset " + std::to_string(filter.offset);
    }
    TIPHYS_TRY(found, connection_->run(sql, conditions.values()));
    std::vector<ArchivedWorkflow> workflows;
    for (const Row& row : found.rows) {
        workflows.push_back({row[0], row[1], row[2], row[3], rfc3339_of(row[4]), rfc3339_of(row[5]),
                             rfc3339_of(row[6]), row[7], row[8],
                             labels_of(Json::parse(row[9], nullptr, false))});
    }
    return workflows;
}

Result<std::optional<std::string>> Archive::get(const std::string& uid) {
    Conditions conditions(options_);
    conditions.add("w.uid = ", uid);
    TIPHYS_TRY(found, connection_->run("select w.workflow from argo_archived_workflows w" +
                                           conditions.sql(),
                                       conditions.values()));
    if (found.rows.empty()) return std::optional<std::string>();
    const std::string& text = found.rows[0][0];
    return std::optional(is_postgres() ? replaced(text, kNullReplacement, kNull) : text);
}

Result<std::optional<std::string>> Archive::find(const std::string& name_space,
                                                 const std::string& key) {
    Conditions conditions(options_);
    if (!name_space.empty()) conditions.add("w.namespace = ", name_space);
    const std::string name = conditions.take(key);
    const std::string uid = conditions.take(key);
    conditions.add_raw("(w.name = " + name + " or w.uid = " + uid + ")");
    TIPHYS_TRY(found,
               connection_->run("select w.uid from argo_archived_workflows w" + conditions.sql() +
                                    " order by w.startedat desc, w.uid limit 1",
                                conditions.values()));
    if (found.rows.empty()) return std::optional<std::string>();
    return std::optional(found.rows[0][0]);
}

Result<bool> Archive::remove(const std::string& uid) {
    TIPHYS_TRY(done,
               connection_->run("delete from argo_archived_workflows where clustername = $1 "
                                "and instanceid = $2 and uid = $3",
                                std::vector{options_.cluster_name, options_.instance_id, uid}));
    return done.n_changed > 0;
}

Result<std::int64_t> Archive::remove_finished_before(std::int64_t unix_ms) {
    TIPHYS_TRY(done, connection_->run("delete from argo_archived_workflows where clustername = $1 "
                                      "and instanceid = $2 and finishedat < $3",
                                      std::vector{options_.cluster_name, options_.instance_id,
                                                  timestamp(run::rfc3339(unix_ms))}));
    return done.n_changed;
}

Result<std::vector<std::string>> Archive::labels(const std::string& key) {
    Conditions conditions(options_);
    if (!key.empty()) conditions.add("l.name = ", key);
    const std::string column = key.empty() ? "l.name" : "l.value";
    TIPHYS_TRY(found, connection_->run("select distinct " + column +
                                           " from argo_archived_workflows_labels l join "
                                           "argo_archived_workflows w on w.clustername = "
                                           "l.clustername and w.uid = l.uid" +
                                           conditions.sql() + " order by 1",
                                       conditions.values()));
    std::vector<std::string> labels;
    for (const Row& row : found.rows)
        labels.push_back(row[0]);
    return labels;
}

Result<std::string> Archive::save_nodes(const std::string& uid, const std::string& name_space,
                                        const std::string& nodes) {
    const std::string version = version_of(nodes);
    TIPHYS_TRY(done, connection_->run(
                         "insert into " + options_.nodes_table +
                             " (clustername, uid, version, namespace, nodes) values ($1, "
                             "$2, $3, $4, $5) on conflict (clustername, uid, version) do "
                             "nothing",
                         std::vector{options_.cluster_name, uid, version, name_space, nodes}));
    return version;
}

Result<std::optional<std::string>> Archive::nodes(const std::string& uid,
                                                  const std::string& version) {
    std::string sql =
        "select nodes from " + options_.nodes_table + " where uid = $1 and version = $2";
    std::vector<std::string> values = {uid, version};
    if (!options_.cluster_name.empty()) {
        sql += " and clustername = $3";
        values.push_back(options_.cluster_name);
    }
    TIPHYS_TRY(found, connection_->run(sql, values));
    if (found.rows.empty()) return std::optional<std::string>();
    return std::optional(found.rows[0][0]);
}

Result<std::int64_t> Archive::remove_nodes(const std::string& uid, const std::string& kept) {
    std::string sql =
        "delete from " + options_.nodes_table + " where clustername = $1 and uid = $2";
    std::vector<std::string> values = {options_.cluster_name, uid};
    if (!kept.empty()) {
        const std::string age = std::to_string(kOldNodesSeconds);
        sql += " and version <> $3 and updatedat < ";
        sql += is_postgres() ? "current_timestamp - interval '" + age + "' second"
                             : "datetime('now', '-" + age + " seconds')";
        values.push_back(kept);
    }
    TIPHYS_TRY(done, connection_->run(sql, values));
    return done.n_changed;
}

} // namespace tiphys::archive
