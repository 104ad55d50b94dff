// The workflow among the documents.
#include "cli/runs/find_workflow.h"

#include <utility>

#include "cli/runs/execution.h"
#include "runtime/plan/ir_text.h"
#include "schemas/k8s.gen.h"

namespace tiphys::cli {

namespace {

constexpr std::pair<std::string_view, std::string_view> kKinds[] = {
    {"WorkflowTemplate", "WorkflowTemplate"},
    {"workflowtemplate", "WorkflowTemplate"},
    {"workflowtemplates", "WorkflowTemplate"},
    {"wftmpl", "WorkflowTemplate"},
    {"ClusterWorkflowTemplate", "ClusterWorkflowTemplate"},
    {"clusterworkflowtemplate", "ClusterWorkflowTemplate"},
    {"clusterworkflowtemplates", "ClusterWorkflowTemplate"},
    {"clusterwftmpl", "ClusterWorkflowTemplate"},
    {"cwft", "ClusterWorkflowTemplate"},
    {"CronWorkflow", "CronWorkflow"},
    {"cronworkflow", "CronWorkflow"},
    {"cronworkflows", "CronWorkflow"},
    {"cronwf", "CronWorkflow"},
    {"cwf", "CronWorkflow"}};

} // namespace

std::optional<MeantDocument> meant_document(const std::string& from) {
    const std::size_t slash = from.find('/');
    if (slash == from.npos || slash + 1 == from.size()) return std::nullopt;
    for (const auto& [word, kind] : kKinds) {
        if (from.substr(0, slash) == word) return MeantDocument{kind, from.substr(slash + 1)};
    }
    return std::nullopt;
}

const ir::Document* find_workflow(const ir::Project& project, const std::string& from) {
    if (!from.empty()) {
        const auto meant = meant_document(from);
        if (!meant) return nullptr;
        for (const ir::Document* document : project.all(meant->kind)) {
            if (document->name == meant->name) return document;
        }
        return nullptr;
    }
    for (const char* kind :
         {"Workflow", "CronWorkflow", "WorkflowTemplate", "ClusterWorkflowTemplate"}) {
        const auto found = project.all(kind);
        if (!found.empty()) return found.front();
    }
    return nullptr;
}

std::string generate_name_of(const ir::Document& document) {
    const ir::Object* object = document.object();
    const auto* metadata =
        object == nullptr ? nullptr : ir::object_as<k8s::ObjectMeta>(object->field("metadata"));
    if (metadata == nullptr || metadata->name() != nullptr) return "";
    return run::scalar_text(metadata->generate_name());
}

std::string choose_name(const std::string& wanted, const ir::Document& document) {
    if (!wanted.empty()) return wanted;
    const std::string prefix = generate_name_of(document);
    if (!prefix.empty()) return prefix + random_letters(5);
    if (document.kind == "Workflow" && !document.name.empty()) return std::string(document.name);
    const std::string base = document.name.empty() ? "workflow" : std::string(document.name);
    return base + "-" + random_letters(5);
}

} // namespace tiphys::cli
