#pragma once
// Semantic versions and constraints as Masterminds/semver has them, for sprig's functions.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/expr/value.h"

namespace tiphys::expr {

struct Version {
    std::uint64_t major = 0;
    std::uint64_t minor = 0;
    std::uint64_t patch = 0;
    std::string prerelease;
    std::string metadata;
    std::string original;
};

/// `1.2.3-beta.1+x`; a `v` in front and missing parts are allowed.
[[nodiscard]] std::optional<Version> parse_version(std::string_view text);

/// -1, 0, 1; metadata does not count.
[[nodiscard]] int compare(const Version& a, const Version& b);

/// Whether the identifiers of a prerelease or of metadata may be so.
[[nodiscard]] bool is_prerelease(std::string_view text);
[[nodiscard]] bool is_metadata(std::string_view text);

/// Without `v`, and with all three numbers.
[[nodiscard]] std::string to_text(const Version& version);

/// Whether `version` satisfies `constraint` (`^1.2.0`, `>=1, <2 || 3.x`); nothing where the
/// constraint cannot be read.
[[nodiscard]] std::optional<bool> satisfies(const Version& version, std::string_view constraint);

/// The value that sprig's `semver` gives: in Go a pointer, `*semver.Version`.
[[nodiscard]] Value version_value(const Version& version);

/// Methods of that value; nil where there is none.
[[nodiscard]] Value find_version_method(const Value& value, std::string_view name);

} // namespace tiphys::expr
