#pragma once
// Which service account may do what, by the roles and bindings of a project.
// Kubernetes: pkg/registry/rbac/validation/rule.go.

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/context.h"
#include "compiler/front/flow.h"
#include "schemas/events.gen.h"
#include "schemas/k8s.gen.h"

namespace tiphys::analyze {

/// A service account; the namespace is empty where none is written.
struct Account {
    std::string_view namespace_name;
    std::string_view name;
};

/// A Role or ClusterRole and the binding that gives it to an account.
struct Grant {
    const ir::Document* binding = nullptr;
    const ir::Document* role = nullptr; ///< null where the project lacks it
    bool is_cluster_wide = false;       ///< by a ClusterRoleBinding
};

/// What something needs: a verb on the plural name of a kind.
struct Need {
    std::string_view group;
    std::string resource;
    std::string_view verb;
    /// What needs it, in words.
    std::string_view reason;
};

class Rbac {
public:
    explicit Rbac(const ir::Project& project);

    /// The grants of an account, those of its groups (`system:serviceaccounts`) included, in the
    /// order of the files.
    [[nodiscard]] std::vector<Grant> grants_of(const Account& account) const;

    /// All bindings of the project with the role that each gives.
    [[nodiscard]] const std::vector<Grant>& grants() const { return grants_; }

private:
    std::vector<Grant> grants_;
    /// Numbers of grants, ascending: by the name of an account that is a subject, and those with
    /// groups among their subjects.
    std::unordered_map<std::string_view, std::vector<std::size_t>> of_account_;
    std::vector<std::size_t> of_groups_;
};

[[nodiscard]] ir::ListOf<k8s::PolicyRule> rules_of(const ir::Document& role);
[[nodiscard]] ir::ListOf<k8s::Subject> subjects_of(const ir::Document& binding);

/// Whether a rule allows it; names of objects are taken as they come.
[[nodiscard]] bool allows(const k8s::PolicyRule& rule, const Need& need);
[[nodiscard]] bool allows(const std::vector<Grant>& grants, const Need& need);
/// Every role is in the project and says itself what it allows.
[[nodiscard]] bool is_complete(const std::vector<Grant>& grants);

[[nodiscard]] bool holds(ir::ListOf<ir::Scalar> list, std::string_view word);

/// The account that the trigger's operations, or the event source's watches, are made with.
[[nodiscard]] Account account_of(const ir::Document& document, const events::Template* pod);

/// What a trigger does to the cluster; empty where it does nothing, or where the object is not
/// written in the sensor. Argo: docs/service-accounts.md.
[[nodiscard]] std::vector<Need> needs_of(const events::Trigger& trigger);
/// What an event source does to the cluster.
[[nodiscard]] std::vector<Need> needs_of(const events::EventSource& source);
/// What a template's pod does to the cluster: the report of its results, and the object of a
/// `resource` template. Argo: docs/workflow-rbac.md.
[[nodiscard]] std::vector<Need> needs_of(const front::FlowTemplate& source, const Context& context);

/// The account of a template's pod, as far as the workflow says; empty for `default`.
[[nodiscard]] const ir::Scalar* account_name_of(const front::Flow& flow,
                                                const front::FlowTemplate& source);

/// `Deployment` becomes `deployments`. Argo: GetGroupVersionResource in
/// pkg/sensors/triggers/fetch.go uses the plain English plural, and so do nearly all kinds.
[[nodiscard]] std::string plural_of(std::string_view kind);
/// `apps` of `apps/v1`; empty for `v1`.
[[nodiscard]] std::string_view group_of(std::string_view api_version);

/// "`create` and `patch` on `workflowtaskresults`", for all that is missing.
[[nodiscard]] std::string words_for(const std::vector<Need>& needs);

} // namespace tiphys::analyze
