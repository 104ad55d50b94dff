// Plain properties by the schema, and raw YAML for what even they cannot say.
#include <algorithm>

#include "codegen/emit_yaml.h"
#include "codegen/entries.h"
#include "codegen/tiphys/differences.h"
#include "codegen/tiphys/notation.h"
#include "codegen/tiphys/writer.h"
#include "compiler/front/language/words.h"

namespace tiphys::codegen {
namespace {

using schema::Form;
using schema::Shape;

constexpr std::string_view kField = "field";

const schema::Field* field_at(const schema::Type& type, std::string_view key) {
    const int index = schema::find_field(type, key);
    return index < 0 ? nullptr : &type.fields[static_cast<std::size_t>(index)];
}

bool is_listed(const schema::Field* field, std::string_view word) {
    return field != nullptr && std::find(field->enumeration.begin(), field->enumeration.end(),
                                         word) != field->enumeration.end();
}

/// Whether a statement is the property of a field, not one of the language's own words.
bool begins_with_field(const std::string& head, const schema::Type& type) {
    const std::string word = head.substr(0, head.find_first_of(".:"));
    return is_bare_key(word) && field_at(type, front::field_name(type, word)) != nullptr;
}

bool begins_with_name(const std::string& head) {
    return is_bare_key(head.substr(0, head.find_first_of(".: ")));
}

/// Where a text is literal, `{{…}}` is not replaced by names.
bool is_text_form(Form form) {
    return form == Form::kString || form == Form::kAnyString || form == Form::kQuantity ||
           form == Form::kAny || form == Form::kIntOrString || form == Form::kAnyNumber;
}

constexpr std::string_view kArgoPrefix = "workflows.argoproj.io/";

/// A key of labels or annotations that is written `argo.title`.
bool is_argo_key(const schema::Field* field, std::string_view key) {
    return field != nullptr && (field->name == "labels" || field->name == "annotations") &&
           field->shape.is_map() && key.starts_with(kArgoPrefix) &&
           is_bare_key(key.substr(kArgoPrefix.size()));
}

} // namespace

std::optional<std::string_view> string_of(const ir::Value* value) {
    const auto* scalar = ir::scalar_as(value);
    if (scalar == nullptr || scalar->scalar_type != ScalarType::kString) return std::nullopt;
    return scalar->text;
}

const ir::Value* find(const ir::Value* map, std::string_view key) {
    if (const auto* plain = ir::map_as(map)) return plain->find(key);
    const auto* object = ir::any_object_as(map);
    if (object == nullptr) return nullptr;
    if (const ir::Value* known = object->field(key)) return known;
    const auto unknown = std::find_if(object->unknown.begin(), object->unknown.end(),
                                      [&](const ir::Entry& item) { return item.key == key; });
    return unknown == object->unknown.end() ? nullptr : unknown->value;
}

bool has_only(const ir::Value& map, std::initializer_list<std::string_view> keys) {
    if (!is_mapping(map) || entries_of(map).size() != keys.size()) return false;
    return std::all_of(keys.begin(), keys.end(),
                       [&](std::string_view key) { return find(&map, key) != nullptr; });
}

void Writer::add_field(Block& block, const ir::Entry& entry, const schema::Type* type,
                       const std::string& path, const Names& names) {
    const std::string here = below(path, entry.key);
    if (type != nullptr && add_short(block, entry, *type, here, names)) return;
    const schema::Field* field = type == nullptr ? nullptr : field_at(*type, entry.key);
    const bool is_known = type == nullptr || field != nullptr || type->is_open;
    const Shape shape = field == nullptr ? Shape{} : field->shape;
    const std::string_view word = type == nullptr ? entry.key : front::field_word(*type, entry.key);
    if (is_known && choices_.take(here, kField)) {
        if (auto line = property(word, entry, field, shape, here, names)) {
            block.lines.push_back(std::move(*line));
            return;
        }
        choices_.withdraw(here, kField);
    }
    block.raw.push_back(entry);
}

void Writer::add_map_entry(Block& block, const ir::Entry& entry, const schema::Field* field,
                           Shape shape, const std::string& path, const Names& names) {
    const std::string here = below(path, entry.key);
    if (choices_.take(here, kField)) {
        if (auto line = property(entry.key, entry, nullptr, shape, here, names)) {
            if (is_argo_key(field, entry.key) && choices_.take(here, "argo key")) {
                const std::size_t size = quoted(entry.key).size();
                line->head.replace(0, size,
                                   "argo." + std::string(entry.key.substr(kArgoPrefix.size())));
            }
            block.lines.push_back(std::move(*line));
            return;
        }
        choices_.withdraw(here, kField);
    }
    block.raw.push_back(entry);
}

/// A lone field inside of a lone field is written with a dotted path.
std::optional<Line> Writer::property(std::string_view word, const ir::Entry& entry,
                                     const schema::Field* field, Shape shape,
                                     const std::string& path, const Names& names) {
    const auto key = key_text(word);
    if (!key) return std::nullopt;
    const ir::Value& value = *entry.value;
    Line line{.head = *key, .source = entry.key_begin, .source_end = value.span.end, .path = path};
    if (is_mapping(value)) {
        if (const auto text = word_expression(value, shape); text && choices_.take(path, "word")) {
            line.head += ": " + *text;
            return line;
        }
        auto lines = block_lines(value, shape, path, names, field);
        if (!lines) return std::nullopt;
        const bool is_dotted = shape.is_object() && lines->size() == 1 && is_bare_key(word) &&
                               begins_with_field(lines->front().head, schema::type(shape.type));
        const bool is_lone_key = field != nullptr && shape.is_map() && lines->size() == 1 &&
                                 is_bare_key(word) && lines->front().head.starts_with("argo.");
        const bool is_free = shape.form == Form::kAny && !shape.is_map() && !shape.is_list() &&
                             lines->size() == 1 && is_bare_key(word) &&
                             begins_with_name(lines->front().head);
        if ((is_dotted || is_lone_key || is_free) && choices_.take(path, "dotted")) {
            Line inner = std::move(lines->front());
            inner.head = *key + "." + inner.head;
            inner.source = entry.key_begin;
            inner.source_end = value.span.end;
            return inner;
        }
        if (needs_colon(word)) line.head += ":";
        line.has_block = true;
        line.body = std::move(*lines);
        return line;
    }
    const auto* list = ir::list_as(&value);
    if (list != nullptr && field != nullptr && shape.is_list() && !list->items.empty() &&
        choices_.take(path, "keyed list")) {
        if (auto lines = keyed_lines(*list, *field, shape, path, names)) {
            if (needs_colon(word)) line.head += ":";
            line.has_block = true;
            line.body = std::move(*lines);
            return line;
        }
    }
    const auto text = expression(value, field, shape, path, names);
    if (!text) return std::nullopt;
    line.head += ": " + *text;
    return line;
}

std::optional<std::vector<Line>> Writer::block_lines(const ir::Value& value, Shape shape,
                                                     const std::string& path, const Names& names,
                                                     const schema::Field* field) {
    Block block;
    const schema::Type* type = shape.is_object() ? &schema::type(shape.type) : nullptr;
    const Shape element = shape.is_map() ? shape.element() : Shape{};
    for (const ir::Entry& entry : entries_of(value)) {
        if (type != nullptr) {
            add_field(block, entry, type, path, names);
        } else {
            add_map_entry(block, entry, field, element, path, names);
        }
    }
    finish(block, path);
    return std::move(block.lines);
}

/// A list whose elements are told apart by a key is a block of them.
std::optional<std::vector<Line>> Writer::keyed_lines(const ir::List& list,
                                                     const schema::Field& field, Shape shape,
                                                     const std::string& path, const Names& names) {
    const Shape element_shape = shape.element();
    if (field.merge_key.empty() || !element_shape.is_object()) return std::nullopt;
    const schema::Type& type = schema::type(element_shape.type);
    std::vector<Line> lines;
    for (std::size_t i = 0; i < list.items.size(); ++i) {
        const ir::Value& item = *list.items[i];
        const std::string here = element(path, i);
        const ir::Value* key_value = find(&item, field.merge_key);
        if (!is_mapping(item) || key_value == nullptr) return std::nullopt;
        const auto* key_scalar = ir::scalar_as(key_value);
        if (key_scalar == nullptr || key_scalar->text.empty()) return std::nullopt;
        if (type.name == "EnvVar") {
            auto line = environment_line(item, here, names);
            if (!line) return std::nullopt;
            lines.push_back(std::move(*line));
            continue;
        }
        const bool is_number = key_scalar->scalar_type == ScalarType::kInt;
        if (!is_number && key_scalar->scalar_type != ScalarType::kString) return std::nullopt;
        const auto key = is_number ? quoted(key_scalar->text) : key_text(key_scalar->text);
        if (!key) return std::nullopt;
        Block block;
        for (const ir::Entry& entry : entries_of(item)) {
            if (entry.key != field.merge_key) add_field(block, entry, &type, here, names);
        }
        finish(block, here);
        Line line{.head = *key, .has_block = true, .source = item.span.begin, .path = here};
        if (needs_colon(key_scalar->text)) line.head += ":";
        line.body = std::move(block.lines);
        lines.push_back(std::move(line));
    }
    return lines;
}

std::optional<std::string> Writer::expression(const ir::Value& value, const schema::Field* field,
                                              Shape shape, const std::string& path,
                                              const Names& names) {
    if (is_mapping(value)) {
        if (const auto text = word_expression(value, shape)) return text;
        const auto lines = block_lines(value, shape, path, names);
        if (!lines) return std::nullopt;
        return map_literal(*lines);
    }
    if (const auto* list = ir::list_as(&value)) {
        std::vector<std::string> items;
        const Shape inner = shape.is_list() ? shape.element() : Shape{};
        for (std::size_t i = 0; i < list->items.size(); ++i) {
            const auto item = expression(*list->items[i], shape.is_list() ? field : nullptr, inner,
                                         element(path, i), names);
            if (!item) return std::nullopt;
            items.push_back(*item);
        }
        return list_literal(items);
    }
    return scalar_expression(static_cast<const ir::Scalar&>(value), field, shape, names);
}

std::optional<std::string> Writer::scalar_expression(const ir::Scalar& scalar,
                                                     const schema::Field* field, Shape shape,
                                                     const Names& names) {
    if (scalar.scalar_type != ScalarType::kString) return plain_scalar(scalar);
    if (is_listed(field, scalar.text) && is_bare_key(scalar.text)) return std::string(scalar.text);
    const bool has_unit =
        shape.form == Form::kQuantity ||
        (field != nullptr && field->unit != schema::Unit::kNone && shape.form == Form::kString);
    if (has_unit && is_quantity(scalar.text)) return std::string(scalar.text);
    const bool is_yaml = field != nullptr && field->name == "manifest";
    if (!is_text_form(shape.form)) return text_literal(scalar.text, "");
    return text_expression(scalar.text, names, is_yaml ? "yaml" : "");
}

/// `secret("name", "key")`, `configmap("name", "key")`, the choice of a field (`none`), and the
/// value of a main field (`retry: 3`).
std::optional<std::string> Writer::word_expression(const ir::Value& value, Shape shape) {
    if (!shape.is_object()) return std::nullopt;
    const schema::Type& type = schema::type(shape.type);
    const bool is_secret = type.name == "SecretKeySelector";
    if ((is_secret || type.name == "ConfigMapKeySelector") && has_only(value, {"name", "key"})) {
        const auto name = string_of(find(&value, "name"));
        const auto key = string_of(find(&value, "key"));
        if (!name || !key) return std::nullopt;
        return std::string(is_secret ? "secret" : "configmap") + "(" + quoted(*name) + ", " +
               quoted(*key) + ")";
    }
    const std::string_view main = front::main_field(type);
    const auto* lone = main.empty() ? nullptr : ir::scalar_as(find(&value, main));
    if (lone != nullptr && has_only(value, {main})) {
        const schema::Field& field = *field_at(type, main);
        return scalar_expression(*lone, &field, field.shape, {});
    }
    const std::vector<ir::Entry> entries = entries_of(value);
    const bool is_choice = type.name == "ArchiveStrategy" && entries.size() == 1 &&
                           is_mapping(*entries[0].value) && entries_of(*entries[0].value).empty();
    if (is_choice && is_bare_key(entries[0].key)) return std::string(entries[0].key);
    return std::nullopt;
}

const ir::Map& Writer::make_map(std::vector<ir::Entry> entries) {
    const std::vector<ir::Entry>& held = kept_entries_.emplace_back(std::move(entries));
    ir::Map& map = maps_.emplace_back();
    map.kind = ir::ValueKind::kMap;
    map.entries = held;
    return map;
}

Line Writer::raw_line(const std::vector<ir::Entry>& entries, std::string_view below_key) {
    const ir::Map* map = &make_map(entries);
    while (!below_key.empty()) {
        const std::size_t dot = below_key.rfind('.');
        const std::string_view key = dot == below_key.npos ? below_key : below_key.substr(dot + 1);
        below_key = dot == below_key.npos ? std::string_view{} : below_key.substr(0, dot);
        map = &make_map({ir::Entry{key, 0, 0, map}});
    }
    std::string yaml;
    emit_yaml(*map, yaml);
    return {.head = "...raw(" + text_literal(yaml, "yaml") + ")"};
}

void Writer::finish(Block& block, const std::string& path, std::string_view below_key) {
    if (block.raw.empty()) return;
    for (const ir::Entry& entry : block.raw)
        raw_paths_.push_back(below(path, entry.key));
    Line line = raw_line(block.raw, below_key);
    line.path = path;
    block.lines.push_back(std::move(line));
    block.raw.clear();
}

} // namespace tiphys::codegen
