// What pods need of a manifest besides what the core reads: all of it, as JSON.

#include <algorithm>
#include <array>

#include "runtime/plan/builder.h"
#include "runtime/plan/ir_text.h"
#include "runtime/plan/json_text.h"
#include "runtime/plan/parameter_file.h"

namespace tiphys::run {
namespace {

/// Of a workflow's spec. Argo: build in workflow/controller/workflowpod.go.
constexpr std::array<std::string_view, 23> kSpecFields = {
    "activeDeadlineSeconds",
    "affinity",
    "automountServiceAccountToken",
    "dnsConfig",
    "dnsPolicy",
    "executor",
    "hostAliases",
    "hostNetwork",
    "imagePullSecrets",
    "nodeSelector",
    "podGC",
    "podMetadata",
    "podPriorityClassName",
    "podResources",
    "podSpecPatch",
    "resourceClaims",
    "schedulerName",
    "securityContext",
    "serviceAccountName",
    "tolerations",
    "volumeClaimGC",
    "volumeClaimTemplates",
    "volumes",
};

/// Of steps and dags, for the pods directly below. Argo: addSchedulingConstraints.
constexpr std::array<std::string_view, 3> kPlacementFields = {"affinity", "nodeSelector",
                                                              "tolerations"};

/// Of a template, what pods do not need, or need otherwise than it is written.
constexpr std::array<std::string_view, 5> kUnusedFields = {"inputs", "steps", "dag",
                                                           "synchronization", "memoize"};

template <class List>
bool has_name(const List& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// The object with some of its fields.
template <class Wanted>
std::string fields_as_json(const ir::Object& object, Wanted wanted) {
    std::string out = "{";
    for (const ir::Entry& entry : object.present_fields()) {
        if (!wanted(entry.key) || ir::is_null(*entry.value)) continue;
        if (out.size() > 1) out += ',';
        out += json_quote(entry.key) + ":" + value_as_json(*entry.value);
    }
    return out + "}";
}

} // namespace

void PlanBuilder::build_pod_defaults() {
    PodDefaults defaults;
    const auto config = built_.plan.config_maps.find("workflow-controller-configmap");
    const std::string text =
        config == built_.plan.config_maps.end() || !config->second.contains("workflowDefaults")
            ? ""
            : config->second.at("workflowDefaults");
    // Argo: workflowDefaults of the controller's configuration, below everything else.
    if (const auto common = parse_parameter_file(text); common && !text.empty()) {
        for (const auto& [name, value] : *common) {
            if (name == "spec") defaults.specs.emplace_back(value);
        }
    }
    if (defaults_ != nullptr) defaults.template_defaults = Text(value_as_json(*defaults_));
    for (const wf::WorkflowSpec* spec : {base_, spec_}) {
        if (spec == nullptr) continue;
        defaults.specs.emplace_back(fields_as_json(
            *spec, [](std::string_view name) { return has_name(kSpecFields, name); }));
    }
    built_.plan.pod_defaults = std::move(defaults);
}

void PlanBuilder::fill_manifest(const wf::Template& source, Template& made) {
    const bool is_group = made.kind == TemplateKind::kSteps || made.kind == TemplateKind::kDag;
    made.manifest = Text(fields_as_json(source, [&](std::string_view name) {
        return is_group ? has_name(kPlacementFields, name) : !has_name(kUnusedFields, name);
    }));
}

} // namespace tiphys::run
