// Findings for the user.
#include "compiler/base/diagnostics.h"

#include <tuple>

namespace tiphys {

std::string_view severity_name(Severity severity) {
    switch (severity) {
    case Severity::kInfo:
        return "info";
    case Severity::kWarning:
        return "warning";
    case Severity::kError:
        return "error";
    }
    return "";
}

bool comes_before(const Diagnostic& a, const Diagnostic& b) {
    // Of equal ones the graver first.
    return std::tie(a.span.file, a.span.begin, a.span.end, a.rule, a.message, b.severity) <
           std::tie(b.span.file, b.span.begin, b.span.end, b.rule, b.message, a.severity);
}

} // namespace tiphys
