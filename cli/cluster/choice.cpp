// Options of all commands that work on clusters.
#include "cli/cluster/choice.h"

#include <cstdlib>
#include <string_view>

#include <CLI/CLI.hpp>

namespace tiphys::cli {

bool ClusterChoice::is_meant() const {
    const char* target = std::getenv("TIPHYS_TARGET");
    return is_always || is_asked_for || is_all_namespaces || !kubeconfig.path.empty() ||
           !kubeconfig.context.empty() || !kubeconfig.name_space.empty() || !instance_id.empty() ||
           (target != nullptr && std::string_view(target) == "cluster");
}

void add_cluster_options(CLI::App& command, ClusterChoice& choice, bool is_always) {
    choice.is_always = is_always;
    const char* group = "On a cluster";
    if (!is_always) {
        command
            .add_flag("--cluster", choice.is_asked_for,
                      "On the cluster of the kubeconfig instead of this machine; so do the other "
                      "options here, and TIPHYS_TARGET=cluster")
            ->group(group);
    }
    command
        .add_option("-n,--namespace", choice.kubeconfig.name_space,
                    "Namespace (default: that of the context)")
        ->group(group)
        ->option_text("NAME");
    command
        .add_option("--context", choice.kubeconfig.context,
                    "Context of the kubeconfig (default: its current one)")
        ->group(group)
        ->option_text("NAME");
    command
        .add_option("--kubeconfig", choice.kubeconfig.path,
                    "Kubeconfig (default: $KUBECONFIG, else ~/.kube/config)")
        ->group(group)
        ->option_text("FILE");
    command
        .add_option("--instanceid", choice.instance_id,
                    "Only objects of the controller with this id, and new ones for it (default: "
                    "$ARGO_INSTANCEID, else any)")
        ->group(group)
        ->option_text("ID");
}

void add_selectors(CLI::App& command, ListQuery& query, bool has_local_runs) {
    const std::string things = has_local_runs ? "Only runs" : "Only objects";
    CLI::Option* labels =
        command.add_option("-l,--selector", query.labels, things + " with these labels: a=b,c!=d")
            ->option_text("LABELS");
    CLI::Option* fields = command
                              .add_option("--field-selector", query.fields,
                                          things + " whose fields are so: metadata.name=x")
                              ->option_text("FIELDS");
    if (has_local_runs) return;
    labels->group("On a cluster");
    fields->group("On a cluster");
}

void add_chunk_size(CLI::App& command, const char* name, ListQuery& query) {
    command.add_option(name, query.n_chunk, "Objects in one answer of the server; 0: all of them")
        ->group("On a cluster")
        ->option_text("NUMBER");
}

void add_follow_options(CLI::App& command, FollowChoice& choice, bool has_log) {
    CLI::Option* wait =
        command.add_flag("-w,--wait", choice.is_waiting, "Return when it has ended, and say how")
            ->group("On a cluster");
    CLI::Option* watch =
        command.add_flag("--watch", choice.is_watching, "Show its nodes until it has ended")
            ->group("On a cluster");
    wait->excludes(watch);
    if (has_log) return;
    command.add_flag("--log", choice.with_log, "Show what its tasks write until it has ended")
        ->group("On a cluster")
        ->excludes(watch);
}

void add_all_namespaces(CLI::App& command, ClusterChoice& choice) {
    command.add_flag("-A,--all-namespaces", choice.is_all_namespaces, "In all namespaces")
        ->group("On a cluster");
}

} // namespace tiphys::cli
