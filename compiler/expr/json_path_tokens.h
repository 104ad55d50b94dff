#pragma once
// The parts of a JSONPath, and the conditions in its filters.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/expr/value.h"

namespace tiphys::expr {

enum class PathKind : std::uint8_t {
    kRoot,
    kCurrent,
    kWildcard,
    kRecursive,
    kKey,
    kIndex,
    kLength,
    kRange,
    kUnion,
    kFilter, ///< `[?(…)]`
    kScript, ///< `[(…)]`
};

struct PathScript;

/// A bound of a range or a member of a union: left out, a number, a key, or computed.
using PathArgument =
    std::variant<std::monostate, std::int64_t, std::string, std::shared_ptr<const PathScript>>;

struct PathToken {
    PathKind kind = PathKind::kRoot;
    std::string key;
    std::int64_t index = 0;
    std::vector<PathArgument> arguments;
    std::shared_ptr<const PathScript> script;
};

struct ScriptNode;

/// An operand: nothing, text as it stands there, a list or map, or another operator.
using ScriptOperand =
    std::variant<std::monostate, std::string, Value, std::shared_ptr<const ScriptNode>>;

struct ScriptNode {
    std::string op; ///< `==`, `in`…; `@` is a path
    ScriptOperand left;
    ScriptOperand right;
    std::vector<PathToken> path;
};

struct PathScript {
    std::string text;
    std::shared_ptr<const ScriptNode> root; ///< null where the text has no operator
};

/// Counts the work of reading and following a path, which some texts would make endless.
struct PathBudget {
    std::uint64_t steps = 1'000'000;

    /// False once it is used up.
    bool spend() { return steps > 0 && --steps > 0; }
};

/// Nothing where the path cannot be read; `reason` says why.
[[nodiscard]] std::optional<std::vector<PathToken>>
parse_json_path(std::string_view path, PathBudget& budget, std::string& reason);

/// Nothing where the condition cannot be read.
[[nodiscard]] std::shared_ptr<const PathScript>
parse_path_script(std::string_view text, PathBudget& budget, std::string& reason);

/// Follows `tokens` from `current`.
[[nodiscard]] std::optional<Value> follow_path(const Value& root, const Value& current,
                                               const std::vector<PathToken>& tokens,
                                               PathBudget& budget, std::string& reason);

/// The value of a script for one element; nothing where it fails.
[[nodiscard]] std::optional<Value> run_path_script(const PathScript& script, const Value& root,
                                                   const Value& current, PathBudget& budget);

} // namespace tiphys::expr
