// How severe it is that the project lacks what it refers to.
#include "analyzer/missing_references.h"

namespace tiphys::analyze {

std::optional<Severity> missing_reference_severity(const Context& context) {
    const bool is_lenient = context.document() == nullptr || context.document()->kind == "Sensor" ||
                            context.document()->kind == "WorkflowEventBinding";
    switch (context.settings().missing_references) {
    case MissingReferences::kError:
        return is_lenient ? Severity::kWarning : Severity::kError;
    case MissingReferences::kWarn:
        return Severity::kWarning;
    case MissingReferences::kIgnore:
        return std::nullopt;
    }
    return std::nullopt;
}

} // namespace tiphys::analyze
