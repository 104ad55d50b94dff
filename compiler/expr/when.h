#pragma once
// `when`: the condition of a step or task, and govaluate's evaluator behind it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/expr/parse.h"
#include "compiler/expr/value.h"

namespace tiphys::expr {

/// Where Argo gives up on a `when`.
enum class WhenStage : std::uint8_t {
    kParse,    ///< the text is no expression
    kReparse,  ///< it is none after bare words have become strings
    kEvaluate, ///< an operator cannot take its operands
    kNotBool,  ///< the outcome is no bool
};

struct WhenResult {
    std::optional<bool> value; ///< absent where it failed
    WhenStage stage = WhenStage::kParse;
    ParseError error;
    Value got; ///< kNotBool: the outcome
};

/// Parses `when` as Argo does: bare words are strings. Tags have been replaced.
[[nodiscard]] ParseResult parse_when(std::string_view text);

/// Decides whether the step or task runs; an empty text is true.
/// Argo: workflow/controller/steps.go shouldExecute.
[[nodiscard]] WhenResult evaluate_when(std::string_view text);

/// The outcome of an expression of govaluate.
struct GovaluateResult {
    Value value;
    std::optional<ParseError> error;
};

/// Evaluates a tree of Dialect::kGovaluate. `variables` is a map or nil.
[[nodiscard]] GovaluateResult evaluate_govaluate(const ParseResult& parsed, const Value& variables);

} // namespace tiphys::expr
