// What all rules about texts from outside say alike.
#include "analyzer/taint_finding.h"

#include "analyzer/code_arguments.h"
#include "schemas/workflow.gen.h"

namespace tiphys::analyze {
namespace {

/// Whether a tag stands where a URL names its server.
bool chooses_server(const TaintedText& taint) {
    const std::string_view before = taint.scalar->text.substr(0, taint.begin);
    const std::size_t scheme = before.find("://");
    return scheme == before.npos || before.find('/', scheme + 3) == before.npos;
}

/// What a submitter, the server of a request or a pod that works on an event's text may not do.
bool is_grave_for_people(const TaintedText& taint) {
    return taint.sink == Sink::kScript || taint.sink == Sink::kManifest ||
           taint.sink == Sink::kExpression;
}

std::string_view source_words(TaintSource source) {
    switch (source) {
    case TaintSource::kCaller:
        return "the caller chooses this text";
    case TaintSource::kOutput:
        return "a pod makes this text out of what it is given";
    case TaintSource::kNetwork:
        return "a server chooses this text";
    case TaintSource::kSubmitter:
        return "whoever submits the workflow chooses this text";
    case TaintSource::kEvent:
        return "whoever sends an event chooses this text";
    case TaintSource::kAnyone:
        return "anybody who reaches the event source chooses this text";
    }
    return {};
}

} // namespace

Severity severity_of(const TaintedText& taint) {
    switch (taint.source) {
    case TaintSource::kAnyone:
        if (taint.sink == Sink::kHttpText) return Severity::kWarning;
        if (taint.sink == Sink::kHttpUrl && !chooses_server(taint)) return Severity::kWarning;
        return Severity::kError;
    case TaintSource::kEvent:
        return Severity::kWarning;
    case TaintSource::kNetwork:
    case TaintSource::kSubmitter:
        return is_grave_for_people(taint) ? Severity::kWarning : Severity::kInfo;
    case TaintSource::kOutput: {
        const bool is_grave = taint.event_parameter != nullptr && is_grave_for_people(taint);
        return is_grave ? Severity::kWarning : Severity::kInfo;
    }
    case TaintSource::kCaller:
        return Severity::kInfo;
    }
    return Severity::kInfo;
}

bool is_told_here(const TaintedText& taint, const Context& context) {
    if (context.document() == nullptr) return false;
    // JSON is one value of YAML and JSON, whatever it holds.
    const bool is_value = taint.sink == Sink::kManifest || taint.sink == Sink::kHttpText ||
                          taint.sink == Sink::kPodSpecPatch;
    if (taint.is_json && is_value) return false;
    const Span document = context.document()->span;
    const Span at = taint.scalar->span;
    const bool is_inside =
        at.file == document.file && document.begin <= at.begin && at.end <= document.end;
    const bool comes_from_event = taint.event_parameter != nullptr;
    return is_inside || (!comes_from_event && taint.source != TaintSource::kCaller);
}

Span place_of(const TaintedText& taint, const Context& context) {
    return context.span_in(*taint.scalar, taint.begin, taint.end);
}

void explain(const TaintedText& taint, Finding finding) {
    finding.severity(severity_of(taint))
        .label(std::string(source_words(taint.source)))
        .path(taint.path);
}

std::string outcome_words(const TaintedText& taint) {
    switch (taint.sink) {
    case Sink::kScript: {
        std::optional<CodeText> code = code_argument(*taint.owner);
        if (!code.has_value() || code->text != taint.scalar) code = code_source(*taint.owner);
        const CodeLanguage language = code.has_value() ? code->language : CodeLanguage::kOther;
        return language == CodeLanguage::kOther
                   ? "part of a script"
                   : "part of a " + std::string(name_of(language)) + " script";
    }
    case Sink::kManifest:
        return "part of a manifest";
    case Sink::kPodSpecPatch:
        return "part of a patch of the pod";
    case Sink::kHttpUrl:
        return "part of a URL";
    case Sink::kHttpText:
        return "part of a request";
    case Sink::kExpression:
        return "part of an expression";
    case Sink::kImage:
        return "part of an image's name";
    case Sink::kTemplateName:
        return "part of a template's name";
    case Sink::kServiceAccount:
        return "part of a service account's name";
    }
    return {};
}

} // namespace tiphys::analyze
