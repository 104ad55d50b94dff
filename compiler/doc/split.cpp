// Splits a file into documents at the lines that separate them.
#include "compiler/base/source_map.h"
#include "compiler/doc/character.h"
#include "compiler/doc/read.h"

namespace tiphys::doc {
namespace {

// What the lines since the last separator hold.
struct Piece {
    std::uint32_t begin = 0;
    bool has_content = false;
    bool has_directive = false;
};

bool is_separator(std::string_view line, std::string_view marker) {
    return line.starts_with(marker) && is_space_or_end(line, marker.size());
}

// Anything but blanks and a comment.
bool has_content(std::string_view line) {
    for (const char c : line) {
        if (c == '#') return false;
        if (!is_space(c)) return true;
    }
    return false;
}

} // namespace

std::vector<Span> split_documents(FileId file, std::string_view text) {
    std::vector<Span> documents;
    const auto size = static_cast<std::uint32_t>(text.size());
    Piece piece;
    piece.begin = static_cast<std::uint32_t>(byte_order_mark(text));
    const auto finish = [&](std::uint32_t end) {
        if (piece.has_content || piece.has_directive) documents.push_back({file, piece.begin, end});
    };
    for (std::uint32_t at = piece.begin; at < size;) {
        std::size_t found = text.find('\n', at);
        const auto next = found == text.npos ? size : static_cast<std::uint32_t>(found) + 1;
        const std::string_view line = text.substr(at, next - at);
        if (is_separator(line, "---")) {
            const bool is_prologue = piece.has_directive && !piece.has_content;
            if (!is_prologue) finish(at);
            const bool continues = has_content(line.substr(3)) || line.find('#') != line.npos;
            // Directives belong to the document after the line.
            const std::uint32_t begin = is_prologue ? piece.begin : continues ? at + 3 : next;
            piece = {begin, has_content(line.substr(3)), false};
        } else if (!piece.has_content && line.starts_with('%')) {
            piece.has_directive = true;
        } else if (!piece.has_content && !is_separator(line, "...")) {
            piece.has_content = has_content(line);
        }
        at = next;
    }
    finish(size);
    return documents;
}

} // namespace tiphys::doc
