#pragma once
// What the patches of pod specs (`podSpecPatch` of workflows and templates) set.

#include <string>
#include <vector>

#include "analyzer/context.h"

namespace tiphys::analyze {

/// A setting in a patch: its key, the key of what is around it, and its value where that is a
/// single one without tags.
struct PatchSetting {
    std::string outer_key;
    std::string key;
    std::string value;
    Span span; ///< of the value, in the file
};

/// The settings of a patch, in source order; of `null` none.
[[nodiscard]] std::vector<PatchSetting> patch_settings(const ir::Scalar* patch,
                                                       const Context& context);

template <auto kFunction, class T>
void check_patch_of(const T& owner, Context& context) {
    for (const PatchSetting& setting : patch_settings(owner.pod_spec_patch(), context))
        kFunction(setting, context);
}

/// A check of every setting of every patch of a workflow or a template:
/// `void function(const PatchSetting&, Context&)`.
template <auto kFunction>
consteval Check on_workflow_patch() {
    return on<check_patch_of<kFunction, wf::WorkflowSpec>>();
}
template <auto kFunction>
consteval Check on_template_patch() {
    return on<check_patch_of<kFunction, wf::Template>>();
}

} // namespace tiphys::analyze
