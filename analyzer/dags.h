#pragma once
// The DAGs of a document, for the rules about them.

#include "analyzer/context.h"
#include "analyzer/facts.h"

namespace tiphys::analyze {

/// Calls `visit` with each `dag` template of a document, in source order, and who waits for whom
/// in it.
template <class Visit>
void each_dag(const ir::Document& document, Context& context, Visit visit) {
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const auto& each : flow->templates()) {
            const bool is_dag = each->kind == front::TemplateKind::kDag;
            if (is_dag) visit(*each, context.facts().dag(*each));
        }
    }
}

} // namespace tiphys::analyze
