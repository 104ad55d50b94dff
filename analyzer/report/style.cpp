// Colours of the human formats.
#include "analyzer/report/style.h"

namespace tiphys::report {
namespace {

std::string_view sequence_of(Style style) {
    switch (style) {
    case Style::kPlain:
        return "";
    case Style::kBold:
        return "\x1b[1m";
    case Style::kError:
        return "\x1b[1;31m";
    case Style::kWarning:
        return "\x1b[1;33m";
    case Style::kInfo:
    case Style::kGutter:
        return "\x1b[1;34m";
    case Style::kAdded:
        return "\x1b[32m";
    case Style::kRemoved:
        return "\x1b[31m";
    }
    return "";
}

} // namespace

Style style_of(Severity severity) {
    switch (severity) {
    case Severity::kError:
        return Style::kError;
    case Severity::kWarning:
        return Style::kWarning;
    case Severity::kInfo:
        return Style::kInfo;
    }
    return Style::kPlain;
}

std::string painted(bool colour, Style style, std::string_view text) {
    const std::string_view sequence = sequence_of(style);
    if (!colour || sequence.empty() || text.empty()) return std::string(text);
    return std::string(sequence) + std::string(text) + "\x1b[0m";
}

} // namespace tiphys::report
