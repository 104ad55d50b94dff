#pragma once
// The walk behind check(): one method for each kind of node.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/check.h"

namespace tiphys::expr {

class Checker {
public:
    Checker(const Tree& tree, const Type& environment);

    [[nodiscard]] CheckResult run(ExprId root);

private:
    struct Variable {
        std::string name;
        Type type;
    };
    /// The list that a predicate looks at, and what else it may name.
    struct PredicateScope {
        Type collection;
        bool has_index = false;
        bool has_accumulator = false;
    };

    Type visit(ExprId id);
    Type visit_kind(ExprId id);
    Type report(FindingKind kind, ExprId at, std::string message, std::string help = "",
                std::string name = "");
    [[nodiscard]] Range range_of(ExprId id) const { return tree_.node(id).range; }
    [[nodiscard]] std::string text_of(ExprId id) const { return tree_.text(id); }

    // checker.cpp
    Type check_name(ExprId id);
    [[nodiscard]] std::optional<Type> find_name(std::string_view name) const;
    Type report(Finding finding);
    Type report_unknown_name(ExprId id, std::string_view name);
    bool report_hyphen(ExprId id);
    Type check_pointer(ExprId id);
    Type check_let(ExprId id);
    Type check_conditional(ExprId id);
    Type check_list(ExprId id);
    Type check_slice(ExprId id);
    Type check_member(ExprId id);
    Type check_environment_member(ExprId id);
    Type check_map_member(ExprId id, const Type& base, const Type& key);
    Type report_no_field(ExprId id, const Type& base);
    void check_constant(ExprId condition);
    void visit_quietly(ExprId id);

    // check_operators.cpp
    Type check_unary(ExprId id);
    Type check_binary(ExprId id);
    Type check_arithmetic(ExprId id, const Type& left, const Type& right);
    Type check_in(ExprId id, const Type& left, const Type& right);
    Type check_matches(ExprId id, const Type& left, const Type& right);
    Type check_coalesce(const Type& left, const Type& right);
    Type report_operands(ExprId id, const Type& left, const Type& right);

    // check_calls.cpp
    Type check_call(ExprId id);
    Type check_builtin(ExprId id);
    Type check_predicate_builtin(ExprId id);
    Type check_predicate(ExprId id);
    Type check_sort_order(ExprId builtin, const Type& collection);
    Type check_get(ExprId id);
    Type check_overloads(ExprId id, std::string_view name, std::span<const std::string_view> types);
    [[nodiscard]] Finding make_finding(FindingKind kind, ExprId at, std::string message,
                                       std::string help, std::string_view name) const;
    std::optional<Finding> check_arguments(ExprId id, std::string_view name,
                                           const Signature& signature,
                                           std::span<const ExprId> arguments);
    std::optional<Finding> check_argument(ExprId argument, std::string_view name,
                                          const Type& parameter);
    Type check_validated(ExprId id, std::string_view name);
    void convert_literals(ExprId id, const Type& to);

    const Tree& tree_;
    const Type& environment_;
    std::vector<PredicateScope> predicates_;
    std::vector<Variable> variables_;
    int n_quiet_ = 0; ///< inside what expr-lang does not look at
    std::vector<bool> visited_;
    CheckResult result_;
};

/// A type as expr-lang's checker prints it: `map[string]interface {}`.
[[nodiscard]] std::string type_in_go(const Type& type);

/// The overloads of a builtin as Go types; empty where its arguments are checked otherwise.
[[nodiscard]] std::span<const std::string_view> builtin_types(std::string_view name);

} // namespace tiphys::expr
