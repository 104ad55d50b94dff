#pragma once
// Limits on expressions, each with its reason.

#include <cstddef>
#include <cstdint>

namespace tiphys::expr::limits {

/// Nesting of parentheses, calls and literals. The parser, the checker and the evaluator recurse;
/// real expressions nest about ten levels.
inline constexpr std::uint32_t kExprDepth = 200;

/// Levels of a tree: a chain such as `a + b + c` is one level deeper with each operator.
inline constexpr std::uint32_t kExprHeight = 2'000;

/// Nodes of one expression. expr-lang: conf.DefaultMaxNodes.
inline constexpr std::uint32_t kExprNodes = 10'000;

/// Elements that ranges, `repeat` and the like may make in one evaluation.
/// expr-lang: conf.DefaultMemoryBudget.
inline constexpr std::uint32_t kMemoryBudget = 1'000'000;

/// Steps of one evaluation: a few nested predicates over long lists would otherwise run for days.
inline constexpr std::uint64_t kEvaluationSteps = 100'000'000;

/// Bytes of text that one evaluation may build (`repeat`, `join`, padding).
inline constexpr std::size_t kTextBytes = std::size_t{64} * 1024 * 1024;

} // namespace tiphys::expr::limits
