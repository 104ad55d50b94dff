// Durations as fields of a workflow write them.
#include "analyzer/durations.h"

#include <charconv>

#include "compiler/expr/duration.h"

namespace tiphys::analyze {
namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;
constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 3600;

} // namespace

std::optional<std::int64_t> integer_of(const ir::Scalar* scalar) {
    if (scalar == nullptr) return std::nullopt;
    const std::string_view text = scalar->text;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<std::int64_t> seconds_of(const ir::Scalar* scalar) {
    if (const auto number = integer_of(scalar)) return number;
    if (scalar == nullptr) return std::nullopt;
    const auto nanoseconds = expr::parse_go_duration_ns(scalar->text);
    if (!nanoseconds) return std::nullopt;
    return *nanoseconds / kNanoseconds;
}

std::string seconds_text(std::int64_t seconds) {
    if (seconds >= kHour && seconds % kHour == 0) return std::to_string(seconds / kHour) + " h";
    if (seconds >= kMinute && seconds % kMinute == 0) {
        return std::to_string(seconds / kMinute) + " min";
    }
    return std::to_string(seconds) + " s";
}

} // namespace tiphys::analyze
