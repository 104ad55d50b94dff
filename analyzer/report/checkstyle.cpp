// `checkstyle`: the XML of Checkstyle, which many CI systems read.
#include "analyzer/report/by_file.h"
#include "analyzer/report/formats.h"
#include "analyzer/report/message_text.h"
#include "analyzer/report/place.h"
#include "analyzer/report/xml.h"

namespace tiphys::report {
namespace {

void write_error(std::ostream& out, const Report& report, const Diagnostic& diagnostic,
                 const Options& options) {
    out << "    <error";
    if (diagnostic.span.is_known()) {
        const Position start =
            shown_range(report.sources, diagnostic.span, columns_of(options)).start;
        out << " line=\"" << start.line << "\" column=\"" << start.column << '"';
    }
    out << " severity=\"" << severity_name(diagnostic.severity) << "\" message=\""
        << xml_attribute(message_on_one_line(diagnostic)) << "\" source=\"tiphys."
        << xml_attribute(diagnostic.rule) << "\"/>\n";
}

} // namespace

void write_checkstyle(std::ostream& out, const Report& report, const Options& options) {
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n";
    for (const FileFindings& file : by_file(report.diagnostics)) {
        const std::string path =
            file.file == FileId::kNone
                ? ""
                : relative_path(report.sources.file(file.file).path, options.root);
        out << "  <file name=\"" << xml_attribute(path) << "\">\n";
        for (const Diagnostic* diagnostic : file.diagnostics) {
            write_error(out, report, *diagnostic, options);
        }
        out << "  </file>\n";
    }
    out << "</checkstyle>\n";
}

} // namespace tiphys::report
