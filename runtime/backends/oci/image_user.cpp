// Lines of /etc/passwd and /etc/group.

#include "runtime/backends/oci/image_user.h"

#include <charconv>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

std::optional<std::uint32_t> number_in(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool good = error == std::errc() && end == text.data() + text.size() && !text.empty();
    return good ? std::optional(number) : std::nullopt;
}

std::vector<std::string> parts_of(const std::string& line) {
    std::vector<std::string> parts;
    std::istringstream stream(line);
    for (std::string part; std::getline(stream, part, ':');) {
        parts.push_back(part);
    }
    return parts;
}

/// The first line of the file whose name or number (its third part) is `wanted`.
std::vector<std::string> find_line(const std::string& path, const std::string& wanted) {
    const auto text = read_file(path);
    if (!text) return {};
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> parts = parts_of(line);
        if (parts.size() >= 3 && (parts[0] == wanted || parts[2] == wanted)) return parts;
    }
    return {};
}

} // namespace

Result<ImageUser> read_image_user(const std::string& text, const std::string& root) {
    ImageUser found;
    const std::size_t colon = text.find(':');
    const std::string user = text.substr(0, colon);
    if (user.empty()) return found;
    const std::vector<std::string> line = find_line(root + "/etc/passwd", user);
    const auto number = number_in(line.size() > 2 ? line[2] : user);
    if (!number) return Error{"the image has no user `" + user + "`"};
    found.user = *number;
    if (colon == text.npos) {
        found.group = line.size() > 3 ? number_in(line[3]).value_or(0) : 0;
        return found;
    }
    const std::string group = text.substr(colon + 1);
    const std::vector<std::string> of_group = find_line(root + "/etc/group", group);
    const auto group_number = number_in(of_group.size() > 2 ? of_group[2] : group);
    if (!group_number) return Error{"the image has no group `" + group + "`"};
    found.group = *group_number;
    return found;
}

} // namespace tiphys::run
