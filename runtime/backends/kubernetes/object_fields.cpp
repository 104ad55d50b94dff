// Paths into JSON.

#include "runtime/backends/kubernetes/object_fields.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include <nlohmann/json.hpp>

#include "runtime/plan/global_variables.h"

namespace tiphys::run {
namespace {

using Json = nlohmann::json;

std::string trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\n");
    if (begin == text.npos) return "";
    return std::string(text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1));
}

/// One step of a path: a name, an index, or all elements.
struct Step {
    std::string name;
    std::optional<std::int64_t> index;
    bool is_all = false;
};

Result<std::vector<Step>> parse_path(std::string_view path) {
    std::vector<Step> steps;
    std::size_t at = 0;
    while (at < path.size()) {
        if (path[at] == '.') {
            ++at;
            const std::size_t begin = at;
            while (at < path.size() && path[at] != '.' && path[at] != '[') {
                // A backslash takes the meaning of a dot away.
                at += path[at] == '\\' ? 2U : 1U;
            }
            std::string name(path.substr(begin, std::min(at, path.size()) - begin));
            std::erase(name, '\\');
            if (name == "*") {
                steps.push_back({"", std::nullopt, true});
            } else if (!name.empty()) {
                steps.push_back({std::move(name), std::nullopt, false});
            }
            continue;
        }
        const std::size_t end = path.find(']', at);
        if (path[at] != '[' || end == path.npos) {
            return Error{"`" + std::string(path) + "` is no path of fields and indexes"};
        }
        std::string inside = trimmed(path.substr(at + 1, end - at - 1));
        at = end + 1;
        const bool is_quoted = inside.size() > 1 && (inside[0] == '\'' || inside[0] == '"');
        if (is_quoted) {
            steps.push_back({inside.substr(1, inside.size() - 2), std::nullopt, false});
        } else if (inside == "*" || inside.empty()) {
            steps.push_back({"", std::nullopt, true});
        } else if (const auto index = parse_integer(inside)) {
            steps.push_back({"", index, false});
        } else {
            return Error{"`[" + inside + "]` is not understood in a path: use names and indexes"};
        }
    }
    return steps;
}

/// What a step leads to; nothing where it leads nowhere.
std::vector<const Json*> follow(const Json& value, const Step& step) {
    std::vector<const Json*> found;
    if (step.is_all && value.is_structured()) {
        for (const Json& element : value) {
            found.push_back(&element);
        }
    } else if (step.index && value.is_array()) {
        const auto size = static_cast<std::int64_t>(value.size());
        const std::int64_t index = *step.index < 0 ? *step.index + size : *step.index;
        if (index >= 0 && index < size) found.push_back(&value[static_cast<std::size_t>(index)]);
    } else if (!step.name.empty() && value.is_object() && value.contains(step.name)) {
        found.push_back(&value[step.name]);
    }
    return found;
}

std::vector<const Json*> values_at(const Json& object, const std::vector<Step>& steps) {
    std::vector<const Json*> values = {&object};
    for (const Step& step : steps) {
        std::vector<const Json*> next;
        for (const Json* value : values) {
            for (const Json* found : follow(*value, step)) {
                next.push_back(found);
            }
        }
        values = std::move(next);
    }
    return values;
}

std::string text_of(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// As gjson looks fields up. Argo: gjsonLabels in workflow/executor/resource.go.
const Json* find_label(const Json& object, std::string_view key) {
    const Json* value = &object;
    std::size_t at = 0;
    while (at <= key.size() && value != nullptr) {
        std::string name;
        for (; at < key.size() && key[at] != '.'; ++at) {
            if (key[at] == '\\' && at + 1 < key.size()) ++at;
            name += key[at];
        }
        ++at;
        const std::vector<const Json*> found =
            value->is_array() ? follow(*value, {"", parse_integer(name), false})
                              : follow(*value, {name, std::nullopt, false});
        value = found.empty() ? nullptr : found.front();
    }
    return value;
}

/// Commas outside of parentheses.
std::vector<std::string> split_parts(std::string_view text) {
    std::vector<std::string> parts(1);
    int depth = 0;
    for (const char c : text) {
        if (c == '(') ++depth;
        if (c == ')') --depth;
        if (c == ',' && depth == 0) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

Result<Requirement> parse_requirement(const std::string& text) {
    Requirement made;
    for (const std::string_view word : {"==", "!=", "=", ">", "<"}) {
        const std::size_t at = text.find(word);
        if (at == text.npos) continue;
        made.key = trimmed(std::string_view(text).substr(0, at));
        made.values = {trimmed(std::string_view(text).substr(at + word.size()))};
        made.word = word;
        made.kind = word == "!="  ? Requirement::Kind::kNotIn
                    : word == ">" ? Requirement::Kind::kGreater
                    : word == "<" ? Requirement::Kind::kLess
                                  : Requirement::Kind::kIn;
        return made;
    }
    const std::size_t open = text.find('(');
    if (open != text.npos) {
        const std::string head = trimmed(std::string_view(text).substr(0, open));
        const std::size_t blank = head.find_last_of(" \t");
        const std::size_t close = text.rfind(')');
        made.word = blank == head.npos ? "" : head.substr(blank + 1);
        if ((made.word != "in" && made.word != "notin") || close == text.npos) {
            return Error{"found `" + text + "`, expected a comparison, `in` or `notin`"};
        }
        made.key = trimmed(std::string_view(head).substr(0, blank));
        made.kind = made.word == "in" ? Requirement::Kind::kIn : Requirement::Kind::kNotIn;
        for (const std::string& value :
             split_parts(std::string_view(text).substr(open + 1, close - open - 1))) {
            made.values.push_back(trimmed(value));
        }
        return made;
    }
    const bool is_absent = !text.empty() && text.front() == '!';
    made.kind = is_absent ? Requirement::Kind::kAbsent : Requirement::Kind::kExists;
    made.key = trimmed(is_absent ? std::string_view(text).substr(1) : std::string_view(text));
    if (made.key.find_first_of(" \t") != made.key.npos) {
        return Error{"found `" + text + "`, expected a comparison, `in` or `notin`"};
    }
    return made;
}

} // namespace

Result<std::string> text_at_json_path(std::string_view object, std::string_view path) {
    const Json parsed = Json::parse(object, nullptr, false);
    std::string out;
    std::size_t at = 0;
    while (at < path.size()) {
        if (path[at] != '{') {
            out += path[at++];
            continue;
        }
        const std::size_t end = path.find('}', at);
        if (end == path.npos) return Error{"unclosed action"};
        std::string inside = trimmed(path.substr(at + 1, end - at - 1));
        at = end + 1;
        if (!inside.empty() && inside.front() == '$') inside.erase(0, 1);
        if (inside.size() > 1 && inside.front() == '"') {
            out += inside.substr(1, inside.size() - 2);
            continue;
        }
        TIPHYS_TRY(steps, parse_path(inside));
        const std::vector<const Json*> values = values_at(parsed, steps);
        if (values.empty() && !steps.empty() && !steps.back().is_all) {
            return Error{steps.back().name + " is not found"};
        }
        for (std::size_t i = 0; i < values.size(); ++i) {
            out += (i == 0 ? "" : " ") + text_of(*values[i]);
        }
    }
    return out;
}

Result<std::string> text_by_filter(std::string_view object, std::string_view filter) {
    std::vector<Json> values = {Json::parse(object, nullptr, false)};
    std::size_t at = 0;
    while (at <= filter.size()) {
        const std::size_t end = std::min(filter.find('|', at), filter.size());
        const std::string part = trimmed(filter.substr(at, end - at));
        at = end + 1;
        std::vector<Json> next;
        for (const Json& value : values) {
            if (part == "length") {
                next.emplace_back(value.is_string() ? value.get<std::string>().size()
                                                    : value.size());
            } else if (part == "keys" && value.is_object()) {
                Json keys = Json::array();
                for (const auto& entry : value.items()) {
                    keys.push_back(entry.key());
                }
                next.push_back(std::move(keys));
            } else if (part == "tostring" || part == "tojson") {
                next.emplace_back(part == "tojson" ? value.dump() : text_of(value));
            } else if (!part.empty() && part.front() == '.') {
                TIPHYS_TRY(steps, parse_path(part));
                const std::vector<const Json*> found = values_at(value, steps);
                // jq gives null for a field that is missing.
                const bool is_missing = found.empty() && !(steps.size() > 0 && steps.back().is_all);
                if (is_missing) next.emplace_back(nullptr);
                for (const Json* one : found) {
                    next.push_back(*one);
                }
            } else {
                return Error{"the filter `" + part +
                             "` of jq is not supported: use paths, `length`, `keys`, `tostring` "
                             "and `tojson`"};
            }
        }
        values = std::move(next);
    }
    std::string out;
    for (const Json& value : values) {
        out += text_of(value) + "\n";
    }
    return trimmed(out);
}

bool Requirement::matches(std::string_view object) const {
    const Json parsed = Json::parse(object, nullptr, false);
    const Json* value = find_label(parsed, key);
    const std::string text = value == nullptr ? "" : text_of(*value);
    const bool is_listed = std::find(values.begin(), values.end(), text) != values.end();
    const auto number = parse_integer(text);
    const auto limit = values.empty() ? std::nullopt : parse_integer(values.front());
    switch (kind) {
    case Kind::kIn:
        return value != nullptr && is_listed;
    case Kind::kNotIn:
        return value == nullptr || !is_listed;
    case Kind::kExists:
        return value != nullptr;
    case Kind::kAbsent:
        return value == nullptr;
    case Kind::kGreater:
        return number && limit && *number > *limit;
    case Kind::kLess:
        return number && limit && *number < *limit;
    }
    return false;
}

std::string Requirement::text() const {
    if (kind == Kind::kExists) return "{" + key + " exists []}";
    if (kind == Kind::kAbsent) return "{" + key + " ! []}";
    const std::string shown = word == ">" ? "gt" : word == "<" ? "lt" : word;
    std::string list;
    for (const std::string& value : values) {
        list += (list.empty() ? "" : " ") + value;
    }
    return "{" + key + " " + shown + " [" + list + "]}";
}

Result<std::vector<Requirement>> parse_requirements(std::string_view text) {
    std::vector<Requirement> made;
    for (const std::string& part : split_parts(text)) {
        const std::string words = trimmed(part);
        if (words.empty()) continue;
        TIPHYS_TRY(requirement, parse_requirement(words));
        made.push_back(std::move(requirement));
    }
    return made;
}

} // namespace tiphys::run
