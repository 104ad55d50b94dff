// Following a JSONPath. evilmonkeyinc/jsonpath: token.
#include "compiler/expr/json_path.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "compiler/expr/json_path_tokens.h"
#include "compiler/expr/operators.h"
#include "compiler/expr/types.h"

namespace tiphys::expr {
namespace {

constexpr int kPathDepth = 500;

bool is_list(const Value& value) {
    return value.kind() == ValueKind::kList;
}

bool is_map(const Value& value) {
    return value.kind() == ValueKind::kMap;
}

std::vector<Value> children_of(const Value& value) {
    if (is_list(value)) return value.as_list().values;
    std::vector<Value> children;
    for (const auto& [key, child] : value.as_map().entries)
        children.push_back(child);
    return children;
}

/// Whole numbers, also those written as floats.
std::optional<std::int64_t> whole_number(const Value& value) {
    if (value.kind() == ValueKind::kInt) return value.as_int().value;
    if (value.kind() != ValueKind::kFloat || std::trunc(value.as_float()) != value.as_float()) {
        return std::nullopt;
    }
    return truncate_to_int(value.as_float());
}

class Walker {
public:
    Walker(const Value& root, const std::vector<PathToken>& tokens, PathBudget& budget,
           std::string& reason)
        : root_(root), tokens_(tokens), budget_(budget), reason_(reason) {}

    std::optional<Value> follow(std::size_t at, const Value& current) {
        if (at == tokens_.size()) return current;
        if (!budget_.spend() || depth_ >= kPathDepth) return fail("the path takes too long");
        ++depth_;
        std::optional<Value> value = apply(at, current);
        --depth_;
        return value;
    }

private:
    std::nullopt_t fail(std::string reason) {
        reason_ = std::move(reason);
        return std::nullopt;
    }

    std::nullopt_t fail_target(std::string_view wanted, const Value& current) {
        return fail("the path needs " + std::string(wanted) + ", but there is " +
                    describe(type_of(current)));
    }

    std::optional<Value> apply(std::size_t at, const Value& current) {
        const PathToken& token = tokens_[at];
        switch (token.kind) {
        case PathKind::kRoot:
            return follow(at + 1, root_);
        case PathKind::kCurrent:
            return follow(at + 1, current);
        case PathKind::kKey:
            return take_key(at, token.key, current);
        case PathKind::kIndex:
            return take_index(at, token.index, current);
        case PathKind::kLength:
            return take_length(at, current);
        case PathKind::kWildcard:
            return take_all(at, current);
        case PathKind::kRecursive:
            return take_deep(at, current);
        case PathKind::kRange:
            return take_range(at, current);
        case PathKind::kUnion:
            return take_union(at, current);
        case PathKind::kFilter:
            return take_matches(at, current);
        case PathKind::kScript:
            return take_computed(at, current);
        }
        return std::nullopt;
    }

    std::optional<Value> take_key(std::size_t at, const std::string& key, const Value& current) {
        if (!is_map(current)) return fail_target("a map", current);
        const Value* found = current.as_map().find(key);
        return found == nullptr ? fail("there is no key `" + key + "`") : follow(at + 1, *found);
    }

    std::optional<Value> take_index(std::size_t at, std::int64_t index, const Value& current) {
        if (!is_list(current)) return fail_target("a list", current);
        const auto size = static_cast<std::int64_t>(current.as_list().values.size());
        if (index < 0) index += size;
        if (index < 0 || index >= size) return fail("the index is out of range");
        return follow(at + 1, current.as_list().values[static_cast<std::size_t>(index)]);
    }

    std::optional<Value> take_length(std::size_t at, const Value& current) {
        if (is_map(current)) {
            const Value* named = current.as_map().find("length");
            if (named != nullptr) return follow(at + 1, *named);
        } else if (!is_list(current) && !current.is_string()) {
            return fail_target("a list, map or string", current);
        }
        const std::size_t size = is_map(current)    ? current.as_map().entries.size()
                                 : is_list(current) ? current.as_list().values.size()
                                                    : current.as_string().size();
        return follow(at + 1, Value::integer(static_cast<std::int64_t>(size), IntType::kInt64));
    }

    /// The rest of the path from each element; what leads nowhere, or to null, is left out.
    std::optional<Value> each(std::size_t at, const std::vector<Value>& elements) {
        if (at + 1 == tokens_.size()) return Value::list(elements);
        std::vector<Value> values;
        for (const Value& element : elements) {
            std::optional<Value> value = follow(at + 1, element);
            if (value && !value->is_nil()) values.push_back(std::move(*value));
        }
        return Value::list(std::move(values));
    }

    /// Like each(), but an index that follows is meant for the list as a whole.
    std::optional<Value> each_or_index(std::size_t at, const std::vector<Value>& elements) {
        const bool is_index = at + 1 < tokens_.size() && tokens_[at + 1].kind == PathKind::kIndex;
        return is_index ? follow(at + 1, Value::list(elements)) : each(at, elements);
    }

    std::optional<Value> take_all(std::size_t at, const Value& current) {
        if (!is_list(current) && !is_map(current)) return fail_target("a list or map", current);
        return each(at, children_of(current));
    }

    std::optional<Value> take_deep(std::size_t at, const Value& current) {
        std::vector<Value> values;
        collect_deep(at, current, values, 0);
        return Value::list(std::move(values));
    }

    void collect_deep(std::size_t at, const Value& current, std::vector<Value>& values, int depth) {
        if (current.is_nil() || depth > kPathDepth || !budget_.spend()) return;
        if (at + 1 == tokens_.size()) {
            values.push_back(current);
        } else if (std::optional<Value> found = follow(at + 1, current)) {
            if (is_list(*found)) {
                for (const Value& element : found->as_list().values)
                    values.push_back(element);
            } else if (!found->is_nil()) {
                values.push_back(*found);
            }
        }
        if (!is_list(current) && !is_map(current)) return;
        for (const Value& child : children_of(current))
            collect_deep(at, child, values, depth + 1);
    }

    std::optional<Value> argument_value(const PathArgument& argument, const Value& current) {
        if (const auto* number = std::get_if<std::int64_t>(&argument)) {
            return Value::integer(*number, IntType::kInt64);
        }
        if (const auto* key = std::get_if<std::string>(&argument)) return Value::string(*key);
        const auto* script = std::get_if<std::shared_ptr<const PathScript>>(&argument);
        if (script == nullptr || (*script)->text.empty()) return fail("an expression is empty");
        std::optional<Value> value = run_path_script(**script, root_, current, budget_);
        return value ? value : fail("an expression of the path has no value");
    }

    std::optional<std::int64_t> bound(const PathArgument& argument, const Value& current) {
        const std::optional<Value> value = argument_value(argument, current);
        if (!value) return std::nullopt;
        const std::optional<std::int64_t> number = whole_number(*value);
        return number ? number : fail("a bound of a range is a whole number");
    }

    std::optional<Value> take_range(std::size_t at, const Value& current) {
        const std::vector<PathArgument>& arguments = tokens_[at].arguments;
        if (!is_list(current)) return fail_target("a list", current);
        const std::vector<Value>& values = current.as_list().values;
        const auto size = static_cast<std::int64_t>(values.size());
        std::int64_t from = 0;
        std::int64_t to = size;
        std::int64_t step = 1;
        const auto read = [&](std::size_t index, std::int64_t& target) {
            if (arguments[index].index() == 0) return true;
            const std::optional<std::int64_t> number = bound(arguments[index], current);
            target = number.value_or(0);
            return number.has_value();
        };
        const auto clamp = [&](std::int64_t value) {
            if (value < 0) value = value < -size ? 0 : value + size;
            return std::min(value, size);
        };
        if (!read(0, from) || !read(1, to) || !read(2, step)) return std::nullopt;
        if (step == 0) return fail("the step of a range is 0");
        from = clamp(from);
        to = clamp(to);
        std::vector<Value> taken;
        if (step < 0) {
            const std::int64_t down = step < -size ? size + 1 : -step;
            for (std::int64_t i = to - 1; i >= from; i -= down)
                taken.push_back(values[static_cast<std::size_t>(i)]);
        } else {
            for (std::int64_t i = from; i < to; i += std::min(step, size + 1))
                taken.push_back(values[static_cast<std::size_t>(i)]);
        }
        return each_or_index(at, taken);
    }

    std::optional<Value> take_union(std::size_t at, const Value& current) {
        std::vector<std::string> keys;
        std::vector<std::int64_t> indices;
        for (const PathArgument& argument : tokens_[at].arguments) {
            const std::optional<Value> value = argument_value(argument, current);
            if (!value) return std::nullopt;
            const std::optional<std::int64_t> index = whole_number(*value);
            if (value->is_string()) {
                keys.push_back(value->as_string());
            } else if (index) {
                indices.push_back(*index);
            } else {
                return fail("a union holds keys or whole numbers");
            }
            if (!keys.empty() && !indices.empty()) return fail("a union mixes keys and numbers");
        }
        std::vector<Value> taken;
        if (!keys.empty()) {
            if (!is_map(current)) return fail_target("a map", current);
            for (const std::string& key : keys) {
                const Value* found = current.as_map().find(key);
                if (found != nullptr) taken.push_back(*found);
            }
        } else {
            if (!is_list(current)) return fail_target("a list", current);
            const std::vector<Value>& values = current.as_list().values;
            for (std::int64_t index : indices) {
                if (index < 0) index += static_cast<std::int64_t>(values.size());
                const auto position = static_cast<std::size_t>(index);
                if (index >= 0 && position < values.size()) taken.push_back(values[position]);
            }
        }
        return each_or_index(at, taken);
    }

    static bool counts_as_true(const Value& value) {
        if (value.kind() == ValueKind::kBool) return value.as_bool();
        if (is_list(value)) return !value.as_list().values.empty();
        if (is_map(value)) return !value.as_map().entries.empty();
        if (value.is_string()) {
            const std::string& text = value.as_string();
            return !text.empty() && text != "''" && text != "\"\"";
        }
        if (value.kind() == ValueKind::kFloat) return value.as_float() != 0;
        return value.kind() == ValueKind::kInt && value.as_int().value != 0;
    }

    std::optional<Value> take_matches(std::size_t at, const Value& current) {
        const PathScript& script = *tokens_[at].script;
        if (script.text.empty()) return fail("a condition is empty");
        if (!is_list(current) && !is_map(current)) return fail_target("a list or map", current);
        std::vector<Value> matches;
        for (const Value& element : children_of(current)) {
            const std::optional<Value> value = run_path_script(script, root_, element, budget_);
            if (value && counts_as_true(*value)) matches.push_back(element);
        }
        return each_or_index(at, matches);
    }

    std::optional<Value> take_computed(std::size_t at, const Value& current) {
        const PathScript& script = *tokens_[at].script;
        if (script.text.empty()) return fail("an expression is empty");
        const std::optional<Value> value = run_path_script(script, root_, current, budget_);
        if (!value) return fail("the expression `" + script.text + "` has no value");
        if (value->is_string()) return take_key(at, value->as_string(), current);
        const std::optional<std::int64_t> index = whole_number(*value);
        return index ? take_index(at, *index, current)
                     : fail("the expression `" + script.text + "` gives no key and no index");
    }

    const Value& root_;
    const std::vector<PathToken>& tokens_;
    PathBudget& budget_;
    std::string& reason_;
    int depth_ = 0;
};

} // namespace

std::optional<Value> follow_path(const Value& root, const Value& current,
                                 const std::vector<PathToken>& tokens, PathBudget& budget,
                                 std::string& reason) {
    return Walker(root, tokens, budget, reason).follow(0, current);
}

std::optional<Value> query_json_path(const Value& document, std::string_view path,
                                     std::string& reason) {
    PathBudget budget;
    const auto tokens = parse_json_path(path, budget, reason);
    if (!tokens) return std::nullopt;
    return follow_path(document, document, *tokens, budget, reason);
}

} // namespace tiphys::expr
