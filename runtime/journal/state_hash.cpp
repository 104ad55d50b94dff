// FNV-1a with 64 bits over the fields of all nodes.

#include "runtime/journal/state_hash.h"

#include <string_view>

namespace tiphys::run {
namespace {

class Hash {
public:
    void add(std::string_view text) {
        for (const char c : text) {
            mix(static_cast<unsigned char>(c));
        }
        mix(0xff);
    }
    void add(std::uint64_t number) {
        for (unsigned shift = 0; shift < 64; shift += 8) {
            mix((number >> shift) & 0xffU);
        }
    }
    [[nodiscard]] std::uint64_t value() const { return value_ == 0 ? 1 : value_; }

private:
    void mix(std::uint64_t byte) { value_ = (value_ ^ byte) * 0x100000001b3ULL; }

    std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

void add_outputs(Hash& hash, const Outputs& outputs) {
    hash.add(outputs.result.value_or(""));
    for (const ParameterValue& parameter : outputs.parameters) {
        hash.add(parameter.name);
        hash.add(parameter.value.value_or(""));
    }
    for (const Artifact& artifact : outputs.artifacts) {
        hash.add(artifact.name);
        hash.add(artifact.location);
    }
}

} // namespace

std::uint64_t state_hash(const State& state) {
    Hash hash;
    hash.add(static_cast<std::uint64_t>(state.phase));
    hash.add(state.message);
    hash.add(static_cast<std::uint64_t>(state.finished_ms));
    for (NodeId id = 0; id < state.nodes.size(); ++id) {
        const Node& node = state.nodes[id];
        hash.add(node.id_hash);
        hash.add(static_cast<std::uint64_t>(node.type));
        hash.add(static_cast<std::uint64_t>(node.phase));
        hash.add(static_cast<std::uint64_t>(node.started_ms));
        hash.add(static_cast<std::uint64_t>(node.finished_ms));
        hash.add(static_cast<std::uint64_t>(node.exit_code));
        hash.add(message_of(state, id));
        if (const Outputs* outputs = outputs_of(state, id)) add_outputs(hash, *outputs);
        for (const NodeId child : children_of(state, id)) {
            hash.add(child);
        }
    }
    add_outputs(hash, state.global_outputs);
    return hash.value();
}

} // namespace tiphys::run
