// Overrides and references.
#include "cli/cluster/submission.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/cluster/cluster.h"
#include "cli/cluster/edit.h"
#include "cli/runs/execution.h"
#include "runtime/io/files.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/parameter_file.h"
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

void add_override_options(CLI::App& command, OverrideOptions& options) {
    Overrides& overrides = options.overrides;
    command
        .add_option("-p,--parameter", options.parameters,
                    "Value of a parameter of the workflow: name=value")
        ->allow_extra_args(false);
    command.add_option("-f,--parameter-file", options.parameter_file,
                       "YAML or JSON mapping with values of parameters");
    command.add_option("--entrypoint", overrides.entrypoint, "Template to begin with");
    command.add_option("--serviceaccount", overrides.service_account,
                       "Service account of all pods");
    command.add_option("--name", overrides.name, "Name of the object");
    command.add_option("--generate-name", overrides.generate_name,
                       "Beginning of a name that the cluster makes up");
}

Result<Overrides> read_overrides(const OverrideOptions& options) {
    Overrides overrides = options.overrides;
    TIPHYS_TRY(parameters, parse_parameters(options.parameters));
    overrides.parameters = std::move(parameters);
    if (options.parameter_file.empty()) return overrides;
    TIPHYS_TRY(text, run::read_file(options.parameter_file));
    TIPHYS_TRY(more, run::parse_parameter_file(text));
    // Argo: those of the file come last, and win.
    for (auto& [name, value] : more) {
        std::erase_if(overrides.parameters,
                      [&, wanted = name](const auto& known) { return known.first == wanted; });
        overrides.parameters.emplace_back(name, value);
    }
    return overrides;
}

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

Result<std::string> with_cron_overrides(std::string_view cron_workflow, const Overrides& overrides,
                                        const std::string& schedule) {
    json cron = json::parse(cron_workflow, nullptr, false);
    json& spec = cron["spec"];
    json workflow = {{"spec", spec.value("workflowSpec", json::object())}};
    TIPHYS_TRY(text, with_overrides(workflow.dump(), overrides));
    spec["workflowSpec"] = json::parse(text, nullptr, false)["spec"];
    if (!schedule.empty()) {
        spec.erase("schedule");
        spec["schedules"] = {schedule};
    }
    json& meta = cron["metadata"];
    if (!overrides.generate_name.empty()) {
        meta.erase("name");
        meta["generateName"] = overrides.generate_name;
    }
    if (!overrides.name.empty()) {
        meta.erase("generateName");
        meta["name"] = overrides.name;
    }
    return cron.dump();
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
