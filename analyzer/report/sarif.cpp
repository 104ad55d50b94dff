// `sarif`: SARIF 2.1.0 with the fields that GitHub code scanning reads, within its limits.
#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "analyzer/report/fingerprint.h"
#include "analyzer/report/formats.h"
#include "analyzer/report/message_text.h"
#include "analyzer/report/place.h"
#include "analyzer/report/sarif_rules.h"
#include "analyzer/report/utf8.h"

namespace tiphys::report {
namespace {

using Json = nlohmann::ordered_json;

// GitHub refuses files with more.
constexpr std::size_t kMostResults = 25'000;
constexpr std::size_t kMostRelated = 1'000;
constexpr std::size_t kMostFlowSteps = 1'000;

Json text_json(std::string text) {
    Json json;
    json["text"] = std::move(text);
    return json;
}

// Columns count UTF-16 code units, which is what SARIF takes them for if nothing is said.
Json region_json(const Range& range) {
    Json json;
    json["startLine"] = range.start.line;
    json["startColumn"] = range.start.column;
    json["endLine"] = range.end.line;
    json["endColumn"] = range.end.column;
    return json;
}

Json artifact_json(const SourceMap& sources, Span span, const Options& options) {
    const std::string path = relative_path(path_of(sources, span), options.root);
    Json json;
    json["uri"] = uri_of(path);
    if (!path.starts_with('/')) json["uriBaseId"] = "%SRCROOT%";
    return json;
}

Json physical_json(const SourceMap& sources, Span span, const Options& options) {
    Json json;
    json["artifactLocation"] = artifact_json(sources, span, options);
    json["region"] = region_json(shown_range(sources, span, Columns::kUtf16));
    return json;
}

// Square brackets before a parenthesis are a link in SARIF: what a manifest says must not become
// one.
std::string without_links(const std::string& text) {
    if (text.find("](") == text.npos) return text;
    std::string out;
    for (const char letter : text) {
        if (letter == '[' || letter == ']' || letter == '\\') out += '\\';
        out += letter;
    }
    return out;
}

// GitHub takes the first sentence for the title, and shows a related place only if the message
// links to it.
std::string message_text(const Diagnostic& diagnostic, std::size_t n_related) {
    std::string text = without_links(message_with_advice(diagnostic));
    const std::size_t title_size = without_links(diagnostic.message).size();
    const bool has_more = text.size() > title_size || n_related > 0;
    if (has_more && title_size > 0 && text[title_size - 1] != '.') text.insert(title_size, ".");
    std::size_t id = 0;
    for (const RelatedPlace& place : diagnostic.related) {
        if (id == n_related) break;
        if (!place.span.is_known()) continue;
        std::string label = on_one_line(place.message);
        for (const char bracket : {'\\', '[', ']'}) {
            for (std::size_t at = 0; (at = label.find(bracket, at)) != label.npos; at += 2) {
                label.insert(at, 1, '\\');
            }
        }
        ++id;
        text += "\nsee [" + (label.empty() ? "here" : label) + "](" + std::to_string(id) + ")";
    }
    return text;
}

Json related_json(const SourceMap& sources, const Diagnostic& diagnostic, const Options& options) {
    Json list = Json::array();
    for (const RelatedPlace& place : diagnostic.related) {
        if (!place.span.is_known() || list.size() == kMostRelated) continue;
        Json json;
        json["id"] = list.size() + 1;
        json["physicalLocation"] = physical_json(sources, place.span, options);
        if (!place.message.empty()) json["message"] = text_json(place.message);
        list.push_back(std::move(json));
    }
    return list;
}

/// The way of a value from its source to the place of the finding, which GitHub shows as steps.
Json code_flows_json(const SourceMap& sources, const Diagnostic& diagnostic,
                     const Options& options) {
    Json steps = Json::array();
    const auto add = [&](Span span, const std::string& message) {
        if (!span.is_known() || steps.size() == kMostFlowSteps) return;
        Json location;
        location["physicalLocation"] = physical_json(sources, span, options);
        location["message"] = text_json(message);
        Json step;
        step["location"] = std::move(location);
        steps.push_back(std::move(step));
    };
    for (std::size_t i = 0; i < diagnostic.n_path && i < diagnostic.related.size(); ++i)
        add(diagnostic.related[i].span, on_one_line(diagnostic.related[i].message));
    add(diagnostic.span, on_one_line(diagnostic.message));
    Json thread;
    thread["locations"] = std::move(steps);
    Json flow;
    flow["threadFlows"] = Json::array({std::move(thread)});
    return Json::array({std::move(flow)});
}

Json logical_json(const ObjectName& object) {
    std::string full_name = object.kind;
    for (const std::string& part : {object.namespace_name, object.name}) {
        if (!part.empty()) full_name += "/" + part;
    }
    Json json;
    if (!object.name.empty()) json["name"] = object.name;
    json["fullyQualifiedName"] = full_name;
    json["kind"] = "resource";
    return Json::array({json});
}

Json fix_json(const SourceMap& sources, const Fix& fix, const Options& options) {
    std::vector<FileId> files;
    Json changes = Json::array();
    for (const TextEdit& edit : fix.edits) {
        if (!edit.span.is_known()) continue;
        const auto found = std::find(files.begin(), files.end(), edit.span.file);
        const auto index = static_cast<std::size_t>(found - files.begin());
        if (found == files.end()) {
            files.push_back(edit.span.file);
            Json change;
            change["artifactLocation"] = artifact_json(sources, edit.span, options);
            change["replacements"] = Json::array();
            changes.push_back(std::move(change));
        }
        Json replacement;
        replacement["deletedRegion"] =
            region_json(exact_range(sources, edit.span, Columns::kUtf16));
        if (!edit.text.empty()) replacement["insertedContent"] = text_json(edit.text);
        changes[index]["replacements"].push_back(std::move(replacement));
    }
    Json json;
    json["description"] = text_json(fix.title);
    json["artifactChanges"] = std::move(changes);
    json["properties"]["safe"] = fix.safe;
    return json;
}

// Hashes of the lines of files, computed once for each file.
class LineHashes {
public:
    const std::string& of(const SourceMap& sources, Span span) {
        const auto [found, is_new] = by_file_.try_emplace(span.file);
        if (is_new) found->second = line_hashes(sources.file(span.file).text);
        const std::uint32_t line = shown_range(sources, span, Columns::kBytes).start.line;
        return found->second[line - 1];
    }

private:
    std::map<FileId, std::vector<std::string>> by_file_;
};

struct Fingerprints {
    LineHashes lines;
    FingerprintCounter counter;
};

Json result_json(const SourceMap& sources, const Diagnostic& diagnostic, const Options& options,
                 const SarifRules& rules, Fingerprints& fingerprints) {
    Json related = related_json(sources, diagnostic, options);
    Json json;
    json["ruleId"] = diagnostic.rule;
    json["ruleIndex"] = rules.index_of(diagnostic.rule);
    json["level"] = sarif_level(diagnostic.severity);
    json["message"] = text_json(message_text(diagnostic, related.size()));
    Json location;
    location["physicalLocation"] = physical_json(sources, diagnostic.span, options);
    if (!diagnostic.object.kind.empty()) {
        location["logicalLocations"] = logical_json(diagnostic.object);
    }
    json["locations"] = Json::array({std::move(location)});
    Json& prints = json["partialFingerprints"];
    prints["primaryLocationLineHash"] = fingerprints.lines.of(sources, diagnostic.span);
    prints["tiphys/v1"] = fingerprints.counter.numbered(stable_fingerprint(sources, diagnostic));
    if (!related.empty()) json["relatedLocations"] = std::move(related);
    if (diagnostic.n_path > 0) json["codeFlows"] = code_flows_json(sources, diagnostic, options);
    Json fixes = Json::array();
    for (const Fix& fix : diagnostic.fixes) {
        Json fix_entry = fix_json(sources, fix, options);
        if (!fix_entry["artifactChanges"].empty()) fixes.push_back(std::move(fix_entry));
    }
    if (!fixes.empty()) json["fixes"] = std::move(fixes);
    return json;
}

/// A finding with a place, and what silences it, in SARIF's words.
struct Silenced {
    const Diagnostic* diagnostic;
    std::string_view kind;
};

/// GitHub shows those as dismissed. What would not fit beside the results is left out.
std::vector<Silenced> silenced_of(const Report& report, std::size_t n_results) {
    std::vector<Silenced> silenced;
    const auto add = [&](std::span<const Diagnostic> found, std::string_view kind) {
        for (const Diagnostic& diagnostic : found) {
            const bool has_room = n_results + silenced.size() < kMostResults;
            if (has_room && diagnostic.span.is_known()) silenced.push_back({&diagnostic, kind});
        }
    };
    add(report.suppressed, "inSource");
    add(report.excluded, "external");
    return silenced;
}

// The findings that have a place, the gravest first where GitHub would refuse the number.
std::vector<const Diagnostic*> results_of(const Report& report) {
    std::vector<const Diagnostic*> results;
    for (const Diagnostic& diagnostic : report.diagnostics) {
        if (diagnostic.span.is_known()) results.push_back(&diagnostic);
    }
    if (results.size() > kMostResults) {
        std::stable_sort(
            results.begin(), results.end(),
            [](const Diagnostic* a, const Diagnostic* b) { return a->severity > b->severity; });
        results.resize(kMostResults);
    }
    return results;
}

// GitHub refuses a whole file for one result without a place: these findings, and the number of
// those left out, are notifications.
Json invocation_json(const Report& report, std::size_t n_results) {
    Json notifications = Json::array();
    std::size_t n_placed = 0;
    for (const Diagnostic& diagnostic : report.diagnostics) {
        if (diagnostic.span.is_known()) {
            ++n_placed;
            continue;
        }
        Json json;
        json["level"] = sarif_level(diagnostic.severity);
        json["message"] = text_json(without_links(message_with_advice(diagnostic)));
        json["descriptor"]["id"] = diagnostic.rule;
        notifications.push_back(std::move(json));
    }
    if (n_placed > n_results) {
        Json json;
        json["level"] = "warning";
        const std::size_t n_left = n_placed - n_results;
        json["message"] =
            text_json(std::to_string(n_left) + (n_left == 1 ? " finding is" : " findings are") +
                      " left out: GitHub takes " + std::to_string(kMostResults));
        notifications.push_back(std::move(json));
    }
    Json json;
    json["executionSuccessful"] = true;
    if (!notifications.empty()) json["toolExecutionNotifications"] = std::move(notifications);
    return json;
}

} // namespace

void write_sarif(std::ostream& out, const Report& report, const Options& options) {
    const std::vector<const Diagnostic*> results = results_of(report);
    const std::vector<Silenced> silenced = silenced_of(report, results.size());
    std::vector<const Diagnostic*> all = results;
    for (const Silenced& one : silenced)
        all.push_back(one.diagnostic);
    const SarifRules rules(all, options);
    Fingerprints fingerprints;
    Json driver;
    driver["name"] = "tiphys";
    if (!options.tool_version.empty()) driver["semanticVersion"] = options.tool_version;
    if (!options.home_url.empty()) driver["informationUri"] = options.home_url;
    driver["rules"] = Json::parse(rules.json());
    Json run;
    run["tool"]["driver"] = std::move(driver);
    run["invocations"] = Json::array({invocation_json(report, results.size())});
    run["columnKind"] = "utf16CodeUnits";
    run["results"] = Json::array();
    for (const Diagnostic* diagnostic : results) {
        run["results"].push_back(
            result_json(report.sources, *diagnostic, options, rules, fingerprints));
    }
    for (const Silenced& one : silenced) {
        Json json = result_json(report.sources, *one.diagnostic, options, rules, fingerprints);
        json["suppressions"] = Json::array({{{"kind", one.kind}, {"status", "accepted"}}});
        run["results"].push_back(std::move(json));
    }
    Json log;
    log["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
    log["version"] = "2.1.0";
    log["runs"] = Json::array({std::move(run)});
    out << log.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

} // namespace tiphys::report
