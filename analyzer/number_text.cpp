// Numbers as people read them.
#include "analyzer/number_text.h"

#include <array>
#include <utility>

#include "analyzer/bounds.h"

namespace tiphys::analyze {

std::string grouped_number(std::int64_t number) {
    if (number == kUnbounded) return "no bound";
    std::string text = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t at = text.size(); at > first + 3;) {
        at -= 3;
        text.insert(at, ",");
    }
    return text;
}

std::string byte_words(std::int64_t bytes) {
    if (bytes == kUnbounded) return "no bound";
    constexpr std::int64_t kKibi = 1'024;
    if (bytes < kKibi) return std::to_string(bytes) + " bytes";
    const bool is_large = bytes >= kKibi * kKibi;
    const std::int64_t unit = is_large ? kKibi * kKibi : kKibi;
    const std::int64_t whole = bytes / unit;
    const std::int64_t tenth = bytes % unit * 10 / unit;
    std::string text = grouped_number(whole);
    if (whole < 10 && tenth > 0) text += "." + std::to_string(tenth);
    return text + (is_large ? " MiB" : " kiB");
}

std::string time_words(std::int64_t seconds) {
    if (seconds == kUnbounded) return "no bound";
    constexpr std::array<std::pair<std::int64_t, const char*>, 4> kUnits{
        {{86'400, "day"}, {3'600, "hour"}, {60, "minute"}, {1, "second"}}};
    std::string text;
    int n_parts = 0;
    for (const auto& [size, name] : kUnits) {
        const std::int64_t count = seconds / size;
        // Two units say enough.
        if (count == 0 || n_parts == 2) continue;
        seconds %= size;
        ++n_parts;
        text += (text.empty() ? "" : " ") + std::to_string(count) + " " + name;
        if (count != 1) text += "s";
    }
    return text.empty() ? "0 seconds" : text;
}

} // namespace tiphys::analyze
