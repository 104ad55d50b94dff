// All variables of a scope, for expressions, which see them as nested maps.

#include <algorithm>

#include "runtime/core/scope.h"

namespace tiphys::run {
namespace {

using Visit = std::function<void(std::string, Found)>;

class Enumeration {
public:
    Enumeration(const Scope& scope, const Visit& visit) : scope_(scope), visit_(visit) {}

    /// Passes the variable on if it has a value.
    void offer(const std::string& key) {
        Found found = scope_.find(key);
        if (found.kind != Found::Kind::kMissing) visit_(key, std::move(found));
    }

    void globals() {
        for (const auto& [key, value] : scope_.state->plan->globals) {
            offer(key);
        }
        for (const ParameterValue& output : scope_.state->global_outputs.parameters) {
            offer("workflow.outputs.parameters." + output.name);
        }
        for (const Artifact& output : scope_.state->global_outputs.artifacts) {
            offer("workflow.outputs.artifacts." + output.name);
        }
        for (const char* key : {"workflow.status", "workflow.failures", "workflow.duration"}) {
            offer(key);
        }
    }

    void inputs() {
        if (scope_.self == nullptr) return;
        for (const InputParameter& input : scope_.self->input_parameters) {
            offer("inputs.parameters." + input.name);
        }
        for (const ArtifactSpec& input : scope_.self->input_artifacts) {
            offer("inputs.artifacts." + input.name);
        }
    }

    void own_outputs() {
        if (scope_.self == nullptr) return;
        for (const ArtifactSpec& output : scope_.self->output_artifacts) {
            offer("outputs.artifacts." + output.name + ".path");
        }
        for (const OutputParameter& output : scope_.self->output_parameters) {
            offer("outputs.parameters." + output.name + ".path");
        }
    }

    void calls(const std::string& group) {
        offer(group + ".name");
        if (scope_.frame == nullptr) return;
        const Plan& plan = *scope_.state->plan;
        for (const Slot& slot : scope_.frame->slots) {
            const Call& call = plan.calls[slot.call];
            const std::string prefix = group + "." + call.name + ".";
            for (const char* property :
                 {"id", "startedAt", "finishedAt", "status", "exitCode", "ip", "hostNodeName",
                  "outputs.result", "outputs.parameters"}) {
                offer(prefix + property);
            }
            for (const std::string& output : output_names(slot)) {
                offer(prefix + "outputs." + output);
            }
        }
    }

    void item() {
        offer("item");
        if (scope_.item == nullptr) return;
        for (const auto& [key, value] : scope_.item->fields) {
            offer("item." + key);
        }
    }

private:
    /// Declared outputs; those that were made have no other names.
    [[nodiscard]] std::vector<std::string> output_names(const Slot& slot) const {
        std::vector<std::string> names;
        const Plan& plan = *scope_.state->plan;
        const TemplateId id = plan.calls[slot.call].template_id;
        if (id == kNoId) return names;
        for (const OutputParameter& output : plan.templates[id].output_parameters) {
            names.push_back("parameters." + output.name);
        }
        for (const ArtifactSpec& output : plan.templates[id].output_artifacts) {
            names.push_back("artifacts." + output.name);
        }
        return names;
    }

    const Scope& scope_;
    const Visit& visit_;
};

} // namespace

void Scope::each(std::string_view text, const Visit& visit) const {
    Enumeration all(*this, visit);
    const auto mentions = [&](std::string_view word) { return contains_word(text, word); };
    if (mentions("retries")) all.offer("retries");
    if (mentions("lastRetry")) {
        for (const char* key : {"lastRetry.exitCode", "lastRetry.status", "lastRetry.duration",
                                "lastRetry.message"}) {
            all.offer(key);
        }
    }
    if (only_attempt) return;
    if (mentions("workflow")) all.globals();
    if (mentions("inputs")) all.inputs();
    if (mentions("outputs")) all.own_outputs();
    if (mentions("steps")) all.calls("steps");
    if (mentions("tasks")) all.calls("tasks");
    if (mentions("item")) all.item();
    if (mentions("node")) all.offer("node.name");
    if (mentions("pod")) all.offer("pod.name");
}

} // namespace tiphys::run
