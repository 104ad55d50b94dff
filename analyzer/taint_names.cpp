// The variables whose text comes through a tag or an expression.
#include "analyzer/taint_names.h"

#include <algorithm>
#include <array>

#include "compiler/expr/parse.h"

namespace tiphys::analyze {
namespace {

using expr::Expr;
using expr::ExprId;
using expr::ExprKind;
using expr::Operator;

/// Functions whose result is a number, a hash or letters and digits.
constexpr std::array<std::string_view, 26> kCleaning{"asInt",
                                                     "asFloat",
                                                     "int",
                                                     "float",
                                                     "len",
                                                     "count",
                                                     "indexOf",
                                                     "toBase64",
                                                     "date",
                                                     "duration",
                                                     "sprig.int",
                                                     "sprig.int64",
                                                     "sprig.atoi",
                                                     "sprig.float64",
                                                     "sprig.len",
                                                     "sprig.b64enc",
                                                     "sprig.b32enc",
                                                     "sprig.sha1sum",
                                                     "sprig.sha256sum",
                                                     "sprig.adler32sum",
                                                     "sprig.sha512sum",
                                                     "sprig.toInt",
                                                     "sprig.date",
                                                     "sprig.unixEpoch",
                                                     "sprig.add",
                                                     "sprig.hasPrefix"};

bool keeps_text(Operator op) {
    return op == Operator::kAdd || op == Operator::kCoalesce || op == Operator::kNone;
}

class NameCollector {
public:
    explicit NameCollector(const expr::Tree& tree) : tree_(tree) {}

    void visit(ExprId id, bool is_json) {
        if (id == expr::kNoExpr) return;
        const Expr& node = tree_.node(id);
        switch (node.kind) {
        case ExprKind::kName:
        case ExprKind::kMember: {
            const std::string name = chain(id);
            if (!name.empty()) names_.push_back({name, is_json});
            if (name.empty()) visit_children(id, is_json, 0);
            return;
        }
        case ExprKind::kUnary:
            return;
        case ExprKind::kBinary:
            if (keeps_text(node.op)) visit_children(id, is_json, 0);
            return;
        case ExprKind::kCall:
            visit_call(id, chain(tree_.child(id, 0)), is_json, 1);
            return;
        case ExprKind::kBuiltin:
            visit_call(id, tree_.text(id), is_json, 0);
            return;
        case ExprKind::kConditional:
            visit_children(id, is_json, 1);
            return;
        case ExprKind::kAbsent:
        case ExprKind::kNil:
        case ExprKind::kBool:
        case ExprKind::kInt:
        case ExprKind::kFloat:
        case ExprKind::kString:
        case ExprKind::kBytes:
        case ExprKind::kPointer:
            return;
        case ExprKind::kChain:
        case ExprKind::kSlice:
        case ExprKind::kPredicate:
        case ExprKind::kLet:
        case ExprKind::kSequence:
        case ExprKind::kList:
        case ExprKind::kMap:
        case ExprKind::kPair:
            visit_children(id, is_json, 0);
            return;
        }
    }

    std::vector<CarriedName> take() { return std::move(names_); }

private:
    void visit_children(ExprId id, bool is_json, std::uint32_t from) {
        for (std::uint32_t i = from; i < tree_.node(id).n_children; ++i)
            visit(tree_.child(id, i), is_json);
    }

    void visit_call(ExprId id, const std::string& name, bool is_json, std::uint32_t first) {
        if (std::find(kCleaning.begin(), kCleaning.end(), name) != kCleaning.end()) return;
        const bool makes_json = name == "toJson" || name == "toJSON" || name == "sprig.toJson";
        visit_children(id, is_json || makes_json, first);
    }

    /// `inputs.parameters['a-b']` as `inputs.parameters.a-b`; empty where it is no such chain.
    std::string chain(ExprId id) const {
        if (id == expr::kNoExpr) return {};
        const Expr& node = tree_.node(id);
        if (node.kind == ExprKind::kName) return tree_.text(id);
        if (node.kind == ExprKind::kChain) return chain(tree_.child(id, 0));
        if (node.kind != ExprKind::kMember) return {};
        const ExprId key = tree_.child(id, 1);
        if (key == expr::kNoExpr || tree_.node(key).kind != ExprKind::kString) return {};
        const std::string object = chain(tree_.child(id, 0));
        return object.empty() ? object : object + "." + tree_.text(key);
    }

    const expr::Tree& tree_;
    std::vector<CarriedName> names_;
};

} // namespace

std::vector<CarriedName> names_carried_by(std::string_view text, const expr::Tag& tag) {
    if (!tag.is_expression || tag.is_nested) {
        return {{std::string(text.substr(tag.name.begin, tag.name.end - tag.name.begin)), false}};
    }
    return names_carried_by(text.substr(tag.content.begin, tag.content.end - tag.content.begin));
}

std::vector<CarriedName> names_carried_by(std::string_view expression) {
    const expr::ParseResult parsed = expr::parse(expression, expr::Dialect::kExpr);
    if (!parsed.ok()) return {};
    NameCollector collector(parsed.tree);
    collector.visit(parsed.root, false);
    return collector.take();
}

} // namespace tiphys::analyze
