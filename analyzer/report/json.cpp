// `json` and `json-lines`: our own format, version 1. Scripts and editors rely on every name here.
#include <nlohmann/json.hpp>

#include "analyzer/report/formats.h"
#include "analyzer/report/place.h"

namespace tiphys::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;

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

Json place_json(const SourceMap& sources, Span span, Columns columns) {
    if (!span.is_known()) return nullptr;
    return range_json(shown_range(sources, span, columns));
}

Json edit_range_json(const SourceMap& sources, Span span, Columns columns) {
    if (!span.is_known()) return nullptr;
    return range_json(exact_range(sources, span, columns));
}

Json file_json(const SourceMap& sources, Span span) {
    if (!span.is_known()) return nullptr;
    return std::string(path_of(sources, span));
}

Json object_json(const ObjectName& object) {
    if (object.kind.empty()) return nullptr;
    Json json;
    json["kind"] = object.kind;
    json["namespace"] = object.namespace_name;
    json["name"] = object.name;
    return json;
}

Json fix_json(const SourceMap& sources, const Fix& fix, FileId main_file, Columns columns) {
    Json json;
    json["title"] = fix.title;
    json["safe"] = fix.safe;
    json["edits"] = Json::array();
    for (const TextEdit& edit : fix.edits) {
        Json edit_json;
        // Edits are in the file of the finding unless they say otherwise.
        if (edit.span.file != main_file) edit_json["file"] = file_json(sources, edit.span);
        edit_json["range"] = edit_range_json(sources, edit.span, columns);
        edit_json["text"] = edit.text;
        json["edits"].push_back(std::move(edit_json));
    }
    return json;
}

Json related_json(const SourceMap& sources, const RelatedPlace& place, Columns columns) {
    Json json;
    json["message"] = place.message;
    json["file"] = file_json(sources, place.span);
    json["range"] = place_json(sources, place.span, columns);
    return json;
}

Json diagnostic_json(const SourceMap& sources, const Diagnostic& diagnostic,
                     const Options& options) {
    const Columns columns = columns_of(options);
    Json json;
    json["rule"] = diagnostic.rule;
    json["severity"] = severity_name(diagnostic.severity);
    json["message"] = diagnostic.message;
    json["file"] = file_json(sources, diagnostic.span);
    json["range"] = place_json(sources, diagnostic.span, columns);
    json["object"] = object_json(diagnostic.object);
    json["help"] = diagnostic.help;
    json["fixes"] = Json::array();
    for (const Fix& fix : diagnostic.fixes) {
        json["fixes"].push_back(fix_json(sources, fix, diagnostic.span.file, columns));
    }
    json["related"] = Json::array();
    for (const RelatedPlace& place : diagnostic.related) {
        json["related"].push_back(related_json(sources, place, columns));
    }
    const std::string url = rule_url(options, diagnostic.rule);
    json["url"] = url.empty() ? Json(nullptr) : Json(url);
    return json;
}

Json summary_json(const Summary& summary) {
    Json json;
    json["files"] = summary.files;
    json["errors"] = summary.errors;
    json["warnings"] = summary.warnings;
    json["infos"] = summary.infos;
    return json;
}

std::string printed(const Json& json, int indent) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

} // namespace

void write_json(std::ostream& out, const Report& report, const Options& options) {
    Json json;
    json["version"] = kVersion;
    json["diagnostics"] = Json::array();
    for (const Diagnostic& diagnostic : report.diagnostics) {
        json["diagnostics"].push_back(diagnostic_json(report.sources, diagnostic, options));
    }
    json["summary"] = summary_json(report.summary);
    out << printed(json, 2) << '\n';
}

void write_json_lines(std::ostream& out, const Report& report, const Options& options) {
    for (const Diagnostic& diagnostic : report.diagnostics) {
        out << printed(diagnostic_json(report.sources, diagnostic, options), -1) << '\n';
    }
    Json json;
    json["version"] = kVersion;
    json["summary"] = summary_json(report.summary);
    out << printed(json, -1) << '\n';
}

} // namespace tiphys::report
