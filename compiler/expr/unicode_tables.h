#pragma once
// The Unicode data behind unicode.h, for characters from U+0080.

#include <cstdint>
#include <span>

namespace tiphys::expr::unicode_tables {

/// Characters [lo, hi].
struct RuneRange {
    char32_t lo;
    char32_t hi;
};

/// Each `step`-th character of [lo, hi] changes by `delta`.
struct CaseRange {
    char32_t lo;
    char32_t hi;
    std::uint32_t step;
    std::int32_t delta;
};

/// All of them ordered by `lo`.
[[nodiscard]] std::span<const RuneRange> letters();
[[nodiscard]] std::span<const RuneRange> digits();
[[nodiscard]] std::span<const RuneRange> printable();
[[nodiscard]] std::span<const RuneRange> numbers();
[[nodiscard]] std::span<const RuneRange> punctuation();
[[nodiscard]] std::span<const CaseRange> upper();
[[nodiscard]] std::span<const CaseRange> lower();
[[nodiscard]] std::span<const CaseRange> title(); ///< where it differs from upper

} // namespace tiphys::expr::unicode_tables
