#pragma once
// CronWorkflows of the cluster: their runs are created when they are due.
// Argo: workflow/cron.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "compiler/base/source_map.h"
#include "compiler/ir/project.h"
#include "runtime/controller/known_workflow.h"
#include "runtime/controller/surroundings.h"
#include "runtime/cron.h"

namespace tiphys::control {

class CronJobs {
public:
    explicit CronJobs(Surroundings& around) : around_(around) {}

    /// From watches. What an earlier controller has missed is made up for where the object allows.
    void object_seen(std::string_view json);
    void object_gone(const std::string& key);
    /// A workflow goes on or has ended; those without the label are passed over.
    void workflow_seen(const KnownWorkflow& workflow);
    void workflow_gone(const KnownWorkflow& workflow);

    void tick(std::int64_t now_ms);
    /// Unix time at which tick() is wanted; INT64_MAX: never.
    [[nodiscard]] std::int64_t next_ms() const;

private:
    struct Entry {
        SourceMap sources;
        std::unique_ptr<ir::Project> project;
        const ir::Document* document = nullptr;
        std::unique_ptr<run::CronJob> job;
        std::string uid;
        std::int64_t generation = 0;
        /// 0: never.
        std::int64_t next_s = 0;
        /// By name of the run.
        std::map<std::string, std::string> active_uids;
        std::string problem;
    };
    void fire(Entry& entry, std::int64_t at_s, std::int64_t now_s);
    void write_status(Entry& entry);
    void delete_workflow(const std::string& name_space, const std::string& name);
    [[nodiscard]] Entry* entry_of(const KnownWorkflow& workflow);

    Surroundings& around_;
    std::map<std::string, Entry> entries_;
    /// Ended runs that were told before their CronWorkflow, and those that were counted.
    std::map<std::string, KnownWorkflow> runs_;
};

} // namespace tiphys::control
