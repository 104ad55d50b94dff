// Which service account may do what, by the roles and bindings of a project.
#include "analyzer/rbac.h"

#include <algorithm>
#include <iterator>

#include "analyzer/embedded.h"
#include "analyzer/events.h"
#include "analyzer/suggest.h"

namespace tiphys::analyze {
namespace {

constexpr std::string_view kArgoGroup = "argoproj.io";

bool can_be_same(std::string_view a, std::string_view b) {
    return a.empty() || b.empty() || a == b;
}

const ir::Document* role_of(const ir::Document& binding, const ir::Project& project) {
    const std::string_view kind = text_at(binding.root, {"roleRef", "kind"});
    const std::string_view name = text_at(binding.root, {"roleRef", "name"});
    if (name.empty() || (kind != "Role" && kind != "ClusterRole")) return nullptr;
    const std::string_view namespace_name =
        kind == "Role" ? binding.namespace_name : std::string_view{};
    return project.find(kind, namespace_name, name, binding.file);
}

bool is_subject(const k8s::Subject& subject, const ir::Document& binding, const Account& account) {
    const std::string_view kind = text_at(&subject, {"kind"});
    const std::string_view name = ir::text_of(subject.name());
    if (kind == "ServiceAccount") {
        // Kubernetes takes the binding's namespace where a subject has none.
        const std::string_view own = ir::text_of(subject.namespace_());
        const std::string_view there = own.empty() ? binding.namespace_name : own;
        return name == account.name && can_be_same(there, account.namespace_name);
    }
    if (kind != "Group") return false;
    const std::string in_namespace =
        "system:serviceaccounts:" + std::string(account.namespace_name);
    return name == "system:serviceaccounts" || name == "system:authenticated" ||
           name == in_namespace;
}

bool is_visible(const Grant& grant, const Account& account) {
    return grant.is_cluster_wide ||
           can_be_same(grant.binding->namespace_name, account.namespace_name);
}

void add(std::vector<Need>& needs, std::string_view group, std::string resource,
         std::initializer_list<std::string_view> verbs, std::string_view reason) {
    for (const std::string_view verb : verbs)
        needs.push_back({group, resource, verb, reason});
}

/// Argo: Execute in pkg/sensors/triggers/standard-k8s/standard-k8s.go.
std::vector<Need> needs_of_object(const ir::Value* object, std::string_view operation) {
    std::vector<Need> needs;
    const std::string_view kind = text_at(object, {"kind"});
    if (kind.empty()) return needs;
    const std::string resource = plural_of(kind);
    const std::string_view group = group_of(text_at(object, {"apiVersion"}));
    constexpr std::string_view kReason = "the trigger";
    if (operation.empty() || operation == "create") {
        add(needs, group, resource, {"create"}, kReason);
    } else if (operation == "update") {
        add(needs, group, resource, {"get", "update"}, kReason);
    } else if (operation == "patch") {
        add(needs, group, resource, {"get", "patch"}, kReason);
    } else if (operation == "delete") {
        add(needs, group, resource, {"get", "delete"}, kReason);
    }
    return needs;
}

/// Argo: Execute in pkg/sensors/triggers/argo-workflow/argo-workflow.go.
std::vector<Need> needs_of_workflow(std::string_view operation) {
    std::vector<Need> needs;
    constexpr std::string_view kReason = "the trigger";
    if (operation.empty() || operation == "submit") {
        add(needs, kArgoGroup, "workflows", {"create", "list"}, kReason);
    } else if (operation == "submit-from" || operation == "resubmit") {
        add(needs, kArgoGroup, "workflows", {"create", "get"}, kReason);
    } else {
        add(needs, kArgoGroup, "workflows", {"get", "update"}, kReason);
    }
    return needs;
}

/// Argo: workflow/executor/resource.go runs kubectl, then looks at the object.
void add_resource_needs(const front::FlowTemplate& source, const Context& context,
                        std::vector<Need>& needs) {
    const auto* resource = source.source->resource();
    if (resource == nullptr || resource->manifest() == nullptr) return;
    const EmbeddedYaml manifest(*resource->manifest(), context);
    if (manifest.documents().size() != 1) return;
    const doc::Tree& tree = manifest.documents().front();
    if (tree.root == doc::NodeId::kNone || tree.node(tree.root).kind != doc::NodeKind::kMapping) {
        return;
    }
    const doc::NodeId kind = child_of(tree, tree.root, "kind");
    const doc::NodeId version = child_of(tree, tree.root, "apiVersion");
    if (kind == doc::NodeId::kNone || version == doc::NodeId::kNone) return;
    if (manifest.has_tag(tree.span_of(kind)) || manifest.has_tag(tree.span_of(version))) return;
    // The tree goes with this function; groups are looked up by the longest-lived text.
    const std::string_view written = resource->manifest()->text;
    const std::string_view group_in_tree = group_of(tree.node(version).text);
    const std::size_t at = written.find(group_in_tree);
    const std::string_view group =
        at == written.npos ? std::string_view{} : written.substr(at, group_in_tree.size());
    const std::string plural = plural_of(tree.node(kind).text);
    const std::string_view action = ir::text_of(resource->action());
    constexpr std::string_view kReason = "the resource template";
    if (action == "create") add(needs, group, plural, {"create"}, kReason);
    if (action == "apply") add(needs, group, plural, {"get", "create", "patch"}, kReason);
    if (action == "patch") add(needs, group, plural, {"get", "patch"}, kReason);
    if (action == "replace") add(needs, group, plural, {"get", "update"}, kReason);
    if (action == "delete") add(needs, group, plural, {"delete"}, kReason);
    if (action == "get") add(needs, group, plural, {"get"}, kReason);
    const bool waits =
        resource->success_condition() != nullptr || resource->failure_condition() != nullptr;
    if (waits && action != "get") add(needs, group, plural, {"get"}, kReason);
}

} // namespace

Rbac::Rbac(const ir::Project& project) {
    for (const std::string_view kind : {"RoleBinding", "ClusterRoleBinding"}) {
        for (const ir::Document* binding : project.all(kind)) {
            for (const k8s::Subject* subject : subjects_of(*binding)) {
                const bool is_account = text_at(subject, {"kind"}) == "ServiceAccount";
                auto& numbers = is_account ? of_account_[ir::text_of(subject->name())] : of_groups_;
                if (numbers.empty() || numbers.back() != grants_.size())
                    numbers.push_back(grants_.size());
            }
            grants_.push_back({binding, role_of(*binding, project), kind == "ClusterRoleBinding"});
        }
    }
}

std::vector<Grant> Rbac::grants_of(const Account& account) const {
    std::vector<std::size_t> candidates = of_groups_;
    const auto own = of_account_.find(account.name);
    if (own != of_account_.end()) {
        candidates.clear();
        std::set_union(own->second.begin(), own->second.end(), of_groups_.begin(), of_groups_.end(),
                       std::back_inserter(candidates));
    }
    std::vector<Grant> found;
    for (const std::size_t number : candidates) {
        const Grant& grant = grants_[number];
        if (!is_visible(grant, account)) continue;
        bool is_meant = false;
        for (const k8s::Subject* subject : subjects_of(*grant.binding))
            is_meant = is_meant || is_subject(*subject, *grant.binding, account);
        if (is_meant) found.push_back(grant);
    }
    return found;
}

ir::ListOf<k8s::PolicyRule> rules_of(const ir::Document& role) {
    return ir::ListOf<k8s::PolicyRule>(value_at(role.root, {"rules"}));
}

ir::ListOf<k8s::Subject> subjects_of(const ir::Document& binding) {
    return ir::ListOf<k8s::Subject>(value_at(binding.root, {"subjects"}));
}

bool holds(ir::ListOf<ir::Scalar> list, std::string_view word) {
    for (const ir::Scalar* scalar : list) {
        if (scalar->text == word) return true;
    }
    return false;
}

bool allows(const k8s::PolicyRule& rule, const Need& need) {
    const auto fits = [](ir::ListOf<ir::Scalar> list, std::string_view word) {
        return holds(list, word) || holds(list, "*");
    };
    return fits(rule.api_groups(), need.group) && fits(rule.resources(), need.resource) &&
           fits(rule.verbs(), need.verb);
}

bool allows(const std::vector<Grant>& grants, const Need& need) {
    for (const Grant& grant : grants) {
        if (grant.role == nullptr) continue;
        for (const k8s::PolicyRule* rule : rules_of(*grant.role)) {
            if (allows(*rule, need)) return true;
        }
    }
    return false;
}

bool is_complete(const std::vector<Grant>& grants) {
    return std::all_of(grants.begin(), grants.end(), [](const Grant& grant) {
        return grant.role != nullptr && grant.role->is_complete &&
               value_at(grant.role->root, {"aggregationRule"}) == nullptr;
    });
}

Account account_of(const ir::Document& document, const events::Template* pod) {
    const std::string_view name =
        pod == nullptr ? std::string_view{} : ir::text_of(pod->service_account_name());
    return {document.namespace_name, name.empty() ? std::string_view("default") : name};
}

std::vector<Need> needs_of(const events::Trigger& trigger) {
    if (trigger.template_() == nullptr) return {};
    const TriggerKind kind = kind_of(*trigger.template_());
    const std::string_view operation = text_at(kind.settings, {"operation"});
    if (kind.name == "argoWorkflow") return needs_of_workflow(operation);
    if (kind.name != "k8s") return {};
    return needs_of_object(embedded_object(*trigger.template_()), operation);
}

std::vector<Need> needs_of(const events::EventSource& source) {
    std::vector<Need> needs;
    for (const SourceEvent& event : events_of(source)) {
        if (event.source_type == "resource") {
            const std::string_view resource = text_at(event.settings, {"resource"});
            if (resource.empty()) continue;
            add(needs, text_at(event.settings, {"group"}), std::string(resource), {"list", "watch"},
                "the event source");
        }
        const bool remembers = event.source_type == "calendar" &&
                               value_at(event.settings, {"persistence", "configMap"}) != nullptr;
        if (remembers) add(needs, "", "configmaps", {"get", "create", "update"}, "the calendar");
    }
    return needs;
}

std::vector<Need> needs_of(const front::FlowTemplate& source, const Context& context) {
    std::vector<Need> needs;
    if (!front::is_pod(source.kind)) return needs;
    add(needs, kArgoGroup, "workflowtaskresults", {"create", "patch"}, "the executor");
    if (source.kind == front::TemplateKind::kResource) add_resource_needs(source, context, needs);
    return needs;
}

const ir::Scalar* account_name_of(const front::Flow& flow, const front::FlowTemplate& source) {
    // Argo: setupServiceAccount and the executor's own account in
    // workflow/controller/workflowpod.go.
    for (const ir::Object* owner : {static_cast<const ir::Object*>(source.source),
                                    static_cast<const ir::Object*>(&flow.spec())}) {
        const ir::Scalar* executor =
            ir::scalar_as(value_at(owner, {"executor", "serviceAccountName"}));
        if (executor != nullptr && !executor->text.empty()) return executor;
    }
    for (const ir::Object* owner : {static_cast<const ir::Object*>(source.source),
                                    static_cast<const ir::Object*>(&flow.spec())}) {
        const ir::Scalar* name = ir::scalar_as(owner->field("serviceAccountName"));
        if (name != nullptr && !name->text.empty()) return name;
    }
    return nullptr;
}

std::string plural_of(std::string_view kind) {
    std::string plural;
    for (const char c : kind)
        plural += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (plural.ends_with("s") || plural.ends_with("x") || plural.ends_with("ch")) {
        return plural + "es";
    }
    const bool ends_in_y =
        plural.ends_with("y") && plural.size() > 1 &&
        std::string_view("aeiou").find(plural[plural.size() - 2]) == std::string_view::npos;
    if (ends_in_y) return plural.substr(0, plural.size() - 1) + "ies";
    return plural + "s";
}

std::string_view group_of(std::string_view api_version) {
    const std::size_t slash = api_version.find('/');
    return slash == api_version.npos ? std::string_view{} : api_version.substr(0, slash);
}

std::string words_for(const std::vector<Need>& needs) {
    std::string text;
    for (std::size_t i = 0; i < needs.size();) {
        std::vector<std::string_view> verbs;
        std::size_t next = i;
        for (; next < needs.size() && needs[next].resource == needs[i].resource; ++next)
            verbs.push_back(needs[next].verb);
        if (!text.empty()) text += ", ";
        text += quoted_list(verbs) + " on `" + needs[i].resource + "`";
        i = next;
    }
    return text;
}

} // namespace tiphys::analyze
