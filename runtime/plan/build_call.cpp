// Steps, tasks and hooks.

#include <algorithm>

#include "compiler/expr/depends.h"
#include "runtime/plan/builder.h"
#include "runtime/plan/compile_depends.h"
#include "runtime/plan/evaluate.h"
#include "runtime/plan/ir_text.h"

namespace tiphys::run {
namespace {

/// Whether the text of the template around a call asks for its output.
/// Argo: hasOutputResultRef in workflow/controller/operator.go.
bool mentions_result(std::string_view text, std::string_view group, const std::string& name) {
    const std::string plain = std::string(group) + "." + name + ".outputs.result";
    const std::string indexed = std::string(group) + "['" + name + "'].outputs.result";
    return text.find(plain) != text.npos || text.find(indexed) != text.npos;
}

bool has_item_part(const Text& text) {
    return text.mentions("item") &&
           std::any_of(text.segments().begin(), text.segments().end(), [](const Segment& segment) {
               const bool has_part = segment.text.find("item.") != segment.text.npos;
               return segment.kind == Segment::Kind::kExpression || has_part;
           });
}

bool any_item_part(const Call& call) {
    const auto of_parameter = [](const ArgumentParameter& parameter) {
        return parameter.value && has_item_part(*parameter.value);
    };
    const auto of_artifact = [](const ArtifactSpec& artifact) {
        return has_item_part(artifact.from) || has_item_part(artifact.location) ||
               has_item_part(artifact.access);
    };
    return has_item_part(call.when) ||
           std::any_of(call.parameters.begin(), call.parameters.end(), of_parameter) ||
           std::any_of(call.artifacts.begin(), call.artifacts.end(), of_artifact);
}

template <class Caller>
LoopSpec read_loop(const Caller& caller) {
    LoopSpec loop;
    // Argo drops an empty list: such a call runs once.
    if (caller.with_items().size() > 0) {
        loop.kind = LoopKind::kItems;
        loop.source = Text(value_as_json(*caller.with_items().list()));
        if (!loop.source.has_tags()) loop.items = parse_items(loop.source.source()).items;
    } else if (!scalar_text(caller.with_param()).empty()) {
        loop.kind = LoopKind::kParam;
        loop.source = text_of_scalar(caller.with_param());
    } else if (const wf::Sequence* sequence = caller.with_sequence()) {
        loop.kind = LoopKind::kSequence;
        loop.sequence_start = text_of_scalar(sequence->start());
        loop.sequence_end = text_of_scalar(sequence->end());
        loop.sequence_count = text_of_scalar(sequence->count());
        loop.sequence_format = text_of_scalar(sequence->format());
    }
    return loop;
}

} // namespace

void PlanBuilder::fill_reference(const front::Call& source, std::uint32_t scope,
                                 const std::string& path, Call& call) {
    TemplateReference& reference = call.reference;
    if (source.inline_template != nullptr) {
        call.template_id = inline_template(*source.inline_template, scope, path + ".inline");
        return;
    }
    const ir::Value* where = source.name;
    if (source.reference != nullptr) {
        reference.resource = scalar_text(source.reference->name());
        reference.resource_template = scalar_text(source.reference->template_());
        reference.cluster_scope = scalar_is_true(source.reference->cluster_scope());
        where = source.reference;
    } else {
        reference.name = scalar_text(source.name);
    }
    const front::Callee callee = front::resolve_call(project_, scopes_[scope].place, source);
    switch (callee.resolution) {
    case front::Resolution::kFound:
        call.template_id = template_for(callee, path);
        return;
    case front::Resolution::kNone:
        reject(where, path, "no template is called");
        return;
    case front::Resolution::kDynamic:
        reject(where, path, "the name of the template is known at run time only");
        return;
    case front::Resolution::kUnknownObject:
        reject(where, path + ".templateRef",
               "WorkflowTemplate `" + reference.resource + "` is not among the given documents");
        return;
    // Argo finds out when it makes the call, and so do we.
    case front::Resolution::kUnknownTemplate:
        return;
    }
}

void PlanBuilder::fill_arguments(const wf::Arguments* arguments, const std::string& path,
                                 Call& call) {
    if (arguments == nullptr) return;
    for (const wf::Parameter* source : arguments->parameters()) {
        ArgumentParameter parameter;
        parameter.name = scalar_text(source->name());
        if (source->value() != nullptr) parameter.value = text_of_scalar(source->value());
        if (const wf::ValueFrom* from = source->value_from()) {
            if (const auto* key = from->config_map_key_ref()) {
                parameter.config_map = {text_of_scalar(key->name()), text_of_scalar(key->key())};
            }
            if (from->default_() != nullptr) {
                parameter.source_default = text_of_scalar(from->default_());
            }
        }
        call.parameters.push_back(std::move(parameter));
    }
    for (const wf::Artifact* source : arguments->artifacts()) {
        call.artifacts.push_back(read_artifact(*source, path + ".artifacts"));
    }
}

CallId PlanBuilder::build_hook(const wf::LifecycleHook& hook, std::uint32_t scope,
                               const std::string& path) {
    const auto id = static_cast<CallId>(built_.plan.calls.size());
    built_.plan.calls.emplace_back();
    Call call;
    call.expression = scalar_text(hook.expression());
    fill_reference(front::call_of(hook), scope, path, call);
    fill_arguments(hook.arguments(), path + ".arguments", call);
    built_.plan.calls[id] = std::move(call);
    return id;
}

/// In the order of their names, as Argo's is a matter of chance.
std::vector<CallId> PlanBuilder::build_hooks(const ir::MapOf<wf::LifecycleHook>& hooks,
                                             std::uint32_t scope, const std::string& path,
                                             CallId& on_exit) {
    std::vector<CallId> built;
    for (const ir::Entry& entry : hooks.entries()) {
        const auto* hook = ir::object_as<wf::LifecycleHook>(entry.value);
        if (hook == nullptr) continue;
        const CallId id = build_hook(*hook, scope, path + "." + std::string(entry.key));
        built_.plan.calls[id].name = entry.key;
        if (entry.key == "exit") {
            on_exit = id;
        } else {
            built.push_back(id);
        }
    }
    std::sort(built.begin(), built.end(), [&](CallId a, CallId b) {
        return built_.plan.calls[a].name < built_.plan.calls[b].name;
    });
    return built;
}

template <class Caller>
void PlanBuilder::fill_caller(const Caller& caller, std::uint32_t scope, const std::string& path,
                              std::string_view template_text, Call& call) {
    call.name = scalar_text(caller.name());
    fill_reference(front::call_of(caller), scope, path, call);
    fill_arguments(caller.arguments(), path + ".arguments", call);
    call.when = text_of_scalar(caller.when());
    call.loop = read_loop(caller);
    if (const wf::ContinueOn* go_on = caller.continue_on()) {
        call.continue_on_failed = scalar_is_true(go_on->failed());
        call.continue_on_error = scalar_is_true(go_on->error());
    }
    const std::string_view group = call.kind == Call::Kind::kStep ? "steps" : "tasks";
    call.result_wanted = mentions_result(template_text, group, call.name);
    call.item_parts = any_item_part(call);
    call.hooks = build_hooks(caller.hooks(), scope, path + ".hooks", call.on_exit);
    if (const ir::Scalar* on_exit = caller.on_exit()) {
        // It stands over the hook `exit`.
        call.on_exit = static_cast<CallId>(built_.plan.calls.size());
        built_.plan.calls.emplace_back();
        Call handler;
        front::Call called;
        called.name = on_exit;
        fill_reference(called, scope, path + ".onExit", handler);
        built_.plan.calls[call.on_exit] = std::move(handler);
    }
    if (call.on_exit != kNoId) pass_workflow_arguments(call.on_exit);
}

/// Exit handlers without arguments of their own get those of the workflow. Argo: GetExitHook in
/// pkg/apis/workflow/v1alpha1/workflow_types.go.
void PlanBuilder::pass_workflow_arguments(CallId handler_id) {
    const Call& entry = built_.plan.calls[built_.plan.entrypoint];
    Call& handler = built_.plan.calls[handler_id];
    if (!handler.parameters.empty() || !handler.artifacts.empty()) return;
    handler.parameters = entry.parameters;
    handler.artifacts = entry.artifacts;
}

CallId PlanBuilder::build_step(const wf::WorkflowStep& step, std::uint32_t scope,
                               const std::string& path, std::string_view template_text) {
    const auto id = static_cast<CallId>(built_.plan.calls.size());
    built_.plan.calls.emplace_back();
    Call call;
    call.kind = Call::Kind::kStep;
    fill_caller(step, scope, path, template_text, call);
    built_.plan.calls[id] = std::move(call);
    return id;
}

CallId PlanBuilder::build_task(const wf::DAGTask& task, std::uint32_t scope,
                               const std::string& path, std::string_view template_text) {
    const auto id = static_cast<CallId>(built_.plan.calls.size());
    built_.plan.calls.emplace_back();
    Call call;
    call.kind = Call::Kind::kTask;
    fill_caller(task, scope, path, template_text, call);
    built_.plan.calls[id] = std::move(call);
    return id;
}

/// Conditions of tasks on each other, once all tasks have their position.
void PlanBuilder::fill_dependencies(const std::vector<const wf::DAGTask*>& tasks, Template& made,
                                    const std::string& path) {
    std::vector<std::string> names;
    for (const CallId id : made.groups[0]) {
        names.push_back(built_.plan.calls[id].name);
    }
    const auto continue_on = [&](std::string_view name) -> expr::ContinueOn {
        for (const CallId id : made.groups[0]) {
            const Call& call = built_.plan.calls[id];
            if (call.name == name) return {call.continue_on_error, call.continue_on_failed};
        }
        return {};
    };
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const wf::DAGTask& task = *tasks[i];
        std::string text = scalar_text(task.depends());
        const ir::Value* where = task.depends();
        if (text.empty() && task.dependencies().size() > 0) {
            std::vector<std::string> dependencies;
            for (const ir::Scalar* dependency : task.dependencies()) {
                dependencies.push_back(scalar_text(dependency));
            }
            text = expr::dependencies_logic(dependencies, continue_on);
            where = task.dependencies().list();
        }
        if (text.empty()) continue;
        const expr::DependsLogic logic = expr::parse_depends_logic(text, continue_on);
        CompiledDepends compiled = compile_depends(logic, names);
        Call& call = built_.plan.calls[made.groups[0][i]];
        if (!compiled.error.empty()) {
            if (compiled.names_all_tasks) call.depends_error = depends_error(logic);
            if (call.depends_error.empty()) {
                reject(where, path + "." + call.name, compiled.error);
                continue;
            }
        }
        call.depends = std::move(compiled.program);
        call.dependencies = std::move(compiled.dependencies);
    }
}

} // namespace tiphys::run
