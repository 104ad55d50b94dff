// Namespace, definitions, rights, and the controller itself.

#include "codegen/install/install.h"

#include <vector>

#include <nlohmann/json.hpp>

#include "codegen/crd/definitions.h"
#include "codegen/crd/json_yaml.h"
#include "codegen/install/rights.h"
#include "compiler/expr/go_strings.h"

namespace tiphys::codegen {
namespace {

using Json = nlohmann::json;

constexpr const char* kController = "tiphys-controller";
constexpr const char* kExecutor = "tiphys-executor";
constexpr const char* kRbac = "rbac.authorization.k8s.io";
constexpr int kPort = 9090;
/// Argo's images use it, too.
constexpr int kUser = 8737;

class Writer {
public:
    Writer(const InstallOptions& options, std::string& out) : options_(options), out_(out) {}

    void write_all() {
        if (options_.name_space != "default") {
            write({{"apiVersion", "v1"},
                   {"kind", "Namespace"},
                   {"metadata", {{"name", options_.name_space}}}});
        }
        write_definitions();
        write_controller_rights();
        write_executor_rights();
        if (options_.is_cluster_scoped) write_aggregates();
        if (options_.has_flow_schema) write_flow();
        write_service();
        write_deployment();
    }

private:
    void write(const Json& object) {
        out_ += "---\n";
        emit_json_as_yaml(object.dump(), out_);
    }

    [[nodiscard]] Json metadata(const std::string& name, bool is_in_cluster = false) const {
        Json node = {
            {"name", name},
            {"labels",
             {{"app.kubernetes.io/name", kController}, {"app.kubernetes.io/part-of", "tiphys"}}}};
        if (!is_in_cluster) node["namespace"] = options_.name_space;
        return node;
    }

    void write_definitions() {
        if (options_.definitions == InstalledDefinitions::kNone) return;
        const DefinitionDepth depth = options_.definitions == InstalledDefinitions::kFull
                                          ? DefinitionDepth::kFull
                                          : DefinitionDepth::kMinimal;
        for (const schema::Type* kind : defined_kinds()) {
            out_ += "---\n";
            emit_definition(*kind, depth, out_);
        }
    }

    void write_account(const std::string& name) {
        write({{"apiVersion", "v1"}, {"kind", "ServiceAccount"}, {"metadata", metadata(name)}});
    }

    void write_role(const std::string& name, std::initializer_list<std::span<const Right>> parts,
                    bool is_in_cluster) {
        Json rules = Json::array();
        for (const std::span<const Right> part : parts) {
            for (const Right& right : part) {
                rules.push_back({{"apiGroups", {right.group}},
                                 {"resources", expr::split_words(right.resources)},
                                 {"verbs", expr::split_words(right.verbs)}});
            }
        }
        write({{"apiVersion", std::string(kRbac) + "/v1"},
               {"kind", is_in_cluster ? "ClusterRole" : "Role"},
               {"metadata", metadata(name, is_in_cluster)},
               {"rules", std::move(rules)}});
    }

    /// A role of the whole cluster can be given within one namespace.
    void write_binding(const std::string& name, const std::string& account, bool is_role_in_cluster,
                       bool is_in_cluster) {
        write({{"apiVersion", std::string(kRbac) + "/v1"},
               {"kind", is_in_cluster ? "ClusterRoleBinding" : "RoleBinding"},
               {"metadata", metadata(name, is_in_cluster)},
               {"roleRef",
                {{"apiGroup", kRbac},
                 {"kind", is_role_in_cluster ? "ClusterRole" : "Role"},
                 {"name", name}}},
               {"subjects",
                {{{"kind", "ServiceAccount"},
                  {"name", account},
                  {"namespace", options_.name_space}}}}});
    }

    void write_controller_rights() {
        write_account(kController);
        if (options_.is_cluster_scoped) {
            write_role(kController, {controller_rights(), cluster_rights()}, true);
            write_binding(kController, kController, true, true);
            write_role(kController, {own_rights()}, false);
        } else {
            write_role(kController, {controller_rights(), own_rights()}, false);
        }
        write_binding(kController, kController, false, false);
    }

    void write_executor_rights() {
        if (options_.workflow_account != "default") write_account(options_.workflow_account);
        write_role(kExecutor, {executor_rights()}, options_.is_cluster_scoped);
        write_binding(kExecutor, options_.workflow_account, options_.is_cluster_scoped, false);
    }

    /// People who may view, edit or administer a namespace may do so with workflows, too.
    /// Argo: workflow-aggregate-roles.yaml.
    void write_aggregates() {
        struct Aggregate {
            const char* name;
            const char* verbs;
        };
        constexpr const char* kEdit = "create delete deletecollection get list patch update watch";
        for (const Aggregate& aggregate : {Aggregate{"view", "get list watch"},
                                           Aggregate{"edit", kEdit}, Aggregate{"admin", kEdit}}) {
            const std::string name = std::string("aggregate-to-") + aggregate.name;
            Json node = metadata("tiphys-" + name, true);
            node["labels"]["rbac.authorization.k8s.io/" + name] = "true";
            Json rule = {{"apiGroups", {"argoproj.io"}},
                         {"resources", Json::array()},
                         {"verbs", expr::split_words(aggregate.verbs)}};
            for (const char* resource :
                 {"clusterworkflowtemplates", "cronworkflows", "workfloweventbindings", "workflows",
                  "workflowtaskresults", "workflowtemplates"}) {
                rule["resources"].push_back(resource);
            }
            write({{"apiVersion", std::string(kRbac) + "/v1"},
                   {"kind", "ClusterRole"},
                   {"metadata", std::move(node)},
                   {"rules", {std::move(rule)}}});
        }
    }

    /// Many pods at once must not wait behind other programs, nor keep them waiting.
    void write_flow() {
        const std::string version = "flowcontrol.apiserver.k8s.io/v1";
        write({{"apiVersion", version},
               {"kind", "PriorityLevelConfiguration"},
               {"metadata", metadata(kController, true)},
               {"spec",
                {{"type", "Limited"},
                 {"limited",
                  {{"nominalConcurrencyShares", 20},
                   {"limitResponse",
                    {{"type", "Queue"},
                     {"queuing",
                      {{"queues", 16}, {"handSize", 4}, {"queueLengthLimit", 100}}}}}}}}}});
        const Json subject = {
            {"kind", "ServiceAccount"},
            {"serviceAccount", {{"name", kController}, {"namespace", options_.name_space}}}};
        const Json resources = {{"apiGroups", {"*"}},
                                {"resources", {"*"}},
                                {"verbs", {"*"}},
                                {"clusterScope", true},
                                {"namespaces", {"*"}}};
        write({{"apiVersion", version},
               {"kind", "FlowSchema"},
               {"metadata", metadata(kController, true)},
               {"spec",
                {{"matchingPrecedence", 1000},
                 {"priorityLevelConfiguration", {{"name", kController}}},
                 {"distinguisherMethod", {{"type", "ByUser"}}},
                 {"rules", {{{"subjects", {subject}}, {"resourceRules", {resources}}}}}}}});
    }

    void write_service() {
        Json node = metadata(std::string(kController) + "-metrics");
        node["annotations"] = {{"prometheus.io/scrape", "true"},
                               {"prometheus.io/port", std::to_string(kPort)},
                               {"prometheus.io/path", "/metrics"}};
        write({{"apiVersion", "v1"},
               {"kind", "Service"},
               {"metadata", std::move(node)},
               {"spec",
                {{"selector", {{"app.kubernetes.io/name", kController}}},
                 {"ports", {{{"name", "metrics"}, {"port", kPort}, {"targetPort", "metrics"}}}}}}});
    }

    [[nodiscard]] Json arguments() const {
        Json arguments = {"controller"};
        if (options_.is_cluster_scoped) {
            arguments.push_back("--cluster-scoped");
        } else {
            arguments.push_back("--namespace");
            arguments.push_back(options_.name_space);
        }
        if (!options_.instance_id.empty()) {
            arguments.push_back("--instance-id");
            arguments.push_back(options_.instance_id);
        }
        arguments.push_back("--executor-image");
        arguments.push_back(options_.executor_image);
        if (!options_.executor_pull_policy.empty()) {
            arguments.push_back("--executor-image-pull-policy");
            arguments.push_back(options_.executor_pull_policy);
        }
        arguments.push_back("--metrics-address");
        arguments.push_back(":" + std::to_string(kPort));
        return arguments;
    }

    static Json probe(const char* path, int period_seconds) {
        return {{"httpGet", {{"path", path}, {"port", "metrics"}}},
                {"periodSeconds", period_seconds},
                {"timeoutSeconds", 5}};
    }

    [[nodiscard]] Json container() const {
        return {{"name", "controller"},
                {"image", options_.image},
                {"imagePullPolicy", "IfNotPresent"},
                {"command", {"tiphys"}},
                {"args", arguments()},
                {"env",
                 {{{"name", "LEADER_ELECTION_IDENTITY"},
                   {"valueFrom", {{"fieldRef", {{"fieldPath", "metadata.name"}}}}}}}},
                {"ports", {{{"name", "metrics"}, {"containerPort", kPort}}}},
                {"livenessProbe", probe("/healthz", 20)},
                {"readinessProbe", probe("/readyz", 5)},
                {"resources",
                 {{"requests", {{"cpu", "100m"}, {"memory", "64Mi"}}},
                  {"limits", {{"memory", "512Mi"}}}}},
                {"securityContext",
                 {{"allowPrivilegeEscalation", false},
                  {"readOnlyRootFilesystem", true},
                  {"capabilities", {{"drop", {"ALL"}}}}}}};
    }

    void write_deployment() {
        const Json labels = {{"app.kubernetes.io/name", kController},
                             {"app.kubernetes.io/part-of", "tiphys"}};
        Json pod = {{"serviceAccountName", kController},
                    {"containers", {container()}},
                    {"nodeSelector", {{"kubernetes.io/os", "linux"}}},
                    {"securityContext",
                     {{"runAsNonRoot", true},
                      {"runAsUser", kUser},
                      {"seccompProfile", {{"type", "RuntimeDefault"}}}}}};
        if (options_.has_host_network) pod["hostNetwork"] = true;
        Json spec = {{"replicas", options_.n_replicas},
                     {"selector", {{"matchLabels", {{"app.kubernetes.io/name", kController}}}}},
                     {"template", {{"metadata", {{"labels", labels}}}, {"spec", pod}}}};
        // The port of the node is free only when the pod before it has gone.
        if (options_.has_host_network) spec["strategy"] = {{"type", "Recreate"}};
        write({{"apiVersion", "apps/v1"},
               {"kind", "Deployment"},
               {"metadata", metadata(kController)},
               {"spec", spec}});
    }

    const InstallOptions& options_;
    std::string& out_;
};

} // namespace

void emit_install(const InstallOptions& options, std::string& out) {
    Writer(options, out).write_all();
}

} // namespace tiphys::codegen
