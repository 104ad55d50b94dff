// What an evaluation may know of the world.
#include "compiler/expr/environment.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace tiphys::expr {

std::shared_ptr<const TimeZone> load_zone(const Environment& environment, std::string_view name) {
    if (name.empty() || name == "UTC") return TimeZone::utc();
    if (name == "Local") return TimeZone::fixed("Local", "UTC", 0);
    // Go refuses names that would leave the database.
    const bool leaves =
        name.find("..") != name.npos || name.front() == '/' || name.find('\\') != name.npos;
    if (leaves || !environment.zone_file) return nullptr;
    const std::optional<std::string> bytes = environment.zone_file(name);
    return bytes ? TimeZone::from_tzif(std::string(name), *bytes) : nullptr;
}

std::optional<std::string> read_system_zone(std::string_view name) {
    constexpr std::array<std::string_view, 2> kFolders{"/usr/share/zoneinfo/",
                                                       "/usr/lib/zoneinfo/"};
    for (const std::string_view folder : kFolders) {
        const std::string path = std::string(folder) + std::string(name);
        // `Europe` is a folder.
        std::error_code error;
        if (!std::filesystem::is_regular_file(path, error)) continue;
        std::ifstream file(path, std::ios::binary);
        if (!file) continue;
        std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        if (bytes.substr(0, 4) == "TZif") return bytes;
    }
    return std::nullopt;
}

std::function<void(std::span<std::uint8_t>)> seeded_bytes(std::uint64_t seed) {
    // splitmix64
    return [state = seed](std::span<std::uint8_t> bytes) mutable {
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            if (i % 8 == 0) {
                state += 0x9e3779b97f4a7c15ULL;
                word = state;
                word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9ULL;
                word = (word ^ (word >> 27)) * 0x94d049bb133111ebULL;
                word ^= word >> 31;
            }
            bytes[i] = static_cast<std::uint8_t>(word >> (8 * (i % 8)));
        }
    };
}

} // namespace tiphys::expr
