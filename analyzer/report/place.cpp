// From spans to lines, columns, paths and URIs.
#include "analyzer/report/place.h"

#include <algorithm>

namespace tiphys::report {
namespace {

bool may_stand_in_uri(char letter) {
    const bool is_alphanumeric = (letter >= 'a' && letter <= 'z') ||
                                 (letter >= 'A' && letter <= 'Z') ||
                                 (letter >= '0' && letter <= '9');
    // A colon is left out: in the first segment of a relative reference it would end a scheme.
    constexpr std::string_view kOthers = "-._~!$&'()*+,;=@/";
    return is_alphanumeric || kOthers.find(letter) != kOthers.npos;
}

Position position_of(const SourceMap& sources, FileId file, std::uint32_t offset, Columns columns) {
    Position position = sources.position(file, offset);
    switch (columns) {
    case Columns::kBytes:
        break;
    case Columns::kUtf16:
        position.column = sources.utf16_column(file, offset);
        break;
    }
    return position;
}

} // namespace

Columns columns_of(const Options& options) {
    return options.utf16_columns ? Columns::kUtf16 : Columns::kBytes;
}

Span clamp(const SourceMap& sources, Span span) {
    const std::string& text = sources.file(span.file).text;
    const auto first = static_cast<std::uint32_t>(byte_order_mark(text));
    const auto last = static_cast<std::uint32_t>(text.size());
    const std::uint32_t begin = std::clamp(span.begin, first, last);
    return {span.file, begin, std::clamp(span.end, begin, last)};
}

Span without_trailing_blanks(const SourceMap& sources, Span span) {
    const Span clamped = clamp(sources, span);
    const std::string_view text = sources.text(clamped);
    const std::size_t last = text.find_last_not_of(" \t\r\n");
    const std::size_t size =
        last == text.npos ? std::min(text.find_first_of("\r\n"), text.size()) : last + 1;
    return sub_span(clamped, 0, static_cast<std::uint32_t>(size));
}

Range exact_range(const SourceMap& sources, Span span, Columns columns) {
    const Span clamped = clamp(sources, span);
    return {position_of(sources, span.file, clamped.begin, columns),
            position_of(sources, span.file, clamped.end, columns)};
}

Range shown_range(const SourceMap& sources, Span span, Columns columns) {
    return exact_range(sources, without_trailing_blanks(sources, span), columns);
}

std::string_view path_of(const SourceMap& sources, Span span) {
    if (!span.is_known()) return {};
    return sources.file(span.file).path;
}

std::string relative_path(std::string_view path, std::string_view root) {
    while (root.size() > 1 && root.ends_with('/')) {
        root.remove_suffix(1);
    }
    if (!root.empty() && path.size() > root.size() && path.starts_with(root) &&
        path[root.size()] == '/') {
        path.remove_prefix(root.size() + 1);
    }
    while (path.starts_with("./")) {
        path.remove_prefix(2);
    }
    return std::string(path);
}

std::string uri_of(std::string_view path) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string uri = path.starts_with('/') ? "file://" : "";
    for (const char letter : path) {
        if (may_stand_in_uri(letter)) {
            uri += letter;
            continue;
        }
        const auto byte = static_cast<unsigned char>(letter);
        uri += '%';
        uri += kDigits[byte >> 4U];
        uri += kDigits[byte & 0xfU];
    }
    return uri;
}

std::string rule_url(const Options& options, std::string_view rule) {
    if (options.rules_url.empty() || !options.rule || !options.rule(rule)) return {};
    return options.rules_url + "#" + std::string(rule);
}

} // namespace tiphys::report
