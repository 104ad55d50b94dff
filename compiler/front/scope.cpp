// Which variables are known at a place of a workflow.
#include "compiler/front/scope.h"

#include <algorithm>
#include <array>

#include "schemas/k8s.gen.h"

namespace tiphys::front {
namespace {

using Names = std::vector<std::string_view>;

constexpr std::array<std::string_view, 13> kWorkflowNames{
    "name",       "namespace", "uid",     "mainEntrypoint", "serviceAccountName",
    "parameters", "labels",    "status",  "annotations",    "creationTimestamp",
    "failures",   "outputs",   "priority"};
/// Argo lets names pass that begin like these.
constexpr std::array<std::string_view, 3> kWorkflowPrefixes{"creationTimestamp", "scheduledTime",
                                                            "duration"};
constexpr std::array<std::string_view, 7> kNodeNames{
    "id", "status", "startedAt", "finishedAt", "ip", "hostNodeName", "exitCode"};
constexpr std::array<std::string_view, 4> kLastRetryNames{"exitCode", "status", "duration",
                                                          "message"};

Lookup known(VariableType type = VariableType::kText, const ir::Scalar* declaration = nullptr) {
    Lookup lookup;
    lookup.standing = Standing::kKnown;
    lookup.type = type;
    lookup.declaration = declaration;
    return lookup;
}

Lookup open(VariableType type = VariableType::kText) {
    Lookup lookup;
    lookup.standing = Standing::kOpen;
    lookup.type = type;
    return lookup;
}

std::string quoted(std::string_view text) {
    return "`" + std::string(text) + "`";
}

bool begins(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

template <class T>
const T* find_named(const ir::ListOf<T>& list, std::string_view name) {
    for (const T* element : list) {
        if (ir::text_of(element->name()) == name) return element;
    }
    return nullptr;
}

template <class T>
bool has_dynamic_name(const ir::ListOf<T>& list) {
    for (const T* element : list) {
        if (has_tag(ir::text_of(element->name()))) return true;
    }
    return false;
}

template <class T>
void add_names(const ir::ListOf<T>& list, Names& names) {
    for (const T* element : list)
        names.push_back(ir::text_of(element->name()));
}

/// A template's settings of a field, its own or those of `templateDefaults`.
template <class Get>
bool any_source(const Flow& flow, const FlowTemplate& at, Get get) {
    if (get(*at.source)) return true;
    for (const wf::WorkflowSpec* spec : {&flow.spec(), flow.base().spec}) {
        const wf::Template* defaults = spec == nullptr ? nullptr : spec->template_defaults();
        if (defaults != nullptr && get(*defaults)) return true;
    }
    return false;
}

/// One look-up of a name, or the listing of all names under a root.
class Finder {
public:
    Finder(FlowSet& flows, const Site& site, std::string_view name)
        : flows_(flows), site_(site), flow_(*site.flow), name_(name) {}

    Lookup run() {
        const std::size_t dot = name_.find('.');
        const std::string_view root = name_.substr(0, dot);
        if (root == "item") return find_item();
        if (root == "retries" && dot == name_.npos) return find_retries();
        if (dot == name_.npos) return {};
        if (root == "workflow") return find_workflow(dot + 1);
        if (root == "inputs") return find_inputs(dot + 1);
        if (root == "outputs") return find_outputs(dot + 1);
        if (root == "steps" || root == "tasks") return find_node(root, dot + 1);
        if (root == "pod") return find_pod(dot + 1);
        if (root == "node" && name_ == "node.name") return known();
        if (root == "lastRetry") return find_last_retry(dot + 1);
        return {};
    }

private:
    [[nodiscard]] std::string_view rest(std::size_t at) const { return name_.substr(at); }
    /// The end of the component that begins at `at`.
    [[nodiscard]] std::size_t end_of(std::size_t at) const {
        return std::min(name_.find('.', at), name_.size());
    }

    Lookup unknown(std::size_t begin, std::size_t end, std::string why, Names candidates = {}) {
        Lookup lookup;
        lookup.standing = Standing::kUnknown;
        lookup.part_begin = begin;
        lookup.part_end = end;
        lookup.why = std::move(why);
        lookup.candidates = std::move(candidates);
        return lookup;
    }

    // --- workflow.* ---

    Lookup find_workflow(std::size_t at) {
        const std::string_view what = rest(at);
        const std::size_t end = end_of(at);
        const std::string_view first = name_.substr(at, end - at);
        for (std::string_view prefix : kWorkflowPrefixes) {
            if (begins(what, prefix)) return known();
        }
        if (first == "parameters") return find_global(end);
        if (first == "labels" || first == "annotations") return find_metadata(first, end);
        if (what == "priority") return find_priority(at);
        if (first == "outputs") return find_global_output(end);
        if (first == "failures" && end == name_.size()) return find_failures(at);
        const bool is_known =
            std::find(kWorkflowNames.begin(), kWorkflowNames.end(), what) != kWorkflowNames.end();
        if (is_known) return known();
        return unknown(at, end, "a workflow has no " + quoted(first),
                       {kWorkflowNames.begin(), kWorkflowNames.end()});
    }

    /// Without a further component the value is all of them as JSON.
    [[nodiscard]] VariableType json_unless(std::size_t end) const {
        return end == name_.size() || rest(end) == ".json" ? VariableType::kJson
                                                           : VariableType::kText;
    }

    Lookup find_global(std::size_t end) {
        const bool is_all = json_unless(end) == VariableType::kJson;
        const std::size_t at = end + 1;
        const std::string_view wanted = is_all ? std::string_view{} : rest(at);
        Names names;
        for (const wf::WorkflowSpec* spec : {&flow_.spec(), flow_.base().spec}) {
            if (spec == nullptr || spec->arguments() == nullptr) continue;
            const auto parameters = spec->arguments()->parameters();
            if (is_all && parameters.size() > 0) return known(VariableType::kJson);
            if (const wf::Parameter* found = find_named(parameters, wanted)) {
                return known(VariableType::kText, found->name());
            }
            if (has_dynamic_name(parameters)) return open();
            add_names(parameters, names);
        }
        if (may_be_given_more()) return open(is_all ? VariableType::kJson : VariableType::kText);
        if (is_all) return unknown(0, name_.size(), "the workflow has no parameters");
        return unknown(at, name_.size(), "the workflow has no parameter " + quoted(wanted),
                       std::move(names));
    }

    /// Labels and annotations with the keys that the manifest writes. Those of Argo's own come with
    /// the submission.
    Lookup find_metadata(std::string_view kind, std::size_t end) {
        if (json_unless(end) == VariableType::kJson) return known(VariableType::kJson);
        const std::size_t at = end + 1;
        const std::string_view wanted = rest(at);
        const bool is_open =
            wanted.find("argoproj.io/") != wanted.npos || flow_.is_embedded() || has_unknown_base();
        Names names;
        // Argo: ConvertCronWorkflowToWorkflow gives a cron's workflows no labels of its own.
        const auto* cron = ir::object_as<wf::CronWorkflow>(flow_.place().owner);
        const ir::Object* owner = cron == nullptr ? flow_.place().owner : cron->spec();
        add_keys(owner, cron == nullptr ? "metadata" : "workflowMetadata", kind, names);
        for (const wf::WorkflowSpec* spec : {&flow_.spec(), flow_.base().spec})
            add_keys(spec, "workflowMetadata", kind, names);
        const bool has_dynamic = std::any_of(names.begin(), names.end(), has_tag);
        if (std::find(names.begin(), names.end(), wanted) != names.end()) return known();
        if (is_open || has_dynamic) return open();
        const std::string noun = kind == "labels" ? "label " : "annotation ";
        return unknown(at, name_.size(), "the workflow has no " + noun + quoted(wanted),
                       std::move(names));
    }

    static void add_keys(const ir::Object* owner, std::string_view field, std::string_view kind,
                         Names& names) {
        const ir::Object* metadata =
            owner == nullptr ? nullptr : ir::any_object_as(owner->field(field));
        if (metadata == nullptr) return;
        for (const std::string& list : {std::string(kind), std::string(kind) + "From"}) {
            const ir::Map* map = ir::map_as(metadata->field(list));
            if (map == nullptr) continue;
            for (const ir::Entry& entry : map->entries)
                names.push_back(entry.key);
        }
    }

    Lookup find_priority(std::size_t at) {
        for (const wf::WorkflowSpec* spec : {&flow_.spec(), flow_.base().spec}) {
            if (spec != nullptr && spec->priority() != nullptr) return known();
        }
        if (flow_.is_embedded() || has_unknown_base()) return open();
        return unknown(at, name_.size(), "the workflow has no `priority`");
    }

    [[nodiscard]] bool has_unknown_base() const {
        return flow_.has_base() && flow_.base().spec == nullptr;
    }

    /// Whether parameters may come from where this does not look.
    [[nodiscard]] bool may_be_given_more() const {
        return flow_.is_library() || flow_.is_embedded() || has_unknown_base();
    }

    /// Argo's lint knows it in `onExit` only; at run time every exit handler has it.
    Lookup find_failures(std::size_t at) {
        const bool has_handler = !flow_.hooks().empty() || flow_.has_base() || may_be_given_more();
        if (has_handler) return known(VariableType::kJson);
        return unknown(at, name_.size(), "known in exit handlers only, and there is no `onExit`");
    }

    Lookup find_global_output(std::size_t end) {
        if (end == name_.size()) return unknown(end, end, "an output's name must follow");
        const std::size_t at = end + 1;
        const std::size_t kind_end = end_of(at);
        const std::string_view kind = name_.substr(at, kind_end - at);
        if (kind != "parameters" && kind != "artifacts") {
            return unknown(at, kind_end, "outputs are `parameters` or `artifacts`",
                           {"parameters", "artifacts"});
        }
        const bool is_artifact = kind == "artifacts";
        const VariableType type = is_artifact ? VariableType::kArtifact : VariableType::kText;
        if (kind_end == name_.size() || may_be_given_more() || flow_.has_base()) {
            return open(type);
        }
        const GlobalOutputs& outputs = flows_.global_outputs(flow_);
        const auto& names = is_artifact ? outputs.artifacts : outputs.parameters;
        const std::string_view wanted = rest(kind_end + 1);
        if (names.count(wanted) > 0) return known(type);
        if (outputs.is_open) return open(type);
        Names candidates(names.begin(), names.end());
        std::sort(candidates.begin(), candidates.end());
        return unknown(kind_end + 1, name_.size(),
                       "no output has the `globalName` " + quoted(wanted), std::move(candidates));
    }

    // --- inputs.*, outputs.* ---

    Lookup find_inputs(std::size_t at) {
        // At the level of the workflow, texts such as podSpecPatch are filled in per template.
        if (site_.inside == nullptr) return open();
        const std::size_t end = end_of(at);
        const std::string_view kind = name_.substr(at, end - at);
        if (kind == "parameters") return find_input_parameter(end);
        if (kind == "artifacts") return find_input_artifact(end);
        return unknown(at, end, "inputs are `parameters` or `artifacts`",
                       {"parameters", "artifacts"});
    }

    /// The templates whose inputs are visible: that of the site, and those it is written inside of.
    template <class Visit>
    void each_template(Visit visit) const {
        for (const FlowTemplate* at = site_.inside; at != nullptr; at = at->outer)
            visit(*at->source);
        const wf::Template* defaults = flow_.spec().template_defaults();
        if (defaults != nullptr) visit(*defaults);
    }

    [[nodiscard]] std::string template_noun() const {
        const std::string_view name = site_.inside->name();
        return name.empty() ? "this template" : "template " + quoted(name);
    }

    Lookup find_input_parameter(std::size_t end) {
        if (end == name_.size()) return known(VariableType::kJson);
        const std::string_view wanted = rest(end + 1);
        Lookup found;
        Names names;
        bool is_open = false;
        each_template([&](const wf::Template& at) {
            if (at.inputs() == nullptr) return;
            const auto parameters = at.inputs()->parameters();
            const wf::Parameter* parameter = find_named(parameters, wanted);
            const bool is_first = found.standing == Standing::kLiteral;
            if (parameter != nullptr && is_first) {
                found = known(VariableType::kText, parameter->name());
            }
            is_open = is_open || has_dynamic_name(parameters);
            add_names(parameters, names);
        });
        if (found.standing == Standing::kKnown) return found;
        if (is_open) return open();
        return unknown(end + 1, name_.size(),
                       template_noun() + " has no input parameter " + quoted(wanted),
                       std::move(names));
    }

    Lookup find_input_artifact(std::size_t end) {
        if (end == name_.size()) return unknown(end, end, "an artifact's name must follow");
        const std::string_view wanted = rest(end + 1);
        Lookup found;
        Names names;
        bool is_open = false;
        bool is_path = false;
        each_template([&](const wf::Template& at) {
            if (at.inputs() == nullptr) return;
            const auto artifacts = at.inputs()->artifacts();
            is_open = is_open || has_dynamic_name(artifacts);
            add_names(artifacts, names);
            for (const wf::Artifact* artifact : artifacts) {
                const std::string_view name = ir::text_of(artifact->name());
                if (name.empty() || !begins(wanted, name)) continue;
                const std::string_view suffix = wanted.substr(name.size());
                if (suffix.empty()) found = known(VariableType::kArtifact, artifact->name());
                if (suffix == ".path") {
                    found = known(VariableType::kText, artifact->name());
                    is_path = !is_leaf(kind_of(at));
                }
            }
        });
        if (is_path) {
            return unknown(end + 1, name_.size(),
                           "a `" + std::string(name_of(site_.inside->kind)) +
                               "` template has no files, so its artifacts have no path");
        }
        if (found.standing == Standing::kKnown) return found;
        if (is_open) return open();
        return unknown(end + 1, end_of(end + 1),
                       template_noun() + " has no input artifact " +
                           quoted(name_.substr(end + 1, end_of(end + 1) - end - 1)),
                       std::move(names));
    }

    /// Argo lets everything pass that begins with `outputs.`; only paths of files can be wrong in a
    /// way that shows here.
    Lookup find_outputs(std::size_t at) {
        if (site_.inside == nullptr || site_.part != Part::kBody) return open();
        if (!is_pod(site_.inside->kind) || !name_.ends_with(".path")) return open();
        const wf::Outputs* outputs = site_.inside->source->outputs();
        const std::size_t end = end_of(at);
        const std::string_view kind = name_.substr(at, end - at);
        if (end >= name_.size() - 5) return open();
        const std::string_view wanted = name_.substr(end + 1, name_.size() - 5 - end - 1);
        Names names;
        bool is_declared = false;
        const auto look = [&](const auto& list) {
            is_declared = find_named(list, wanted) != nullptr || has_dynamic_name(list);
            add_names(list, names);
        };
        if (kind == "parameters" && outputs != nullptr) look(outputs->parameters());
        if (kind == "artifacts" && outputs != nullptr) look(outputs->artifacts());
        if (is_declared || (kind != "parameters" && kind != "artifacts")) return open();
        Lookup lookup =
            unknown(end + 1, end + 1 + wanted.size(),
                    template_noun() + " has no output " +
                        std::string(kind.substr(0, kind.size() - 1)) + " " + quoted(wanted),
                    std::move(names));
        lookup.is_rejected = false;
        return lookup;
    }

    // --- steps.*, tasks.* ---

    Lookup find_node(std::string_view root, std::size_t at) {
        const std::string_view what = rest(at);
        const std::size_t end = end_of(at);
        const std::string_view wanted = name_.substr(at, end - at);
        const TemplateKind kind = root == "steps" ? TemplateKind::kSteps : TemplateKind::kDag;
        bool is_open = false;
        Names names;
        for (const FlowTemplate* around = site_.inside; around != nullptr; around = around->outer) {
            if (around->kind != kind) continue;
            const FlowNode* node = around->find_node(wanted);
            if (node != nullptr) return find_in_node(*node, end);
            for (const FlowNode& other : around->nodes) {
                is_open = is_open || has_tag(other.name_text());
                names.push_back(other.name_text());
            }
        }
        // Argo: resolveAllVariables lets `steps.name…` and `tasks.name…` pass.
        if (is_open || begins(what, "name") || site_.inside == nullptr) return open();
        return unknown_node(root, at, end, std::move(names));
    }

    Lookup unknown_node(std::string_view root, std::size_t at, std::size_t end, Names names) {
        const std::string_view wanted = name_.substr(at, end - at);
        const std::string noun = root == "steps" ? "step" : "task";
        if (!names.empty()) {
            return unknown(at, end, "there is no " + noun + " " + quoted(wanted), std::move(names));
        }
        const std::string_view other = root == "steps" ? "tasks" : "steps";
        for (const FlowTemplate* around = site_.inside; around != nullptr; around = around->outer) {
            if (around->nodes.empty()) continue;
            return unknown(0, root.size(),
                           around->kind == TemplateKind::kDag ? "this is a DAG, which has `tasks`"
                                                              : "this template has `steps`",
                           {other});
        }
        return unknown(0, name_.size(),
                       "a template does not see the " + noun +
                           "s around it; its caller can "
                           "pass the value as an argument");
    }

    Lookup find_in_node(const FlowNode& node, std::size_t end) {
        Lookup found = find_field_of(node, end);
        found.node = &node;
        return found;
    }

    Lookup find_field_of(const FlowNode& node, std::size_t end) {
        if (end == name_.size()) {
            Names names(kNodeNames.begin(), kNodeNames.end());
            names.emplace_back("outputs");
            return unknown(end, end, "a field such as `status` or `outputs.result` must follow",
                           std::move(names));
        }
        const std::size_t at = end + 1;
        const std::string_view field = rest(at);
        if (node.callee.target == nullptr) return open();
        const wf::Template& callee = *node.callee.target;
        if (field == "exitCode" || field == "outputs.result") {
            if (has_result(callee)) return known(result_type(node));
            return unknown(at, name_.size(), no_result(callee));
        }
        if (field == "ip") return find_ip(node, at);
        const bool is_plain =
            std::find(kNodeNames.begin(), kNodeNames.end(), field) != kNodeNames.end();
        if (is_plain) return known();
        if (begins(field, "outputs.")) return find_output_of(node, callee, at + 8);
        Names names(kNodeNames.begin(), kNodeNames.end());
        names.emplace_back("outputs");
        return unknown(at, end_of(at), "a step or task has no " + quoted(field), std::move(names));
    }

    static VariableType result_type(const FlowNode& node) {
        return node.is_loop() ? VariableType::kJson : VariableType::kText;
    }

    static std::string no_result(const wf::Template& callee) {
        const TemplateKind kind = kind_of(callee);
        const std::string name = "template " + quoted(ir::text_of(callee.name()));
        if (kind == TemplateKind::kContainerSet) {
            return name + " has no container `main`, whose output would be the result";
        }
        return name + " is a `" + std::string(name_of(kind)) +
               "` template, which has no result or exit code";
    }

    Lookup find_ip(const FlowNode& node, std::size_t at) {
        const FlowTemplate* callee = flows_.target_of(node.callee);
        const bool is_daemon =
            callee == nullptr ||
            any_source(flows_.of(node.callee.place), *callee,
                       [](const wf::Template& source) { return is_true(source.daemon()); });
        if (is_daemon) return known();
        return unknown(at, name_.size(),
                       "only a template with `daemon: true` has an address others can use");
    }

    Lookup find_output_of(const FlowNode& node, const wf::Template& callee, std::size_t at) {
        const std::size_t end = end_of(at);
        const std::string_view kind = name_.substr(at, end - at);
        const wf::Outputs* outputs = callee.outputs();
        if (kind == "parameters" && end == name_.size()) {
            if (node.is_loop()) return known(VariableType::kJson);
            return unknown(at, end, "all parameters at once are there after a loop only");
        }
        if ((kind != "parameters" && kind != "artifacts") || end == name_.size()) {
            return unknown(at, end, "outputs are `result`, `parameters` and `artifacts`",
                           {"result", "parameters", "artifacts"});
        }
        const std::string_view wanted = rest(end + 1);
        Names names;
        Lookup found;
        const auto look = [&](const auto& list, VariableType type) {
            if (const auto* declared = find_named(list, wanted)) {
                found = known(type, declared->name());
            } else if (has_dynamic_name(list)) {
                found = open(type);
            }
            add_names(list, names);
        };
        if (outputs != nullptr && kind == "parameters") {
            look(outputs->parameters(), result_type(node));
        } else if (outputs != nullptr) {
            look(outputs->artifacts(), VariableType::kArtifact);
        }
        if (found.standing != Standing::kLiteral) return found;
        return unknown(end + 1, name_.size(),
                       "template " + quoted(ir::text_of(callee.name())) + " has no output " +
                           std::string(kind.substr(0, kind.size() - 1)) + " " + quoted(wanted),
                       std::move(names));
    }

    // --- item, pod, retries ---

    Lookup find_item() {
        for (Site at = site_; at.inside != nullptr;) {
            if (at.node != nullptr && at.node->is_loop()) return known();
            at.node = at.inside->outer_node;
            at.inside = at.inside->outer;
        }
        Lookup lookup = unknown(0, name_.size(), "there is no loop here");
        // Argo: GlobalVarValidWorkflowVariablePrefix has `item.` but not `item`.
        lookup.is_rejected = name_.size() > 4;
        return lookup;
    }

    Lookup find_pod(std::size_t at) {
        if (site_.inside == nullptr) return open();
        const std::size_t end = end_of(at);
        if (name_ != "pod.name") return unknown(at, end, "a pod has a `name` only", {"name"});
        for (const FlowTemplate* around = site_.inside; around != nullptr; around = around->outer) {
            if (is_pod(around->kind)) return known();
        }
        return unknown(0, name_.size(),
                       "a `" + std::string(name_of(site_.inside->kind)) +
                           "` template does not run in a pod of its own");
    }

    [[nodiscard]] bool has_retries() const {
        if (site_.inside == nullptr || flow_.is_library() || flow_.has_base()) return true;
        if (flow_.spec().retry_strategy() != nullptr) return true;
        for (const FlowTemplate* at = site_.inside; at != nullptr; at = at->outer) {
            const bool retries = any_source(flow_, *at, [](const wf::Template& source) {
                return source.retry_strategy() != nullptr;
            });
            if (retries) return true;
        }
        return false;
    }

    Lookup find_retries() {
        if (has_retries()) return known();
        Lookup lookup = unknown(0, name_.size(), template_noun() + " has no `retryStrategy`");
        lookup.is_rejected = false;
        return lookup;
    }

    Lookup find_last_retry(std::size_t at) {
        const std::string_view field = rest(at);
        const bool is_field = std::find(kLastRetryNames.begin(), kLastRetryNames.end(), field) !=
                              kLastRetryNames.end();
        Lookup lookup;
        if (!is_field) {
            lookup = unknown(at, name_.size(), "`lastRetry` has no " + quoted(field),
                             {kLastRetryNames.begin(), kLastRetryNames.end()});
        } else if (has_retries()) {
            return known();
        } else {
            lookup = unknown(0, name_.size(), template_noun() + " has no `retryStrategy`");
        }
        lookup.is_rejected = false;
        return lookup;
    }

    FlowSet& flows_;
    const Site& site_;
    const Flow& flow_;
    std::string_view name_;
};

} // namespace

Lookup Scope::find(std::string_view name) const {
    if (site_.part != Part::kPodMetadata) return Finder(flows_, site_, name).run();
    // Argo: addPodMetadata copies it into each template, which is then checked as a whole; of
    // `steps` and `dag` only the nodes are.
    Lookup found;
    for (const std::unique_ptr<FlowTemplate>& each : site_.flow->templates()) {
        if (each->outer != nullptr || !each->nodes.empty()) continue;
        const Site inside{site_.flow, each.get(), nullptr, Part::kBody};
        found = Finder(flows_, inside, name).run();
        if (found.standing == Standing::kUnknown) return found;
    }
    return found;
}

} // namespace tiphys::front
