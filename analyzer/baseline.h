#pragma once
// Findings that a project lives with for now: a file of fingerprints that survive moved lines.

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "analyzer/run.h"
#include "compiler/base/result.h"

namespace tiphys::analyze {

/// How often each fingerprint (analyzer/report/fingerprint.h) is accepted.
struct Baseline {
    std::map<std::string, std::size_t> counts;
};

/// Reads the text of a baseline; the error says what is wrong with it.
[[nodiscard]] Result<Baseline> read_baseline(std::string_view text);

/// The baseline that accepts these findings: JSON, one line for each.
[[nodiscard]] std::string baseline_text(const SourceMap& sources,
                                        std::span<const Diagnostic> findings);

/// Moves the accepted findings from those shown to those excluded. Of equal ones the first are
/// the accepted ones. Returns how many accepted findings are gone.
std::size_t apply_baseline(const Baseline& baseline, const SourceMap& sources, Verdict& verdict);

} // namespace tiphys::analyze
