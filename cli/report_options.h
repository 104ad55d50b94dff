#pragma once
// How commands show findings: colour, columns and what is known of the rules.

#include <string>

#include "analyzer/report/report.h"
#include "cli/command.h"

namespace tiphys::cli {

/// `colour` is auto, always or never; `columns` utf8 or utf16.
[[nodiscard]] report::Options report_options(const std::string& colour, const std::string& columns,
                                             const Streams& streams);

} // namespace tiphys::cli
