// `grouped`: a heading for each file, and aligned columns below it.
#include <algorithm>

#include "analyzer/report/by_file.h"
#include "analyzer/report/formats.h"
#include "analyzer/report/place.h"
#include "analyzer/report/style.h"
#include "analyzer/report/utf8.h"

namespace tiphys::report {
namespace {

struct Place {
    std::string line;
    std::string column;
};

Place place_of(const Report& report, const Diagnostic& diagnostic, const Options& options) {
    if (!diagnostic.span.is_known()) return {};
    const Position start = shown_range(report.sources, diagnostic.span, columns_of(options)).start;
    return {std::to_string(start.line), std::to_string(start.column)};
}

std::string blanks(std::size_t wanted, std::size_t used) {
    return std::string(wanted > used ? wanted - used : 0, ' ');
}

void write_file(std::ostream& out, const Report& report, const FileFindings& file,
                const Options& options) {
    std::vector<Place> places;
    std::size_t line_columns = 0;
    std::size_t column_columns = 0;
    std::size_t severity_columns = 0;
    for (const Diagnostic* diagnostic : file.diagnostics) {
        places.push_back(place_of(report, *diagnostic, options));
        line_columns = std::max(line_columns, places.back().line.size());
        column_columns = std::max(column_columns, places.back().column.size());
        severity_columns = std::max(severity_columns, severity_name(diagnostic->severity).size());
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Diagnostic& diagnostic = *file.diagnostics[i];
        const std::string_view severity = severity_name(diagnostic.severity);
        out << "  ";
        if (diagnostic.span.is_known()) {
            out << blanks(line_columns, places[i].line.size()) << places[i].line << ':'
                << places[i].column << blanks(column_columns, places[i].column.size()) << "  ";
        }
        out << painted(options.colour, style_of(diagnostic.severity), severity)
            << blanks(severity_columns, severity.size()) << "  "
            << printable(on_one_line(diagnostic.message)) << ' '
            << painted(options.colour, Style::kGutter, "[" + std::string(diagnostic.rule) + "]")
            << '\n';
    }
}

} // namespace

void write_grouped(std::ostream& out, const Report& report, const Options& options) {
    for (const FileFindings& file : by_file(report.diagnostics)) {
        const std::string path = file.file == FileId::kNone
                                     ? "(no file)"
                                     : printable(report.sources.file(file.file).path);
        out << painted(options.colour, Style::kBold, path) << '\n';
        write_file(out, report, file, options);
        out << '\n';
    }
    out << summary_text(report.summary) << '\n';
}

} // namespace tiphys::report
