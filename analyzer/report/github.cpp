// `github`: workflow commands that GitHub Actions turns into annotations.
#include <algorithm>
#include <array>

#include "analyzer/report/formats.h"
#include "analyzer/report/message_text.h"
#include "analyzer/report/place.h"
#include "analyzer/report/utf8.h"

namespace tiphys::report {
namespace {

// GitHub shows so many of each severity for one step.
constexpr std::size_t kMostOfSeverity = 10;
constexpr std::array<Severity, 3> kGravestFirst{Severity::kError, Severity::kWarning,
                                                Severity::kInfo};

std::string_view command_of(Severity severity) {
    switch (severity) {
    case Severity::kError:
        return "error";
    case Severity::kWarning:
        return "warning";
    case Severity::kInfo:
        return "notice";
    }
    return "";
}

// What stands for a code point that would end the command, or the property that it is in.
std::string_view escape_of(char32_t value, bool is_property) {
    switch (value) {
    case U'%':
        return "%25";
    case U'\r':
        return "%0D";
    case U'\n':
        return "%0A";
    case U':':
        return is_property ? "%3A" : "";
    case U',':
        return is_property ? "%2C" : "";
    default:
        return "";
    }
}

std::string escaped(std::string_view text, bool is_property) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = code_point_at(text, at);
        at += point.size;
        const std::string_view escape = escape_of(point.value, is_property);
        if (!escape.empty()) {
            out += escape;
        } else {
            append_utf8(out, visible(point.value));
        }
    }
    return out;
}

std::string place_properties(const Report& report, const Diagnostic& diagnostic,
                             const Options& options) {
    if (!diagnostic.span.is_known()) return {};
    const Range range = shown_range(report.sources, diagnostic.span, Columns::kUtf16);
    std::string text = "file=";
    text += escaped(relative_path(path_of(report.sources, diagnostic.span), options.root), true);
    text += ",line=" + std::to_string(range.start.line);
    text += ",endLine=" + std::to_string(range.end.line);
    // GitHub drops annotations that have columns on different lines.
    if (range.start.line == range.end.line) {
        text += ",col=" + std::to_string(range.start.column);
        text += ",endColumn=" + std::to_string(range.end.column);
    }
    return text + ",";
}

std::string left_out_text(const std::array<std::size_t, kGravestFirst.size()>& n_left) {
    std::string text;
    for (std::size_t i = 0; i < n_left.size(); ++i) {
        if (n_left[i] == 0) continue;
        if (!text.empty()) text += ", ";
        text += std::to_string(n_left[i]) + " more " +
                std::string(severity_name(kGravestFirst[i])) + (n_left[i] == 1 ? "" : "s");
    }
    return text;
}

} // namespace

void write_github(std::ostream& out, const Report& report, const Options& options) {
    std::array<std::size_t, kGravestFirst.size()> n_left{};
    for (std::size_t i = 0; i < kGravestFirst.size(); ++i) {
        std::size_t n_shown = 0;
        for (const Diagnostic& diagnostic : report.diagnostics) {
            if (diagnostic.severity != kGravestFirst[i]) continue;
            if (n_shown == kMostOfSeverity) {
                ++n_left[i];
                continue;
            }
            ++n_shown;
            out << "::" << command_of(diagnostic.severity) << ' '
                << place_properties(report, diagnostic, options)
                << "title=" << escaped(diagnostic.rule, true)
                << "::" << escaped(message_with_advice(diagnostic), false) << '\n';
        }
    }
    const std::string left_out = left_out_text(n_left);
    if (!left_out.empty()) {
        out << left_out << " without an annotation: GitHub shows ten of each severity\n";
    }
}

} // namespace tiphys::report
