#pragma once
// What the variables in tags mean at one place of a run.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/core/state.h"

namespace tiphys::run {

/// A variable's value. kNil: an output that a skipped node never produced.
struct Found {
    enum class Kind : std::uint8_t { kMissing, kNil, kText, kArtifact };
    Kind kind = Kind::kMissing;
    std::string text;
    Artifact artifact;
};

/// Looks variables up where they are; nothing is copied before it is asked for.
struct Scope {
    const State* state = nullptr;

    /// `inputs.*`, `outputs.*.path`: the template and what it was called with.
    const Template* self = nullptr;
    const Inputs* inputs = nullptr;
    /// `node.name`, `pod.name`: of a node that need not exist yet.
    NodeId name_parent = kNoId;
    std::string_view suffix;
    bool has_name = false;
    /// `steps.name`, `tasks.name`; also the template name within `pod.name`.
    const Call* caller = nullptr;
    /// `retries`, `lastRetry.*`.
    const AttemptVariables* attempt = nullptr;
    /// Expressions see these and nothing else, as those of retry strategies do.
    bool only_attempt = false;

    /// `steps.*`, `tasks.*` of this frame.
    const Frame* frame = nullptr;
    /// Steps: those of groups before. Dag: ancestors of `task`, or all for kNoId.
    std::uint32_t task = kNoId;
    /// A slot that is visible as well: the one whose exit hook is called, with this node.
    std::uint32_t own_slot = kNoId;
    NodeId own_node = kNoId;

    /// `item`, `item.*`.
    const Item* item = nullptr;
    /// Whether `item*` is left alone, because elements come later.
    bool item_comes_later = false;

    [[nodiscard]] Found find(std::string_view key) const;
    /// Calls `visit` with every variable that an expression could mean: those whose first word
    /// stands in `text`.
    void each(std::string_view text, const std::function<void(std::string, Found)>& visit) const;
};

/// What the template of a node that has one sees of itself and of the workflow.
[[nodiscard]] Scope own_scope(const State& state, NodeId node);

} // namespace tiphys::run
