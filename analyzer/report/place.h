#pragma once
// From spans to what the formats write: lines, columns, paths and URIs.

#include <string>
#include <string_view>

#include "analyzer/report/report.h"

namespace tiphys::report {

enum class Columns : std::uint8_t { kBytes, kUtf16 };

/// The columns that `options` ask for.
[[nodiscard]] Columns columns_of(const Options& options);

/// First position and the one after the last; both count from 1.
struct Range {
    Position start;
    Position end;
};

/// `span` cut down to the bytes that its file has, byte order mark left out. The span must be
/// known.
[[nodiscard]] Span clamp(const SourceMap& sources, Span span);

/// `span`, clamped, without the blanks and line breaks at its end: a YAML collection reaches to
/// the next token, but people mean the lines that have text. Of nothing but blanks remain those
/// before the first line break.
[[nodiscard]] Span without_trailing_blanks(const SourceMap& sources, Span span);

/// Lines and columns of a known span, clamped; for edits.
[[nodiscard]] Range exact_range(const SourceMap& sources, Span span, Columns columns);

/// The same without the blanks at its end; for places that are shown.
[[nodiscard]] Range shown_range(const SourceMap& sources, Span span, Columns columns);

/// The name of the file of `span`; empty for an unknown span.
[[nodiscard]] std::string_view path_of(const SourceMap& sources, Span span);

/// `path` as seen from `root`: without `./` at its start, and without `root` where it lies below.
[[nodiscard]] std::string relative_path(std::string_view path, std::string_view root);

/// A relative path as a relative URI reference, an absolute one as a file URI; what RFC 3986 does
/// not allow in a path segment is percent-encoded.
[[nodiscard]] std::string uri_of(std::string_view path);

/// The page about a rule; empty without `rules_url`, and for names that are no rules.
[[nodiscard]] std::string rule_url(const Options& options, std::string_view rule);

} // namespace tiphys::report
