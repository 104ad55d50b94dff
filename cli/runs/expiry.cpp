// Runs that go.
#include "cli/runs/expiry.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "cli/runs/execution.h"
#include "cli/runs/request.h"
#include "cli/runs/state_folder.h"
#include "compiler/front/resolve.h"
#include "runtime/artifacts/access.h"
#include "runtime/backends/process/keeper.h"
#include "runtime/core/state.h"
#include "runtime/io/files.h"
#include "runtime/plan/ir_text.h"
#include "runtime/status.h"
#include "schemas/workflow.gen.h"

namespace tiphys::cli {
namespace {

std::optional<std::int64_t> number_of(const std::string& text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool good = error == std::errc() && end == text.data() + text.size() && !text.empty();
    return good ? std::optional(number) : std::nullopt;
}

std::string expiry_file(const std::string& folder) {
    return folder + "/expires";
}

std::string outcome_file(const std::string& folder) {
    return folder + "/workflow.json";
}

/// The strategy of the workflow, or of the template that it refers to.
const wf::TTLStrategy* strategy_of(const LoadedRun& loaded) {
    const auto places = front::workflow_places(*loaded.document);
    if (places.empty() || places[0].spec == nullptr) return nullptr;
    const wf::WorkflowSpec& spec = *places[0].spec;
    if (spec.ttl_strategy() != nullptr) return spec.ttl_strategy();
    const wf::WorkflowTemplateRef* reference = spec.workflow_template_ref();
    if (reference == nullptr) return nullptr;
    const front::WorkflowPlace place =
        front::find_workflow_template(loaded.sources->project, front::namespace_of(places[0]),
                                      run::scalar_text(reference->name()),
                                      run::scalar_text(reference->cluster_scope()) == "true");
    return place.spec == nullptr ? nullptr : place.spec->ttl_strategy();
}

/// Argo: workflow/controller/artifact_gc.go.
Result<Done> collect_artifacts(const std::string& state, run::Journal& journal,
                               const run::RunRecord& record) {
    constexpr std::string_view kThen = "OnWorkflowDeletion";
    TIPHYS_TRY(whole, journal.find(record.name));
    if (!whole) return Done{};
    const auto& files = whole->inputs.files;
    const bool any = std::any_of(files.begin(), files.end(), [&](const run::StoredFile& file) {
        return file.text.find(kThen) != std::string::npos;
    });
    // Only then the run is worth being read.
    if (!any) return Done{};
    TIPHYS_TRY(replayed, replayed_run(journal, *whole));
    const run::Plan& plan = replayed.loaded->built.plan;
    run::ArtifactAccess access(state + "/artifacts", plan.secrets);
    for (const run::Node& node : replayed.state->nodes) {
        if (node.outputs == run::kNoId || node.type == run::NodeType::kRetry) continue;
        for (const run::Artifact& artifact : replayed.state->outputs[node.outputs].artifacts) {
            const std::string& own = artifact.gc_strategy;
            const bool is_wanted = (own.empty() ? plan.gc_strategy : own) == kThen;
            if (!is_wanted || artifact.deleted) continue;
            if (artifact.source != run::ArtifactSource::kStore) continue;
            TIPHYS_TRY(removed, access.remove(artifact));
            static_cast<void>(removed);
        }
    }
    return Done{};
}

/// What the process of a run has left undone, which was killed when all else was done.
Result<Done> finish_outcome(run::Journal& journal, const std::string& name,
                            const std::string& folder) {
    TIPHYS_TRY(whole, journal.find(name));
    if (!whole) return Done{};
    TIPHYS_TRY(replayed, replayed_run(journal, *whole));
    TIPHYS_TRY(kept, keep_outcome(*replayed.loaded, *replayed.state, folder));
    static_cast<void>(kept);
    return Done{};
}

} // namespace

/// Argo: ttl in workflow/gccontroller/gc_controller.go.
std::optional<std::int64_t> seconds_to_keep(const LoadedRun& loaded, run::RunPhase phase) {
    const wf::TTLStrategy* strategy = strategy_of(loaded);
    if (strategy == nullptr) return std::nullopt;
    const bool succeeded = phase == run::RunPhase::kSucceeded;
    const auto own = number_of(run::scalar_text(succeeded ? strategy->seconds_after_success()
                                                          : strategy->seconds_after_failure()));
    return own ? own : number_of(run::scalar_text(strategy->seconds_after_completion()));
}

Result<std::string> keep_outcome(const LoadedRun& loaded, const run::State& state,
                                 const std::string& folder) {
    std::string json = run::workflow_as_json(state, object_of(loaded));
    if (const auto seconds = seconds_to_keep(loaded, state.phase)) {
        const std::string due = std::to_string(state.finished_ms + *seconds * 1000);
        TIPHYS_TRY(noted, run::replace_file(expiry_file(folder), due));
        static_cast<void>(noted);
    } else {
        run::remove_tree(expiry_file(folder));
    }
    TIPHYS_TRY(kept, run::replace_file(outcome_file(folder), json));
    static_cast<void>(kept);
    return json;
}

Result<Done> delete_run(const std::string& state, run::Journal& journal,
                        const run::RunRecord& record, bool leaves_artifacts) {
    const std::string folder = run_folder(state, record.name);
    run::FolderLock lock;
    const auto locked = lock_run(lock, state, record.name);
    if (!locked) {
        return Error{"run `" + record.name + "` still runs; `tiphys stop " + record.name +
                     "` ends it"};
    }
    // Tasks of an interrupted run may still be there.
    run::end_keeper(folder);
    if (!leaves_artifacts) {
        TIPHYS_TRY(collected, collect_artifacts(state, journal, record));
        static_cast<void>(collected);
    }
    TIPHYS_TRY(removed, journal.remove(record.id));
    run::remove_tree(state + "/artifacts/" + record.name);
    run::remove_tree(folder);
    return removed;
}

Result<Done> delete_expired(const std::string& state, run::Journal& journal) {
    TIPHYS_TRY(runs, journal.runs());
    const std::int64_t now = unix_ms();
    for (const run::RunRecord& record : runs) {
        const std::string folder = run_folder(state, record.name);
        // A run whose process is about to end is the next one's business.
        if (!record.closed || !run::path_exists(folder) || run::is_locked(folder)) continue;
        if (!run::path_exists(outcome_file(folder))) {
            static_cast<void>(finish_outcome(journal, record.name, folder));
        }
        if (!run::path_exists(expiry_file(folder))) continue;
        const auto text = run::read_file(expiry_file(folder));
        const auto due = text ? number_of(*text) : std::nullopt;
        if (due && *due <= now) static_cast<void>(delete_run(state, journal, record, false));
    }
    return Done{};
}

} // namespace tiphys::cli
