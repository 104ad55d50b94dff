// Compiling `depends`.

#include "runtime/plan/compile_depends.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace tiphys::run {
namespace {

constexpr std::pair<std::string_view, TaskResult> kResults[] = {
    {"Succeeded", TaskResult::kSucceeded},       {"Failed", TaskResult::kFailed},
    {"Errored", TaskResult::kErrored},           {"Skipped", TaskResult::kSkipped},
    {"Omitted", TaskResult::kOmitted},           {"Daemoned", TaskResult::kDaemoned},
    {"AnySucceeded", TaskResult::kAnySucceeded}, {"AllFailed", TaskResult::kAllFailed}};

class Compiler {
public:
    Compiler(const expr::Tree& tree, const std::vector<std::string>& names)
        : tree_(tree), names_(names) {}

    void compile(expr::ExprId id) {
        const expr::Expr& node = tree_.node(id);
        switch (node.kind) {
        case expr::ExprKind::kBool:
            program_.push_back(
                {node.integer != 0 ? DependsStep::Kind::kTrue : DependsStep::Kind::kFalse});
            return;
        case expr::ExprKind::kUnary:
            compile(tree_.child(id, 0));
            if (node.op != expr::Operator::kNot) fail(id);
            program_.push_back({DependsStep::Kind::kNot});
            return;
        case expr::ExprKind::kBinary:
            compile_binary(id);
            return;
        case expr::ExprKind::kMember:
            compile_question(id);
            return;
        default:
            fail(id);
            return;
        }
    }

    Depends take() { return std::move(program_); }
    [[nodiscard]] const std::string& error() const { return error_; }

private:
    void fail(expr::ExprId id) {
        if (!error_.empty()) return;
        error_ = "`depends` can combine results of tasks with `&&`, `||`, `!` and parentheses "
                 "only, not " +
                 expr::to_s_expression(tree_, id);
    }

    void compile_binary(expr::ExprId id) {
        const expr::Operator op = tree_.node(id).op;
        if (op != expr::Operator::kAnd && op != expr::Operator::kOr) {
            fail(id);
            return;
        }
        compile(tree_.child(id, 0));
        compile(tree_.child(id, 1));
        program_.push_back(
            {op == expr::Operator::kAnd ? DependsStep::Kind::kAnd : DependsStep::Kind::kOr});
    }

    void compile_question(expr::ExprId id) {
        const expr::ExprId object = tree_.child(id, 0);
        const expr::ExprId key = tree_.child(id, 1);
        const bool is_plain = tree_.node(object).kind == expr::ExprKind::kName &&
                              tree_.node(key).kind == expr::ExprKind::kString;
        if (!is_plain) {
            fail(id);
            return;
        }
        const auto result =
            std::find_if(std::begin(kResults), std::end(kResults),
                         [&](const auto& known) { return known.first == tree_.text(key); });
        if (result == std::end(kResults)) {
            fail(id);
            return;
        }
        for (std::uint32_t i = 0; i < names_.size(); ++i) {
            std::string name = names_[i];
            // The tree has `_` for `-`, as in Argo.
            std::replace(name.begin(), name.end(), '-', '_');
            if (name != tree_.text(object)) continue;
            program_.push_back({DependsStep::Kind::kAsk, result->second, i});
            return;
        }
        if (error_.empty()) error_ = "there is no task `" + tree_.text(object) + "`";
    }

    const expr::Tree& tree_;
    const std::vector<std::string>& names_;
    Depends program_;
    std::string error_;
};

} // namespace

CompiledDepends compile_depends(const expr::DependsLogic& logic,
                                const std::vector<std::string>& names) {
    CompiledDepends compiled;
    for (const expr::DependsReference& reference : logic.references) {
        const auto found = std::find(names.begin(), names.end(), reference.task);
        if (found == names.end()) {
            compiled.names_all_tasks = false;
            compiled.error = "there is no task `" + reference.task + "`";
            return compiled;
        }
        const auto position = static_cast<std::uint32_t>(found - names.begin());
        auto& known = compiled.dependencies;
        if (std::find(known.begin(), known.end(), position) == known.end()) {
            known.push_back(position);
        }
    }
    if (!logic.parsed.ok()) {
        compiled.error = logic.parsed.error->message;
        return compiled;
    }
    Compiler compiler(logic.parsed.tree, names);
    compiler.compile(logic.parsed.root);
    compiled.error = compiler.error();
    compiled.program = compiler.take();
    return compiled;
}

} // namespace tiphys::run
