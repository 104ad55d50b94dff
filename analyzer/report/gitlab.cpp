// `gitlab`: GitLab Code Quality.
#include <nlohmann/json.hpp>

#include "analyzer/report/fingerprint.h"
#include "analyzer/report/formats.h"
#include "analyzer/report/message_text.h"
#include "analyzer/report/place.h"

namespace tiphys::report {
namespace {

using Json = nlohmann::ordered_json;

std::string_view gitlab_severity(Severity severity) {
    switch (severity) {
    case Severity::kError:
        return "major";
    case Severity::kWarning:
        return "minor";
    case Severity::kInfo:
        return "info";
    }
    return "";
}

Json position_json(Position position) {
    Json json;
    json["line"] = position.line;
    json["column"] = position.column;
    return json;
}

Json location_json(const Report& report, const Diagnostic& diagnostic, const std::string& path,
                   const Options& options) {
    // GitLab needs a place: a finding without one goes to the first line of the project.
    Range range;
    if (diagnostic.span.is_known()) {
        range = shown_range(report.sources, diagnostic.span, columns_of(options));
    }
    Json json;
    json["path"] = path;
    json["positions"]["begin"] = position_json(range.start);
    json["positions"]["end"] = position_json(range.end);
    return json;
}

} // namespace

void write_gitlab(std::ostream& out, const Report& report, const Options& options) {
    FingerprintCounter counter;
    Json list = Json::array();
    for (const Diagnostic& diagnostic : report.diagnostics) {
        std::string path = relative_path(path_of(report.sources, diagnostic.span), options.root);
        if (path.empty()) path = ".";
        // GitLab drops all but one of equal fingerprints.
        const std::string fingerprint = counter.numbered(
            short_hash(path + '\0' + stable_fingerprint(report.sources, diagnostic)));
        Json json;
        // GitLab does not show `check_name`.
        json["description"] = std::string(diagnostic.rule) + ": " + message_on_one_line(diagnostic);
        json["check_name"] = diagnostic.rule;
        json["fingerprint"] = fingerprint;
        json["severity"] = gitlab_severity(diagnostic.severity);
        json["location"] = location_json(report, diagnostic, path, options);
        list.push_back(std::move(json));
    }
    out << list.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

} // namespace tiphys::report
