// `markdown`: a table for job summaries and comments on changes.
#include <algorithm>

#include "analyzer/report/formats.h"
#include "analyzer/report/place.h"
#include "analyzer/report/utf8.h"

namespace tiphys::report {
namespace {

// GitHub takes one megabyte of summary for a step.
constexpr std::size_t kMostRows = 1'000;

/// Text in a cell: what would end it, or begin markup, is escaped.
std::string cell(std::string_view text) {
    std::string out;
    for (const char letter : printable(on_one_line(text))) {
        const bool is_markup = std::string_view("|\\*_<>[]").find(letter) != std::string_view::npos;
        if (is_markup) out += '\\';
        out += letter;
    }
    return out;
}

/// Code in backticks stays as it is, but for the bar that would end the cell.
std::string message_cell(std::string_view message) {
    std::string out;
    bool is_code = false;
    while (!message.empty()) {
        const std::size_t end = std::min(message.find('`'), message.size());
        const std::string_view part = message.substr(0, end);
        if (is_code) {
            for (const char letter : printable(on_one_line(part)))
                out += letter == '|' ? std::string("\\|") : std::string(1, letter);
        } else {
            out += cell(part);
        }
        if (end < message.size()) {
            out += '`';
            is_code = !is_code;
        }
        message.remove_prefix(std::min(end + 1, message.size()));
    }
    return out;
}

std::string place_cell(const Report& report, const Diagnostic& diagnostic, const Options& options) {
    if (!diagnostic.span.is_known()) return {};
    const Position start = shown_range(report.sources, diagnostic.span, columns_of(options)).start;
    const std::string path = relative_path(path_of(report.sources, diagnostic.span), options.root);
    return cell(path) + ":" + std::to_string(start.line) + ":" + std::to_string(start.column);
}

} // namespace

void write_markdown(std::ostream& out, const Report& report, const Options& options) {
    std::vector<const Diagnostic*> rows;
    for (const Diagnostic& diagnostic : report.diagnostics)
        rows.push_back(&diagnostic);
    std::stable_sort(rows.begin(), rows.end(), [](const Diagnostic* a, const Diagnostic* b) {
        return a->severity > b->severity;
    });
    const std::string summary = summary_text(report.summary);
    out << "## Tiphys: " << cell(std::string_view(summary).substr(0, summary.find('\n'))) << "\n";
    if (rows.empty()) return;
    out << "\n| severity | place | rule | finding |\n|---|---|---|---|\n";
    for (std::size_t i = 0; i < std::min(rows.size(), kMostRows); ++i) {
        const Diagnostic& diagnostic = *rows[i];
        out << "| " << severity_name(diagnostic.severity) << " | "
            << place_cell(report, diagnostic, options) << " | " << cell(diagnostic.rule) << " | "
            << message_cell(diagnostic.message) << " |\n";
    }
    if (rows.size() > kMostRows) out << "\n" << rows.size() - kMostRows << " more\n";
}

} // namespace tiphys::report
