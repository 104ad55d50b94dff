// Paths of tidwall/sjson. sjson: sjson.go parsePath, appendRawPaths.
#include "compiler/expr/json_edit_path.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace tiphys::expr {
namespace {

struct PathPart {
    std::string name;
    Range range;
    bool is_forced_key = false; ///< `:1` is a key where an object is made
};

struct EditPath {
    std::vector<PathPart> parts;
    bool is_complex = false; ///< a wildcard, query or modifier, which gjson resolves
};

EditPath split_path(std::string_view path) {
    EditPath result;
    PathPart part;
    const auto finish = [&](std::size_t end) {
        part.range.end = static_cast<std::uint32_t>(end);
        result.parts.push_back(std::move(part));
        part = {};
        part.range.begin = static_cast<std::uint32_t>(end + 1);
    };
    for (std::size_t at = 0; at < path.size(); ++at) {
        const char c = path[at];
        const bool is_first = at == part.range.begin;
        if (c == ':' && is_first) {
            part.is_forced_key = true;
        } else if (c == '.') {
            finish(at);
        } else if (c == '\\' && at + 1 < path.size()) {
            part.name += path[++at];
        } else {
            const bool is_modifier = c == '@' && is_first;
            result.is_complex =
                result.is_complex || is_modifier || c == '*' || c == '?' || c == '|' || c == '#';
            part.name += c;
        }
    }
    finish(path.size());
    return result;
}

/// The index that a part means in a list; nothing where it means none. -1 appends.
std::optional<std::size_t> index_of(const PathPart& part, std::size_t size) {
    if (part.name == "-1" && !part.is_forced_key) return size;
    std::size_t index = 0;
    const char* end = part.name.data() + part.name.size();
    const auto parsed = std::from_chars(part.name.data(), end, index);
    const bool is_index = parsed.ec == std::errc{} && parsed.ptr == end;
    return is_index ? std::optional(index) : std::nullopt;
}

ParseError no_index(const PathPart& part) {
    return {part.range, "`" + part.name + "` is no index of a list",
            "elements of a list are numbered from 0; `-1` appends"};
}

} // namespace

std::optional<ParseError> check_edit_path(std::string_view path, JsonEdit edit,
                                          const Value& document) {
    if (path.empty()) return ParseError{{}, "the path is empty", ""};
    const EditPath split = split_path(path);
    const auto size = static_cast<std::uint32_t>(path.size());
    if (split.is_complex) {
        if (edit == JsonEdit::kSet) return std::nullopt;
        return ParseError{{0, size}, "a path that may fit several places deletes nothing", ""};
    }
    Value at = document;
    for (const PathPart& part : split.parts) {
        if (at.kind() == ValueKind::kList) {
            const std::vector<Value>& values = at.as_list().values;
            const std::optional<std::size_t> index = index_of(part, values.size());
            if (!index && edit == JsonEdit::kSet) return no_index(part);
            if (!index || *index >= values.size()) return std::nullopt;
            // `values` belongs to `at`.
            const Value next = values[*index];
            at = next;
        } else if (at.kind() == ValueKind::kMap) {
            const Value* found = at.as_map().find(part.name);
            if (found == nullptr) return std::nullopt;
            const Value next = *found;
            at = next;
        } else {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

} // namespace tiphys::expr
