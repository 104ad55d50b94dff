// Objects of the API.
#include "compiler/ir/object.h"

namespace tiphys::ir {

const Value* Map::find(std::string_view key) const {
    for (const Entry& entry : entries) {
        if (entry.key == key) return entry.value;
    }
    return nullptr;
}

const Entry* Object::entry(std::string_view name) const {
    const int index = schema::find_field(*type, name);
    return index < 0 ? nullptr : entry(static_cast<std::size_t>(index));
}

const Value* Object::field(std::string_view name) const {
    const Entry* found = entry(name);
    return found == nullptr ? nullptr : found->value;
}

Span Object::key_span_of(std::string_view name) const {
    const Entry* found = entry(name);
    return found == nullptr ? span : key_span(*this, *found);
}

} // namespace tiphys::ir
