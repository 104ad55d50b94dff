// `full`: findings with their source lines, for people.
#include <algorithm>

#include "analyzer/report/fix_view.h"
#include "analyzer/report/formats.h"
#include "analyzer/report/place.h"
#include "analyzer/report/snippet.h"
#include "analyzer/report/utf8.h"

namespace tiphys::report {
namespace {

// The marks of a finding in one file; the file of the main place comes first.
struct FileMarks {
    FileId file = FileId::kNone;
    std::vector<Mark> marks;
};

std::vector<FileMarks> marks_by_file(const Diagnostic& diagnostic) {
    std::vector<FileMarks> files;
    const auto add = [&files](Span span, const std::string& label, bool is_main) {
        if (!span.is_known()) return;
        auto found = std::find_if(files.begin(), files.end(),
                                  [&](const FileMarks& marks) { return marks.file == span.file; });
        if (found == files.end()) found = files.insert(files.end(), {span.file, {}});
        found->marks.push_back({span, label, is_main});
    };
    add(diagnostic.span, diagnostic.label, true);
    for (const RelatedPlace& place : diagnostic.related) {
        add(place.span, place.message, false);
    }
    return files;
}

std::uint32_t last_line_written(const SourceMap& sources, const Diagnostic& diagnostic,
                                const std::vector<FileMarks>& files) {
    std::uint32_t last = 1;
    for (const FileMarks& file : files) {
        last = std::max(last, last_line_of(sources, file.marks));
    }
    for (const Fix& fix : diagnostic.fixes) {
        last = std::max(last, last_line_of(sources, fix));
    }
    return last;
}

void write_headline(std::ostream& out, const Diagnostic& diagnostic, bool colour) {
    const std::string kind =
        std::string(severity_name(diagnostic.severity)) + "[" + std::string(diagnostic.rule) + "]";
    out << painted(colour, style_of(diagnostic.severity), kind);
    const std::string message = ": " + printable_lines(diagnostic.message, "    ");
    out << painted(colour, Style::kBold, message) << '\n';
}

std::string place_text(const SourceMap& sources, Span span, Columns columns) {
    const Position start = shown_range(sources, span, columns).start;
    return sources.file(span.file).path + ":" + std::to_string(start.line) + ":" +
           std::to_string(start.column);
}

void write_remarks(Sheet& sheet, const SourceMap& sources, const Diagnostic& diagnostic) {
    for (const RelatedPlace& place : diagnostic.related) {
        if (!place.span.is_known()) sheet.remark("note", place.message);
    }
    for (const std::string& note : diagnostic.notes) {
        sheet.remark("note", note);
    }
    if (!diagnostic.help.empty()) sheet.remark("help", diagnostic.help);
    for (const Fix& fix : diagnostic.fixes) {
        if (&fix != &diagnostic.fixes.front()) sheet.beside(Row());
        draw_fix(sheet, sources, fix, diagnostic.span.file);
    }
}

bool has_remarks(const Diagnostic& diagnostic) {
    const auto is_unknown = [](const RelatedPlace& place) { return !place.span.is_known(); };
    return !diagnostic.notes.empty() || !diagnostic.help.empty() || !diagnostic.fixes.empty() ||
           std::any_of(diagnostic.related.begin(), diagnostic.related.end(), is_unknown);
}

void write_finding(std::ostream& out, const SourceMap& sources, const Diagnostic& diagnostic,
                   const Options& options) {
    write_headline(out, diagnostic, options.colour);
    const std::vector<FileMarks> files = marks_by_file(diagnostic);
    Sheet sheet(out, last_line_written(sources, diagnostic, files), options.colour, options.width);
    for (const FileMarks& file : files) {
        const bool is_main = file.marks.front().is_main;
        sheet.place(is_main ? "-->" : ":::",
                    place_text(sources, file.marks.front().span, columns_of(options)));
        draw_snippet(sheet, sources, file.marks, style_of(diagnostic.severity));
    }
    if (!has_remarks(diagnostic)) return;
    if (!files.empty()) sheet.beside(Row());
    write_remarks(sheet, sources, diagnostic);
}

} // namespace

void write_full(std::ostream& out, const Report& report, const Options& options) {
    for (const Diagnostic& diagnostic : report.diagnostics) {
        write_finding(out, report.sources, diagnostic, options);
        out << '\n';
    }
    out << summary_text(report.summary) << '\n';
}

} // namespace tiphys::report
