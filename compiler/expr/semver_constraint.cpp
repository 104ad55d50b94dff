// Constraints on semantic versions. semver: constraints.go.
#include <algorithm>

#include "compiler/base/assert.h"
#include "compiler/expr/go_strings.h"
#include "compiler/expr/regex.h"
#include "compiler/expr/semver.h"

namespace tiphys::expr {
namespace {

constexpr std::size_t kLongestConstraint = 512;
constexpr std::size_t kMostGroups = 32;

const std::string kOperator = "(=||!=|>|<|>=|=>|<=|=<|~|~>|\\^)";
const std::string kVersion = "v?([0-9|xX*]+)(\\.[0-9|xX*]+)?(\\.[0-9|xX*]+)?"
                             "(-[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?"
                             "(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?";

Regex make(const std::string& pattern) {
    std::optional<Regex> regex = Regex::compile(pattern);
    TIPHYS_ASSERT(regex, "the pattern is well formed");
    return std::move(*regex);
}

/// One comparison; parts that are missing or `x` are open.
struct Comparison {
    std::string op;
    Version version;
    bool open_minor = false;
    bool open_patch = false;
    bool is_open = false; ///< some part is open
};

bool is_any(std::string_view part) {
    return part.empty() || part == "x" || part == "X" || part == "*";
}

std::string group(std::string_view text, Range range) {
    if (range.begin > range.end) return "";
    return std::string(text.substr(range.begin, range.end - range.begin));
}

std::string without_point(const std::string& part) {
    return part.substr(0, 1) == "." ? part.substr(1) : part;
}

std::optional<Comparison> read_comparison(const std::string& text) {
    static const Regex pattern = make("^\\s*" + kOperator + "\\s*" + kVersion + "\\s*$");
    const std::vector<Range> groups = pattern.find(text, 0);
    if (groups.empty()) return std::nullopt;
    Comparison comparison;
    comparison.op = group(text, groups[1]);
    const std::string major = group(text, groups[2]);
    const std::string minor = without_point(group(text, groups[3]));
    const std::string patch = without_point(group(text, groups[4]));
    std::string numbers = major + "." + minor + "." + patch;
    if (is_any(major)) {
        comparison.is_open = true;
        numbers = "0.0.0";
    } else if (is_any(minor)) {
        comparison.is_open = comparison.open_minor = true;
        numbers = major + ".0.0";
    } else if (is_any(patch)) {
        comparison.is_open = comparison.open_patch = true;
        numbers = major + "." + minor + ".0";
    }
    const std::optional<Version> version = parse_version(numbers + group(text, groups[5]));
    if (!version) return std::nullopt;
    comparison.version = *version;
    return comparison;
}

bool is_not_equal(const Version& version, const Comparison& than) {
    if (!than.is_open) return compare(version, than.version) != 0;
    if (version.major != than.version.major) return true;
    if (than.open_minor) return false;
    if (version.minor != than.version.minor) return true;
    if (!than.open_patch) return compare(version, than.version) != 0;
    Version a;
    Version b;
    a.prerelease = version.prerelease;
    b.prerelease = than.version.prerelease;
    return a.prerelease != b.prerelease && compare(a, b) != 0;
}

bool is_greater(const Version& version, const Comparison& than) {
    if (!than.is_open) return compare(version, than.version) > 0;
    if (version.major != than.version.major) return version.major > than.version.major;
    if (than.open_minor) return false;
    if (than.open_patch) return version.minor > than.version.minor;
    return compare(version, than.version) > 0;
}

bool is_at_most(const Version& version, const Comparison& than) {
    if (!than.is_open) return compare(version, than.version) <= 0;
    if (version.major > than.version.major) return false;
    return version.major != than.version.major || version.minor <= than.version.minor ||
           than.open_minor;
}

/// `~1.2.3`: the same minor version, or the same major version where that is open.
bool is_near(const Version& version, const Comparison& to) {
    const Version& least = to.version;
    if (compare(version, least) < 0) return false;
    const bool takes_all = least.major == 0 && least.minor == 0 && least.patch == 0 &&
                           !to.open_minor && !to.open_patch;
    if (takes_all) return true;
    return version.major == least.major && (version.minor == least.minor || to.open_minor);
}

/// `^1.2.3`: nothing left of the first number that is not zero changes.
bool is_compatible(const Version& version, const Comparison& with) {
    const Version& least = with.version;
    if (compare(version, least) < 0 || version.major != least.major) return false;
    if (least.major > 0 || with.open_minor) return true;
    if (version.minor != least.minor) return false;
    return least.minor > 0 || with.open_patch || version.patch == least.patch;
}

bool holds(const Version& version, const Comparison& comparison) {
    const std::string& op = comparison.op;
    if (op == "!=") return is_not_equal(version, comparison);
    if (op == ">") return is_greater(version, comparison);
    if (op == "<") return compare(version, comparison.version) < 0;
    if (op == ">=" || op == "=>") return compare(version, comparison.version) >= 0;
    if (op == "<=" || op == "=<") return is_at_most(version, comparison);
    if (op == "~" || op == "~>") return is_near(version, comparison);
    if (op == "^") return is_compatible(version, comparison);
    return comparison.is_open ? is_near(version, comparison)
                              : compare(version, comparison.version) == 0;
}

/// `1.2 - 1.4` as `>= 1.2, <= 1.4`.
std::string without_ranges(std::string_view text) {
    static const Regex pattern = make("\\s*(" + kVersion + ")\\s+-\\s+(" + kVersion + ")\\s*");
    std::string plain(text);
    for (const std::vector<Range>& groups : pattern.find_all(text, text.size())) {
        const std::string by =
            ">= " + group(text, groups[1]) + ", <= " + group(text, groups[6]) + " ";
        plain = replace_text(plain, group(text, groups[0]), by, 1);
    }
    return plain;
}

/// The comparisons of a group that must all hold.
std::optional<std::vector<Comparison>> read_group(const std::string& text) {
    const std::string one = kOperator + "\\s*(" + kVersion + ")";
    static const Regex all = make("^\\s*" + one + "\\s*(?:(?:\\s+|,\\s*)" + one + "\\s*)*$");
    static const Regex each = make(one);
    if (!all.matches(text)) return std::nullopt;
    std::vector<Comparison> comparisons;
    for (const std::vector<Range>& groups : each.find_all(text, text.size())) {
        std::optional<Comparison> comparison = read_comparison(group(text, groups[0]));
        if (!comparison) return std::nullopt;
        comparisons.push_back(std::move(*comparison));
    }
    return comparisons;
}

} // namespace

std::optional<bool> satisfies(const Version& version, std::string_view constraint) {
    if (constraint.size() > kLongestConstraint) return std::nullopt;
    const std::vector<std::string> groups = split_text(without_ranges(constraint), "||");
    if (groups.size() > kMostGroups) return std::nullopt;
    bool satisfied = false;
    for (const std::string& text : groups) {
        const std::optional<std::vector<Comparison>> comparisons = read_group(text);
        if (!comparisons) return std::nullopt;
        // Prereleases fit only where the group names one.
        const bool names_prerelease =
            std::any_of(comparisons->begin(), comparisons->end(), [](const auto& comparison) {
                return !comparison.version.prerelease.empty();
            });
        const bool fits =
            (version.prerelease.empty() || names_prerelease) &&
            std::all_of(comparisons->begin(), comparisons->end(),
                        [&](const auto& comparison) { return holds(version, comparison); });
        satisfied = satisfied || fits;
    }
    return satisfied;
}

} // namespace tiphys::expr
