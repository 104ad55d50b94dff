#pragma once
// `tiphys eval --cases`: recorded cases, run again.

#include <string>
#include <string_view>

namespace tiphys::cli {

/// One line of JSON: the fields of the case that describe its input, and our outcome in the fields
/// in which recordings have theirs. What is no case has the field `caseError`.
[[nodiscard]] std::string rerun_case(std::string_view json_line);

} // namespace tiphys::cli
