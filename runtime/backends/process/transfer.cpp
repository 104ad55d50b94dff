// Artifacts on their way. Slow places must not keep other tasks waiting, so what a task takes and
// leaves goes by other threads.

#include "runtime/backends/process/process_backend.h"
#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

std::string place_of(const std::string& folder, std::size_t number) {
    return folder + "/in" + std::to_string(number);
}

/// In the words of Argo's init container.
std::string complaint(const std::string& reason) {
    return "init: Error (exit code 64): " + reason;
}

/// Brings one artifact to its place. What comes back is what Argo would say.
Result<Done> fetch_input(ArtifactAccess& artifacts, const Artifact& artifact,
                         const std::string& place) {
    if (artifact.source == ArtifactSource::kNowhere) {
        if (artifact.optional) return Done{};
        return Error{complaint("required artifact '" + artifact.name + "' not supplied")};
    }
    if (artifact.path.empty()) return Done{};
    const auto loaded = artifacts.load(artifact, place);
    const std::string what = "artifact " + artifact.name + " failed to load: ";
    if (!loaded) return Error{complaint(what + loaded.error().message)};
    if (!*loaded) {
        if (artifact.optional) return Done{};
        // The words of S3 and of HTTP.
        const bool is_web = artifact.source == ArtifactSource::kHttp;
        return Error{
            complaint(what + (is_web ? "404 Not Found" : "The specified key does not exist."))};
    }
    if (!artifact.mode) return Done{};
    const auto set = set_mode(place, *artifact.mode, artifact.recurse_mode);
    if (!set) return Error{complaint(set.error().message)};
    return Done{};
}

} // namespace

/// Fetches the input artifacts into the task's folder, and goes on with the task then.
void ProcessBackend::fetch_inputs(Task& task) {
    task.transfer = std::make_shared<std::atomic<bool>>(false);
    const auto fetch = [this, &task]() -> WorkerPool::Rest {
        Result<Done> fetched = Done{};
        std::size_t number = 0;
        for (const Artifact& artifact : task.spec->input_artifacts) {
            if (!fetched) break;
            fetched = fetch_input(artifacts_, artifact, place_of(task.folder, number++));
        }
        return [this, &task, fetched] {
            task.transfer.reset();
            if (task.stopping) {
                laid_out(task, Error{"ended before it began"});
            } else {
                laid_out(task, fetched ? stage(task, find_inputs(task)) : fetched);
            }
        };
    };
    transfers_.run(fetch, task.transfer);
}

/// The input artifacts that are there.
std::vector<Mapping> ProcessBackend::find_inputs(const Task& task) {
    std::vector<Mapping> found;
    std::size_t number = 0;
    for (const Artifact& artifact : task.spec->input_artifacts) {
        const std::string place = place_of(task.folder, number++);
        if (artifact.path.empty() || !path_exists(place)) continue;
        found.push_back({artifact.path, place, is_directory(place), false});
    }
    return found;
}

/// Stores what the task leaves, and closes it then.
void ProcessBackend::save_outputs(Task& task, BackendReport&& report) {
    task.transfer = std::make_shared<std::atomic<bool>>(false);
    const auto all = std::make_shared<BackendReport>(std::move(report));
    const auto save = [this, &task, all]() -> WorkerPool::Rest {
        collect(task, all->report);
        return [this, &task, all] {
            task.transfer.reset();
            close_task(task.node, std::move(*all));
        };
    };
    transfers_.run(save, task.transfer);
}

} // namespace tiphys::run
