#pragma once
// How often each rule speaks: `tiphys lint --statistics`.

#include <ostream>

#include "analyzer/report/report.h"

namespace tiphys::cli {

/// Whether statistics can be written in that format: text or JSON.
[[nodiscard]] bool has_statistics(report::Format format);

/// Counts of findings by rule, most first, and the summary.
void write_statistics(std::ostream& out, const report::Report& report, report::Format format);

} // namespace tiphys::cli
