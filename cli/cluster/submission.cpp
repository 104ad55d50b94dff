// Overrides and references.
#include "cli/cluster/submission.h"

#include <nlohmann/json.hpp>

#include "cli/cluster/cluster.h"
#include "cli/cluster/edit.h"
#include "cli/runs/execution.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/time_text.h"

namespace tiphys::cli {
namespace {

using nlohmann::json;
using run::member;
using run::object_at;
using run::text_of;

const std::string kPrefix = "workflows.argoproj.io/";

json empty_workflow(const std::string& generate_name) {
    return {{"apiVersion", kArgo},
            {"kind", "Workflow"},
            {"metadata", {{"generateName", generate_name}}}};
}

} // namespace

Result<std::string> with_overrides(std::string_view workflow, const Overrides& overrides) {
    json object = json::parse(with_parameters(workflow, overrides.parameters), nullptr, false);
    json& meta = object["metadata"];
    json& spec = object["spec"];
    if (!overrides.entrypoint.empty()) spec["entrypoint"] = overrides.entrypoint;
    if (!overrides.service_account.empty()) {
        spec["serviceAccountName"] = overrides.service_account;
    }
    if (overrides.priority) spec["priority"] = *overrides.priority;
    TIPHYS_TRY(labels, parse_labels(overrides.labels));
    for (const auto& [name, value] : labels) {
        meta["labels"][name] = value;
    }
    if (!overrides.scheduled_time.empty()) {
        meta["annotations"][kPrefix + "scheduled-time"] = overrides.scheduled_time;
    }
    if (!overrides.generate_name.empty()) meta["generateName"] = overrides.generate_name;
    if (!overrides.name.empty()) meta["name"] = overrides.name;
    return object.dump();
}

std::string workflow_of_template(const std::string& name, bool is_of_cluster) {
    json object = empty_workflow(name + "-");
    object["metadata"]["labels"]
          [kPrefix + (is_of_cluster ? "cluster-workflow-template" : "workflow-template")] = name;
    json& reference = object["spec"]["workflowTemplateRef"];
    reference["name"] = name;
    if (is_of_cluster) reference["clusterScope"] = true;
    return object.dump();
}

std::string workflow_of_cron(std::string_view cron_workflow, std::int64_t now_ms) {
    const json cron = json::parse(cron_workflow, nullptr, false);
    const std::string name = text_of(member(cron, "metadata"), "name");
    json object = empty_workflow(name + "-");
    json& meta = object["metadata"];
    meta["labels"] = json::object();
    meta["annotations"] = {{kPrefix + "scheduled-time", run::rfc3339(now_ms)}};
    const std::string instance = kPrefix + "controller-instanceid";
    const json& labels = member(member(cron, "metadata"), "labels");
    if (labels.contains(instance)) meta["labels"][instance] = labels[instance];
    meta["labels"][kPrefix + "cron-workflow"] = name;
    const json& extra = member(member(cron, "spec"), "workflowMetadata");
    for (const char* key : {"labels", "annotations"}) {
        meta[key].update(object_at(extra, key));
    }
    if (extra.contains("finalizers")) meta["finalizers"] = extra["finalizers"];
    meta["ownerReferences"] = {{{"apiVersion", kArgo},
                                {"kind", "CronWorkflow"},
                                {"name", name},
                                {"uid", text_of(member(cron, "metadata"), "uid")},
                                {"controller", true},
                                {"blockOwnerDeletion", true}}};
    object["spec"] = object_at(member(cron, "spec"), "workflowSpec");
    return object.dump();
}

} // namespace tiphys::cli
