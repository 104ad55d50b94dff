// The condition of a trigger.
#include "analyzer/conditions.h"

#include <algorithm>
#include <set>

#include "compiler/expr/parse.h"

namespace tiphys::analyze {
namespace {

/// Ways that are looked at; a sensor has a handful of dependencies.
constexpr std::size_t kMostWays = 256;

using Ways = std::set<ConditionWay>;

/// Argo writes `_` for `-` before it parses.
std::string with_underscores(std::string_view text) {
    std::string masked(text);
    std::replace(masked.begin(), masked.end(), '-', '_');
    return masked;
}

class Reader {
public:
    Reader(std::string_view text, const std::vector<std::string_view>& declared,
           const expr::Tree& tree, Condition& out)
        : text_(text), declared_(declared), tree_(tree), out_(out) {}

    Ways read(expr::ExprId id) {
        const expr::Expr& node = tree_.node(id);
        if (out_.error || out_.is_too_large) return {};
        if (node.kind == expr::ExprKind::kName) return read_name(node);
        const bool is_and = node.kind == expr::ExprKind::kBinary && node.op == expr::Operator::kAnd;
        const bool is_or = node.kind == expr::ExprKind::kBinary && node.op == expr::Operator::kOr;
        if (!is_and && !is_or) {
            out_.error = {
                node.range.begin, node.range.end,
                "a condition cannot hold `" +
                    std::string(text_.substr(node.range.begin, node.range.end - node.range.begin)) +
                    "`",
                "write names of dependencies, `&&`, `||` and parentheses only"};
            return {};
        }
        const Ways left = read(tree_.child(id, 0));
        const Ways right = read(tree_.child(id, 1));
        return is_and ? product(left, right) : sum(left, right);
    }

private:
    Ways read_name(const expr::Expr& node) {
        const std::size_t begin = node.range.begin;
        const std::string_view written = text_.substr(begin, node.range.end - begin);
        ConditionName name{std::string(written), begin, node.range.end};
        const auto known =
            std::find_if(declared_.begin(), declared_.end(), [&](std::string_view other) {
                return with_underscores(other) == with_underscores(written);
            });
        if (known != declared_.end()) name.text = *known;
        out_.names.push_back(name);
        return {{std::move(name.text)}};
    }

    Ways sum(const Ways& left, const Ways& right) {
        Ways all = left;
        all.insert(right.begin(), right.end());
        return reduced(std::move(all), left.size() + right.size());
    }

    Ways product(const Ways& left, const Ways& right) {
        Ways all;
        for (const ConditionWay& a : left) {
            for (const ConditionWay& b : right) {
                ConditionWay both;
                std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
                all.insert(std::move(both));
            }
        }
        return reduced(std::move(all), left.size() * right.size());
    }

    /// Without ways that contain another one.
    Ways reduced(Ways all, std::size_t n_written) {
        if (all.size() > kMostWays) {
            out_.is_too_large = true;
            return {};
        }
        Ways kept;
        for (const ConditionWay& way : all) {
            const bool is_needless = std::any_of(all.begin(), all.end(), [&](const auto& other) {
                return other.size() < way.size() &&
                       std::includes(way.begin(), way.end(), other.begin(), other.end());
            });
            if (!is_needless) kept.insert(way);
        }
        if (kept.size() < n_written) out_.has_needless_ways = true;
        return kept;
    }

    std::string_view text_;
    const std::vector<std::string_view>& declared_;
    const expr::Tree& tree_;
    Condition& out_;
};

} // namespace

bool Condition::names_it(std::string_view name) const {
    return std::any_of(names.begin(), names.end(),
                       [&](const ConditionName& known) { return known.text == name; });
}

bool Condition::is_in_all_ways(std::string_view name) const {
    return std::all_of(ways.begin(), ways.end(), [&](const ConditionWay& way) {
        return std::find(way.begin(), way.end(), name) != way.end();
    });
}

Condition parse_condition(std::string_view text, const std::vector<std::string_view>& declared) {
    Condition condition;
    const expr::ParseResult parsed = expr::parse(with_underscores(text), expr::Dialect::kGovaluate);
    if (!parsed.ok()) {
        condition.error = {parsed.error->range.begin, parsed.error->range.end,
                           parsed.error->message, parsed.error->help};
        return condition;
    }
    const Ways ways = Reader(text, declared, parsed.tree, condition).read(parsed.root);
    if (!condition.error && !condition.is_too_large) {
        condition.ways.assign(ways.begin(), ways.end());
    }
    return condition;
}

Condition condition_of(const events::TriggerTemplate& body, const events::SensorSpec& spec) {
    const std::string_view text = ir::text_of(body.conditions());
    if (!text.empty()) return parse_condition(text, dependency_names(spec));
    Condition condition;
    ConditionWay all;
    for (const std::string_view name : dependency_names(spec)) {
        condition.names.push_back({std::string(name), 0, 0});
        all.emplace_back(name);
    }
    std::sort(all.begin(), all.end());
    condition.ways.push_back(std::move(all));
    return condition;
}

Condition condition_for(const events::Trigger& trigger, const Context& context) {
    const events::Trigger* first = &trigger;
    for (const ir::Object* parent : context.parents()) {
        if (const auto* outer = ir::object_as<events::Trigger>(parent)) {
            first = outer;
            break;
        }
    }
    const auto* spec = context.enclosing<events::SensorSpec>();
    if (spec == nullptr || first->template_() == nullptr) return {};
    return condition_of(*first->template_(), *spec);
}

} // namespace tiphys::analyze
