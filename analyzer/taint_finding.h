#pragma once
// What all rules about texts from outside say alike: how grave it is, by whom, and the way.

#include "analyzer/context.h"
#include "analyzer/taint.h"

namespace tiphys::analyze {

/// Error where anybody who reaches an endpoint runs commands; warning for other events, and for
/// those who submit a workflow where it lets them do more than they could; info elsewhere.
[[nodiscard]] Severity severity_of(const TaintedText& taint);

/// Whether the document being checked is the one to tell it in. What events bring into the
/// workflows of other documents is told at the trigger.
[[nodiscard]] bool is_told_here(const TaintedText& taint, const Context& context);

/// The span of the tag.
[[nodiscard]] Span place_of(const TaintedText& taint, const Context& context);

/// Severity, label and the way from the source.
void explain(const TaintedText& taint, Finding finding);

/// "part of a shell script": what a text becomes.
[[nodiscard]] std::string outcome_words(const TaintedText& taint);

} // namespace tiphys::analyze
