// The workflow among the documents.
#include "cli/runs/find_workflow.h"

#include "cli/runs/execution.h"
#include "runtime/plan/ir_text.h"
#include "schemas/k8s.gen.h"

namespace tiphys::cli {

const ir::Document* find_workflow(const ir::Project& project) {
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
