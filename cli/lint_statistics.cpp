// How often each rule speaks.
#include "cli/lint_statistics.h"

#include <algorithm>
#include <iomanip>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace tiphys::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Count {
    std::string_view rule;
    /// The gravest of its findings.
    Severity severity = Severity::kInfo;
    std::size_t n_findings = 0;
    std::size_t n_fixable = 0;
};

std::vector<Count> counts_of(std::span<const Diagnostic> diagnostics) {
    std::map<std::string_view, Count> by_rule;
    for (const Diagnostic& diagnostic : diagnostics) {
        Count& count = by_rule[diagnostic.rule];
        count.rule = diagnostic.rule;
        count.severity = std::max(count.severity, diagnostic.severity);
        ++count.n_findings;
        if (!diagnostic.fixes.empty()) ++count.n_fixable;
    }
    std::vector<Count> counts;
    for (const auto& [rule, count] : by_rule)
        counts.push_back(count);
    std::stable_sort(counts.begin(), counts.end(),
                     [](const Count& a, const Count& b) { return a.n_findings > b.n_findings; });
    return counts;
}

Json json_of(const std::vector<Count>& counts, const report::Summary& summary) {
    Json json;
    json["version"] = 1;
    json["statistics"] = Json::array();
    for (const Count& count : counts) {
        json["statistics"].push_back({{"rule", count.rule},
                                      {"severity", severity_name(count.severity)},
                                      {"findings", count.n_findings},
                                      {"fixable", count.n_fixable}});
    }
    json["summary"] = {{"files", summary.files},
                       {"errors", summary.errors},
                       {"warnings", summary.warnings},
                       {"infos", summary.infos}};
    return json;
}

} // namespace

bool has_statistics(report::Format format) {
    return format == report::Format::kFull || format == report::Format::kConcise ||
           format == report::Format::kGrouped || format == report::Format::kJson;
}

void write_statistics(std::ostream& out, const report::Report& report, report::Format format) {
    const std::vector<Count> counts = counts_of(report.diagnostics);
    if (format == report::Format::kJson) {
        out << json_of(counts, report.summary).dump(2) << "\n";
        return;
    }
    for (const Count& count : counts) {
        std::string severity(severity_name(count.severity));
        severity.resize(8, ' ');
        out << std::setw(6) << count.n_findings << "  " << severity << " " << count.rule;
        if (count.n_fixable > 0) out << " (" << count.n_fixable << " fixable)";
        out << "\n";
    }
    out << (counts.empty() ? "" : "\n") << report::summary_text(report.summary) << "\n";
}

} // namespace tiphys::cli
