// Findings about .tiphys files.
#include "analyzer/language_defect.h"

#include <algorithm>

namespace tiphys::analyze {
namespace {

constexpr Message<std::string_view> kAsFound{"{}"};

} // namespace

void report_language_defect(const ir::Defect& defect, Context& context) {
    const std::size_t end = std::min(defect.text.find('\n'), defect.text.size());
    Finding finding = context.report(kAsFound, defect.span, defect.text.substr(0, end));
    if (end < defect.text.size()) finding.help(std::string(defect.text.substr(end + 1)));
    if (defect.other.is_known()) finding.related(defect.other, "see here");
}

} // namespace tiphys::analyze
