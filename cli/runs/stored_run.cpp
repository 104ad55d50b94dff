// From a row of the journal to a plan and a state.
#include "cli/runs/stored_run.h"

#include <algorithm>

#include "cli/runs/find_workflow.h"
#include "cli/runs/state_folder.h"
#include "compiler/base/nearest.h"
#include "runtime/runner.h"

namespace tiphys::cli {
namespace {

/// It has no plan yet.
Result<std::unique_ptr<LoadedRun>> load_documents(run::RunRecord record) {
    auto loaded = std::make_unique<LoadedRun>();
    loaded->record = std::move(record);
    loaded->sources = std::make_unique<Sources>();
    Sources& sources = *loaded->sources;
    for (const run::StoredFile& file : loaded->record.inputs.files) {
        const FileId id = sources.map.add(file.path, file.text);
        sources.inputs.push_back({id, file.is_explicit, file.is_known, file.is_module});
    }
    sources.project =
        front::load_project(sources.map, sources.inputs, 1, loaded->record.inputs.environment);
    loaded->document = find_workflow(sources.project, loaded->record.inputs.from);
    if (loaded->document == nullptr) {
        return Error{"the journal holds no workflow for run `" + loaded->record.name + "`"};
    }
    return loaded;
}

} // namespace

std::vector<run::StoredFile> stored_files(const Sources& sources) {
    std::vector<run::StoredFile> files;
    for (const front::InputFile& input : sources.inputs) {
        const SourceFile& file = sources.map.file(input.file);
        files.push_back({file.path, file.text, input.is_explicit, input.is_known, input.is_module});
    }
    return files;
}

Result<std::unique_ptr<run::Journal>> open_journal(const std::string& state) {
    if (!run::Journal::exists(state))
        return Error{"there are no runs yet; `tiphys run FILE` begins one"};
    return run::Journal::open(state, false);
}

Result<run::RunRecord> find_run(run::Journal& journal, const std::string& name, bool with_inputs) {
    std::string wanted = name;
    if (wanted == "@latest") {
        TIPHYS_TRY(all, journal.runs());
        if (all.empty()) return Error{"there are no runs"};
        wanted = all.front().name;
    }
    TIPHYS_TRY(found, journal.find(wanted, with_inputs));
    if (found) return std::move(*found);
    TIPHYS_TRY(runs, journal.runs());
    std::vector<std::string_view> names;
    for (const run::RunRecord& record : runs) {
        names.push_back(record.name);
    }
    const std::string_view nearest = nearest_name(wanted, names);
    return Error{"there is no run `" + wanted + "`" +
                 (nearest.empty() ? "; `tiphys list` shows all"
                                  : "; did you mean `" + std::string(nearest) + "`")};
}

Result<std::unique_ptr<LoadedRun>> load_plan(run::RunRecord record) {
    TIPHYS_TRY(loaded, load_documents(std::move(record)));
    build(*loaded);
    if (loaded->built.unsupported.empty()) return loaded;
    const run::Unsupported& first = loaded->built.unsupported.front();
    return Error{"run `" + loaded->record.name + "` cannot be carried out by this version of " +
                 "tiphys: `" + first.path + "`: " + first.reason};
}

Result<std::unique_ptr<LoadedRun>> load_run(run::Journal& journal, run::RunRecord record) {
    TIPHYS_TRY(loaded, load_plan(std::move(record)));
    TIPHYS_TRY(history, journal.events(loaded->record.id));
    loaded->history = std::move(history);
    return loaded;
}

bool is_live(const std::string& state, const run::RunRecord& record) {
    return run::is_locked(run_folder(state, record.name));
}

bool is_interrupted(const std::string& state, const run::RunRecord& record) {
    return !record.closed && !is_live(state, record);
}

std::string status_text(const std::string& state, const run::RunRecord& record) {
    std::string text(run::run_phase_name(record.summary.phase));
    if (record.summary.suspended) text += " (suspended)";
    if (is_interrupted(state, record)) text += " (interrupted)";
    return text;
}

} // namespace tiphys::cli
