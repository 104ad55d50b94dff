// Walks a path down a document.
#include "compiler/front/field_place.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace tiphys::front {
namespace {

using ir::Entry;
using ir::Value;

/// Every key of a mapping or an object, known to its type or not.
template <class Visit>
void for_each_entry(const Value& value, const Visit& visit) {
    if (const auto* map = ir::map_as(&value)) {
        for (const Entry& entry : map->entries)
            visit(entry);
    }
    if (const auto* object = ir::any_object_as(&value)) {
        for (const Entry& entry : object->present_fields())
            visit(entry);
        for (const Entry& entry : object->unknown)
            visit(entry);
    }
}

bool is_part_end(std::string_view path, std::size_t at) {
    return at == path.size() || path[at] == '.' || path[at] == '[';
}

/// The part that `path` begins with, as far as its own text tells.
std::string_view first_part(std::string_view path) {
    if (path.starts_with('[')) return path.substr(0, std::min(path.find(']'), path.size() - 1) + 1);
    return path.substr(0, path.find_first_of(".["));
}

std::optional<std::size_t> index_of(std::string_view part) {
    if (part.starts_with('[')) part = part.substr(1, part.size() - 2);
    std::size_t index = 0;
    const char* const end = part.data() + part.size();
    const auto [stop, error] = std::from_chars(part.data(), end, index);
    if (part.empty() || error != std::errc() || stop != end) return std::nullopt;
    return index;
}

/// What one part of a path leads to.
struct Step {
    const Value* value = nullptr;
    Span key;
    /// With the dot before it.
    std::size_t n_bytes = 0;
    std::string_view part;
};

Step step_into_entries(const Value& value, std::string_view path) {
    Step step;
    const bool is_bracketed = path.starts_with('[');
    const std::size_t close = is_bracketed ? path.rfind(']') : path.npos;
    for_each_entry(value, [&](const Entry& entry) {
        const std::string_view key = entry.key;
        // Keys may hold dots, so that the longest one that fits is meant.
        if (key.size() < step.part.size() || key.empty()) return;
        const std::size_t begin = is_bracketed ? 1 : 0;
        if (path.substr(begin, key.size()) != key) return;
        const std::size_t end = begin + key.size();
        if (is_bracketed ? close == path.npos || path.substr(end, 1) != "]"
                         : !is_part_end(path, end))
            return;
        step = {entry.value, ir::key_span(value, entry), is_bracketed ? end + 1 : end,
                path.substr(begin, key.size())};
    });
    return step;
}

Step step_into(const Value& value, std::string_view path) {
    const auto* list = ir::list_as(&value);
    if (list == nullptr) return step_into_entries(value, path);
    const std::string_view part = first_part(path);
    const std::optional<std::size_t> index = index_of(part);
    if (!index || *index >= list->items.size()) return {};
    return {list->items[*index], {}, part.size(), part};
}

/// What people look at to see which element of a list this is.
Span head_of(const Value& value) {
    Span head = value.span;
    bool is_first = true;
    for_each_entry(value, [&](const Entry& entry) {
        const bool is_name = entry.key == "name" && ir::scalar_as(entry.value) != nullptr;
        if (is_name) head = entry.value->span;
        const Span key = ir::key_span(value, entry);
        if (is_first && !is_name && key.size() > 0) head = key;
        is_first = false;
    });
    return head;
}

Span shown_place(const Value& value, Span key) {
    const bool is_scalar = value.kind == ir::ValueKind::kScalar;
    if (is_scalar && value.span.is_known() && value.span.size() > 0) return value.span;
    return key.is_known() && key.size() > 0 ? key : head_of(value);
}

} // namespace

FieldPlace find_field(const ir::Document& document, std::string_view path) {
    FieldPlace place{document.name_span.is_known() ? document.name_span : document.span, {}, false};
    const Value* value = document.root;
    while (value != nullptr && !path.empty()) {
        if (path.starts_with('.')) path.remove_prefix(1);
        const Step step = step_into(*value, path);
        if (step.value == nullptr) {
            while (!path.empty()) {
                place.last = first_part(path);
                path.remove_prefix(std::max<std::size_t>(place.last.size(), 1));
                if (path.starts_with('.')) path.remove_prefix(1);
            }
            return place;
        }
        value = step.value;
        place.span = shown_place(*value, step.key);
        place.last = step.part;
        path.remove_prefix(step.n_bytes);
    }
    place.is_present = true;
    return place;
}

} // namespace tiphys::front
