// What a check sees around the thing it checks, and how it reports.
#include "analyzer/context.h"

#include "analyzer/facts.h"
#include "compiler/doc/scalar_text.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/text_places.h"

namespace tiphys::analyze {

Finding& Finding::label(std::string text) {
    diagnostic_->label = std::move(text);
    return *this;
}

Finding& Finding::related(Span span, std::string message) {
    diagnostic_->related.push_back({span, std::move(message)});
    return *this;
}

Finding& Finding::path(std::vector<RelatedPlace> places) {
    diagnostic_->n_path = places.size();
    diagnostic_->related = std::move(places);
    return *this;
}

Finding& Finding::note(std::string text) {
    diagnostic_->notes.push_back(std::move(text));
    return *this;
}

Finding& Finding::help(std::string text) {
    diagnostic_->help = std::move(text);
    return *this;
}

Finding& Finding::safe_fix(std::string title, std::vector<TextEdit> edits) {
    diagnostic_->fixes.push_back({std::move(title), true, std::move(edits)});
    return *this;
}

Finding& Finding::unsafe_fix(std::string title, std::vector<TextEdit> edits) {
    diagnostic_->fixes.push_back({std::move(title), false, std::move(edits)});
    return *this;
}

Finding& Finding::severity(Severity severity) {
    diagnostic_->severity = severity;
    return *this;
}

Facts& Context::facts() {
    if (of_project_ == nullptr) of_project_ = std::make_shared<ProjectFacts>(project_);
    if (facts_ == nullptr) facts_ = std::make_shared<Facts>(project_, of_project_);
    return *facts_;
}

Finding Context::add(std::string message, Span span) {
    Diagnostic& diagnostic = out_.emplace_back();
    diagnostic.rule = rule_->name;
    diagnostic.severity = rule_->rule->severity;
    diagnostic.message = std::move(message);
    diagnostic.span = span;
    if (document_ != nullptr) {
        diagnostic.object = {std::string(document_->kind), std::string(document_->namespace_name),
                             std::string(document_->name)};
    }
    return Finding(diagnostic);
}

Span Context::span_in(const ir::Scalar& scalar, std::size_t from, std::size_t to) const {
    if (!scalar.span.is_known()) return scalar.span;
    const SourceFile& file = project_.sources().file(scalar.span.file);
    // Texts of the language are made of several places.
    if (syntax::is_source_name(file.path)) {
        return syntax::place_in_text(file.text, scalar.span, scalar.text, from, to);
    }
    return doc::span_in_scalar(file.text, scalar.span, scalar.style, from, to);
}

TextEdit quote_scalar(const ir::Scalar& scalar) {
    std::string quoted = "\"";
    for (char c : scalar.text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return {scalar.span, quoted + "\""};
}

} // namespace tiphys::analyze
