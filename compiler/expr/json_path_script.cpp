// Conditions in a JSONPath. evilmonkeyinc/jsonpath: script/standard.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "compiler/expr/go_math.h"
#include "compiler/expr/json.h"
#include "compiler/expr/json_path_tokens.h"
#include "compiler/expr/number_text.h"
#include "compiler/expr/regex.h"
#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

/// Weaker operators stand first; the text is split at the first one that it holds.
constexpr std::array<std::string_view, 19> kOperators{"||", "&&", "==",     "!=", "<=", ">=", "<",
                                                      ">",  "=~", "!",      "+",  "-",  "**", "*",
                                                      "/",  "%",  "not in", "in", "@"};
constexpr std::size_t kDollar = kOperators.size(); ///< `$` comes last
constexpr int kScriptDepth = 100;

std::string_view operator_at(std::size_t index) {
    return index == kDollar ? std::string_view("$") : kOperators[index];
}

/// Where the operator ends outside of quotes and brackets, looked for from the left.
std::size_t find_operator(std::string_view text, std::string_view op) {
    bool in_single = false;
    bool in_double = false;
    int square = 0;
    int round = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const bool quoted = in_single || in_double;
        if (c == '(' && !quoted && square <= 0) ++round;
        if (c == ')' && !quoted && square <= 0) --round;
        if (c == '[' && !quoted && round <= 0) ++square;
        if (c == ']' && !quoted && round <= 0) --square;
        if (c == '\'' && !in_double && square <= 0 && round <= 0) in_single = !in_single;
        if (c == '"' && !in_single && square <= 0 && round <= 0) in_double = !in_double;
        if (in_single || in_double || square > 0 || round > 0 || op.size() > at + 1) continue;
        const std::size_t start = at + 1 - op.size();
        if (text.substr(start, op.size()) == op) return start;
    }
    return text.npos;
}

class ScriptParser {
public:
    ScriptParser(PathBudget& budget, std::string& reason) : budget_(budget), reason_(reason) {}

    /// Null where the text has no operator, or cannot be read (then there is a reason).
    std::shared_ptr<const ScriptNode> parse(std::string_view written, std::size_t from) {
        if (!budget_.spend() || depth_ >= kScriptDepth) {
            reason_ = "the condition is too long";
            return nullptr;
        }
        ++depth_;
        std::shared_ptr<const ScriptNode> node = parse_from(trim_space(written), from);
        --depth_;
        return node;
    }

private:
    std::shared_ptr<const ScriptNode> parse_from(std::string_view text, std::size_t from) {
        if (text.empty()) return nullptr;
        for (std::size_t index = from; index <= kDollar; ++index) {
            if (text.front() == '(' && text.back() == ')' && text.size() > 1) {
                // In parentheses all operators are tried again.
                return parse(text.substr(1, text.size() - 2), 0);
            }
            bool stops = false;
            std::shared_ptr<const ScriptNode> node = split(text, index, stops);
            if (node != nullptr || stops) return node;
        }
        return nullptr;
    }

    /// The node of one operator, or null where the text has none to split at.
    std::shared_ptr<const ScriptNode> split(std::string_view text, std::size_t index, bool& stops) {
        const std::string_view op = operator_at(index);
        const std::size_t at = find_operator(text, op);
        if (at == text.npos) return nullptr;
        const bool is_path = op == "@" || op == "$";
        const std::string_view right = trim_space(text.substr(at + op.size()));
        const std::string_view left = trim_space(text.substr(0, at));
        if (right.empty() && !is_path) return nullptr;
        auto node = std::make_shared<ScriptNode>();
        node->op = op;
        node->right = parse_operand(right, index);
        if (left.empty() && !is_path && op != "!") return nullptr;
        node->left = parse_operand(left, index);
        stops = !reason_.empty();
        if (stops) return nullptr;
        const bool must_lead = is_path || op == "!";
        if (must_lead && node->left.index() != 0) return nullptr;
        if (!is_path) return node;
        std::optional<std::vector<PathToken>> path = parse_json_path(text, budget_, reason_);
        stops = !path.has_value();
        if (stops) return nullptr;
        node->op = "@";
        node->path = std::move(*path);
        return node;
    }

    ScriptOperand parse_operand(std::string_view text, std::size_t index) {
        if (std::shared_ptr<const ScriptNode> node = parse(text, index)) return node;
        if (text.empty()) return std::monostate();
        const bool is_list = text.front() == '[' && text.back() == ']';
        const bool is_map = text.front() == '{' && text.back() == '}';
        if (is_list || is_map) {
            JsonFault fault;
            if (std::optional<Value> value = parse_json(text, fault)) return std::move(*value);
        }
        return std::string(text);
    }

    PathBudget& budget_;
    std::string& reason_;
    int depth_ = 0;
};

bool is_enclosed(std::string_view text, char quote) {
    return text.size() > 1 && text.front() == quote && text.back() == quote;
}

std::optional<bool> parse_bool(std::string_view text) {
    for (const std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"}) {
        if (text == yes) return true;
    }
    for (const std::string_view no : {"0", "f", "F", "FALSE", "false", "False"}) {
        if (text == no) return false;
    }
    return std::nullopt;
}

class ScriptRunner {
public:
    ScriptRunner(const Value& root, const Value& current, PathBudget& budget)
        : root_(root), current_(current), budget_(budget) {}

    std::optional<Value> run(const ScriptNode& node) {
        if (!budget_.spend()) return std::nullopt;
        if (node.op == "@") return follow(node.path);
        if (node.op == "==" || node.op == "!=") return compare_equal(node);
        if (node.op == "&&" || node.op == "||") {
            const std::optional<bool> left = boolean(node.left);
            const std::optional<bool> right = left ? boolean(node.right) : std::nullopt;
            if (!right) return std::nullopt;
            return Value::boolean(node.op == "&&" ? *left && *right : *left || *right);
        }
        if (node.op == "!") {
            const std::optional<bool> value = boolean(node.right);
            return value ? std::optional(Value::boolean(!*value)) : std::nullopt;
        }
        if (node.op == "in" || node.op == "not in") return is_in(node);
        if (node.op == "=~") return matches(node);
        return calculate(node);
    }

    /// A text that has no operator.
    Value constant(const std::string& text) {
        const ScriptOperand operand = text;
        if (const Value* named = parameter(text)) return *named;
        if (const std::optional<double> value = number(operand)) return Value::number(*value);
        if (const std::optional<bool> value = boolean(operand)) return Value::boolean(*value);
        return Value::string(text);
    }

private:
    const Value* parameter(std::string_view name) const {
        static const Value kNil;
        if (name == "$") return &root_;
        if (name == "@") return &current_;
        return name == "nil" || name == "null" ? &kNil : nullptr;
    }

    std::optional<Value> follow(const std::vector<PathToken>& path) {
        std::string reason;
        std::optional<Value> value = follow_path(root_, current_, path, budget_, reason);
        if (!value || !value->is_string() || is_enclosed(value->as_string(), '\'')) return value;
        return Value::string("'" + value->as_string() + "'");
    }

    /// The operand as a value; names of parameters are replaced. Nothing where it fails.
    std::optional<Value> resolve(const ScriptOperand& operand) {
        std::optional<Value> value;
        if (const auto* node = std::get_if<std::shared_ptr<const ScriptNode>>(&operand)) {
            value = run(**node);
        } else if (const auto* text = std::get_if<std::string>(&operand)) {
            value = Value::string(*text);
        } else if (const auto* constant_value = std::get_if<Value>(&operand)) {
            value = *constant_value;
        }
        if (value && value->is_string()) {
            if (const Value* named = parameter(value->as_string())) return *named;
        }
        return value;
    }

    std::optional<double> number(const ScriptOperand& operand) {
        const std::optional<Value> value = resolve(operand);
        return value ? parse_float(go_text(*value)) : std::nullopt;
    }

    std::optional<bool> boolean(const ScriptOperand& operand) {
        if (operand.index() == 0) return false;
        const std::optional<Value> value = resolve(operand);
        if (!value) return std::nullopt;
        return value->is_nil() ? std::optional(false) : parse_bool(go_text(*value));
    }

    std::optional<std::string> text(const ScriptOperand& operand) {
        std::optional<Value> value;
        if (const auto* node = std::get_if<std::shared_ptr<const ScriptNode>>(&operand)) {
            value = run(**node);
        } else if (const auto* written = std::get_if<std::string>(&operand)) {
            value = Value::string(*written);
        } else if (const auto* constant_value = std::get_if<Value>(&operand)) {
            value = *constant_value;
        }
        if (!value) return std::nullopt;
        if (!value->is_string()) return go_text(*value);
        std::string content = value->as_string();
        const Value* named = parameter(content);
        if (named != nullptr && !named->is_string()) return go_text(*named);
        if (named != nullptr) content = named->as_string();
        if (is_enclosed(content, '\'')) return content;
        if (is_enclosed(content, '"')) return "'" + content.substr(1, content.size() - 2) + "'";
        return named != nullptr ? "'" + content + "'" : content;
    }

    std::optional<Value> compare_equal(const ScriptNode& node) {
        const bool wants_equal = node.op == "==";
        const std::optional<double> left = number(node.left);
        const std::optional<double> right = left ? number(node.right) : std::nullopt;
        if (right) return Value::boolean((*left == *right) == wants_equal);
        const std::optional<std::string> first = text(node.left);
        const std::optional<std::string> second = first ? text(node.right) : std::nullopt;
        if (!second) return std::nullopt;
        return Value::boolean((*first == *second) == wants_equal);
    }

    std::optional<Value> is_in(const ScriptNode& node) {
        Value item;
        if (const std::optional<double> value = number(node.left)) {
            item = Value::number(*value);
        } else if (std::optional<std::string> written = text(node.left)) {
            item = Value::string(std::move(*written));
        } else if (const std::optional<bool> flag = boolean(node.left)) {
            item = Value::boolean(*flag);
        }
        std::optional<Value> collection = resolve(node.right);
        if (collection && collection->is_string()) {
            JsonFault fault;
            collection = parse_json(collection->as_string(), fault);
        }
        if (!collection) return std::nullopt;
        bool found = false;
        if (collection->kind() == ValueKind::kList) {
            for (const Value& element : collection->as_list().values)
                found = found || is_same(element, item);
        } else if (collection->kind() == ValueKind::kMap) {
            for (const auto& [key, element] : collection->as_map().entries)
                found = found || is_same(element, item);
        } else {
            return std::nullopt;
        }
        return Value::boolean(found == (node.op == "in"));
    }

    static std::string without_quotes(const std::string& text) {
        return is_enclosed(text, '\'') ? text.substr(1, text.size() - 2) : text;
    }

    std::optional<Value> matches(const ScriptNode& node) {
        const std::optional<std::string> subject = text(node.left);
        const std::optional<std::string> pattern = subject ? text(node.right) : std::nullopt;
        if (!pattern) return std::nullopt;
        const std::optional<Regex> regex = Regex::compile(without_quotes(*pattern));
        if (!regex) return std::nullopt;
        return Value::boolean(regex->matches(without_quotes(*subject)));
    }

    std::optional<std::int64_t> integer(const ScriptOperand& operand) {
        const std::optional<Value> value = resolve(operand);
        return value ? parse_int(go_text(*value), 10) : std::nullopt;
    }

    std::optional<Value> calculate(const ScriptNode& node) {
        if (node.op == "%") {
            const std::optional<std::int64_t> a = integer(node.left);
            const std::optional<std::int64_t> b = a ? integer(node.right) : std::nullopt;
            if (!b || *b == 0) return std::nullopt;
            return Value::integer(*b == -1 ? 0 : *a % *b, IntType::kInt64);
        }
        const std::optional<double> a = number(node.left);
        const std::optional<double> b = a ? number(node.right) : std::nullopt;
        if (!b) return std::nullopt;
        if (node.op == "<") return Value::boolean(*a < *b);
        if (node.op == "<=") return Value::boolean(*a <= *b);
        if (node.op == ">") return Value::boolean(*a > *b);
        if (node.op == ">=") return Value::boolean(*a >= *b);
        if (node.op == "+") return Value::number(*a + *b);
        if (node.op == "-") return Value::number(*a - *b);
        if (node.op == "*") return Value::number(*a * *b);
        if (node.op == "/") return Value::number(*a / *b);
        return Value::number(go_pow(*a, *b));
    }

    const Value& root_;
    const Value& current_;
    PathBudget& budget_;
};

} // namespace

std::shared_ptr<const PathScript> parse_path_script(std::string_view text, PathBudget& budget,
                                                    std::string& reason) {
    auto script = std::make_shared<PathScript>();
    script->text = text;
    script->root = ScriptParser(budget, reason).parse(text, 0);
    if (!reason.empty()) return nullptr;
    return script;
}

std::optional<Value> run_path_script(const PathScript& script, const Value& root,
                                     const Value& current, PathBudget& budget) {
    ScriptRunner runner(root, current, budget);
    if (script.root) return runner.run(*script.root);
    return runner.constant(script.text);
}

} // namespace tiphys::expr
