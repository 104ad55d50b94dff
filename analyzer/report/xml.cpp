// Text within XML 1.0.
#include "analyzer/report/xml.h"

#include "analyzer/report/utf8.h"

namespace tiphys::report {
namespace {

// XML 1.0, production [2] Char.
bool is_xml_char(char32_t value) {
    return value == U'\t' || value == U'\n' || value == U'\r' ||
           (value >= 0x20 && value != 0xfffe && value != 0xffff);
}

std::string_view reference_of(char32_t value, bool is_attribute) {
    switch (value) {
    case U'&':
        return "&amp;";
    case U'<':
        return "&lt;";
    case U'>':
        return "&gt;";
    case U'"':
        return is_attribute ? "&quot;" : "";
    case U'\t':
        return is_attribute ? "&#9;" : "";
    case U'\n':
        return is_attribute ? "&#10;" : "";
    case U'\r': // as itself it would be read as a line feed
        return "&#13;";
    default:
        return "";
    }
}

std::string escaped(std::string_view text, bool is_attribute) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = code_point_at(text, at);
        at += point.size;
        const std::string_view reference = reference_of(point.value, is_attribute);
        if (!reference.empty()) {
            out += reference;
        } else {
            append_utf8(out, is_xml_char(point.value) ? point.value : kReplacement);
        }
    }
    return out;
}

} // namespace

std::string xml_attribute(std::string_view text) {
    return escaped(text, true);
}

std::string xml_content(std::string_view text) {
    return escaped(text, false);
}

} // namespace tiphys::report
