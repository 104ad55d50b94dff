// What suspend nodes lack before they can go on.

#include "runtime/core/suspended.h"

namespace tiphys::run {

const Text* default_of_supplied(const Template& suspended, const std::string& name) {
    for (const OutputParameter& output : suspended.output_parameters) {
        if (output.name == name && output.default_value) return &*output.default_value;
    }
    for (const InputParameter& input : suspended.input_parameters) {
        if (input.name == name && input.default_value) return &*input.default_value;
    }
    return nullptr;
}

std::string reason_to_wait(const State& state, NodeId id) {
    const Outputs* outputs = outputs_of(state, id);
    if (outputs == nullptr) return "";
    const Template& suspended = state.plan->templates[state.nodes[id].template_id];
    for (const ParameterValue& parameter : outputs->parameters) {
        if (parameter.value || default_of_supplied(suspended, parameter.name) != nullptr) continue;
        return "raw output parameter '" + parameter.name +
               "' has not been set and does not have a default value";
    }
    return "";
}

} // namespace tiphys::run
