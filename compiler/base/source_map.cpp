// All source files of one invocation, and the way from a byte offset to line and column.
#include "compiler/base/source_map.h"

#include <algorithm>

#include "compiler/base/assert.h"

namespace tiphys {
namespace {

std::size_t index_of(FileId id) {
    return static_cast<std::size_t>(id);
}

} // namespace

FileId SourceMap::add(std::string path, std::string text) {
    files_.push_back({std::move(path), std::move(text)});
    line_starts_.emplace_back();
    return static_cast<FileId>(files_.size() - 1);
}

void SourceMap::set_text(FileId id, std::string text) {
    file(id).text = std::move(text);
    line_starts_[index_of(id)].clear();
}

const SourceFile& SourceMap::file(FileId id) const {
    TIPHYS_ASSERT(index_of(id) < files_.size(), "file id of another source map");
    return files_[index_of(id)];
}

SourceFile& SourceMap::file(FileId id) {
    TIPHYS_ASSERT(index_of(id) < files_.size(), "file id of another source map");
    return files_[index_of(id)];
}

std::string_view SourceMap::text(Span span) const {
    if (!span.is_known()) return {};
    const std::string_view whole = file(span.file).text;
    if (span.begin >= whole.size()) return {};
    return whole.substr(span.begin, span.size());
}

const std::vector<std::uint32_t>& SourceMap::line_starts(FileId id) const {
    std::vector<std::uint32_t>& starts = line_starts_[index_of(id)];
    if (!starts.empty()) return starts;
    const std::string_view text = file(id).text;
    starts.push_back(0);
    for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
        starts.push_back(static_cast<std::uint32_t>(at + 1));
    }
    return starts;
}

Position SourceMap::position(FileId id, std::uint32_t offset) const {
    const auto& starts = line_starts(id);
    const auto next = std::upper_bound(starts.begin(), starts.end(), offset);
    const auto line = static_cast<std::uint32_t>(next - starts.begin());
    std::uint32_t column = offset - starts[line - 1] + 1;
    if (line == 1) {
        const auto mark = static_cast<std::uint32_t>(byte_order_mark(file(id).text));
        column = column > mark ? column - mark : 1;
    }
    return {line, column};
}

std::uint32_t SourceMap::utf16_column(FileId id, std::uint32_t offset) const {
    const Position position = this->position(id, offset);
    const std::string_view text = file(id).text;
    const std::uint32_t first = offset - (position.column - 1);
    std::uint32_t units = 1;
    for (std::uint32_t i = first; i < offset && i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xc0U) == 0x80U) continue;
        units += byte >= 0xf0U ? 2U : 1U;
    }
    return units;
}

std::uint32_t SourceMap::line_count(FileId id) const {
    const auto& starts = line_starts(id);
    const std::size_t size = file(id).text.size();
    const bool ends_with_break = starts.size() > 1 && starts.back() == size;
    return static_cast<std::uint32_t>(starts.size() - (ends_with_break ? 1 : 0));
}

std::string_view SourceMap::line(FileId id, std::uint32_t line) const {
    const auto& starts = line_starts(id);
    if (line == 0 || line > starts.size()) return {};
    const std::string_view text = file(id).text;
    const std::size_t begin = starts[line - 1] + (line == 1 ? byte_order_mark(text) : 0);
    std::size_t end = line < starts.size() ? starts[line] - 1 : text.size();
    if (end > begin && text[end - 1] == '\r') --end;
    return text.substr(begin, end - begin);
}

std::size_t byte_order_mark(std::string_view text) {
    return text.substr(0, 3) == "\xef\xbb\xbf" ? 3 : 0;
}

} // namespace tiphys
