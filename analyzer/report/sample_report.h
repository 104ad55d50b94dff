#pragma once
// Findings that the tests of all formats print: each shows something that a format can get wrong.

#include <sstream>
#include <string>
#include <vector>

#include "analyzer/report/report.h"

namespace tiphys::report {

struct SampleReport {
    SourceMap sources;
    std::vector<Diagnostic> diagnostics;

    /// The span of the first `text` in the file at or after `from`.
    [[nodiscard]] Span find(FileId file, std::string_view text, std::size_t from = 0) const;
    [[nodiscard]] Report report() const;
    /// A report of the diagnostic with this rule alone.
    [[nodiscard]] Report report_of(std::string_view rule) const;
};

[[nodiscard]] SampleReport make_sample();

/// Knows one rule of each kind that formats treat differently.
[[nodiscard]] Options sample_options();

[[nodiscard]] std::string written(const Report& report, const Options& options, Format format);

} // namespace tiphys::report
