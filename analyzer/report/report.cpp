// The table of formats, and what all of them count.
#include "analyzer/report/report.h"

#include <algorithm>
#include <array>

#include "analyzer/report/formats.h"

namespace tiphys::report {
namespace {

struct FormatEntry {
    std::string_view name;
    Format format;
    void (*write)(std::ostream&, const Report&, const Options&);
};

constexpr std::array<FormatEntry, 12> kFormats{{
    {"full", Format::kFull, write_full},
    {"concise", Format::kConcise, write_concise},
    {"grouped", Format::kGrouped, write_grouped},
    {"json", Format::kJson, write_json},
    {"json-lines", Format::kJsonLines, write_json_lines},
    {"sarif", Format::kSarif, write_sarif},
    {"github", Format::kGithub, write_github},
    {"gitlab", Format::kGitlab, write_gitlab},
    {"junit", Format::kJunit, write_junit},
    {"rdjson", Format::kRdjson, write_rdjson},
    {"checkstyle", Format::kCheckstyle, write_checkstyle},
    {"markdown", Format::kMarkdown, write_markdown},
}};

std::string counted(std::size_t n, std::string_view noun) {
    return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

void append_part(std::string& text, const std::string& part) {
    if (!text.empty()) text += ", ";
    text += part;
}

std::string fixable_text(const Summary& summary) {
    std::string text;
    if (summary.fixable > 0) {
        append_part(text, std::to_string(summary.fixable) + " fixable with `--fix`");
    }
    if (summary.fixable_unsafely > 0) {
        append_part(text, std::to_string(summary.fixable_unsafely) +
                              (summary.fixable > 0 ? " more" : " fixable") +
                              " with `--unsafe-fixes`");
    }
    return text;
}

} // namespace

std::optional<Format> format_by_name(std::string_view name) {
    for (const FormatEntry& entry : kFormats) {
        if (entry.name == name) return entry.format;
    }
    return std::nullopt;
}

std::vector<std::string_view> format_names() {
    std::vector<std::string_view> names;
    names.reserve(kFormats.size());
    for (const FormatEntry& entry : kFormats) {
        names.push_back(entry.name);
    }
    return names;
}

void write(std::ostream& out, const Report& report, const Options& options, Format format) {
    for (const FormatEntry& entry : kFormats) {
        if (entry.format == format) entry.write(out, report, options);
    }
}

Summary summarize(std::span<const Diagnostic> diagnostics, std::size_t n_files) {
    Summary summary;
    summary.files = n_files;
    for (const Diagnostic& diagnostic : diagnostics) {
        switch (diagnostic.severity) {
        case Severity::kError:
            ++summary.errors;
            break;
        case Severity::kWarning:
            ++summary.warnings;
            break;
        case Severity::kInfo:
            ++summary.infos;
            break;
        }
        const auto is_safe = [](const Fix& fix) { return fix.safe; };
        if (std::any_of(diagnostic.fixes.begin(), diagnostic.fixes.end(), is_safe)) {
            ++summary.fixable;
        } else if (!diagnostic.fixes.empty()) {
            ++summary.fixable_unsafely;
        }
    }
    return summary;
}

std::string summary_text(const Summary& summary) {
    std::string text;
    if (summary.errors > 0) append_part(text, counted(summary.errors, "error"));
    if (summary.warnings > 0) append_part(text, counted(summary.warnings, "warning"));
    if (summary.infos > 0) append_part(text, counted(summary.infos, "info"));
    if (text.empty()) text = "no findings";
    text += " in " + counted(summary.files, "file");
    std::string aside;
    if (summary.suppressed > 0) {
        append_part(aside, std::to_string(summary.suppressed) + " suppressed");
    }
    if (summary.left_out > 0) {
        append_part(aside, std::to_string(summary.left_out) + " more not shown");
    }
    if (!aside.empty()) text += " (" + aside + ")";
    const std::string fixable = fixable_text(summary);
    if (!fixable.empty()) text += "\n" + fixable;
    return text;
}

} // namespace tiphys::report
