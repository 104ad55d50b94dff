// `junit`: each finding is a failed test of its file.
#include "analyzer/report/by_file.h"
#include "analyzer/report/formats.h"
#include "analyzer/report/message_text.h"
#include "analyzer/report/place.h"
#include "analyzer/report/xml.h"

namespace tiphys::report {
namespace {

std::string attribute(std::string_view name, std::string_view value) {
    return " " + std::string(name) + "=\"" + xml_attribute(value) + "\"";
}

std::string attribute(std::string_view name, std::size_t value) {
    return attribute(name, std::to_string(value));
}

void write_case(std::ostream& out, const Report& report, const Diagnostic& diagnostic,
                const std::string& path, const Options& options) {
    std::string body = message_with_advice(diagnostic);
    out << "    <testcase" << attribute("name", "tiphys." + std::string(diagnostic.rule))
        << attribute("classname", path);
    if (diagnostic.span.is_known()) {
        const Position start =
            shown_range(report.sources, diagnostic.span, columns_of(options)).start;
        out << attribute("file", path) << attribute("line", start.line)
            << attribute("column", start.column);
        body.insert(0, path + ":" + std::to_string(start.line) + ":" +
                           std::to_string(start.column) + ": ");
    }
    out << ">\n      <failure" << attribute("message", diagnostic.message)
        << attribute("type", severity_name(diagnostic.severity)) << '>' << xml_content(body)
        << "</failure>\n    </testcase>\n";
}

// CI reports "no tests" as a mistake: a clean run has one test that passes.
void write_clean(std::ostream& out, const Summary& summary) {
    out << "<testsuites name=\"tiphys\" tests=\"1\" failures=\"0\">\n"
        << "  <testsuite name=\"tiphys\" tests=\"1\" failures=\"0\">\n"
        << "    <testcase" << attribute("name", summary_text(summary))
        << " classname=\"tiphys\"/>\n"
        << "  </testsuite>\n</testsuites>\n";
}

} // namespace

void write_junit(std::ostream& out, const Report& report, const Options& options) {
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    if (report.diagnostics.empty()) {
        write_clean(out, report.summary);
        return;
    }
    const std::size_t n_findings = report.diagnostics.size();
    out << "<testsuites name=\"tiphys\"" << attribute("tests", n_findings)
        << attribute("failures", n_findings) << ">\n";
    for (const FileFindings& file : by_file(report.diagnostics)) {
        const std::string path =
            file.file == FileId::kNone
                ? "tiphys"
                : relative_path(report.sources.file(file.file).path, options.root);
        out << "  <testsuite" << attribute("name", path)
            << attribute("tests", file.diagnostics.size())
            << attribute("failures", file.diagnostics.size()) << ">\n";
        for (const Diagnostic* diagnostic : file.diagnostics) {
            write_case(out, report, *diagnostic, path, options);
        }
        out << "  </testsuite>\n";
    }
    out << "</testsuites>\n";
}

} // namespace tiphys::report
