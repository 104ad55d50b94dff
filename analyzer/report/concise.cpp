// `concise`: one line for each finding, as compilers print it and editors parse it.
#include "analyzer/report/formats.h"
#include "analyzer/report/place.h"
#include "analyzer/report/style.h"
#include "analyzer/report/utf8.h"

namespace tiphys::report {

void write_concise(std::ostream& out, const Report& report, const Options& options) {
    for (const Diagnostic& diagnostic : report.diagnostics) {
        if (diagnostic.span.is_known()) {
            const Position start =
                shown_range(report.sources, diagnostic.span, columns_of(options)).start;
            const std::string path = printable(path_of(report.sources, diagnostic.span));
            out << painted(options.colour, Style::kBold, path) << ':' << start.line << ':'
                << start.column << ": ";
        }
        const std::string kind = std::string(severity_name(diagnostic.severity)) + "[" +
                                 std::string(diagnostic.rule) + "]";
        out << painted(options.colour, style_of(diagnostic.severity), kind) << ": "
            << printable(on_one_line(diagnostic.message)) << '\n';
    }
}

} // namespace tiphys::report
