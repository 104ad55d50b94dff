// Evaluation of expr-lang: functions that take a predicate.
#include <algorithm>
#include <utility>

#include "compiler/expr/machine.h"

namespace tiphys::expr {

bool Machine::begin_walk(ExprId id) {
    Value collection = evaluate(child(id, 0));
    if (failed()) return false;
    Walk walk;
    // A map counts its entries, but has no elements that could be looked at.
    if (is_list_like(collection)) {
        walk.size = list_size(collection);
    } else if (collection.is_string()) {
        walk.size = collection.as_string().size();
    } else if (collection.kind() == ValueKind::kMap) {
        walk.size = collection.as_map().entries.size();
    } else {
        fail(id, "`" + tree_.text(id) + "` takes a list, not " + describe(type_of(collection)));
        return false;
    }
    walk.collection = std::move(collection);
    walks_.push_back(std::move(walk));
    return true;
}

Value Machine::item(ExprId at) {
    const Walk& walk = walks_.back();
    if (walk.index >= walk.size || walk.collection.kind() == ValueKind::kMap) {
        return fail(at, "there is no element " + std::to_string(walk.index));
    }
    if (!walk.collection.is_string()) return list_element(walk.collection, walk.index);
    return Value::integer(static_cast<unsigned char>(walk.collection.as_string()[walk.index]),
                          IntType::kUint8);
}

std::optional<bool> Machine::holds(ExprId id, ExprId predicate) {
    return as_bool(id, evaluate(predicate));
}

Value Machine::evaluate_walk(ExprId id) {
    if (!begin_walk(id)) return {};
    const std::string& name = tree_.text(id);
    Value value;
    if (name == "all" || name == "none" || name == "any" || name == "one") {
        value = walk_quantifier(id, name);
    } else if (name == "filter") {
        value = walk_filter(id);
    } else if (name == "map") {
        value = walk_map(id);
    } else if (name == "count") {
        value = walk_count(id);
    } else if (name == "sum") {
        value = walk_sum(id);
    } else if (name == "groupBy") {
        value = walk_group(id);
    } else if (name == "sortBy") {
        value = walk_sort(id);
    } else if (name == "reduce") {
        value = walk_reduce(id);
    } else {
        value = walk_find(id, name);
    }
    walks_.pop_back();
    return failed() ? Value() : value;
}

Value Machine::walk_quantifier(ExprId id, std::string_view name) {
    const bool is_one = name == "one";
    std::size_t count = 0;
    for (; walks_.back().index < walks_.back().size; ++walks_.back().index) {
        const std::optional<bool> value = holds(id, child(id, 1));
        if (!value) return {};
        if (*value) ++count;
        if (name == "all" && !*value) return Value::boolean(false);
        if (*value && !is_one && name != "all") return Value::boolean(name == "any");
    }
    return Value::boolean(is_one ? count == 1 : name != "any");
}

Value Machine::walk_filter(ExprId id) {
    std::vector<Value> values;
    const bool maps = tree_.node(id).n_children == 3;
    for (; walks_.back().index < walks_.back().size; ++walks_.back().index) {
        const std::optional<bool> value = holds(id, child(id, 1));
        if (!value) return {};
        if (*value) values.push_back(maps ? evaluate(child(id, 2)) : item(id));
        if (failed()) return {};
    }
    return grow(id, values.size()) ? Value::list(std::move(values)) : Value();
}

Value Machine::walk_map(ExprId id) {
    std::vector<Value> values;
    for (; walks_.back().index < walks_.back().size; ++walks_.back().index) {
        values.push_back(evaluate(child(id, 1)));
        if (failed()) return {};
    }
    return grow(id, values.size()) ? Value::list(std::move(values)) : Value();
}

Value Machine::walk_count(ExprId id) {
    const bool has_predicate = tree_.node(id).n_children == 2;
    const std::int64_t threshold = tree_.node(id).integer;
    std::int64_t count = 0;
    for (; walks_.back().index < walks_.back().size; ++walks_.back().index) {
        const std::optional<bool> value =
            has_predicate ? holds(id, child(id, 1)) : as_bool(id, item(id));
        if (!value) return {};
        if (*value) ++count;
        if (threshold > 0 && count >= threshold) break;
    }
    return Value::integer(count);
}

Value Machine::walk_sum(ExprId id) {
    const bool has_predicate = tree_.node(id).n_children == 2;
    Value sum = Value::integer(0);
    for (; walks_.back().index < walks_.back().size; ++walks_.back().index) {
        const Value value = has_predicate ? evaluate(child(id, 1)) : item(id);
        if (failed()) return {};
        Fault fault;
        sum = calculate(Operator::kAdd, value, sum, fault);
        if (!fault.empty()) return fail(id, std::move(fault));
    }
    return sum;
}

Value Machine::walk_find(ExprId id, std::string_view name) {
    const bool from_end = name == "findLast" || name == "findLastIndex";
    const bool wants_index = name == "findIndex" || name == "findLastIndex";
    const bool maps = tree_.node(id).n_children == 3;
    const std::size_t size = walks_.back().size;
    for (std::size_t i = 0; i < size; ++i) {
        walks_.back().index = from_end ? size - 1 - i : i;
        const std::optional<bool> value = holds(id, child(id, 1));
        if (!value) return {};
        if (!*value) continue;
        if (wants_index) return Value::integer(static_cast<std::int64_t>(walks_.back().index));
        return maps ? evaluate(child(id, 2)) : item(id);
    }
    if (static_cast<Rewrite>(tree_.node(id).integer) == Rewrite::kThrows) {
        return fail(id, "no element fits, and the list is empty");
    }
    return {};
}

Value Machine::walk_group(ExprId id) {
    std::vector<std::pair<Value, std::vector<Value>>> groups;
    for (; walks_.back().index < walks_.back().size; ++walks_.back().index) {
        Value key = evaluate(child(id, 1));
        Value element = item(id);
        if (failed()) return {};
        if (is_list_like(key) || key.kind() == ValueKind::kMap ||
            key.kind() == ValueKind::kFunction) {
            return fail(id, describe(type_of(key)) + " cannot be the key of a group");
        }
        const auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& other) {
            return is_same(other.first, key);
        });
        if (group == groups.end()) {
            groups.emplace_back(key, std::vector<Value>{element});
        } else {
            group->second.push_back(std::move(element));
        }
    }
    std::vector<std::pair<Value, Value>> entries;
    for (auto& [key, elements] : groups)
        entries.emplace_back(std::move(key), Value::list(std::move(elements)));
    return Value::map(std::move(entries), MapType::kAnyList);
}

Value Machine::walk_sort(ExprId id) {
    bool descending = false;
    if (tree_.node(id).n_children == 3) {
        const Value order = evaluate(child(id, 2));
        if (failed()) return {};
        const bool is_known =
            order.is_string() && (order.as_string() == "asc" || order.as_string() == "desc");
        if (!is_known) {
            return fail(id,
                        "the order of `sortBy` is `asc` or `desc`, not `" + go_text(order) + "`");
        }
        descending = order.as_string() == "desc";
    }
    std::vector<Value> keys;
    std::vector<Value> values;
    for (; walks_.back().index < walks_.back().size; ++walks_.back().index) {
        keys.push_back(evaluate(child(id, 1)));
        values.push_back(item(id));
        if (failed()) return {};
    }
    Fault fault;
    sort_values(keys, values, descending, fault);
    if (!fault.empty()) return fail(id, std::move(fault));
    return grow(id, values.size()) ? Value::list(std::move(values)) : Value();
}

Value Machine::walk_reduce(ExprId id) {
    if (tree_.node(id).n_children == 3) {
        // The start value stands outside of the predicate, but `#` is there already.
        Value start = evaluate(child(id, 2));
        walks_.back().accumulator = std::move(start);
    } else if (walks_.back().size == 0) {
        return fail(id, "`reduce` of an empty list needs a start value",
                    "give it as the third argument");
    } else {
        Value start = item(id);
        walks_.back().accumulator = std::move(start);
        ++walks_.back().index;
    }
    for (; walks_.back().index < walks_.back().size && !failed(); ++walks_.back().index) {
        Value next = evaluate(child(id, 1));
        walks_.back().accumulator = std::move(next);
    }
    return walks_.back().accumulator;
}

} // namespace tiphys::expr
