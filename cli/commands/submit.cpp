// tiphys submit: workflows of files, or of what a cluster has, begin on that cluster.
#include <algorithm>
#include <map>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "cli/cluster/cluster.h"
#include "cli/cluster/commands.h"
#include "cli/cluster/follow.h"
#include "cli/cluster/manifests.h"
#include "cli/cluster/show.h"
#include "cli/cluster/submission.h"
#include "cli/command.h"
#include "cli/runs/execution.h"
#include "cli/runs/find_workflow.h"
#include "cli/runs/node_selector.h"

namespace tiphys::cli {
namespace {

struct SubmitOptions {
    ClusterChoice cluster;
    FollowChoice follow;
    /// What a watch shows.
    NodeFilter nodes;
    OverrideOptions given;
    std::vector<std::string> files;
    std::string from;
    std::string environment;
    std::string output;
    bool is_dry = false;
    bool is_server_dry = false;
    bool skips_lint = false;
};

/// `kind/name`. Argo: SubmitWorkflow in server/workflow/workflow_server.go.
Result<std::string> workflow_from(const Cluster& cluster, const std::string& from) {
    const auto meant = meant_document(from);
    if (!meant) return Error{"nothing can be submitted from `" + from + "`; " + kFromForms};
    const bool is_cron = meant->kind == kCronWorkflows.kind;
    const bool is_template = meant->kind == kTemplates.kind;
    const ObjectKind& known = is_template ? kTemplates
                              : is_cron   ? kCronWorkflows
                                          : kClusterTemplates;
    TIPHYS_TRY(object, cluster.get(known, meant->name));
    if (is_cron) return workflow_of_cron(object, unix_ms());
    return workflow_of_template(meant->name, !is_template);
}

Result<Manifests> workflows_of(const SubmitOptions& options, const Cluster& cluster,
                               Streams& streams) {
    if (!options.from.empty()) {
        TIPHYS_TRY(workflow, workflow_from(cluster, options.from));
        Manifests manifests;
        manifests.objects.push_back({std::move(workflow), nullptr});
        return manifests;
    }
    ManifestRequest request;
    request.files = options.files;
    request.environment = options.environment;
    request.kind = "Workflow";
    request.is_checked = !options.skips_lint;
    return read_manifests(request, streams);
}

/// Where they were made, which may be another namespace than the context's.
Result<int> follow_there(const SubmitOptions& options, const Cluster& cluster,
                         const std::string& name_space, const std::vector<std::string>& names,
                         Streams& streams) {
    if (name_space == cluster.name_space()) {
        return follow_as_asked(cluster, names, options.follow, streams);
    }
    ClusterChoice there = options.cluster;
    there.is_all_namespaces = false;
    there.kubeconfig.name_space = name_space;
    TIPHYS_TRY(other, Cluster::open(there));
    return follow_as_asked(other, names, options.follow, streams);
}

/// Writes it as asked for.
Result<Done> write_submitted(const SubmitOptions& options, const std::string& object,
                             const std::string& name, Streams& streams) {
    if (!options.output.empty()) {
        return write_workflow(object, GetForm{options.output, "", false}, streams);
    }
    const bool is_quiet = options.follow.is_watching || options.follow.with_log;
    if (!is_quiet) streams.out << "workflow " << name << " submitted\n";
    return Done{};
}

Result<int> submit(const SubmitOptions& options, const Cluster& cluster, Streams& streams) {
    TIPHYS_TRY(overrides, read_overrides(options.given));
    TIPHYS_TRY(workflows, workflows_of(options, cluster, streams));
    if (workflows.objects.empty()) return kExitFindings;
    std::map<std::string, std::vector<std::string>> names;
    for (const Manifest& workflow : workflows.objects) {
        TIPHYS_TRY(object, with_overrides(workflow.json, overrides));
        if (!options.is_dry) {
            Complaints complaints;
            auto made = cluster.create(kWorkflows, object, options.is_server_dry, &complaints);
            if (!complaints.empty() && workflow.document != nullptr) {
                write_complaints(complaints, *workflow.document, *workflows.sources, streams);
                return kExitFindings;
            }
            if (!made) return made.error();
            object = std::move(*made);
        }
        TIPHYS_TRY(view, read_workflow(object));
        names[view.head.namespace_name].push_back(view.head.name);
        TIPHYS_TRY(written, write_submitted(options, object, view.head.name, streams));
        static_cast<void>(written);
    }
    if (options.is_dry || options.is_server_dry) return kExitFine;
    int worst = kExitFine;
    for (const auto& [name_space, there] : names) {
        TIPHYS_TRY(code, follow_there(options, cluster, name_space, there, streams));
        worst = std::max(worst, code);
    }
    return worst;
}

int run_submit(const SubmitOptions& options, Streams& streams) {
    const auto labels = parse_labels(options.given.overrides.labels);
    if (!labels) return fail(streams, labels.error().message);
    const std::string shown = conditions_of(options.nodes);
    const auto selector = NodeSelector::parse(shown);
    if (!selector) return fail(streams, selector.error().message);
    if (!shown.empty() && !options.follow.is_watching) {
        return fail(streams, "`--node-field-selector` and `--status` say what `--watch` shows; add "
                             "it, or leave them out");
    }
    if (options.files.empty() == options.from.empty()) {
        return fail(streams, "name the files of workflows (`-` is standard input), or `--from "
                             "workflowtemplate/NAME`");
    }
    if ((options.is_dry || options.is_server_dry) && options.output.empty()) {
        return fail(streams, "a dry run needs an output: `-o yaml`");
    }
    SubmitOptions asked = options;
    asked.follow.shown_nodes = shown;
    return on_cluster(options.cluster, streams,
                      [&](const Cluster& cluster) { return submit(asked, cluster, streams); });
}

void add_overrides(CLI::App& command, SubmitOptions& options) {
    Overrides& overrides = options.given.overrides;
    add_override_options(command, options.given);
    command.add_option("-l,--labels", overrides.labels, "More labels: a=b,c=d");
    command
        .add_option_function<std::int64_t>(
            "--priority", [&overrides](std::int64_t value) { overrides.priority = value; },
            "Higher ones begin first where not all may run")
        ->option_text("NUMBER");
    command
        .add_option("--scheduled-time", overrides.scheduled_time,
                    "What `workflow.scheduledTime` is, with `--from cronwf/NAME`")
        ->option_text("TIME");
}

} // namespace

void add_submit(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand("submit", "Begin workflows on a cluster");
    auto options = std::make_shared<SubmitOptions>();
    command->add_option("FILE", options->files,
                        "Files with workflows, in the language, YAML or JSON; `-` is standard "
                        "input");
    command->add_option("--from", options->from,
                        "Begin what the cluster has: workflowtemplate/NAME, "
                        "clusterworkflowtemplate/NAME or cronwf/NAME");
    add_overrides(*command, *options);
    add_environment(*command, options->environment);
    command->add_option("-o,--output", options->output, "Print the object in this form")
        ->check(CLI::IsMember({"json", "yaml", "wide", "name"}))
        ->option_text("json|yaml|wide|name");
    command->add_flag("--dry-run", options->is_dry, "Only print the object");
    command->add_flag("--server-dry-run", options->is_server_dry,
                      "Let the cluster check the object, and print what it would make");
    command->add_flag("--no-lint", options->skips_lint, "Submit although the linter finds errors");
    add_follow_options(*command, options->follow);
    add_node_filter(*command, options->nodes);
    add_cluster_options(*command, options->cluster, true);
    command->footer("Example: tiphys submit etl.yaml -p date=2026-01-01 --watch\n"
                    "Exit codes: 0 submitted, and succeeded where it was waited for; 1 failed or "
                    "refused;\n2 cannot be submitted");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_submit(*options, streams); };
    });
}

} // namespace tiphys::cli
