// Templates of all kinds.

#include <algorithm>
#include <array>

#include "runtime/plan/builder.h"
#include "runtime/plan/evaluate.h"
#include "runtime/plan/global_variables.h"
#include "runtime/plan/ir_text.h"

namespace tiphys::run {
namespace {

template <class T>
const T* either(const T* first, const T* second) {
    return first != nullptr ? first : second;
}

template <class Context>
void read_user(const Context& context, ContainerSpec& container) {
    if (context.run_as_user() != nullptr) {
        container.run_as_user = text_of_scalar(context.run_as_user());
    }
    if (context.run_as_group() != nullptr) {
        container.run_as_group = text_of_scalar(context.run_as_group());
    }
}

/// What the pod wants of containers that want nothing of their own.
void read_pod_user(const k8s::PodSecurityContext* context, std::vector<ContainerSpec>& containers) {
    if (context == nullptr) return;
    ContainerSpec wanted;
    read_user(*context, wanted);
    for (ContainerSpec& container : containers) {
        if (container.run_as_user.empty()) container.run_as_user = wanted.run_as_user;
        if (container.run_as_group.empty()) container.run_as_group = wanted.run_as_group;
    }
}

/// The port that a probe asks; empty where it asks otherwise.
Text port_of(const k8s::Probe& probe) {
    if (const auto* get = probe.http_get()) return text_of_scalar(get->port());
    if (const auto* socket = probe.tcp_socket()) return text_of_scalar(socket->port());
    return {};
}

/// Fields that have no meaning for a local process, and what would be needed.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kRefusedFields = {{
    {"resource", "resource templates need a cluster"},
    {"executor", "a custom executor needs a cluster"},
    {"resubmitPendingPods", "pending pods exist in a cluster only"},
}};

/// The error of the first expression tag that is no expression. Argo replaces tags in the whole
/// template when it is called. Argo: SubstituteParams in workflow/common/util.go.
std::string unreadable_expression(const std::string& text) {
    for (const Segment& segment : split_tags(text)) {
        if (segment.kind != Segment::Kind::kExpression || missing_names(segment.text, {})) continue;
        return "failed to evaluate expression: " + evaluate_expression(segment.text, {}, {}).error;
    }
    return "";
}

} // namespace

std::uint32_t PlanBuilder::scope_for(const front::WorkflowPlace& place) {
    for (const BuildScope& known : scopes_) {
        if (known.place.spec == place.spec) return known.index;
    }
    const auto index = static_cast<std::uint32_t>(scopes_.size());
    scopes_.push_back({place, index});
    const bool is_cluster = place.document->kind == "ClusterWorkflowTemplate";
    built_.plan.scopes.push_back(
        {is_cluster ? TemplateScope::Kind::kCluster : TemplateScope::Kind::kNamespaced,
         std::string(place.document->name)});
    return index;
}

TemplateId PlanBuilder::template_for(const front::Callee& callee, std::string path) {
    const auto known = template_ids_.find(callee.target);
    if (known != template_ids_.end()) return known->second;
    const std::string name = scalar_text(callee.target->name());
    return inline_template(*callee.target, scope_for(callee.place),
                           callee.place.spec == scopes_[0].place.spec ? "spec.templates." + name
                                                                      : path + "." + name);
}

TemplateId PlanBuilder::inline_template(const wf::Template& source, std::uint32_t scope,
                                        std::string path) {
    const auto id = static_cast<TemplateId>(built_.plan.templates.size());
    built_.plan.templates.emplace_back();
    sources_.push_back({&source, scope, std::move(path)});
    template_ids_.emplace(&source, id);
    return id;
}

void PlanBuilder::check_template(const wf::Template& source, const std::string& path) {
    for (const wf::Template* part : {&source, defaults_}) {
        if (part == nullptr) continue;
        for (const auto& [field, reason] : kRefusedFields) {
            const ir::Entry* entry = part->entry(field);
            if (entry == nullptr || ir::is_null(*entry->value)) continue;
            const ir::Scalar* scalar = ir::scalar_as(entry->value);
            if (scalar != nullptr && !scalar_is_true(scalar)) continue;
            refuse_here(entry->value, path + "." + std::string(field), std::string(reason));
        }
    }
    const ir::Entry* plugin = source.entry("plugin");
    if (plugin != nullptr && !ir::is_null(*plugin->value)) {
        refuse(plugin->value, path + ".plugin", "plugin templates need Argo's own controller");
    }
}

/// Argo looks a tag up as it is written, also where another stands in it, and refuses those that
/// begin like its own. Argo: validateAllVariablesResolved in workflow/validate.
void PlanBuilder::check_tags(const wf::Template& source, const std::string& path) {
    const std::string text = joined_texts(source);
    for (const Segment& segment : split_tags(text)) {
        if (segment.kind != Segment::Kind::kTag) continue;
        const std::size_t inner = segment.text.find("{{");
        if (inner == segment.text.npos) continue;
        const std::string_view outer = std::string_view(segment.text).substr(0, inner);
        constexpr std::string_view kOwn[] = {"workflow.", "inputs.", "outputs.", "steps.",
                                             "tasks.",    "item.",   "retries",  "pod."};
        const bool is_own = std::any_of(std::begin(kOwn), std::end(kOwn),
                                        [&](auto prefix) { return outer.starts_with(prefix); });
        if (!is_own) continue;
        reject(&source, path,
               "the tag `{{" + std::string(outer) +
                   "…` has another tag in it, which is not replaced first; use an expression, "
                   "as in `{{=workflow.parameters[item]}}`");
        return;
    }
}

void PlanBuilder::build_template(TemplateId id) {
    const TemplateSource from = sources_[id];
    const wf::Template& source = *from.source;
    Template made;
    made.name = scalar_text(source.name());
    made.scope = from.scope;
    made.display_name =
        text_of_scalar(source.annotations().find("workflows.argoproj.io/display-name"));
    if (const wf::Metadata* metadata = source.metadata()) {
        made.simulated_duration = scalar_text(metadata->annotations().find("tiphys/duration"));
    }
    check_template(source, from.path);
    check_tags(source, from.path);
    made.unreadable = unreadable_expression(joined_texts(source));
    fill_values(source, from.path, made);
    fill_retry(source, made);
    const wf::Synchronization* locks = source.synchronization();
    if (locks == nullptr && defaults_ != nullptr) locks = defaults_->synchronization();
    if (locks != nullptr) made.locks = read_locks(*locks, from.path + ".synchronization");
    fill_memoize(source, made);
    const auto pick = [&](auto accessor) {
        const ir::Scalar* own = accessor(source);
        return own != nullptr || defaults_ == nullptr ? own : accessor(*defaults_);
    };
    made.active_deadline = text_of_scalar(
        pick([](const wf::Template& part) { return part.active_deadline_seconds(); }));
    made.timeout = text_of_scalar(pick([](const wf::Template& part) { return part.timeout(); }));
    made.pending_timeout =
        text_of_scalar(pick([](const wf::Template& part) { return part.pending_timeout(); }));
    made.fail_fast =
        scalar_is_true(pick([](const wf::Template& part) { return part.fail_fast(); }));
    made.daemon = scalar_is_true(pick([](const wf::Template& part) { return part.daemon(); }));
    if (const auto* limit = pick([](const wf::Template& part) { return part.parallelism(); })) {
        made.parallelism = parse_integer(scalar_text(limit));
    }
    const wf::ArtifactLocation* location = source.archive_location();
    const ir::Scalar* logs = location != nullptr ? location->archive_logs() : nullptr;
    if (logs == nullptr) logs = spec_->archive_logs();
    made.archive_logs = logs == nullptr ? repository_keeps_logs_ : scalar_is_true(logs);
    fill_archive_location(source, made);
    if (source.dag() != nullptr) {
        fill_dag(source, from.scope, from.path, made);
    } else if (source.steps().size() > 0) {
        fill_steps(source, from.scope, from.path, made);
    } else if (source.entry("steps") != nullptr) {
        // The API server drops an empty list, and with it the type of the template.
        built_.plan.error = "invalid spec: template '" + made.name + "' type is unknown";
    } else if (const wf::SuspendTemplate* suspend = source.suspend()) {
        made.kind = TemplateKind::kSuspend;
        made.suspend_duration = text_of_scalar(suspend->duration());
    } else if (source.http() != nullptr) {
        fill_http(*source.http(), from.path + ".http", made);
    } else if (source.data() != nullptr) {
        fill_data(*source.data(), from.path + ".data", made);
    } else if (source.resource() != nullptr) {
        made.kind = TemplateKind::kResource;
    } else {
        fill_container(source, from.path, made);
    }
    if (request_.for_pods) fill_manifest(source, made);
    built_.plan.templates[id] = std::move(made);
}

template <class Container>
ContainerSpec PlanBuilder::read_container(const Container* source, const Container* defaults,
                                          const std::string& path) {
    ContainerSpec made;
    const auto fill_list = [](const auto& list, std::vector<Text>& words) {
        if (!list) return;
        words.clear();
        for (const ir::Scalar* word : list) {
            words.push_back(text_of_scalar(word));
        }
    };
    // Fields of the template stand over those of templateDefaults; lists by key are joined.
    for (const Container* part : {defaults, source}) {
        if (part == nullptr) continue;
        if (part->resources() != nullptr) read_resources(*part->resources(), made);
        if (const k8s::Probe* probe = part->readiness_probe()) made.ready_port = port_of(*probe);
        if (part->image() != nullptr) made.image = text_of_scalar(part->image());
        fill_list(part->command(), made.command);
        fill_list(part->args(), made.args);
        if (part->working_dir() != nullptr) made.working_dir = text_of_scalar(part->working_dir());
        if (const auto* context = part->security_context()) read_user(*context, made);
        for (const k8s::EnvVar* variable : part->env()) {
            read_env(*variable, path, made);
        }
        for (const k8s::EnvFromSource* from : part->env_from()) {
            EnvFrom all;
            all.prefix = scalar_text(from->prefix());
            if (const auto* map = from->config_map_ref()) {
                all.object_name = text_of_scalar(map->name());
                all.optional = scalar_is_true(map->optional());
            } else if (const auto* secret = from->secret_ref()) {
                all.source = EnvVar::Source::kSecret;
                all.object_name = text_of_scalar(secret->name());
                all.optional = scalar_is_true(secret->optional());
            }
            made.env_from.push_back(std::move(all));
        }
        for (const k8s::VolumeMount* mount : part->volume_mounts()) {
            made.mounts.push_back({scalar_text(mount->name()), text_of_scalar(mount->mount_path()),
                                   text_of_scalar(mount->sub_path()),
                                   scalar_is_true(mount->read_only())});
        }
    }
    if (made.command.empty() && !request_.has_images) {
        refuse_here(
            source != nullptr ? static_cast<const ir::Value*>(source) : defaults, path + ".command",
            "tasks run as processes of this machine, so a `command` must be given: the one of "
            "the image is not known");
    }
    return made;
}

void PlanBuilder::fill_container(const wf::Template& source, const std::string& path,
                                 Template& made) {
    pod_fields_ = pod_fields_of(source);
    if (const wf::ScriptTemplate* script = source.script()) {
        made.kind = TemplateKind::kScript;
        const wf::ScriptTemplate* defaults = defaults_ == nullptr ? nullptr : defaults_->script();
        made.containers.push_back(read_container(script, defaults, path + ".script"));
        const ir::Scalar* text = script->source();
        if (text == nullptr && defaults != nullptr) text = defaults->source();
        made.script_source = text_of_scalar(text);
    } else if (const wf::ContainerSetTemplate* set = source.container_set()) {
        made.kind = TemplateKind::kContainerSet;
        fill_container_set(*set, path + ".containerSet", made);
    } else if (const k8s::Container* container = source.container()) {
        const k8s::Container* defaults = defaults_ == nullptr ? nullptr : defaults_->container();
        made.containers.push_back(read_container(container, defaults, path + ".container"));
    }
    fill_side_containers(source, path, made);
    fill_volumes(source, path, made);
    if (!request_.for_pods) fill_pod(source, made);
}

/// What pods of the template are to be like, as far as it has a meaning without pods.
void PlanBuilder::fill_pod(const wf::Template& source, Template& made) {
    const k8s::PodSecurityContext* user = source.security_context();
    const ir::Scalar* own_patch = source.pod_spec_patch();
    if (defaults_ != nullptr) {
        user = either(user, defaults_->security_context());
        own_patch = either(own_patch, defaults_->pod_spec_patch());
    }
    const ir::Scalar* common_patch = nullptr;
    for (const wf::WorkflowSpec* spec : {spec_, base_}) {
        if (spec == nullptr) continue;
        user = either(user, spec->security_context());
        common_patch = either(common_patch, spec->pod_spec_patch());
    }
    read_pod_user(user, made.containers);
    for (const ir::Scalar* patch : {common_patch, own_patch}) {
        if (patch != nullptr) made.spec_patches.push_back(text_of_scalar(patch));
    }
}

/// Init containers come last in the list too, so that positions of the main ones stay as they are.
void PlanBuilder::fill_side_containers(const wf::Template& source, const std::string& path,
                                       Template& made) {
    const std::vector<VolumeMount> main_mounts =
        made.containers.empty() ? std::vector<VolumeMount>() : made.containers[0].mounts;
    const auto add = [&](const wf::UserContainer& container, ProcessRole role,
                         const std::string& field) {
        const std::string name = scalar_text(container.name());
        ContainerSpec read =
            read_container<wf::UserContainer>(&container, nullptr, path + field + name);
        read.name = name;
        read.role = role;
        if (scalar_is_true(container.mirror_volume_mounts())) {
            read.mounts.insert(read.mounts.end(), main_mounts.begin(), main_mounts.end());
        }
        made.containers.push_back(std::move(read));
    };
    for (const wf::UserContainer* container : source.init_containers()) {
        add(*container, ProcessRole::kInit, ".initContainers.");
    }
    for (const wf::UserContainer* container : source.sidecars()) {
        add(*container, ProcessRole::kSidecar, ".sidecars.");
    }
}

void PlanBuilder::fill_container_set(const wf::ContainerSetTemplate& set, const std::string& path,
                                     Template& made) {
    std::vector<std::string> names;
    for (const wf::ContainerNode* node : set.containers()) {
        names.push_back(scalar_text(node->name()));
    }
    for (const wf::ContainerNode* node : set.containers()) {
        ContainerSpec container = read_container<wf::ContainerNode>(
            node, nullptr, path + "." + names[made.containers.size()]);
        container.name = names[made.containers.size()];
        for (const k8s::VolumeMount* mount : set.volume_mounts()) {
            container.mounts.push_back(
                {scalar_text(mount->name()), text_of_scalar(mount->mount_path()),
                 text_of_scalar(mount->sub_path()), scalar_is_true(mount->read_only())});
        }
        for (const ir::Scalar* dependency : node->dependencies()) {
            const auto found = std::find(names.begin(), names.end(), scalar_text(dependency));
            if (found == names.end()) continue;
            container.dependencies.push_back(static_cast<std::uint32_t>(found - names.begin()));
        }
        made.containers.push_back(std::move(container));
    }
    const wf::ContainerSetRetryStrategy* retry = set.retry_strategy();
    if (retry == nullptr) return;
    for (ContainerSpec& container : made.containers) {
        container.retries = text_of_scalar(retry->retries());
        container.retry_pause = text_of_scalar(retry->duration());
    }
}

void PlanBuilder::fill_steps(const wf::Template& source, std::uint32_t scope,
                             const std::string& path, Template& made) {
    made.kind = TemplateKind::kSteps;
    const std::string text = joined_texts(source);
    for (const auto& group : source.steps()) {
        const std::string group_path = path + ".steps[" + std::to_string(made.groups.size()) + "]";
        std::vector<CallId> calls;
        for (const wf::WorkflowStep* step : group) {
            calls.push_back(
                build_step(*step, scope, group_path + "." + scalar_text(step->name()), text));
        }
        made.groups.push_back(std::move(calls));
    }
}

void PlanBuilder::fill_dag(const wf::Template& source, std::uint32_t scope, const std::string& path,
                           Template& made) {
    const wf::DAGTemplate& dag = *source.dag();
    made.kind = TemplateKind::kDag;
    const std::string text = joined_texts(source);
    std::vector<const wf::DAGTask*> tasks;
    made.groups.emplace_back();
    for (const wf::DAGTask* task : dag.tasks()) {
        tasks.push_back(task);
        made.groups[0].push_back(
            build_task(*task, scope, path + ".dag.tasks." + scalar_text(task->name()), text));
    }
    fill_dependencies(tasks, made, path + ".dag.tasks");
    if (dag.fail_fast() != nullptr) made.dag_fail_fast = scalar_is_true(dag.fail_fast());
    const Text target = text_of_scalar(dag.target());
    std::vector<std::string> targets;
    if (target.has_tags()) {
        made.dag_target = target;
    } else {
        targets = split_targets(target.source());
    }
    const std::string unknown = unknown_target(built_.plan, made.groups[0], targets);
    if (!unknown.empty()) {
        reject(dag.target(), path + ".dag.target", "there is no task `" + unknown + "`");
    }
    made.dag = shape_dag(built_.plan, made.groups[0], targets);
}

void PlanBuilder::fill_retry(const wf::Template& source, Template& made) {
    const wf::RetryStrategy* own = source.retry_strategy();
    const wf::RetryStrategy* defaults =
        defaults_ == nullptr ? nullptr : defaults_->retry_strategy();
    if (own == nullptr && defaults == nullptr) {
        own = either(spec_->retry_strategy(), base_ == nullptr ? nullptr : base_->retry_strategy());
    }
    if (own == nullptr && defaults == nullptr) return;
    RetrySpec retry;
    for (const wf::RetryStrategy* part : {defaults, own}) {
        if (part == nullptr) continue;
        if (part->limit() != nullptr) retry.limit = text_of_scalar(part->limit());
        if (part->retry_policy() != nullptr) retry.policy = text_of_scalar(part->retry_policy());
        if (part->expression() != nullptr) retry.expression = scalar_text(part->expression());
        const wf::Backoff* backoff = part->backoff();
        if (backoff == nullptr) continue;
        retry.has_backoff = true;
        const auto fill = [](const ir::Scalar* scalar, Text& text) {
            if (scalar != nullptr) text = text_of_scalar(scalar);
        };
        fill(backoff->duration(), retry.backoff_duration);
        fill(backoff->factor(), retry.backoff_factor);
        fill(backoff->cap(), retry.backoff_cap);
        fill(backoff->max_duration(), retry.backoff_max_duration);
    }
    made.retry = std::move(retry);
}

} // namespace tiphys::run
