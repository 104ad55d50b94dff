#pragma once
// The formats, one function and one .cpp file for each; only the table in report.cpp calls them.

#include "analyzer/report/report.h"

namespace tiphys::report {

void write_full(std::ostream& out, const Report& report, const Options& options);
void write_concise(std::ostream& out, const Report& report, const Options& options);
void write_grouped(std::ostream& out, const Report& report, const Options& options);
/// Version 1 of our own JSON.
void write_json(std::ostream& out, const Report& report, const Options& options);
/// One diagnostic on each line, in the form of write_json; the last line is the summary.
void write_json_lines(std::ostream& out, const Report& report, const Options& options);
/// SARIF 2.1.0, kept within what GitHub code scanning takes.
void write_sarif(std::ostream& out, const Report& report, const Options& options);
/// Workflow commands that GitHub Actions turns into annotations.
void write_github(std::ostream& out, const Report& report, const Options& options);
/// GitLab Code Quality.
void write_gitlab(std::ostream& out, const Report& report, const Options& options);
void write_junit(std::ostream& out, const Report& report, const Options& options);
/// Reviewdog Diagnostic Format.
void write_rdjson(std::ostream& out, const Report& report, const Options& options);
void write_checkstyle(std::ostream& out, const Report& report, const Options& options);
/// A table, the gravest findings first, for job summaries.
void write_markdown(std::ostream& out, const Report& report, const Options& options);

} // namespace tiphys::report
