// From documents to JSON.
#include "cli/cluster/manifests.h"

#include <algorithm>
#include <ostream>

#include "analyzer/run.h"
#include "cli/source_errors.h"
#include "codegen/emit_json.h"
#include "compiler/front/field_place.h"

namespace tiphys::cli {
namespace {

constexpr std::string_view kRefused = "refused-by-cluster";

/// Whether the files may go. The cluster may have the templates that they lack.
bool passes(const Sources& sources, Streams& streams) {
    analyze::Options options;
    options.settings.missing_references = analyze::MissingReferences::kIgnore;
    std::vector<Diagnostic> found = analyze::run_rules(sources.project, options);
    std::erase_if(found, [](const Diagnostic& diagnostic) {
        return diagnostic.severity != Severity::kError;
    });
    if (found.empty()) return true;
    write_diagnostics(std::move(found), sources, streams);
    return false;
}

Diagnostic diagnostic_of(const kube::FieldComplaint& complaint, const ir::Document& document) {
    const front::FieldPlace place = front::find_field(document, complaint.field);
    const std::string field = "`" + std::string(place.last) + "`";
    Diagnostic diagnostic;
    diagnostic.rule = kRefused;
    diagnostic.span = place.span;
    diagnostic.message = "the API server " + (complaint.is_missing ? "wants " + field + " here"
                                                                   : "does not take " + field);
    if (!complaint.reason.empty()) diagnostic.message += ": " + complaint.reason;
    diagnostic.notes.push_back("in the object, this is `" + complaint.field + "`");
    return diagnostic;
}

} // namespace

Result<Manifests> read_manifests(const ManifestRequest& request, Streams& streams) {
    Manifests manifests;
    TIPHYS_TRY(sources, read_sources(request.files, streams, "<stdin>", 0, request.environment));
    manifests.sources = std::move(sources);
    for (const std::string& message : manifests.sources->unreadable) {
        streams.err << "tiphys: " << message << "\n";
    }
    if (request.is_checked && !passes(*manifests.sources, streams)) return manifests;
    for (const ir::Document* document : all_documents(manifests.sources->project)) {
        if (document->kind != request.kind) continue;
        std::string json;
        codegen::emit_json(*document->root, codegen::JsonLayout::kCompact, json);
        manifests.objects.push_back({std::move(json), document});
    }
    if (manifests.objects.empty()) {
        return Error{"there is no " + request.kind + " in `" + request.files.front() + "`"};
    }
    return manifests;
}

void write_complaints(const std::vector<kube::FieldComplaint>& complaints,
                      const ir::Document& document, const Sources& sources, Streams& streams) {
    std::vector<Diagnostic> found;
    for (const kube::FieldComplaint& complaint : complaints) {
        found.push_back(diagnostic_of(complaint, document));
    }
    write_diagnostics(std::move(found), sources, streams);
}

} // namespace tiphys::cli
