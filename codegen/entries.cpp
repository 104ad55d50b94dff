// The keys of a value, typed or not.
#include "codegen/entries.h"

namespace tiphys::codegen {

bool is_mapping(const ir::Value& value) {
    return value.kind == ir::ValueKind::kMap || value.kind == ir::ValueKind::kObject;
}

std::vector<ir::Entry> entries_of(const ir::Value& value) {
    if (const auto* map = ir::map_as(&value)) return {map->entries.begin(), map->entries.end()};
    const auto* object = ir::any_object_as(&value);
    if (object == nullptr) return {};
    std::vector<ir::Entry> entries(object->present_fields().begin(),
                                   object->present_fields().end());
    entries.insert(entries.end(), object->unknown.begin(), object->unknown.end());
    return entries;
}

} // namespace tiphys::codegen
