#pragma once
// A finding in words, for formats that have a single field for them.

#include <string>

#include "compiler/base/diagnostics.h"

namespace tiphys::report {

/// The message with its notes and its help, each on a line of its own.
[[nodiscard]] std::string message_with_advice(const Diagnostic& diagnostic);

/// The message and its help on one line: "message; help".
[[nodiscard]] std::string message_on_one_line(const Diagnostic& diagnostic);

} // namespace tiphys::report
