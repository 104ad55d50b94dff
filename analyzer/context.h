#pragma once
// What a check sees around the thing it checks, and how it reports.

#include <memory>
#include <string>
#include <vector>

#include "analyzer/limits.h"
#include "analyzer/rule.h"
#include "compiler/base/message.h"
#include "schemas/workflow.gen.h"

namespace tiphys::analyze {

/// What it means that a WorkflowTemplate is referred to and not among the files.
enum class MissingReferences : std::uint8_t {
    kError, ///< it is a defect, as for Argo's linter
    kWarn,  ///< it may live elsewhere
    kIgnore ///< it does
};

/// Facts about the user's set-up that rules judge by.
struct Settings {
    /// Argo version that the manifests must work with, as major * 100 + minor.
    int argo_version = 401;
    Limits limits;
    MissingReferences missing_references = MissingReferences::kError;
};

/// A diagnostic being written; every call returns it again. Valid until the next report.
class Finding {
public:
    explicit Finding(Diagnostic& diagnostic) : diagnostic_(&diagnostic) {}
    /// Words beside the main span.
    Finding& label(std::string text);
    Finding& related(Span span, std::string message);
    /// The way of a value from its source to the main span; before any other related place.
    Finding& path(std::vector<RelatedPlace> places);
    Finding& note(std::string text);
    Finding& help(std::string text);
    /// Certain to be right, and the meaning stays or becomes the wanted one.
    Finding& safe_fix(std::string title, std::vector<TextEdit> edits);
    Finding& unsafe_fix(std::string title, std::vector<TextEdit> edits);
    /// Where a rule's usual severity does not fit this case.
    Finding& severity(Severity severity);

private:
    Diagnostic* diagnostic_;
};

class Facts;
class ProjectFacts;

class Context {
public:
    Context(const ir::Project& project, const ir::SourceUnit& unit, const Settings& settings,
            std::vector<Diagnostic>& out, std::shared_ptr<ProjectFacts> of_project = nullptr)
        : project_(project), unit_(unit), settings_(settings), out_(out),
          of_project_(std::move(of_project)) {}

    [[nodiscard]] const ir::Project& project() const { return project_; }
    [[nodiscard]] const ir::SourceUnit& unit() const { return unit_; }
    [[nodiscard]] const Settings& settings() const { return settings_; }
    /// The document that is being checked; null in checks of the project.
    [[nodiscard]] const ir::Document* document() const { return document_; }

    /// What other rules may have found out about this file's workflows (analyzer/facts.h).
    [[nodiscard]] Facts& facts();

    /// The objects around the one being checked, outermost first, without itself.
    [[nodiscard]] const std::vector<const ir::Object*>& parents() const { return parents_; }
    /// The nearest enclosing object of a type, or null.
    template <class T>
    [[nodiscard]] const T* enclosing() const {
        for (auto at = parents_.rbegin(); at != parents_.rend(); ++at) {
            if ((*at)->type->id == T::kType) return static_cast<const T*>(*at);
        }
        return nullptr;
    }
    /// The words that introduce the object being checked: its key, or its first key in a list.
    [[nodiscard]] Span headline() const { return headline_; }

    /// Adds a finding of the rule that is running.
    template <class... Args>
    Finding report(const Message<Args...>& message, Span span,
                   const std::type_identity_t<Args>&... args) {
        return add(format_message(message, args...), span);
    }

    /// The source text of a span.
    [[nodiscard]] std::string_view text(Span span) const { return project_.sources().text(span); }
    /// The source span of bytes [from, to) of a scalar's value, through quotes, indentation and
    /// escapes.
    [[nodiscard]] Span span_in(const ir::Scalar& scalar, std::size_t from, std::size_t to) const;

private:
    friend class Walk;
    Finding add(std::string message, Span span);

    const ir::Project& project_;
    const ir::SourceUnit& unit_;
    const Settings& settings_;
    std::vector<Diagnostic>& out_;
    const RegisteredRule* rule_ = nullptr;
    const ir::Document* document_ = nullptr;
    std::vector<const ir::Object*> parents_;
    Span headline_;
    std::shared_ptr<ProjectFacts> of_project_;
    std::shared_ptr<Facts> facts_;
};

/// Replaces a scalar by a double-quoted one with the same text.
[[nodiscard]] TextEdit quote_scalar(const ir::Scalar& scalar);

} // namespace tiphys::analyze
