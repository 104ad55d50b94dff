// The list of all variables that a place of a workflow sees.
#include <algorithm>

#include "compiler/front/dependencies.h"
#include "compiler/front/scope.h"
#include "schemas/k8s.gen.h"

namespace tiphys::front {
namespace {

class Lister {
public:
    Lister(FlowSet& flows, const Scope& scope) : flows_(flows), scope_(scope) {}

    std::vector<Variable> run() {
        add_inputs();
        add_nodes();
        add_workflow();
        for (std::string_view name :
             {"item", "pod.name", "node.name", "retries", "lastRetry.exitCode", "lastRetry.status",
              "lastRetry.duration", "lastRetry.message"}) {
            add(std::string(name));
        }
        return std::move(found_);
    }

private:
    /// Adds a name where looking it up finds it: the look-up decides, this only proposes.
    void add(std::string name) {
        const Lookup lookup = scope_.find(name);
        if (lookup.standing != Standing::kKnown) return;
        found_.push_back({std::move(name), lookup.type, lookup.declaration});
    }

    template <class T>
    void add_each(const std::string& prefix, const ir::ListOf<T>& list,
                  std::string_view suffix = {}) {
        for (const T* element : list) {
            const std::string_view name = ir::text_of(element->name());
            if (!name.empty()) add(prefix + std::string(name) + std::string(suffix));
        }
    }

    void add_inputs() {
        for (const FlowTemplate* at = scope_.site().inside; at != nullptr; at = at->outer) {
            const wf::Inputs* inputs = at->source->inputs();
            if (inputs == nullptr) continue;
            add_each("inputs.parameters.", inputs->parameters());
            add_each("inputs.artifacts.", inputs->artifacts());
            add_each("inputs.artifacts.", inputs->artifacts(), ".path");
        }
    }

    void add_nodes() {
        for (const FlowTemplate* at = scope_.site().inside; at != nullptr; at = at->outer) {
            for (const FlowNode& node : at->nodes)
                add_node(node);
        }
    }

    void add_node(const FlowNode& node) {
        if (node.name_text().empty()) return;
        const std::string prefix =
            (node.is_task ? "tasks." : "steps.") + std::string(node.name_text()) + ".";
        for (const char* field : {"id", "status", "startedAt", "finishedAt", "ip", "hostNodeName",
                                  "exitCode", "outputs.result", "outputs.parameters"}) {
            add(prefix + field);
        }
        const wf::Template* callee = node.callee.target;
        if (callee == nullptr || callee->outputs() == nullptr) return;
        add_each(prefix + "outputs.parameters.", callee->outputs()->parameters());
        add_each(prefix + "outputs.artifacts.", callee->outputs()->artifacts());
    }

    void add_workflow() {
        const Flow& flow = *scope_.site().flow;
        for (const wf::WorkflowSpec* spec : {&flow.spec(), flow.base().spec}) {
            if (spec == nullptr || spec->arguments() == nullptr) continue;
            add_each("workflow.parameters.", spec->arguments()->parameters());
        }
        for (const char* name :
             {"name", "namespace", "uid", "mainEntrypoint", "serviceAccountName", "priority",
              "parameters.json", "labels.json", "annotations.json", "creationTimestamp",
              "creationTimestamp.RFC3339", "creationTimestamp.s", "scheduledTime", "duration",
              "status", "failures"}) {
            add("workflow." + std::string(name));
        }
        add_global_outputs(flow);
    }

    void add_global_outputs(const Flow& flow) {
        const GlobalOutputs& outputs = flows_.global_outputs(flow);
        const auto add_sorted = [&](const std::string& prefix, const auto& names) {
            std::vector<std::string_view> sorted(names.begin(), names.end());
            std::sort(sorted.begin(), sorted.end());
            for (std::string_view name : sorted)
                add(prefix + std::string(name));
        };
        add_sorted("workflow.outputs.parameters.", outputs.parameters);
        add_sorted("workflow.outputs.artifacts.", outputs.artifacts);
    }

    FlowSet& flows_;
    const Scope& scope_;
    std::vector<Variable> found_;
};

} // namespace

std::vector<Variable> Scope::variables() const {
    return Lister(flows_, *this).run();
}

} // namespace tiphys::front
