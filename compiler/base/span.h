#pragma once
// Where something stands in the source: a file and a half-open range of bytes.

#include <cstdint>

namespace tiphys {

/// Names a file of a SourceMap. Ids are handed out in the order in which files are added.
enum class FileId : std::uint32_t { kNone = 0xffffffffU };

/// Bytes [begin, end) of a file; offsets count from the first byte of the file, a BOM included.
/// Lines and columns are computed from it by SourceMap when somebody wants to read them.
struct Span {
    FileId file = FileId::kNone;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    [[nodiscard]] constexpr std::uint32_t size() const { return end - begin; }
    [[nodiscard]] constexpr bool is_known() const { return file != FileId::kNone; }
    friend constexpr bool operator==(const Span&, const Span&) = default;
};

/// The bytes [begin + from, begin + to) of `span`. Both are clamped to its end.
[[nodiscard]] constexpr Span sub_span(Span span, std::uint32_t from, std::uint32_t to) {
    const std::uint32_t size = span.size();
    return {span.file, span.begin + (from < size ? from : size),
            span.begin + (to < size ? to : size)};
}

} // namespace tiphys
