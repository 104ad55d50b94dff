#pragma once
// Findings for the user: what was seen, where, and what to do about it. Every output format is a
// rendering of these structures.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/span.h"
#include "compiler/base/text_edit.h"

namespace tiphys {

/// error: Argo rejects it, or it cannot work. warning: it works today and bites later, or is a
/// security hole. info: hygiene, shown only on demand.
enum class Severity : std::uint8_t { kInfo, kWarning, kError };

/// "error", "warning" or "info".
[[nodiscard]] std::string_view severity_name(Severity severity);

/// A change that cures a finding. Safe: the meaning for Argo stays or is certainly the wanted one.
struct Fix {
    std::string title;
    bool safe = false;
    std::vector<TextEdit> edits;
};

/// Another place that belongs to a finding, with the words shown there.
struct RelatedPlace {
    Span span;
    std::string message;
};

/// The object that a finding is about; `kind` is empty where there is none.
struct ObjectName {
    std::string kind;
    std::string namespace_name;
    std::string name;
};

/// One finding. `rule` names the rule in kebab case; it is a view of static text.
struct Diagnostic {
    std::string_view rule;
    Severity severity = Severity::kError;
    std::string message;
    Span span;
    /// Shown beside the main span; may be empty.
    std::string label;
    std::vector<RelatedPlace> related;
    /// `related` begins with the way that a value takes from its source to the main span: so many
    /// places, in its order.
    std::size_t n_path = 0;
    std::vector<std::string> notes;
    std::string help;
    std::vector<Fix> fixes;
    ObjectName object;
};

/// Order in which findings are shown: by file, place, rule, message.
[[nodiscard]] bool comes_before(const Diagnostic& a, const Diagnostic& b);

} // namespace tiphys
