// The builtin functions of expr-lang: texts, and the table of all. expr-lang: builtin.
#include "compiler/expr/builtins.h"

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/expr/base64.h"
#include "compiler/expr/go_strings.h"
#include "compiler/expr/json.h"
#include "compiler/expr/machine.h"
#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

Value text(std::string_view content) {
    return Value::string(std::string(content));
}

/// Runs `function` on the first `n` arguments, all of which must be strings.
template <class Run>
Value with_texts(Call& call, std::size_t n, Run run) {
    std::array<std::string_view, 3> texts;
    for (std::size_t i = 0; i < n; ++i) {
        const std::string* argument = string_argument(call, i);
        if (argument == nullptr) return {};
        texts[i] = *argument;
    }
    return run(texts);
}

using Texts = std::array<std::string_view, 3>;

Value trim(Call& call) {
    if (call.size() == 1) {
        return with_texts(call, 1, [](const Texts& t) { return text(trim_space(t[0])); });
    }
    return with_texts(call, 2, [](const Texts& t) { return text(trim_both(t[0], t[1])); });
}

Value trim_prefix(Call& call) {
    const std::string_view blank = " ";
    return with_texts(call, call.size(), [&](const Texts& t) {
        const std::string_view prefix = call.size() == 2 ? t[1] : blank;
        const bool begins = t[0].substr(0, prefix.size()) == prefix;
        return text(t[0].substr(begins ? prefix.size() : 0));
    });
}

bool ends_with(std::string_view whole, std::string_view suffix) {
    return whole.size() >= suffix.size() && whole.substr(whole.size() - suffix.size()) == suffix;
}

Value trim_suffix(Call& call) {
    const std::string_view blank = " ";
    return with_texts(call, call.size(), [&](const Texts& t) {
        const std::string_view suffix = call.size() == 2 ? t[1] : blank;
        return text(t[0].substr(0, t[0].size() - (ends_with(t[0], suffix) ? suffix.size() : 0)));
    });
}

Value split(Call& call, bool after) {
    return with_texts(call, 2, [&](const Texts& t) {
        const std::int64_t most = call.size() == 3 ? int_argument(call, 2) : -1;
        if (call.failed()) return Value();
        return list_of_texts(after ? split_text_after(t[0], t[1], most)
                                   : split_text(t[0], t[1], most));
    });
}

Value replace(Call& call) {
    return with_texts(call, 3, [&](const Texts& t) {
        const std::int64_t most = call.size() == 4 ? int_argument(call, 3) : -1;
        if (call.failed()) return Value();
        const std::uint64_t n_places = count_text(t[0], t[1]);
        if (!call.allows_text(t[0].size() + n_places * t[2].size())) return Value();
        return Value::string(replace_text(t[0], t[1], t[2], most));
    });
}

Value repeat(Call& call) {
    const std::string* part = string_argument(call, 0);
    if (part == nullptr) return {};
    const std::int64_t count = int_argument(call, 1);
    if (call.failed()) return {};
    if (count < 0)
        return call.fail("`repeat` takes a count of 0 or more, not " + std::to_string(count));
    constexpr std::int64_t kMost = 1'000'000;
    if (count > kMost) return call.fail("the evaluation makes too many values");
    if (!call.grow(part->size() * static_cast<std::uint64_t>(count))) return {};
    std::string repeated;
    for (std::int64_t i = 0; i < count; ++i)
        repeated += *part;
    return Value::string(std::move(repeated));
}

Value join(Call& call) {
    std::string_view glue;
    if (call.size() == 2) {
        const std::string* argument = string_argument(call, 1);
        if (argument == nullptr) return {};
        glue = *argument;
    }
    const bool is_list =
        call[0].kind() == ValueKind::kList &&
        (call[0].as_list().type == ListType::kAny || call[0].as_list().type == ListType::kString);
    if (!is_list) return call.fail("`join` takes a list of strings, not " + go_type(call[0]));
    std::vector<std::string> parts;
    std::uint64_t size = 0;
    for (const Value& value : call[0].as_list().values) {
        if (!value.is_string()) {
            return call.fail("`join` takes a list of strings, but one element is " +
                             go_type(value));
        }
        size += value.as_string().size() + glue.size();
        parts.push_back(value.as_string());
    }
    if (!call.allows_text(size)) return {};
    return Value::string(join_texts(parts, glue));
}

Value position(std::size_t at) {
    return Value::integer(at == std::string_view::npos ? -1 : static_cast<std::int64_t>(at));
}

Value to_json_text(Call& call) {
    std::string reason;
    std::optional<std::string> json = to_json(call[0], {.escape_html = true, .indent = 2}, reason);
    return json ? Value::string(std::move(*json)) : call.fail(std::move(reason));
}

Value from_json_text(Call& call) {
    const std::string* argument = string_argument(call, 0);
    if (argument == nullptr) return {};
    JsonFault fault;
    std::optional<Value> value = parse_json(*argument, fault);
    return value ? std::move(*value) : call.fail("the text is not JSON: " + fault.reason);
}

Value decode_base64(Call& call) {
    const std::string* argument = string_argument(call, 0);
    if (argument == nullptr) return {};
    std::size_t bad_at = 0;
    std::optional<std::string> bytes = from_base64(*argument, bad_at);
    if (bytes) return Value::string(std::move(*bytes));
    return call.fail("the text is not base64 at byte " + std::to_string(bad_at));
}

constexpr std::array<Builtin, 19> kTextBuiltins{{
    {"trim", trim},
    {"trimPrefix", trim_prefix},
    {"trimSuffix", trim_suffix},
    {"upper",
     [](Call& call) {
         return with_texts(call, 1, [](const Texts& t) { return text(to_upper(t[0])); });
     }},
    {"lower",
     [](Call& call) {
         return with_texts(call, 1, [](const Texts& t) { return text(to_lower(t[0])); });
     }},
    {"split", [](Call& call) { return split(call, false); }},
    {"splitAfter", [](Call& call) { return split(call, true); }},
    {"replace", replace},
    {"repeat", repeat},
    {"join", join},
    {"indexOf",
     [](Call& call) {
         return with_texts(call, 2, [](const Texts& t) { return position(t[0].find(t[1])); });
     }},
    {"lastIndexOf",
     [](Call& call) {
         return with_texts(call, 2, [](const Texts& t) { return position(t[0].rfind(t[1])); });
     }},
    {"hasPrefix",
     [](Call& call) {
         return with_texts(call, 2, [](const Texts& t) {
             return Value::boolean(t[0].substr(0, t[1].size()) == t[1]);
         });
     }},
    {"hasSuffix",
     [](Call& call) {
         return with_texts(call, 2,
                           [](const Texts& t) { return Value::boolean(ends_with(t[0], t[1])); });
     }},
    {"toJSON", to_json_text},
    {"fromJSON", from_json_text},
    {"toBase64",
     [](Call& call) {
         return with_texts(call, 1,
                           [](const Texts& t) { return text(to_base64(t[0], kStandardBase64)); });
     }},
    {"fromBase64", decode_base64},
    {"string", [](Call& call) { return Value::string(go_text(call[0])); }},
}};

} // namespace

std::span<const Builtin> text_builtins() {
    return kTextBuiltins;
}

const std::string* string_argument(Call& call, std::size_t index) {
    if (call[index].is_string()) return &call[index].as_string();
    call.fail("a string is needed, not " + go_type(call[index]));
    return nullptr;
}

std::int64_t int_argument(Call& call, std::size_t index) {
    Fault fault;
    const std::int64_t value = to_int(call[index], fault);
    if (!fault.empty()) call.fail(std::move(fault));
    return value;
}

Value list_of_texts(std::vector<std::string> texts) {
    std::vector<Value> values;
    for (std::string& part : texts)
        values.push_back(Value::string(std::move(part)));
    return Value::list(std::move(values), ListType::kString);
}

Value run_builtin(std::string_view name, Call& call) {
    for (const std::span<const Builtin> group :
         {text_builtins(), number_builtins(), list_builtins(), time_builtins()}) {
        const auto found = std::find_if(group.begin(), group.end(), [&](const Builtin& builtin) {
            return builtin.name == name;
        });
        if (found != group.end()) return found->run(call);
    }
    return call.fail("there is no function `" + std::string(name) + "`");
}

} // namespace tiphys::expr
