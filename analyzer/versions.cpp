// Versions of Argo as the tables and the settings write them.
#include "analyzer/versions.h"

#include <charconv>

namespace tiphys::analyze {

int version_of(std::string_view text) {
    const char* const end = text.data() + text.size();
    int major = 0;
    const auto first = std::from_chars(text.data(), end, major);
    if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '.') return 0;
    int minor = 0;
    if (std::from_chars(first.ptr + 1, end, minor).ec != std::errc{}) return 0;
    return major * 100 + minor;
}

std::string version_text(int version) {
    return std::to_string(version / 100) + "." + std::to_string(version % 100);
}

} // namespace tiphys::analyze
