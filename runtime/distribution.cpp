// Reading distributions and drawing from them.

#include "runtime/distribution.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "runtime/plan/time_text.h"

namespace tiphys::run {
namespace {

using Kind = Distribution::Kind;

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(' ');
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::optional<std::int64_t> parse_span(std::string_view text) {
    const auto parsed = parse_duration_ms(trimmed(text));
    return parsed && *parsed >= 0 ? parsed : std::nullopt;
}

std::optional<Distribution> parse_call(std::string_view name, std::string_view inner) {
    constexpr std::array<std::pair<std::string_view, Kind>, 4> kNames = {
        {{"uniform", Kind::kUniform},
         {"normal", Kind::kNormal},
         {"exponential", Kind::kExponential},
         {"lognormal", Kind::kLognormal}}};
    Distribution made;
    for (const auto& [known, kind] : kNames) {
        if (known == name) made.kind = kind;
    }
    if (made.kind == Kind::kFixed) return std::nullopt;
    const std::size_t comma = inner.find(',');
    if ((comma == inner.npos) != (made.kind == Kind::kExponential)) return std::nullopt;
    const auto first = parse_span(inner.substr(0, comma));
    if (!first) return std::nullopt;
    made.first_ms = *first;
    if (comma == inner.npos) return made;
    const std::string_view rest = trimmed(inner.substr(comma + 1));
    if (made.kind == Kind::kLognormal) {
        const auto [end, error] =
            std::from_chars(rest.data(), rest.data() + rest.size(), made.factor);
        const bool good = error == std::errc() && end == rest.data() + rest.size();
        return good && made.factor >= 1 ? std::optional(made) : std::nullopt;
    }
    const auto second = parse_span(rest);
    if (!second || (made.kind == Kind::kUniform && *second < *first)) return std::nullopt;
    made.second_ms = *second;
    return made;
}

/// Of the standard normal distribution. Box and Muller.
double normal_chance(std::uint64_t bits) {
    const double radius = std::sqrt(-2 * std::log(1 - unit_chance(bits)));
    return radius * std::cos(2 * std::numbers::pi * unit_chance(mix_bits(bits)));
}

} // namespace

std::optional<Distribution> parse_distribution(std::string_view text) {
    text = trimmed(text);
    const std::size_t open = text.find('(');
    if (open != text.npos) {
        if (text.back() != ')') return std::nullopt;
        return parse_call(text.substr(0, open), text.substr(open + 1, text.size() - open - 2));
    }
    const auto fixed = parse_span(text);
    if (!fixed) return std::nullopt;
    Distribution made;
    made.first_ms = *fixed;
    return made;
}

// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
std::uint64_t mix_bits(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31);
}

double unit_chance(std::uint64_t bits) {
    return static_cast<double>(bits >> 11) / 9007199254740992.0;
}

std::int64_t draw_ms(const Distribution& from, std::uint64_t bits) {
    const auto first = static_cast<double>(from.first_ms);
    const auto second = static_cast<double>(from.second_ms);
    double drawn = first;
    switch (from.kind) {
    case Kind::kFixed:
        return from.first_ms;
    case Kind::kUniform:
        drawn = first + (second - first) * unit_chance(bits);
        break;
    case Kind::kNormal:
        drawn = first + second * normal_chance(bits);
        break;
    case Kind::kExponential:
        drawn = -first * std::log(1 - unit_chance(bits));
        break;
    case Kind::kLognormal:
        drawn = first * std::exp(std::log(from.factor) * normal_chance(bits));
        break;
    case Kind::kRecorded:
        return from.recorded.empty() ? 0 : from.recorded[bits % from.recorded.size()];
    }
    constexpr double kLongest = 1e15;
    return std::llround(std::min(std::max(drawn, 0.0), kLongest));
}

} // namespace tiphys::run
