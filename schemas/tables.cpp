// Look-ups in the tables of Argo's API.
#include "schemas/tables.h"

#include <algorithm>

namespace tiphys::schema {

const Type& type(TypeId id) {
    return types()[static_cast<std::size_t>(id)];
}

int find_field(const Type& type, std::string_view name) {
    const auto at = std::lower_bound(type.by_name.begin(), type.by_name.end(), name,
                                     [&](std::uint8_t index, std::string_view wanted) {
                                         return type.fields[index].name < wanted;
                                     });
    if (at == type.by_name.end() || type.fields[*at].name != name) return -1;
    return *at;
}

const Type* find_kind(std::string_view api_version, std::string_view kind) {
    for (const TypeId id : kinds()) {
        const Type& candidate = type(id);
        if (candidate.name == kind && candidate.api_version == api_version) return &candidate;
    }
    return nullptr;
}

const Type* find_type(Package package, std::string_view name) {
    for (const Type& type : types()) {
        if (type.package == package && type.name == name) return &type;
    }
    return nullptr;
}

} // namespace tiphys::schema
