#pragma once
// Where a workflow uses variables: every tag and every expression of its texts, with the place
// that says which variables are known there.

#include <string_view>
#include <vector>

#include "compiler/expr/tags.h"
#include "compiler/front/flow.h"

namespace tiphys::front {

/// The part of a workflow that a text stands in.
enum class Part : std::uint8_t {
    kWorkflow,     ///< the spec, beside its templates
    kPodMetadata,  ///< `podMetadata` of the spec, which each template gets
    kWorkflowHook, ///< hooks of the workflow
    kInputs,
    kBody, ///< what a template runs, and its settings
    kMetrics,
    kNode,     ///< a step or task: arguments, condition, loop
    kNodeHook, ///< hooks of a step or task
    kOutputs
};

/// A place that sees certain variables.
struct Site {
    const Flow* flow = nullptr;
    const FlowTemplate* inside = nullptr; ///< null at the level of the workflow
    const FlowNode* node = nullptr;       ///< in kNode and kNodeHook
    Part part = Part::kWorkflow;
};

/// A text and the field that holds it.
struct TextUse {
    const ir::Scalar* scalar = nullptr;
    const ir::Object* parent = nullptr;
    const schema::Field* field = nullptr;
    Site site;
};

/// A tag of a text.
struct TagUse {
    TextUse text;
    expr::Tag tag;

    /// The name in a simple tag; of an expression its text.
    [[nodiscard]] std::string_view name() const;
};

struct Uses {
    std::vector<TagUse> tags;
    /// Fields that hold an expression or condition (`when`, `expression`, `fromExpression` …).
    std::vector<TextUse> expressions;
    /// Texts with a `{{` that nothing closes.
    std::vector<TextUse> unclosed;
};

/// All uses of a workflow place, in the order of its fields.
[[nodiscard]] Uses collect_uses(const Flow& flow);

} // namespace tiphys::front
