// tiphys cp: output artifacts of a run, copied to a folder. Argo: cmd/argo/commands/cp.go.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <ostream>
#include <set>

#include <CLI/CLI.hpp>

#include "cli/cluster/cluster.h"
#include "cli/cluster/workflow_view.h"
#include "cli/command.h"
#include "cli/runs/request.h"
#include "cli/runs/run_objects.h"
#include "cli/runs/state_folder.h"
#include "runtime/artifacts/access.h"
#include "runtime/artifacts/s3_place.h"
#include "runtime/backends/kubernetes/side_task.h"
#include "runtime/controller/garbage.h"
#include "runtime/io/files.h"

namespace tiphys::cli {
namespace {

/// A folder that nothing can be in.
constexpr const char* kNoStore = "/dev/null";

struct CpOptions {
    ClusterChoice cluster;
    std::string state;
    std::string run;
    std::string folder;
    std::string node_id;
    std::string template_name;
    std::string artifact_name;
    std::string path = "{namespace}/{workflowName}/{nodeId}/outputs/{artifactName}";
};

/// A run or workflow with artifacts.
struct Origin {
    std::string name;
    std::string name_space;
    std::vector<control::NodeArtifact> artifacts;
};

std::vector<control::NodeArtifact> chosen_artifacts(const CpOptions& options,
                                                    const std::string& object) {
    std::vector<control::NodeArtifact> chosen = control::output_artifacts(object);
    std::erase_if(chosen, [&](const control::NodeArtifact& found) {
        const auto differs = [](const std::string& wanted, const std::string& is) {
            return !wanted.empty() && wanted != is;
        };
        return differs(options.node_id, found.node_id) ||
               differs(options.template_name, found.template_name) ||
               differs(options.artifact_name, found.artifact.name) ||
               found.artifact.source == run::ArtifactSource::kNowhere;
    });
    return chosen;
}

/// The last part of where it is kept.
std::string file_name(const run::Artifact& artifact) {
    if (artifact.source == run::ArtifactSource::kRaw) return artifact.name;
    std::string_view place = artifact.location;
    while (place.ends_with('/')) {
        place.remove_suffix(1);
    }
    const std::string_view name = place.substr(place.rfind('/') + 1);
    return name.empty() || name == ".." || name == "." ? artifact.name : std::string(name);
}

/// Where the artifact goes. Errors: a name that would lead out of the folder.
Result<std::string> target_of(const CpOptions& options, const Origin& origin,
                              const control::NodeArtifact& found) {
    const std::pair<std::string_view, const std::string&> values[] = {
        {"{templateName}",
         found.referenced_template.empty() ? found.template_name : found.referenced_template},
        {"{namespace}", origin.name_space},
        {"{workflowName}", origin.name},
        {"{nodeId}", found.node_id},
        {"{artifactName}", found.artifact.name}};
    std::string path = options.path;
    for (const auto& [word, value] : values) {
        const std::size_t at = path.find(word);
        if (at == path.npos) continue;
        if (value.find('/') != value.npos || value == ".." || value == ".") {
            return Error{"`" + value + "` cannot be the name of a folder; leave " +
                         std::string(word) + " out of `--path`"};
        }
        path.replace(at, word.size(), value);
    }
    return options.folder + "/" + path + "/" + file_name(found.artifact);
}

/// What was there is replaced only once the new one is complete.
Result<Done> copy_one(const control::NodeArtifact& found, const std::string& target,
                      run::ArtifactAccess& access) {
    TIPHYS_TRY(above, run::make_folders_above(target));
    static_cast<void>(above);
    const std::string draft = target + ".new";
    run::remove_tree(draft);
    const auto fetched = access.fetch(found.artifact, draft);
    if (!fetched) {
        run::remove_tree(draft);
        return fetched.error();
    }
    if (!*fetched) {
        return Error{"artifact `" + found.artifact.name + "` of node `" + found.node_id +
                     "` is not where it was stored: `" + found.artifact.location + "`"};
    }
    run::remove_tree(target);
    std::error_code error;
    std::filesystem::rename(draft, target, error);
    if (error) return Error{"cannot write `" + target + "`: " + error.message()};
    return Done{};
}

Result<int> copy_all(const CpOptions& options, const Origin& origin, run::ArtifactAccess& access,
                     Streams& streams) {
    if (origin.artifacts.empty()) streams.err << "tiphys: there are no such artifacts\n";
    for (const control::NodeArtifact& found : origin.artifacts) {
        if (found.artifact.deleted) {
            streams.err << "tiphys: artifact `" << found.artifact.name << "` of node `"
                        << found.node_id << "` was deleted, as its `artifactGC` says\n";
            continue;
        }
        TIPHYS_TRY(target, target_of(options, origin, found));
        TIPHYS_TRY(copied, copy_one(found, target, access));
        static_cast<void>(copied);
        streams.out << "copied " << target << "\n";
    }
    return kExitFine;
}

Result<int> copy_of_run(const CpOptions& options, Streams& streams) {
    const std::string state = state_folder(options.state);
    TIPHYS_TRY(journal, open_journal(state));
    TIPHYS_TRY(record, find_run(*journal, options.run));
    TIPHYS_TRY(replayed, replayed_run(*journal, record));
    run::ArtifactAccess access(state + "/artifacts", replayed.loaded->built.plan.secrets);
    const std::string object = object_text(*replayed.loaded, *replayed.state, false);
    const Origin origin{record.name, record.namespace_name, chosen_artifacts(options, object)};
    return copy_all(options, origin, access, streams);
}

/// Argo's command asks its server; here the bucket is asked.
Result<int> copy_of_workflow(const CpOptions& options, const Cluster& cluster, Streams& streams) {
    TIPHYS_TRY(name, cluster.workflow_name(options.run));
    TIPHYS_TRY(packed, cluster.get(kWorkflows, name));
    TIPHYS_TRY(object, with_plain_nodes(packed));
    const Origin origin{name, cluster.name_space(), chosen_artifacts(options, object)};
    std::set<std::string> names;
    for (const control::NodeArtifact& found : origin.artifacts) {
        for (std::string& secret : run::secrets_of(found.artifact)) {
            names.insert(std::move(secret));
        }
    }
    run::Secrets secrets;
    for (const std::string& secret : names) {
        TIPHYS_TRY(json, cluster.get(kSecrets, secret));
        secrets[secret] = run::secret_data(json);
    }
    run::ArtifactAccess access(kNoStore, std::move(secrets));
    return copy_all(options, origin, access, streams);
}

int run_cp(const CpOptions& options, Streams& streams) {
    if (options.cluster.is_meant()) {
        return on_cluster(options.cluster, streams, [&](const Cluster& cluster) {
            return copy_of_workflow(options, cluster, streams);
        });
    }
    const auto copied = copy_of_run(options, streams);
    return copied ? *copied : fail(streams, copied.error().message);
}

} // namespace

void add_cp(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand("cp", "Copy output artifacts of a run to a folder");
    auto options = std::make_shared<CpOptions>();
    command->add_option("RUN", options->run, "Name of a run; `@latest` is the one begun last")
        ->required();
    command->add_option("FOLDER", options->folder, "Where they go; it is made")->required();
    command->add_option("--node-id", options->node_id, "Only those of this node");
    command->add_option("--template-name", options->template_name, "Only those of this template");
    command->add_option("--artifact-name", options->artifact_name, "Only those of this name");
    command
        ->add_option("--path", options->path,
                     "Folder of each, below FOLDER; {namespace}, {workflowName}, {nodeId}, "
                     "{templateName} and {artifactName} are replaced")
        ->option_text("PATH");
    add_state_option(*command, options->state);
    add_cluster_options(*command, options->cluster);
    command->footer("Example: tiphys cp @latest results --artifact-name report --path {nodeId}\n"
                    "Artifacts are copied as they are stored: packed, unless `archive` is `none`.");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_cp(*options, streams); };
    });
}

} // namespace tiphys::cli
