#pragma once
// How texts move through the workflows that a root reaches: which variable is pasted where, and
// which other variable that fills.

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/taint.h"
#include "compiler/expr/tags.h"
#include "compiler/front/flow.h"

namespace tiphys::analyze {

/// A variable of one place: whoever reads it gets the same text.
struct Slot {
    enum class Kind : std::uint8_t { kGlobal, kInput, kOutput, kItem, kGlobalOutput };
    Kind kind = Kind::kGlobal;
    /// The template of an input or output, the node of an item; else null.
    const void* owner = nullptr;
    std::string name;

    friend bool operator==(const Slot&, const Slot&) = default;
};

struct SlotHash {
    std::size_t operator()(const Slot& slot) const;
};

/// A tag that reads a variable.
struct TaintUse {
    const ir::Scalar* scalar = nullptr;
    expr::Range range;
    std::string name;
    bool is_json = false;
    const ir::Object* owner = nullptr;
    const front::FlowTemplate* inside = nullptr;
    /// Where the text ends, or else the variable that it fills, and how.
    std::optional<Sink> sink;
    Slot to;
    std::string words;
    /// The text is what a pod works on: what it prints may hold it.
    bool is_relay = false;
};

/// An output or input that brings a text from elsewhere.
struct TaintSeed {
    Slot slot;
    TaintSource source = TaintSource::kCaller;
    std::vector<RelatedPlace> path;
    const ir::Object* event_parameter = nullptr;
};

class TaintGraph {
public:
    TaintGraph(front::FlowSet& flows, const front::Flow& root);

    [[nodiscard]] const std::vector<TaintUse>& uses_of(const Slot& slot) const;
    /// Answers of HTTP requests, values that somebody supplies by hand, and the inputs of the
    /// root's own templates.
    [[nodiscard]] const std::vector<TaintSeed>& seeds() const { return seeds_; }

private:
    void reach(const front::FlowTemplate* at);
    void add_template(const front::FlowTemplate& at);
    void add_inputs(const front::FlowTemplate& at);
    void add_outputs(const front::FlowTemplate& at);
    void add_output(const front::FlowTemplate& at, const wf::Parameter& output);
    void add_node(const front::FlowTemplate& at, const front::FlowNode& node);
    void add_call(const front::FlowTemplate* at, const front::FlowNode* node,
                  const front::Call& call, const front::Callee& callee);
    void add_body(const ir::Value& value, const ir::Object* owner, const schema::Field* field,
                  const front::FlowTemplate* at);
    void add_object(const ir::Object& object, const front::FlowTemplate* at);
    void add_entrypoint(const front::Flow& root);
    /// Adds a use for each variable in a text; `use` says where it goes.
    void add_text(const ir::Scalar* scalar, TaintUse use, const front::FlowNode* node);
    void add_expression(const ir::Scalar* scalar, TaintUse use);
    [[nodiscard]] std::optional<Slot> slot_of(std::string_view name, const front::FlowTemplate* at,
                                              const front::FlowNode* node) const;

    front::FlowSet& flows_;
    const front::Flow& root_;
    std::vector<const front::FlowTemplate*> reached_;
    std::unordered_map<const front::FlowTemplate*, bool> is_reached_;
    std::unordered_map<Slot, std::vector<TaintUse>, SlotHash> uses_;
    std::vector<TaintSeed> seeds_;
};

} // namespace tiphys::analyze
