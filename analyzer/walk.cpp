// Walks over all objects of a document.
#include "analyzer/walk.h"

namespace tiphys::analyze {

void for_each_field(const ir::Value& root, const std::function<void(const PresentField&)>& visit) {
    if (const auto* list = ir::list_as(&root)) {
        for (const ir::Value* item : list->items)
            for_each_field(*item, visit);
    } else if (const auto* map = ir::map_as(&root)) {
        for (const ir::Entry& entry : map->entries)
            for_each_field(*entry.value, visit);
    } else if (const auto* object = ir::any_object_as(&root)) {
        for (const ir::Entry& entry : object->present_fields()) {
            const auto index =
                static_cast<std::size_t>(schema::find_field(*object->type, entry.key));
            visit({object, &object->type->fields[index], &entry});
            for_each_field(*entry.value, visit);
        }
    }
}

void for_each_scalar(const ir::Value& value, const std::function<void(const ir::Scalar&)>& visit) {
    if (const auto* list = ir::list_as(&value)) {
        for (const ir::Value* item : list->items)
            for_each_scalar(*item, visit);
    } else if (const auto* map = ir::map_as(&value)) {
        for (const ir::Entry& entry : map->entries)
            for_each_scalar(*entry.value, visit);
    } else if (const auto* scalar = ir::scalar_as(&value)) {
        visit(*scalar);
    }
}

void for_each_text(const ir::Value& value, const std::function<void(const ir::Scalar&)>& visit) {
    if (const auto* list = ir::list_as(&value)) {
        for (const ir::Value* item : list->items)
            for_each_text(*item, visit);
    } else if (const auto* map = ir::map_as(&value)) {
        for (const ir::Entry& entry : map->entries)
            for_each_text(*entry.value, visit);
    } else if (const auto* object = ir::any_object_as(&value)) {
        for (const ir::Entry& entry : object->present_fields())
            for_each_text(*entry.value, visit);
    } else if (const auto* scalar = ir::scalar_as(&value)) {
        visit(*scalar);
    }
}

} // namespace tiphys::analyze
