// Semantic versions as Masterminds/semver has them. semver: version.go.
#include "compiler/expr/semver.h"

#include <algorithm>

#include "compiler/expr/go_strings.h"
#include "compiler/expr/number_text.h"

namespace tiphys::expr {
namespace {

constexpr std::size_t kLongestVersion = 256;
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kIdentifier =
    "0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool consists_of(std::string_view text, std::string_view characters) {
    return text.find_first_not_of(characters) == text.npos;
}

/// Takes the number that `text` begins with.
std::optional<std::uint64_t> take_number(std::string_view& text) {
    const std::size_t end = std::min(text.find_first_not_of(kDigits), text.size());
    const std::optional<std::uint64_t> number = parse_uint(text.substr(0, end), 10);
    text.remove_prefix(end);
    return number;
}

bool begins_with_part(std::string_view text) {
    return text.size() > 1 && text[0] == '.' && text[1] >= '0' && text[1] <= '9';
}

int compare_numbers(std::uint64_t a, std::uint64_t b) {
    return a < b ? -1 : a > b ? 1 : 0;
}

/// Numbers come before words; what is missing comes first.
int compare_identifiers(const std::string& a, const std::string& b) {
    if (a == b) return 0;
    if (a.empty() || b.empty()) return a.empty() ? -1 : 1;
    const std::optional<std::uint64_t> number_a = parse_uint(a, 10);
    const std::optional<std::uint64_t> number_b = parse_uint(b, 10);
    if (number_a && number_b) return *number_a > *number_b ? 1 : -1;
    if (number_a || number_b) return number_a ? -1 : 1;
    return a < b ? -1 : 1;
}

int compare_prereleases(const std::string& a, const std::string& b) {
    const std::vector<std::string> parts_a = split_text(a, ".");
    const std::vector<std::string> parts_b = split_text(b, ".");
    for (std::size_t i = 0; i < std::max(parts_a.size(), parts_b.size()); ++i) {
        const int order = compare_identifiers(i < parts_a.size() ? parts_a[i] : "",
                                              i < parts_b.size() ? parts_b[i] : "");
        if (order != 0) return order;
    }
    return 0;
}

} // namespace

bool is_metadata(std::string_view text) {
    const std::vector<std::string> parts = split_text(text, ".");
    return std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
        return !part.empty() && consists_of(part, kIdentifier);
    });
}

bool is_prerelease(std::string_view text) {
    const std::vector<std::string> parts = split_text(text, ".");
    return is_metadata(text) && std::none_of(parts.begin(), parts.end(), [](const auto& part) {
               return part.size() > 1 && part.front() == '0' && consists_of(part, kDigits);
           });
}

std::optional<Version> parse_version(std::string_view text) {
    if (text.size() > kLongestVersion) return std::nullopt;
    Version version;
    version.original = text;
    if (text.substr(0, 1) == "v") text.remove_prefix(1);
    std::optional<std::uint64_t> number = take_number(text);
    if (!number) return std::nullopt;
    version.major = *number;
    for (std::uint64_t* part : {&version.minor, &version.patch}) {
        if (!begins_with_part(text)) break;
        text.remove_prefix(1);
        number = take_number(text);
        if (!number) return std::nullopt;
        *part = *number;
    }
    const std::size_t plus = std::min(text.find('+'), text.size());
    const std::string_view metadata = text.substr(plus);
    const std::string_view prerelease = text.substr(0, plus);
    if (!prerelease.empty()) {
        if (prerelease.front() != '-' || !is_prerelease(prerelease.substr(1))) return std::nullopt;
        version.prerelease = prerelease.substr(1);
    }
    if (!metadata.empty()) {
        if (!is_metadata(metadata.substr(1))) return std::nullopt;
        version.metadata = metadata.substr(1);
    }
    return version;
}

int compare(const Version& a, const Version& b) {
    for (const auto part : {&Version::major, &Version::minor, &Version::patch}) {
        const int order = compare_numbers(a.*part, b.*part);
        if (order != 0) return order;
    }
    if (a.prerelease.empty() || b.prerelease.empty()) {
        return (a.prerelease.empty() ? 1 : 0) - (b.prerelease.empty() ? 1 : 0);
    }
    return compare_prereleases(a.prerelease, b.prerelease);
}

std::string to_text(const Version& version) {
    std::string text = std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
                       std::to_string(version.patch);
    if (!version.prerelease.empty()) text += "-" + version.prerelease;
    if (!version.metadata.empty()) text += "+" + version.metadata;
    return text;
}

} // namespace tiphys::expr
