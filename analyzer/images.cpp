// What the name of an image says of where it comes from.
#include "analyzer/images.h"

#include <algorithm>
#include <array>

namespace tiphys::analyze {

std::optional<expr::ImageReference> known_image(std::string_view text) {
    if (text.find("{{") != text.npos) return std::nullopt;
    return expr::parse_image_reference(text);
}

bool is_public_registry(std::string_view registry) {
    constexpr std::array<std::string_view, 12> kPublic{
        "",           "docker.io",         "index.docker.io", "registry-1.docker.io",
        "quay.io",    "ghcr.io",           "gcr.io",          "registry.k8s.io",
        "k8s.gcr.io", "mcr.microsoft.com", "public.ecr.aws",  "nvcr.io"};
    return std::find(kPublic.begin(), kPublic.end(), registry) != kPublic.end();
}

std::string_view short_repository(const expr::ImageReference& image) {
    std::string_view name = image.repository;
    constexpr std::string_view kLibrary = "library/";
    if (name.starts_with(kLibrary)) name.remove_prefix(kLibrary.size());
    return name;
}

} // namespace tiphys::analyze
