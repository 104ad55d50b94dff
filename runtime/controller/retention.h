#pragma once
// Finished workflows that are kept no longer. Argo: workflow/gccontroller.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/controller/config.h"
#include "runtime/controller/known_workflow.h"

namespace tiphys::control {

class Retention {
public:
    struct Expired {
        std::string name_space;
        std::string name;
        std::string uid;
    };

    void set_policy(const RetentionPolicy& policy);
    /// A workflow has ended.
    void add(const KnownWorkflow& workflow);
    /// It is gone, or goes on.
    void forget(const std::string& key);

    /// Those whose time has come, and the oldest of too many. Each is named once.
    [[nodiscard]] std::vector<Expired> take_expired(std::int64_t now_ms);
    /// Unix time of the next one; INT64_MAX: none.
    [[nodiscard]] std::int64_t next_ms() const;

private:
    struct Entry {
        Expired what;
        std::string phase;
        std::int64_t finished_ms = 0;
        /// INT64_MAX: never by time.
        std::int64_t due_ms = 0;
    };
    void drop_oldest(const char* phase, const std::optional<std::int64_t>& limit,
                     std::vector<Expired>& expired);

    RetentionPolicy policy_;
    std::map<std::string, Entry> entries_;
    /// Those that go by time, and when.
    std::set<std::pair<std::int64_t, std::string>> due_;
    /// There may be too many since they were counted last.
    bool has_more_ = false;
};

} // namespace tiphys::control
