// Source places of values, and the annotation.
#include "codegen/source_places.h"

#include <algorithm>
#include <vector>

#include "codegen/entries.h"

namespace tiphys::codegen {
namespace {

using ir::Entry;
using ir::Value;

std::string place_text(const SourceMap& sources, Span span) {
    if (!span.is_known()) return {};
    const std::string& path = sources.file(span.file).path;
    if (path.find('\n') != path.npos) return {};
    return path + ":" + std::to_string(sources.position(span.file, span.begin).line);
}

/// A key in place of the one of that name, else at the end.
std::span<const Entry> with_entry(std::span<const Entry> entries, const Entry& added,
                                  Arena& arena) {
    std::vector<Entry> all(entries.begin(), entries.end());
    const auto known = std::find_if(all.begin(), all.end(),
                                    [&](const Entry& entry) { return entry.key == added.key; });
    if (known == all.end()) {
        all.push_back(added);
    } else {
        *known = added;
    }
    return arena.copy(all);
}

/// The mapping or object with another value for a key.
const Value* with_entry(const Value& value, const Entry& added, Arena& arena) {
    if (const auto* map = ir::map_as(&value)) {
        auto* copy = arena.make<ir::Map>(*map);
        copy->entries = with_entry(map->entries, added, arena);
        return copy;
    }
    const auto* object = ir::any_object_as(&value);
    if (object == nullptr) return nullptr;
    auto* copy = arena.make<ir::Object>(*object);
    const int field = schema::find_field(*object->type, added.key);
    if (field < 0) {
        copy->unknown = with_entry(object->unknown, added, arena);
        return copy;
    }
    const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(field);
    std::vector<Entry> fields(object->present_fields().begin(), object->present_fields().end());
    const auto at = fields.begin() + std::popcount(object->present & (bit - 1));
    if ((object->present & bit) != 0) {
        *at = added;
    } else {
        fields.insert(at, added);
    }
    copy->present |= bit;
    copy->fields = arena.copy(fields).data();
    return copy;
}

const Value* value_of(const Value& container, std::string_view key) {
    for (const Entry& entry : entries_of(container)) {
        if (entry.key == key) return entry.value;
    }
    return nullptr;
}

/// What the container has under a key, or an empty mapping where that is nothing.
const Value& mapping_at(const Value& container, std::string_view key, Arena& arena) {
    const Value* value = value_of(container, key);
    if (value != nullptr && !ir::is_null(*value)) return *value;
    auto* empty = arena.make<ir::Map>();
    empty->kind = ir::ValueKind::kMap;
    empty->span = container.span;
    return *empty;
}

} // namespace

PlaceOf places_in(const SourceMap& sources) {
    return [&sources](const Value& value) { return place_text(sources, value.span); };
}

const Value& with_source(const ir::Document& document, const SourceMap& sources, Arena& arena) {
    const Value& root = *document.root;
    const std::string place = place_text(sources, root.span);
    if (!is_mapping(root) || place.empty()) return root;
    auto* text = arena.make<ir::Scalar>();
    text->scalar_type = ScalarType::kString;
    text->span = root.span;
    text->text = arena.copy(place);
    const Value& metadata = mapping_at(root, "metadata", arena);
    const Value& annotations = mapping_at(metadata, "annotations", arena);
    const Value* value = with_entry(annotations, {kSourceAnnotation, 0, 0, text}, arena);
    if (value != nullptr) value = with_entry(metadata, {"annotations", 0, 0, value}, arena);
    if (value != nullptr) value = with_entry(root, {"metadata", 0, 0, value}, arena);
    return value == nullptr ? root : *value;
}

} // namespace tiphys::codegen
