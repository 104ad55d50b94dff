// What the file of a manifest is called.
#include "codegen/manifest_name.h"

namespace tiphys::codegen {
namespace {

/// File systems and Kubernetes itself set limits about here.
constexpr std::size_t kLongestPart = 80;

std::string safe_part(std::string_view text) {
    std::string part;
    for (const char c : text.substr(0, kLongestPart)) {
        const bool is_upper = c >= 'A' && c <= 'Z';
        const bool is_safe = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
        const char next = is_upper ? static_cast<char>(c - 'A' + 'a') : is_safe ? c : '-';
        if (next != '-' || (!part.empty() && part.back() != '-')) part += next;
    }
    while (!part.empty() && part.back() == '-')
        part.pop_back();
    return part;
}

std::string_view generated_name(const ir::Document& document) {
    const auto text_at = [](const ir::Value* parent, std::string_view key) -> const ir::Value* {
        if (const auto* object = ir::any_object_as(parent)) return object->field(key);
        const auto* map = ir::map_as(parent);
        return map == nullptr ? nullptr : map->find(key);
    };
    const ir::Value* metadata = text_at(document.root, "metadata");
    return ir::text_of(ir::scalar_as(text_at(metadata, "generateName")));
}

} // namespace

std::string manifest_name(const ir::Document& document) {
    const std::string_view name = document.name.empty() ? generated_name(document) : document.name;
    std::string file;
    for (const std::string_view text :
         {document.kind.empty() ? "object" : document.kind, document.namespace_name, name}) {
        const std::string part = safe_part(text);
        if (!part.empty()) file += (file.empty() ? "" : "-") + part;
    }
    return file;
}

} // namespace tiphys::codegen
