#pragma once
// The checker of expr-lang: what is wrong with a tree before it is evaluated, and the type of
// each of its nodes. expr-lang: checker/checker.go.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/parse.h"
#include "compiler/expr/tree.h"
#include "compiler/expr/types.h"

namespace tiphys::expr {

/// The names that an expression may use: a tree of maps.
class Scope {
public:
    /// `path` is a name such as `inputs.parameters.my-param`, or several parts of one that holds
    /// dots itself. Names above it become closed maps: further names there are errors.
    void add(std::string_view path, Type type);
    void add(const std::vector<std::string>& path, Type type);

    /// Names below `path` that were not added are taken as they come (`workflow.labels`); below
    /// "", all names.
    void open(std::string_view path);

    /// The functions that Argo puts beside expr-lang's own: asInt, asFloat, jsonpath, toJson,
    /// sprig. Argo: util/expr/env/env.go.
    void add_argo_functions();

    [[nodiscard]] Type type() const;

private:
    struct Node {
        Type type;
        std::map<std::string, Node, std::less<>> children;
        bool is_open = false;
    };
    [[nodiscard]] Node& node_at(const std::vector<std::string>& path);
    [[nodiscard]] static Type type_of_node(const Node& node);

    Node root_;
};

enum class FindingKind : std::uint8_t {
    kUnknownName,
    kUnknownFunction,
    kUnknownField,
    kWrongOperand,  ///< an operator cannot take what it is given
    kWrongArgument, ///< a function cannot
    kNotCallable,
    kPredicate,  ///< the function given to `filter` and its like; `#` outside of one
    kRedeclared, ///< `let` with a name that exists
    kPattern,    ///< a regular expression that cannot be compiled
    kDivisionByZero,
    kHyphen,   ///< `my-param` reads as a subtraction
    kConstant, ///< a condition that is always the same
};

struct Finding {
    FindingKind kind = FindingKind::kUnknownName;
    Range range;
    Range anchor;        ///< the token in it that expr-lang points at
    std::string message; ///< lower case, no full stop
    std::string help;    ///< what to write instead; may be empty
    std::string name;    ///< the name that it is about, or empty
    /// Whether Argo refuses the expression for it. If not, the value is nil, or always the same.
    bool is_error = true;
    /// What expr-lang says; empty: not known.
    std::string original = {};
};

struct CheckResult {
    std::vector<Finding> findings; ///< in the order in which expr-lang looks; it stops at the first
    std::vector<Type> types;       ///< of each node
    Type type;                     ///< of the whole

    /// The first error, or null.
    [[nodiscard]] const Finding* first_error() const;
};

/// Checks a tree of Dialect::kExpr or kDepends.
[[nodiscard]] CheckResult check(const Tree& tree, ExprId root, const Type& environment);

} // namespace tiphys::expr
