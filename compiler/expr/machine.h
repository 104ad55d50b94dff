#pragma once
// The walk that evaluates a program.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/evaluate.h"
#include "compiler/expr/operators.h"

namespace tiphys::expr {

class Machine {
public:
    Machine(const Program& program, const Value& variables, const Environment& environment);

    [[nodiscard]] Evaluation run();

private:
    struct Variable {
        std::string_view name;
        Value value;
    };
    /// A list that a predicate is walked along.
    struct Walk {
        Value collection;
        std::size_t size = 0;
        std::size_t index = 0;
        Value accumulator;
    };

    Value evaluate(ExprId id);
    Value evaluate_kind(ExprId id);
    Value fail(ExprId id, Fault fault, std::string help = "");
    Value fail(ExprId id, std::string message, std::string help = "");
    [[nodiscard]] bool failed() const { return error_.has_value(); }
    bool grow(ExprId id, std::size_t n_elements);
    [[nodiscard]] ExprId child(ExprId id, std::uint32_t index) const {
        return tree_.child(id, index);
    }

    Value evaluate_literal(ExprId id) const;
    Value evaluate_name(ExprId id);
    Value evaluate_pointer(ExprId id);
    Value evaluate_unary(ExprId id);
    Value evaluate_binary(ExprId id);
    Value evaluate_logic(ExprId id);
    Value evaluate_equality(ExprId id, const Value& left, const Value& right);
    Value evaluate_text_test(ExprId id, const Value& left, const Value& right);
    Value evaluate_in(ExprId id, const Value& left, const Value& right);
    Value evaluate_range(ExprId id, const Value& from, const Value& to);
    Value evaluate_member(ExprId id);
    Value evaluate_chain(ExprId id);
    Value evaluate_slice(ExprId id);
    Value evaluate_call(ExprId id);
    Value evaluate_builtin(ExprId id);
    Value evaluate_let(ExprId id);
    Value evaluate_conditional(ExprId id);
    Value evaluate_list(ExprId id);
    Value evaluate_map(ExprId id);
    std::optional<bool> as_bool(ExprId at, const Value& value);

    // machine_walks.cpp: functions with predicates
    Value evaluate_walk(ExprId id);
    bool begin_walk(ExprId id);
    Value item(ExprId at);
    std::optional<bool> holds(ExprId id, ExprId predicate);
    Value walk_quantifier(ExprId id, std::string_view name);
    Value walk_filter(ExprId id);
    Value walk_map(ExprId id);
    Value walk_count(ExprId id);
    Value walk_sum(ExprId id);
    Value walk_find(ExprId id, std::string_view name);
    Value walk_group(ExprId id);
    Value walk_sort(ExprId id);
    Value walk_reduce(ExprId id);

    const Program& program_;
    const Tree& tree_;
    const Value& variables_;
    const Environment& environment_;
    std::vector<Variable> let_;
    std::vector<Walk> walks_;
    bool chain_broken_ = false;
    std::uint64_t made_ = 0;
    std::uint64_t n_steps_ = 0;
    std::optional<EvaluationError> error_;
};

/// Runs a builtin function that takes no predicate.
[[nodiscard]] Value run_builtin(std::string_view name, class Call& call);

/// Sorts by `<` of expr-lang; equal elements keep their order. `keys` decide, `values` follow.
void sort_values(std::vector<Value>& keys, std::vector<Value>& values, bool descending,
                 Fault& fault);

} // namespace tiphys::expr
