// Finding the variables of an expression.

#include "runtime/plan/required_names.h"

#include <algorithm>
#include <set>

#include "compiler/expr/parse.h"

namespace tiphys::run {
namespace {

using expr::ExprId;
using expr::ExprKind;

class Collector {
public:
    explicit Collector(const expr::Tree& tree) : tree_(tree) {}

    void collect(ExprId root) {
        guard(root);
        visit(root);
    }

    std::vector<std::string> take() { return std::move(names_); }

private:
    /// Members whose absence `??` and `?.` forgive.
    void guard(ExprId id) {
        if (id == expr::kNoExpr) return;
        const expr::Expr& node = tree_.node(id);
        if (node.kind == ExprKind::kBinary && node.op == expr::Operator::kCoalesce) {
            guard_members(tree_.child(id, 0));
        }
        if (node.kind == ExprKind::kMember && node.flag) {
            const ExprId object = tree_.child(id, 0);
            if (tree_.node(object).kind == ExprKind::kMember) guarded_.insert(object);
        }
        for (const ExprId child : tree_.children(id)) {
            guard(child);
        }
    }

    void guard_members(ExprId id) {
        if (id == expr::kNoExpr) return;
        if (tree_.node(id).kind == ExprKind::kMember) guarded_.insert(id);
        for (const ExprId child : tree_.children(id)) {
            guard_members(child);
        }
    }

    void visit(ExprId id) {
        if (id == expr::kNoExpr) return;
        for (const ExprId child : tree_.children(id)) {
            visit(child);
        }
        if (guarded_.count(id) > 0) return;
        const expr::Expr& node = tree_.node(id);
        if (node.kind == ExprKind::kName) add(tree_.text(id));
        if (node.kind == ExprKind::kMember) add(path_of(id));
    }

    /// `a.b.c` of a chain of plain members, or nothing.
    [[nodiscard]] std::string path_of(ExprId id) const {
        const expr::Expr& node = tree_.node(id);
        if (node.kind == ExprKind::kName) return tree_.text(id);
        if (node.kind != ExprKind::kMember || node.flag) return "";
        const ExprId key = tree_.child(id, 1);
        if (tree_.node(key).kind != ExprKind::kString) return "";
        const std::string object = path_of(tree_.child(id, 0));
        return object.empty() ? "" : object + "." + tree_.text(key);
    }

    void add(const std::string& name) {
        if (name.empty() || std::find(names_.begin(), names_.end(), name) != names_.end()) return;
        names_.push_back(name);
    }

    const expr::Tree& tree_;
    std::set<ExprId> guarded_;
    std::vector<std::string> names_;
};

} // namespace

RequiredNames required_names(std::string_view expression) {
    const expr::ParseResult parsed = expr::parse(expression, expr::Dialect::kExpr);
    if (!parsed.ok()) return {};
    Collector collector(parsed.tree);
    collector.collect(parsed.root);
    return {true, collector.take()};
}

bool has_name(const expr::Value& variables, std::string_view path) {
    const expr::Value* value = &variables;
    while (!path.empty()) {
        if (value->kind() != expr::ValueKind::kMap) return false;
        // Names may hold dots themselves: the longest one that fits is taken.
        const expr::Value* found = nullptr;
        std::size_t end = path.size();
        while (true) {
            found = value->as_map().find(path.substr(0, end));
            if (found != nullptr) break;
            end = path.substr(0, end).rfind('.');
            if (end == path.npos) return false;
        }
        value = found;
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return true;
}

} // namespace tiphys::run
