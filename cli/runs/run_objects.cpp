// The object that Argo would show, put together from a run's plan and state.
#include "cli/runs/run_objects.h"

#include <ostream>

#include <nlohmann/json.hpp>

#include "cli/runs/request.h"
#include "codegen/emit_yaml.h"

namespace tiphys::cli {

std::string json_as_yaml(const std::string& json) {
    SourceMap map;
    const front::InputFile input{map.add("run.json", json), true};
    const ir::Project project = front::load_project(map, {&input, 1}, 1);
    std::string yaml;
    for (const ir::SourceUnit& unit : project.units()) {
        for (const ir::Document& document : unit.documents) {
            if (document.root != nullptr) codegen::emit_yaml(*document.root, yaml);
        }
    }
    return yaml;
}

std::string object_text(const LoadedRun& loaded, const run::State& state, bool as_yaml) {
    const std::string json = run::workflow_as_json(state, object_of(loaded));
    return as_yaml ? json_as_yaml(json) : json;
}

int write_objects(run::Journal* journal, const std::vector<run::RunRecord>& runs, bool as_yaml,
                  Streams& streams) {
    nlohmann::json all = nlohmann::json::array();
    for (const run::RunRecord& record : runs) {
        const auto whole = find_run(*journal, record.name);
        if (!whole) return fail(streams, whole.error().message);
        const auto replayed = replayed_run(*journal, *whole);
        if (!replayed) return fail(streams, replayed.error().message);
        const std::string text = object_text(*replayed->loaded, *replayed->state, as_yaml);
        if (as_yaml) {
            streams.out << "---\n" << text;
        } else {
            all.push_back(nlohmann::json::parse(text, nullptr, false));
        }
    }
    if (!as_yaml) streams.out << all.dump(2) << "\n";
    return kExitFine;
}

} // namespace tiphys::cli
