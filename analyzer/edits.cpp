// Changes to YAML text that keep its style.
#include "analyzer/edits.h"

#include <algorithm>
#include <cctype>

#include "compiler/doc/resolve.h"

namespace tiphys::analyze {
namespace {

std::string_view file_text(const Context& context, const ir::Value& value) {
    return context.project().sources().file(value.span.file).text;
}

std::size_t line_begin(std::string_view text, std::size_t at) {
    const std::size_t before = at == 0 ? text.npos : text.rfind('\n', at - 1);
    return before == text.npos ? 0 : before + 1;
}

/// The line break that ends the line of `at`, or the end of the text.
std::size_t line_end(std::string_view text, std::size_t at) {
    const std::size_t end = text.find('\n', at);
    if (end == text.npos) return text.size();
    return end > at && text[end - 1] == '\r' ? end - 1 : end;
}

std::size_t after_line(std::string_view text, std::size_t at) {
    const std::size_t end = text.find('\n', at);
    return end == text.npos ? text.size() : end + 1;
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == text.npos;
}

/// `text`: of the file. An absent value's span may stand on its key's colon, and in flow style
/// there may be no colon.
std::uint32_t end_of(std::string_view text, const ir::Entry& entry) {
    const std::size_t colon = text.find_first_not_of(" \t", entry.key_end);
    const bool has_colon = colon != text.npos && text[colon] == ':';
    const auto end = has_colon ? static_cast<std::uint32_t>(colon + 1) : entry.key_end;
    return std::max(end, entry.value->span.end);
}

Span span_of(const ir::Value& mapping, std::size_t begin, std::size_t end) {
    return {mapping.span.file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

std::string indented(std::string_view text, std::size_t indent) {
    std::string out;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        out += "\n";
        if (!line.empty()) out += std::string(indent, ' ') + std::string(line);
        at = end + 1;
    }
    return out;
}

/// Takes out an element of a flow mapping together with one comma.
Span flow_element(std::string_view text, const ir::Value& mapping, const ir::Entry& entry) {
    const auto entries = entries_in_order(mapping);
    const auto at = std::find_if(entries.begin(), entries.end(), [&](const ir::Entry& other) {
        return other.key_begin == entry.key_begin;
    });
    if (at + 1 != entries.end()) return span_of(mapping, entry.key_begin, (at + 1)->key_begin);
    const std::size_t from = at == entries.begin() ? entry.key_begin : end_of(text, *(at - 1));
    return span_of(mapping, from, end_of(text, entry));
}

} // namespace

bool is_flow(const Context& context, const ir::Value& collection) {
    const std::string_view text = context.text(collection.span);
    return !text.empty() && (text.front() == '{' || text.front() == '[');
}

std::uint32_t indent_of(const Context& context, const ir::Value& mapping, const ir::Entry& entry) {
    const std::string_view text = file_text(context, mapping);
    return entry.key_begin - static_cast<std::uint32_t>(line_begin(text, entry.key_begin));
}

TextEdit rename_key(const ir::Value& mapping, const ir::Entry& entry, std::string_view name) {
    return {ir::key_span(mapping, entry), std::string(name)};
}

TextEdit replace_value(const ir::Value& value, std::string text) {
    return {value.span, std::move(text)};
}

TextEdit insert_after(const Context& context, const ir::Value& mapping, const ir::Entry& entry,
                      std::string_view text) {
    const std::size_t end = end_of(file_text(context, mapping), entry);
    if (is_flow(context, mapping)) {
        return {span_of(mapping, end, end), ", " + std::string(text)};
    }
    // Behind a comment on the same line.
    const std::size_t at = line_end(file_text(context, mapping), end);
    return {span_of(mapping, at, at), indented(text, indent_of(context, mapping, entry))};
}

TextEdit insert_before(const Context& context, const ir::Value& mapping, const ir::Entry& entry,
                       std::string_view text) {
    const Span at = span_of(mapping, entry.key_begin, entry.key_begin);
    if (is_flow(context, mapping)) return {at, std::string(text) + ", "};
    return {at, std::string(text) + "\n" + std::string(indent_of(context, mapping, entry), ' ')};
}

std::optional<TextEdit> remove_field(const Context& context, const ir::Value& mapping,
                                     const ir::Entry& entry) {
    const auto entries = entries_in_order(mapping);
    const bool is_own = std::any_of(entries.begin(), entries.end(), [&](const ir::Entry& other) {
        return other.key_begin == entry.key_begin;
    });
    if (!is_own || entries.size() < 2) return std::nullopt;
    const std::string_view text = file_text(context, mapping);
    if (is_flow(context, mapping)) return TextEdit{flow_element(text, mapping, entry), ""};
    const std::size_t begin = line_begin(text, entry.key_begin);
    if (is_blank(text.substr(begin, entry.key_begin - begin))) {
        return TextEdit{span_of(mapping, begin, after_line(text, end_of(text, entry))), ""};
    }
    // The first key behind a dash: the next one takes its place.
    if (entries.front().key_begin != entry.key_begin) return std::nullopt;
    return TextEdit{span_of(mapping, entry.key_begin, entries[1].key_begin), ""};
}

std::vector<TextEdit> wrap_in_list(const Context& context, const ir::Value& value) {
    const bool is_block = value.kind != ir::ValueKind::kScalar && !is_flow(context, value);
    if (!is_block) {
        const Span begin = sub_span(value.span, 0, 0);
        const Span end = span_of(value, value.span.end, value.span.end);
        return {{begin, "["}, {end, "]"}};
    }
    std::vector<TextEdit> edits{{sub_span(value.span, 0, 0), "- "}};
    const std::string_view text = file_text(context, value);
    for (std::size_t at = after_line(text, value.span.begin); at < value.span.end;
         at = after_line(text, at)) {
        if (text[at] == '\n' || text[at] == '\r') continue;
        edits.push_back({span_of(value, at, at), "  "});
    }
    return edits;
}

std::optional<std::string> lines_of_field(const Context& context, const ir::Value& mapping,
                                          const ir::Entry& entry) {
    if (is_flow(context, mapping)) return std::nullopt;
    const std::string_view text = file_text(context, mapping);
    const std::size_t indent = indent_of(context, mapping, entry);
    const std::size_t begin = line_begin(text, entry.key_begin);
    if (!is_blank(text.substr(begin, indent))) return std::nullopt;
    const std::size_t end = line_end(text, end_of(text, entry));
    std::string out;
    for (std::size_t at = begin; at < end; at = after_line(text, at)) {
        const std::string_view line = text.substr(at, line_end(text, at) - at);
        const std::size_t blanks = std::min(line.find_first_not_of(' '), line.size());
        if (at != begin) out += "\n";
        out += line.substr(std::min(blanks, indent));
    }
    return out;
}

std::string double_quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string plain_or_quoted(std::string_view text) {
    const bool is_simple =
        !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
            return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '/';
        });
    const bool is_string =
        is_simple && text.front() != '-' && doc::resolve_plain(text) == ScalarType::kString;
    return is_string ? std::string(text) : double_quoted(text);
}

std::vector<ir::Entry> entries_in_order(const ir::Value& mapping) {
    std::vector<ir::Entry> entries;
    if (const auto* object = ir::any_object_as(&mapping)) {
        const auto known = object->present_fields();
        entries.assign(known.begin(), known.end());
        entries.insert(entries.end(), object->unknown.begin(), object->unknown.end());
    } else if (const auto* map = ir::map_as(&mapping)) {
        entries.assign(map->entries.begin(), map->entries.end());
    }
    // What a merge key brings in stands elsewhere.
    std::erase_if(entries, [&](const ir::Entry& entry) {
        return entry.key_begin < mapping.span.begin || entry.key_end > mapping.span.end;
    });
    std::sort(entries.begin(), entries.end(),
              [](const ir::Entry& a, const ir::Entry& b) { return a.key_begin < b.key_begin; });
    return entries;
}

} // namespace tiphys::analyze
