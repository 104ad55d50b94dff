// The rules of a SARIF log.
#include "analyzer/report/sarif_rules.h"

#include <algorithm>
#include <array>
#include <map>

#include <nlohmann/json.hpp>

#include "analyzer/report/place.h"
#include "analyzer/report/utf8.h"
#include "compiler/base/assert.h"

namespace tiphys::report {
namespace {

using Json = nlohmann::ordered_json;

// GitHub's limits, in characters; bytes are never fewer.
constexpr std::size_t kLongestName = 255;
constexpr std::size_t kLongestDescription = 1'024;

struct GroupTag {
    std::string_view group;
    std::string_view tag;
};

constexpr std::array<GroupTag, 13> kGroupTags{{
    {"syn", "schema"},
    {"ref", "references"},
    {"exp", "expressions"},
    {"dag", "control-flow"},
    {"scl", "scale"},
    {"rel", "reliability"},
    {"sec", "security"},
    {"crn", "cron"},
    {"evt", "events"},
    {"rbac", "rbac"},
    {"art", "artifacts"},
    {"sty", "style"},
    {"lang", "language"},
}};

std::string_view tag_of(std::string_view group) {
    const auto found = std::find_if(kGroupTags.begin(), kGroupTags.end(),
                                    [&](const GroupTag& entry) { return entry.group == group; });
    return found == kGroupTags.end() ? group : found->tag;
}

std::string_view problem_severity_of(Severity severity) {
    return severity == Severity::kInfo ? "recommendation" : severity_name(severity);
}

// GitHub shows 7.0 and more as high, 4.0 and more as medium, less as low.
std::string_view security_severity_of(Severity severity) {
    switch (severity) {
    case Severity::kError:
        return "8.0";
    case Severity::kWarning:
        return "5.0";
    case Severity::kInfo:
        return "2.0";
    }
    return "0.0";
}

// "unknown-template" becomes "UnknownTemplate".
std::string camel_case(std::string_view name) {
    std::string out;
    bool starts_word = true;
    for (const char letter : name) {
        if (letter == '-') {
            starts_word = true;
            continue;
        }
        const bool is_lower = letter >= 'a' && letter <= 'z';
        out += starts_word && is_lower ? static_cast<char>(letter - 'a' + 'A') : letter;
        starts_word = false;
    }
    return out;
}

// "unknown-template" becomes "unknown template".
std::string in_words(std::string_view name) {
    std::string out(name);
    std::replace(out.begin(), out.end(), '-', ' ');
    return out;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

Json text_json(std::string_view text, std::size_t max_bytes) {
    Json json;
    json["text"] = shortened(text, max_bytes);
    return json;
}

Json properties_json(const RuleInfo& info) {
    Json json;
    json["tags"] = Json::array({"argo"});
    if (!info.group.empty()) json["tags"].push_back(tag_of(info.group));
    json["precision"] = "high";
    json["problem.severity"] = problem_severity_of(info.severity);
    if (info.group == "sec" || info.group == "rbac")
        json["security-severity"] = security_severity_of(info.severity);
    if (!info.since.empty()) json["since"] = info.since;
    return json;
}

Json rule_json(const RuleInfo& info, const std::string& url) {
    const std::string summary =
        info.summary.empty() ? in_words(info.name) : std::string(trimmed(info.summary));
    const std::string_view doc = trimmed(info.doc);
    const std::string_view first_paragraph = trimmed(doc.substr(0, doc.find("\n\n")));
    Json json;
    json["id"] = info.name;
    json["name"] = shortened(camel_case(info.name), kLongestName);
    json["shortDescription"] = text_json(summary, kLongestDescription);
    json["fullDescription"] =
        text_json(doc.empty() ? std::string_view(summary) : first_paragraph, kLongestDescription);
    if (!url.empty()) json["helpUri"] = url;
    json["help"]["text"] = doc.empty() ? summary : std::string(doc);
    if (!doc.empty()) json["help"]["markdown"] = doc;
    json["defaultConfiguration"]["level"] = sarif_level(info.severity);
    json["properties"] = properties_json(info);
    return json;
}

} // namespace

std::string_view sarif_level(Severity severity) {
    switch (severity) {
    case Severity::kError:
        return "error";
    case Severity::kWarning:
        return "warning";
    case Severity::kInfo:
        return "note";
    }
    return "none";
}

SarifRules::SarifRules(std::span<const Diagnostic* const> results, const Options& options) {
    std::map<std::string_view, Severity> names;
    for (const Diagnostic* diagnostic : results) {
        const auto [found, is_new] = names.try_emplace(diagnostic->rule, diagnostic->severity);
        if (!is_new) found->second = std::max(found->second, diagnostic->severity);
    }
    for (const auto& [name, severity] : names) {
        RuleInfo unknown;
        unknown.name = name;
        unknown.severity = severity;
        const std::optional<RuleInfo> known = options.rule ? options.rule(name) : std::nullopt;
        entries_.push_back({known.value_or(unknown), rule_url(options, name)});
    }
}

std::size_t SarifRules::index_of(std::string_view rule) const {
    const auto found = std::lower_bound(
        entries_.begin(), entries_.end(), rule,
        [](const Entry& entry, std::string_view name) { return entry.info.name < name; });
    TIPHYS_ASSERT(found != entries_.end() && found->info.name == rule, "rule of another log");
    return static_cast<std::size_t>(found - entries_.begin());
}

std::string SarifRules::json() const {
    Json rules = Json::array();
    for (const Entry& entry : entries_) {
        rules.push_back(rule_json(entry.info, entry.url));
    }
    return rules.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace tiphys::report
