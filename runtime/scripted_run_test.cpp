// The helper behind the tests of the core.

#include "compiler/front/load.h"
#include "runtime/scripted_run.h"

namespace tiphys::run {
namespace {

class Silent : public Observer {
public:
    void node_changed(const State&, NodeId) override {}
    void output(const State&, const Backend::Output&) override {}
    void tick(const State&, std::int64_t) override {}
    void finished(const State&) override {}
};

} // namespace

ScriptedRun::ScriptedRun(std::string_view yaml, Behaviour behaviour)
    : sources_(std::make_unique<SourceMap>()) {
    const FileId file = sources_->add("test.yaml", std::string(yaml));
    const front::InputFile input{file, true};
    project_ =
        std::make_unique<ir::Project>(front::load_project(*sources_, std::span(&input, 1), 1));
    RunRequest request;
    const auto workflows = project_->all("Workflow");
    if (workflows.empty()) return;
    request.workflow = workflows.front();
    request.name = "wf";
    request.uid = "uid";
    request.created_ms = 1'700'000'000'000;
    built_ = build_plan(*project_, request);
    SimulatedOptions options;
    options.behaviour = std::move(behaviour);
    backend_ = std::make_unique<SimulatedBackend>(std::move(options));
    state_ = std::make_unique<State>(built_.plan);
    if (!built_.unsupported.empty()) return;
    Silent observer;
    static_cast<void>(run_to_end(*state_, *backend_, observer, {}));
}

NodeId ScriptedRun::find(std::string_view name) const {
    for (NodeId id = 0; id < state_->nodes.size(); ++id) {
        if (node_name(*state_, id) == "wf" + std::string(name)) return id;
    }
    return kNoId;
}

std::string ScriptedRun::node(std::string_view name) const {
    const NodeId id = find(name);
    if (id == kNoId) return "-";
    std::string text = std::string(type_name(state_->nodes[id].type)) + " " +
                       std::string(phase_name(state_->nodes[id].phase));
    if (state_->nodes[id].message != 0) text += ": " + std::string(message_of(*state_, id));
    return text;
}

std::string ScriptedRun::children(std::string_view name) const {
    std::string names;
    for (const NodeId child : children_of(*state_, find(name))) {
        if (!names.empty()) names += ' ';
        names += node_name(*state_, child).substr(2);
    }
    return names;
}

std::string ScriptedRun::input(std::string_view name, std::size_t index) const {
    const NodeId id = find(name);
    if (id == kNoId || state_->nodes[id].inputs == kNoId) return "-";
    return state_->inputs[state_->nodes[id].inputs].parameters[index].value_or("-");
}

std::string ScriptedRun::outcome() const {
    std::string text(run_phase_name(state_->phase));
    if (!state_->message.empty()) text += ": " + state_->message;
    return text;
}

std::string ScriptedRun::tree() const {
    std::string text;
    for (NodeId id = 0; id < state_->nodes.size(); ++id) {
        const std::string name = node_name(*state_, id).substr(2);
        text += (name.empty() ? "." : name) + " " + node(name) + "\n";
    }
    return text;
}

SimulatedTask succeed(std::string result) {
    SimulatedTask task;
    task.report.exit_code = 0;
    if (!result.empty()) task.report.result = std::move(result);
    return task;
}

SimulatedTask fail_with(int exit_code) {
    SimulatedTask task;
    task.report.phase = Phase::kFailed;
    task.report.exit_code = static_cast<std::int16_t>(exit_code);
    task.report.message = "main: Error (exit code " + std::to_string(exit_code) + ")";
    return task;
}

} // namespace tiphys::run
