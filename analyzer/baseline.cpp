// Findings that a project lives with for now.
#include "analyzer/baseline.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "analyzer/report/fingerprint.h"

namespace tiphys::analyze {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;

} // namespace

Result<Baseline> read_baseline(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return Error{"it is no JSON"};
    const auto version = json.is_object() ? json.find("version") : json.end();
    if (version == json.end() || !version->is_number_integer()) return Error{"it is no baseline"};
    if (*version != kVersion) {
        return Error{"it has version " + version->dump() + ", this program reads version 1"};
    }
    const auto findings = json.find("findings");
    if (findings == json.end() || !findings->is_array()) return Error{"it has no list `findings`"};
    Baseline baseline;
    for (const Json& finding : *findings) {
        const auto fingerprint = finding.is_object() ? finding.find("fingerprint") : finding.end();
        if (fingerprint == finding.end() || !fingerprint->is_string()) {
            return Error{"a finding in it has no fingerprint"};
        }
        ++baseline.counts[fingerprint->get<std::string>()];
    }
    return baseline;
}

std::string baseline_text(const SourceMap& sources, std::span<const Diagnostic> findings) {
    std::string text = "{\"version\": " + std::to_string(kVersion) + ", \"findings\": [";
    std::string_view separator = "\n";
    for (const Diagnostic& diagnostic : findings) {
        // File and message are for people: they take no part in the comparison.
        Json json;
        json["fingerprint"] = report::stable_fingerprint(sources, diagnostic);
        json["rule"] = diagnostic.rule;
        if (diagnostic.span.is_known()) json["file"] = sources.file(diagnostic.span.file).path;
        json["message"] = diagnostic.message;
        text += separator;
        text += "  " + json.dump(-1, ' ', false, Json::error_handler_t::replace);
        separator = ",\n";
    }
    return text + "\n]}\n";
}

std::size_t apply_baseline(const Baseline& baseline, const SourceMap& sources, Verdict& verdict) {
    std::map<std::string, std::size_t> left = baseline.counts;
    std::vector<Diagnostic> shown;
    for (Diagnostic& diagnostic : verdict.shown) {
        const auto accepted = left.find(report::stable_fingerprint(sources, diagnostic));
        const bool is_accepted = accepted != left.end() && accepted->second > 0;
        if (is_accepted) --accepted->second;
        (is_accepted ? verdict.excluded : shown).push_back(std::move(diagnostic));
    }
    verdict.shown = std::move(shown);
    std::stable_sort(verdict.excluded.begin(), verdict.excluded.end(), comes_before);
    std::size_t n_gone = 0;
    for (const auto& [fingerprint, count] : left)
        n_gone += count;
    return n_gone;
}

} // namespace tiphys::analyze
