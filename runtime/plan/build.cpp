// The workflow as a whole: which spec runs, its arguments, variables and handlers.

#include "runtime/plan/build.h"

#include "compiler/expr/names.h"
#include "runtime/plan/builder.h"
#include "runtime/plan/evaluate.h"
#include "runtime/plan/global_variables.h"
#include "runtime/plan/ir_text.h"
#include "runtime/plan/json_text.h"
#include "runtime/plan/parameter_file.h"
#include "runtime/plan/time_text.h"

namespace tiphys::run {
namespace {

constexpr std::string_view kNoConfigMap =
    "exist. Please make sure it has the label workflows.argoproj.io/configmap-type: Parameter to "
    "be detectable by the controller";

/// The first of two that is there.
template <class T>
const T* either(const T* first, const T* second) {
    return first != nullptr ? first : second;
}

std::optional<std::int64_t> integer_of(const ir::Scalar* scalar) {
    if (scalar == nullptr) return std::nullopt;
    return parse_integer(scalar_text(scalar));
}

const k8s::ObjectMeta* metadata_of(const ir::Document& document) {
    const ir::Object* object = document.object();
    if (object == nullptr) return nullptr;
    return ir::object_as<k8s::ObjectMeta>(object->field("metadata"));
}

std::map<std::string, std::string> texts_of(const ir::MapOf<ir::Scalar>& map) {
    std::map<std::string, std::string> texts;
    for (const ir::Entry& entry : map.entries()) {
        texts.emplace(entry.key, scalar_text(ir::scalar_as(entry.value)));
    }
    return texts;
}

void put_over(std::map<std::string, std::string>& known, const ir::MapOf<ir::Scalar>& more) {
    for (auto& [name, value] : texts_of(more)) {
        known.insert_or_assign(name, std::move(value));
    }
}

/// Labels and annotations that the object of the run is made with. Argo:
/// workflow/common/convert.go, ApplySubmitOpts in workflow/util/util.go.
void add_metadata(const RunRequest& request, GlobalVariables& variables) {
    const std::string prefix = "workflows.argoproj.io/";
    const ir::Document& document = *request.workflow;
    const ir::Object* object = document.object();
    const std::string name(document.name);
    const k8s::ObjectMeta* metadata = metadata_of(document);
    if (document.kind == "CronWorkflow" && object != nullptr) {
        const auto* cron = ir::object_as<wf::CronWorkflowSpec>(object->field("spec"));
        metadata = cron == nullptr ? nullptr : cron->workflow_metadata();
        variables.labels[prefix + "cron-workflow"] = name;
        variables.annotations[prefix + "scheduled-time"] = rfc3339(request.created_ms);
    } else if (document.kind == "WorkflowTemplate") {
        variables.labels[prefix + "workflow-template"] = name;
    } else if (document.kind == "ClusterWorkflowTemplate") {
        variables.labels[prefix + "cluster-workflow-template"] = name;
    }
    if (metadata != nullptr) {
        put_over(variables.labels, metadata->labels());
        put_over(variables.annotations, metadata->annotations());
    }
    for (const auto& [label, value] : request.labels) {
        variables.labels[label] = value;
    }
}

/// What is known of a parameter besides its value.
void describe(const wf::Parameter& declared, GlobalVariables::Parameter& parameter) {
    if (declared.default_() != nullptr) {
        parameter.default_value = scalar_text(declared.default_());
    }
    if (declared.enum_().size() > 0) parameter.enum_values.clear();
    for (const ir::Scalar* choice : declared.enum_()) {
        parameter.enum_values.push_back(scalar_text(choice));
    }
    if (declared.description() != nullptr) {
        parameter.description = scalar_text(declared.description());
    }
}

void append_texts(const ir::Value& value, std::string& texts) {
    switch (value.kind) {
    case ir::ValueKind::kScalar:
        texts += static_cast<const ir::Scalar&>(value).text;
        texts += '\n';
        break;
    case ir::ValueKind::kList:
        for (const ir::Value* item : static_cast<const ir::List&>(value).items)
            append_texts(*item, texts);
        break;
    case ir::ValueKind::kMap:
        for (const ir::Entry& entry : static_cast<const ir::Map&>(value).entries)
            append_texts(*entry.value, texts);
        break;
    case ir::ValueKind::kObject:
        for (const ir::Entry& entry : static_cast<const ir::Object&>(value).present_fields())
            append_texts(*entry.value, texts);
        break;
    }
}

} // namespace

void PlanBuilder::refuse(const ir::Value* where, std::string path, std::string reason) {
    if (request_.is_simulated) return;
    const Span span = where != nullptr ? where->span : request_.workflow->name_span;
    built_.unsupported.push_back({span, std::move(path), std::move(reason), false});
}

void PlanBuilder::refuse_here(const ir::Value* where, std::string path, std::string reason) {
    if (!request_.for_pods) refuse(where, std::move(path), std::move(reason));
}

void PlanBuilder::reject(const ir::Value* where, std::string path, std::string reason) {
    const Span span = where != nullptr ? where->span : request_.workflow->name_span;
    built_.unsupported.push_back({span, std::move(path), std::move(reason), true});
}

/// Not the source: a tag of the manifest may be written differently in the language.
std::string PlanBuilder::joined_texts(const ir::Value& value) {
    std::string texts;
    append_texts(value, texts);
    return texts;
}

/// Argo: setStoredWfSpec in workflow/controller/operator.go.
void PlanBuilder::find_specs() {
    const std::vector<front::WorkflowPlace> places = front::workflow_places(*request_.workflow);
    if (places.empty() || places[0].spec == nullptr) {
        reject(request_.workflow->root, "spec", "there is no workflow to run");
        return;
    }
    spec_ = places[0].spec;
    front::WorkflowPlace place = places[0];
    built_.plan.scopes.push_back({TemplateScope::Kind::kLocal, request_.name});
    if (const wf::WorkflowTemplateRef* reference = spec_->workflow_template_ref()) {
        const std::string name = scalar_text(reference->name());
        place = front::find_workflow_template(project_, front::namespace_of(place), name,
                                              scalar_is_true(reference->cluster_scope()));
        base_ = place.spec;
        // Argo runs such a spec as a workflow without a name.
        built_.plan.scopes[0].name.clear();
        if (base_ == nullptr) {
            reject(reference->name(), "spec.workflowTemplateRef",
                   "WorkflowTemplate `" + name + "` is not among the given documents");
            spec_ = nullptr;
            return;
        }
    }
    scopes_.push_back({place, 0});
    const wf::Template* own = spec_->template_defaults();
    defaults_ = either(own, base_ == nullptr ? nullptr : base_->template_defaults());
}

void PlanBuilder::build_objects() {
    for (const ir::Document* document : project_.all("ConfigMap")) {
        const auto* map = ir::object_as<k8s::ConfigMap>(document->object());
        if (map == nullptr) continue;
        const std::string name(document->name);
        built_.plan.config_maps[name] = texts_of(map->data());
        for (const auto& [key, value] : texts_of(map->binary_data())) {
            built_.plan.config_binaries[name][key] = decode_base64(value);
        }
    }
    for (const ir::Document* document : project_.all("Secret")) {
        const auto* secret = ir::object_as<k8s::Secret>(document->object());
        if (secret == nullptr) continue;
        ObjectData& data = built_.plan.secrets[std::string(document->name)];
        for (const auto& [key, value] : texts_of(secret->data())) {
            data[key] = decode_base64(value);
        }
        for (auto& [key, value] : texts_of(secret->string_data())) {
            data[key] = value;
        }
    }
}

/// The repository that the given files describe; without one, the local store is it.
/// Argo: workflow/artifactrepositories.
void PlanBuilder::build_repository() {
    repository_key_ = Text("{{workflow.name}}/{{pod.name}}");
    const wf::ArtifactRepositoryRef* ref =
        either(spec_->artifact_repository_ref(),
               base_ == nullptr ? nullptr : base_->artifact_repository_ref());
    std::string map_name = ref == nullptr ? "" : scalar_text(ref->config_map());
    std::string key = ref == nullptr ? "" : scalar_text(ref->key());
    if (map_name.empty()) map_name = "artifact-repositories";
    for (const ir::Document* document : project_.all("ConfigMap")) {
        const k8s::ObjectMeta* metadata = metadata_of(*document);
        if (document->name != map_name || !key.empty() || metadata == nullptr) continue;
        for (const auto& [name, value] : texts_of(metadata->annotations())) {
            if (name == "workflows.argoproj.io/default-artifact-repository") key = value;
        }
    }
    const auto text_of = [&](const std::string& map, const std::string& name) -> std::string {
        const auto found = built_.plan.config_maps.find(map);
        if (found == built_.plan.config_maps.end()) return "";
        const auto entry = found->second.find(name);
        return entry == found->second.end() ? "" : entry->second;
    };
    std::string text = text_of(map_name, key);
    if (text.empty()) text = text_of("workflow-controller-configmap", "artifactRepository");
    const auto fields = parse_parameter_file(text);
    if (!fields) return;
    for (const auto& [name, value] : *fields) {
        if (name == "archiveLogs") repository_keeps_logs_ = value == "true";
        if (name != "s3" || json_value(value).type != JsonType::kObject) continue;
        repository_access_ = Text(value);
        for (const auto& [field, content] : json_members(value)) {
            if (field == "keyFormat") repository_key_ = Text(json_unquote(content.text));
        }
    }
}

void PlanBuilder::check_spec(const wf::WorkflowSpec& spec) {
    if (const wf::Synchronization* locks = spec.synchronization()) {
        std::vector<LockSpec> read = read_locks(*locks, "spec.synchronization");
        std::move(read.begin(), read.end(), std::back_inserter(built_.plan.locks));
    }
}

/// `name`: of the entrypoint or the exit handler.
CallId PlanBuilder::call_by_name(std::string_view name, const ir::Scalar* where, std::string path) {
    const auto id = static_cast<CallId>(built_.plan.calls.size());
    built_.plan.calls.emplace_back();
    Call call;
    call.reference.name = name;
    const wf::WorkflowSpec& spec = *scopes_[0].place.spec;
    const wf::Template* target = front::find_template(spec, name);
    if (target == nullptr && base_ != nullptr) target = front::find_template(*spec_, name);
    if (target == nullptr) {
        reject(where, std::move(path), "there is no template `" + std::string(name) + "`");
    } else {
        call.template_id =
            template_for({front::Resolution::kFound, target, scopes_[0].place}, "spec.templates");
    }
    built_.plan.calls[id] = std::move(call);
    return id;
}

/// Handlers of the run: its own, and those of the WorkflowTemplate with other names.
void PlanBuilder::build_exit_handler() {
    const ir::Scalar* name =
        either(spec_->on_exit(), base_ == nullptr ? nullptr : base_->on_exit());
    CallId exit_hook = kNoId;
    built_.plan.hooks = build_hooks(spec_->hooks(), 0, "spec.hooks", exit_hook);
    if (base_ != nullptr) {
        CallId base_exit = kNoId;
        const std::vector<CallId> more = build_hooks(base_->hooks(), 0, "spec.hooks", base_exit);
        if (exit_hook == kNoId) exit_hook = base_exit;
        for (const CallId id : more) {
            const std::string& hook_name = built_.plan.calls[id].name;
            const bool is_own = spec_->hooks().find(hook_name) != nullptr;
            if (!is_own) built_.plan.hooks.push_back(id);
        }
    }
    if (name != nullptr) exit_hook = call_by_name(scalar_text(name), name, "spec.onExit");
    if (exit_hook == kNoId) return;
    built_.plan.on_exit = exit_hook;
    built_.plan.calls[exit_hook].expression.clear();
    pass_workflow_arguments(exit_hook);
}

/// Arguments of the workflow: those given to the run over those of the manifest over those of the
/// WorkflowTemplate.
void PlanBuilder::build_arguments() {
    Call& entry = built_.plan.calls[built_.plan.entrypoint];
    const auto add_missing = [&](const wf::WorkflowSpec* spec) {
        if (spec == nullptr) return;
        Call more;
        fill_arguments(spec->arguments(), "spec.arguments", more);
        const auto is_known = [](const auto& list, const std::string& name) {
            return std::any_of(list.begin(), list.end(),
                               [&](const auto& known) { return known.name == name; });
        };
        for (ArgumentParameter& parameter : more.parameters) {
            if (!is_known(entry.parameters, parameter.name)) {
                entry.parameters.push_back(std::move(parameter));
            }
        }
        for (ArtifactSpec& artifact : more.artifacts) {
            if (!is_known(entry.artifacts, artifact.name)) {
                entry.artifacts.push_back(std::move(artifact));
            }
        }
    };
    for (const auto& given : request_.parameters) {
        std::erase_if(entry.parameters,
                      [&](const auto& known) { return known.name == given.first; });
        entry.parameters.push_back({given.first, Text(given.second), std::nullopt, std::nullopt});
    }
    add_missing(spec_);
    add_missing(base_);
    for (const ArgumentParameter& parameter : entry.parameters) {
        if (parameter.value || parameter.config_map) continue;
        reject(spec_->arguments(), "spec.arguments.parameters",
               "parameter `" + parameter.name + "` has no value: give it one with `-p " +
                   parameter.name + "=…`");
    }
    check_enums(*spec_);
    if (base_ != nullptr) check_enums(*base_);
}

/// Argo: validateArgumentsValues in workflow/validate.
void PlanBuilder::check_enums(const wf::WorkflowSpec& spec) {
    if (spec.arguments() == nullptr) return;
    for (const wf::Parameter* declared : spec.arguments()->parameters()) {
        if (declared->enum_().size() == 0) continue;
        std::string choices;
        bool known = false;
        const std::string name = scalar_text(declared->name());
        for (const ArgumentParameter& given :
             built_.plan.calls[built_.plan.entrypoint].parameters) {
            if (given.name != name || !given.value) continue;
            for (const ir::Scalar* choice : declared->enum_()) {
                known = known || scalar_text(choice) == given.value->source();
                choices += (choices.empty() ? "`" : ", `") + scalar_text(choice) + "`";
            }
            if (known) continue;
            reject(declared, "spec.arguments.parameters." + name,
                   "`" + given.value->source() + "` is none of the values of `" + name +
                       "`: " + choices);
        }
    }
}

void PlanBuilder::build_globals() {
    const wf::WorkflowSpec* base = base_;
    GlobalVariables variables;
    variables.name = request_.name;
    variables.namespace_name = request_.namespace_name;
    variables.uid = request_.uid;
    variables.created_ms = request_.created_ms;
    variables.entrypoint = built_.plan.calls[built_.plan.entrypoint].reference.name;
    variables.service_account = scalar_text(either(
        spec_->service_account_name(), base == nullptr ? nullptr : base->service_account_name()));
    variables.priority =
        scalar_text(either(spec_->priority(), base == nullptr ? nullptr : base->priority()));
    add_metadata(request_, variables);
    // Argo: updateWorkflowMetadata in workflow/controller/operator.go.
    for (const wf::WorkflowSpec* spec : {base, spec_}) {
        const wf::WorkflowMetadata* more = spec == nullptr ? nullptr : spec->workflow_metadata();
        if (more == nullptr) continue;
        put_over(variables.labels, more->labels());
        put_over(variables.annotations, more->annotations());
    }
    const auto described = [&](const std::string& name, std::string value) {
        GlobalVariables::Parameter made{name, std::move(value), std::nullopt, {}, ""};
        for (const wf::WorkflowSpec* spec : {base, spec_}) {
            if (spec == nullptr || spec->arguments() == nullptr) continue;
            for (const wf::Parameter* declared : spec->arguments()->parameters()) {
                if (scalar_text(declared->name()) == name) describe(*declared, made);
            }
        }
        return made;
    };
    for (const ArgumentParameter& parameter :
         built_.plan.calls[built_.plan.entrypoint].parameters) {
        if (parameter.value) {
            variables.parameters.push_back(described(parameter.name, parameter.value->source()));
            continue;
        }
        if (!parameter.config_map) continue;
        const std::string& name = parameter.config_map->name.source();
        const std::string& key = parameter.config_map->key.source();
        const auto map = built_.plan.config_maps.find(name);
        const bool found =
            map != built_.plan.config_maps.end() && map->second.find(key) != map->second.end();
        if (found) {
            variables.parameters.push_back(described(parameter.name, map->second.at(key)));
        } else if (parameter.source_default) {
            variables.parameters.push_back(
                described(parameter.name, parameter.source_default->source()));
        } else {
            // Argo: GetConfigMapValue in workflow/common/configmap.go.
            const std::string why = map == built_.plan.config_maps.end()
                                        ? std::string(kNoConfigMap)
                                        : "have the key '" + key + "'";
            built_.plan.error = "failed to set global parameters: failed to set global parameter " +
                                parameter.name + " from configmap with name " + name + " and key " +
                                key + ": ConfigMap '" + name + "' does not " + why;
        }
    }
    build_labels(variables);
    built_.plan.globals = make_global_variables(variables);
}

/// Labels whose values are computed from all other variables of the workflow.
/// Argo: updateWorkflowMetadata in workflow/controller/operator.go.
void PlanBuilder::build_labels(GlobalVariables& variables) {
    std::vector<Variable> known;
    for (const auto& [name, value] : make_global_variables(variables)) {
        known.push_back({name, Variable::Kind::kText, value, 0});
    }
    World world;
    world.now_ms = request_.created_ms;
    for (const wf::WorkflowSpec* spec : {base_, spec_}) {
        const wf::WorkflowMetadata* metadata =
            spec == nullptr ? nullptr : spec->workflow_metadata();
        if (metadata == nullptr) continue;
        for (const ir::Entry& entry : metadata->labels_from().entries()) {
            const auto* from = ir::object_as<wf::LabelValueFrom>(entry.value);
            if (from == nullptr) continue;
            const std::string key(entry.key);
            const Evaluated value =
                evaluate_expression(scalar_text(from->expression()), known, world);
            const bool is_text = value.error.empty() && value.is_string;
            if (!is_text) {
                reject(from, "spec.workflowMetadata.labelsFrom." + key,
                       value.error.empty() ? "the value of a label must be a string" : value.error);
                continue;
            }
            if (!expr::is_label_value(value.plain)) {
                reject(from, "spec.workflowMetadata.labelsFrom." + key,
                       "`" + value.plain + "` cannot be the value of a label");
                continue;
            }
            variables.labels[key] = value.plain;
            built_.plan.computed_labels[key] = value.plain;
        }
    }
}

void PlanBuilder::build_waiting_templates() {
    for (TemplateId id = 0; id < sources_.size(); ++id) {
        build_template(id);
    }
}

BuiltPlan PlanBuilder::build() {
    Plan& plan = built_.plan;
    plan.workflow_name = request_.name;
    plan.namespace_name = request_.namespace_name;
    plan.uid = request_.uid;
    plan.machine = request_.machine;
    find_specs();
    if (spec_ == nullptr) return std::move(built_);
    const wf::WorkflowSpec* base = base_;
    check_spec(*spec_);
    if (base != nullptr) check_spec(*base);
    build_objects();
    const auto integer = [&](auto accessor) {
        auto own = integer_of(accessor(*spec_));
        return own || base == nullptr ? own : integer_of(accessor(*base));
    };
    plan.parallelism = integer([](const wf::WorkflowSpec& spec) { return spec.parallelism(); });
    plan.active_deadline_seconds =
        integer([](const wf::WorkflowSpec& spec) { return spec.active_deadline_seconds(); });
    for (const wf::WorkflowSpec* spec : {spec_, base}) {
        const wf::WorkflowLevelArtifactGC* gc = spec == nullptr ? nullptr : spec->artifact_gc();
        if (gc != nullptr && plan.gc_strategy.empty())
            plan.gc_strategy = scalar_text(gc->strategy());
    }
    const ir::Scalar* named =
        either(spec_->entrypoint(), base == nullptr ? nullptr : base->entrypoint());
    const std::string entrypoint =
        request_.entrypoint.empty() ? scalar_text(named) : request_.entrypoint;
    build_repository();
    plan.entrypoint = call_by_name(entrypoint, named, "spec.entrypoint");
    build_arguments();
    build_exit_handler();
    build_globals();
    if (request_.for_pods) build_pod_defaults();
    build_waiting_templates();
    return std::move(built_);
}

BuiltPlan build_plan(const ir::Project& project, const RunRequest& request) {
    return PlanBuilder(project, request).build();
}

} // namespace tiphys::run
