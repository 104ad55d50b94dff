// Registry, repository and tag, with the defaults of docker.

#include "runtime/backends/oci/image_name.h"

namespace tiphys::run {
namespace {

/// Whether the first part of a name is a host: others are folders of docker.io.
bool is_host(std::string_view part) {
    return part.find('.') != part.npos || part.find(':') != part.npos || part == "localhost";
}

} // namespace

std::string digest_of_name(std::string_view name) {
    const std::size_t at = name.find('@');
    return at == name.npos ? "" : std::string(name.substr(at + 1));
}

std::string full_image_name(std::string_view name) {
    const std::string digest = digest_of_name(name);
    std::string_view rest = name.substr(0, name.find('@'));
    std::string full = "docker.io/";
    const std::size_t slash = rest.find('/');
    if (slash != rest.npos && is_host(rest.substr(0, slash))) {
        const std::string_view host = rest.substr(0, slash);
        full = std::string(host == "index.docker.io" ? "docker.io" : host) + "/";
        rest.remove_prefix(slash + 1);
    }
    if (full == "docker.io/" && rest.find('/') == rest.npos) full += "library/";
    const std::size_t last = rest.rfind('/');
    const std::size_t colon = rest.find(':', last == rest.npos ? 0 : last);
    full += rest.substr(0, colon);
    if (!digest.empty()) return full + "@" + digest;
    return full + (colon == rest.npos ? ":latest" : std::string(rest.substr(colon)));
}

} // namespace tiphys::run
