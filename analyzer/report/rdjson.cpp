// `rdjson`: Reviewdog Diagnostic Format. Columns always count UTF-8 bytes.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "analyzer/report/formats.h"
#include "analyzer/report/message_text.h"
#include "analyzer/report/place.h"

namespace tiphys::report {
namespace {

using Json = nlohmann::ordered_json;

std::string_view rdjson_severity(Severity severity) {
    switch (severity) {
    case Severity::kError:
        return "ERROR";
    case Severity::kWarning:
        return "WARNING";
    case Severity::kInfo:
        return "INFO";
    }
    return "";
}

Json position_json(Position position) {
    Json json;
    json["line"] = position.line;
    json["column"] = position.column;
    return json;
}

Json range_json(const Range& range) {
    Json json;
    json["start"] = position_json(range.start);
    json["end"] = position_json(range.end);
    return json;
}

Json location_json(const SourceMap& sources, Span span, const Options& options) {
    Json json;
    json["path"] = relative_path(path_of(sources, span), options.root);
    if (span.is_known()) json["range"] = range_json(shown_range(sources, span, Columns::kBytes));
    return json;
}

// Suggestions of a diagnostic are alternatives: the edits of a fix become one, over all of the
// text from the first to the last.
Json suggestion_json(const SourceMap& sources, const Fix& fix) {
    Span whole = clamp(sources, fix.edits.front().span);
    std::vector<TextEdit> edits;
    for (const TextEdit& edit : fix.edits) {
        edits.push_back({clamp(sources, edit.span), edit.text});
        whole.begin = std::min(whole.begin, edits.back().span.begin);
        whole.end = std::max(whole.end, edits.back().span.end);
    }
    for (TextEdit& edit : edits) {
        edit.span.begin -= whole.begin;
        edit.span.end -= whole.begin;
    }
    Json json;
    json["range"] = range_json(exact_range(sources, whole, Columns::kBytes));
    json["text"] = apply_edits(std::string(sources.text(whole)), std::move(edits));
    return json;
}

Json suggestions_json(const SourceMap& sources, const Diagnostic& diagnostic) {
    Json list = Json::array();
    for (const Fix& fix : diagnostic.fixes) {
        // A suggestion is made to the file of its diagnostic and no other.
        const bool is_local =
            std::all_of(fix.edits.begin(), fix.edits.end(), [&](const TextEdit& edit) {
                return edit.span.is_known() && edit.span.file == diagnostic.span.file;
            });
        if (is_local && !fix.edits.empty()) list.push_back(suggestion_json(sources, fix));
    }
    return list;
}

Json diagnostic_json(const SourceMap& sources, const Diagnostic& diagnostic,
                     const Options& options) {
    Json json;
    json["message"] = message_with_advice(diagnostic);
    json["location"] = location_json(sources, diagnostic.span, options);
    json["severity"] = rdjson_severity(diagnostic.severity);
    json["code"]["value"] = diagnostic.rule;
    const std::string url = rule_url(options, diagnostic.rule);
    if (!url.empty()) json["code"]["url"] = url;
    Json suggestions = suggestions_json(sources, diagnostic);
    if (!suggestions.empty()) json["suggestions"] = std::move(suggestions);
    for (const RelatedPlace& place : diagnostic.related) {
        if (!place.span.is_known()) continue;
        Json related;
        related["message"] = place.message;
        related["location"] = location_json(sources, place.span, options);
        json["related_locations"].push_back(std::move(related));
    }
    return json;
}

} // namespace

void write_rdjson(std::ostream& out, const Report& report, const Options& options) {
    Json json;
    json["source"]["name"] = "tiphys";
    if (!options.home_url.empty()) json["source"]["url"] = options.home_url;
    json["diagnostics"] = Json::array();
    for (const Diagnostic& diagnostic : report.diagnostics) {
        json["diagnostics"].push_back(diagnostic_json(report.sources, diagnostic, options));
    }
    out << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

} // namespace tiphys::report
