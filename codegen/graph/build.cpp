// Which documents have a graph, and what is drawn of each.
#include "codegen/graph/build.h"

#include <algorithm>
#include <array>
#include <set>

#include "codegen/graph/unfold.h"
#include "codegen/graph/words.h"
#include "compiler/front/resolve.h"
#include "schemas/events.gen.h"
#include "schemas/workflow.gen.h"

namespace tiphys::graph {
namespace {

using front::WorkflowPlace;

constexpr std::array<std::string_view, 5> kDrawableKinds{
    "Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow", "Sensor"};

std::string object_name(const ir::Document& document) {
    if (!document.name.empty()) return std::string(document.name);
    const ir::Object* metadata = ir::any_object_as(document.object()->field("metadata"));
    if (metadata == nullptr) return "";
    return std::string(ir::text_of(ir::scalar_as(metadata->field("generateName"))));
}

/// The names that templates of `spec` call by name.
void add_called_names(const wf::Template& target, std::set<std::string_view>& names) {
    const auto add = [&](const front::Call& call) {
        if (call.inline_template != nullptr) return add_called_names(*call.inline_template, names);
        if (call.reference == nullptr && call.name != nullptr) names.insert(call.name->text);
    };
    const auto add_hooks = [&](const ir::MapOf<wf::LifecycleHook>& hooks) {
        for (const ir::Entry& entry : hooks.entries()) {
            if (const auto* hook = hooks.view(entry)) add(front::call_of(*hook));
        }
    };
    for (const auto group : target.steps()) {
        for (const wf::WorkflowStep* step : group) {
            add(front::call_of(*step));
            add_hooks(step->hooks());
            names.insert(ir::text_of(step->on_exit()));
        }
    }
    if (target.dag() == nullptr) return;
    for (const wf::DAGTask* task : target.dag()->tasks()) {
        add(front::call_of(*task));
        add_hooks(task->hooks());
        names.insert(ir::text_of(task->on_exit()));
    }
}

/// The templates that no other one of the spec calls; all of them where each is called.
std::vector<const wf::Template*> uncalled_templates(const wf::WorkflowSpec& spec) {
    std::set<std::string_view> called;
    std::vector<const wf::Template*> all;
    for (const wf::Template* candidate : spec.templates()) {
        add_called_names(*candidate, called);
        all.push_back(candidate);
    }
    std::vector<const wf::Template*> uncalled;
    std::copy_if(all.begin(), all.end(), std::back_inserter(uncalled),
                 [&](const wf::Template* candidate) {
                     return !called.contains(ir::text_of(candidate->name()));
                 });
    return uncalled.empty() ? all : uncalled;
}

/// The entrypoint's name, by way of `workflowTemplateRef` where the workflow leaves it out.
std::string_view entrypoint_of(const ir::Project& project, const WorkflowPlace& place) {
    const std::string_view own = ir::text_of(place.spec->entrypoint());
    const auto* reference = place.spec->workflow_template_ref();
    if (!own.empty() || reference == nullptr) return own;
    const WorkflowPlace shared = front::find_workflow_template(
        project, place.document->namespace_name, ir::text_of(reference->name()),
        front::is_true(reference->cluster_scope()), place.document->file);
    return shared.spec == nullptr ? std::string_view{} : ir::text_of(shared.spec->entrypoint());
}

/// A group alone is drawn without a frame around it.
void set_root(Graph& graph, Group group) {
    const bool is_one_group = group.nodes.size() == 1 && group.nodes[0].kind == NodeKind::kGroup;
    if (!is_one_group) {
        graph.root = std::move(group);
        return;
    }
    graph.subtitle = joined(graph.subtitle, group.nodes[0].detail);
    Group inner = std::move(group.nodes[0].inner[0]);
    graph.root = std::move(inner);
}

Result<Done> draw_template(Unfolder& unfolder, const std::vector<WorkflowPlace>& places,
                           const std::string& name, Graph& graph) {
    for (const WorkflowPlace& place : places) {
        const wf::Template* target = front::find_template(*place.spec, name);
        if (target == nullptr) continue;
        graph.subtitle = joined(graph.subtitle, "template " + name);
        Group group;
        group.nodes.push_back(unfolder.template_node(*target, place));
        set_root(graph, std::move(group));
        return Done{};
    }
    return Error{"`" + graph.name + "` has no template `" + name + "`"};
}

void draw_workflow(const ir::Project& project, Unfolder& unfolder, const WorkflowPlace& place,
                   Graph& graph) {
    const std::string entrypoint(entrypoint_of(project, place));
    const auto* reference = place.spec->workflow_template_ref();
    Group group;
    if (!entrypoint.empty() || reference != nullptr) {
        if (!entrypoint.empty())
            graph.subtitle = joined(graph.subtitle, "entrypoint " + entrypoint);
        group.nodes.push_back(unfolder.entry_node(entrypoint, place));
        unfolder.add_workflow_hooks(group, place);
    } else {
        for (const wf::Template* target : uncalled_templates(*place.spec)) {
            group.nodes.push_back(unfolder.template_node(*target, place));
        }
        if (group.nodes.size() == 1) {
            graph.subtitle = joined(graph.subtitle, "template " + group.nodes[0].name);
        }
    }
    set_root(graph, std::move(group));
}

std::string schedules_of(const ir::Document& document) {
    const auto* cron = ir::object_as<wf::CronWorkflow>(document.root);
    if (cron == nullptr || cron->spec() == nullptr) return "";
    std::string words;
    for (const ir::Scalar* schedule : cron->spec()->schedules()) {
        words += (words.empty() ? "schedule " : ", ") + one_line(schedule->text);
    }
    return words;
}

} // namespace

std::vector<const ir::Document*> drawable_documents(const ir::Project& project) {
    std::vector<const ir::Document*> found;
    for (const ir::SourceUnit& unit : project.units()) {
        for (const ir::Document& document : unit.documents) {
            const bool is_drawable = document.type != nullptr && document.object() != nullptr &&
                                     std::find(kDrawableKinds.begin(), kDrawableKinds.end(),
                                               document.type->name) != kDrawableKinds.end();
            if (is_drawable) found.push_back(&document);
        }
    }
    return found;
}

Result<Graph> build_graph(const ir::Project& project, const ir::Document& document,
                          const BuildOptions& options) {
    Graph graph;
    graph.kind = document.type->name;
    graph.name = object_name(document);
    graph.subtitle = schedules_of(document);
    Unfolder unfolder(project, options.depth);
    const std::vector<WorkflowPlace> places = front::workflow_places(document);
    if (!options.template_name.empty()) {
        TIPHYS_TRY(done, draw_template(unfolder, places, options.template_name, graph));
        static_cast<void>(done);
    } else if (const auto* sensor = ir::object_as<events::Sensor>(document.root)) {
        graph.root = unfolder.sensor_group(*sensor, places);
    } else if (!places.empty()) {
        draw_workflow(project, unfolder, places[0], graph);
    }
    return graph;
}

} // namespace tiphys::graph
