#pragma once
// A cluster, as commands talk to it: what fails comes with words for people.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/cluster/choice.h"
#include "cli/command.h"
#include "compiler/base/result.h"
#include "runtime/kubernetes/client.h"
#include "runtime/kubernetes/failure.h"

namespace tiphys::cli {

/// A kind of objects.
struct ObjectKind {
    std::string_view group_version;
    std::string_view plural;
    std::string_view kind;
    /// In messages.
    std::string_view words;
    bool is_namespaced = true;
};

inline constexpr std::string_view kArgo = "argoproj.io/v1alpha1";
inline constexpr ObjectKind kWorkflows{kArgo, "workflows", "Workflow", "workflow"};
inline constexpr ObjectKind kTemplates{kArgo, "workflowtemplates", "WorkflowTemplate", "template"};
inline constexpr ObjectKind kClusterTemplates{kArgo, "clusterworkflowtemplates",
                                              "ClusterWorkflowTemplate", "cluster template", false};
inline constexpr ObjectKind kCronWorkflows{kArgo, "cronworkflows", "CronWorkflow", "cron workflow"};
inline constexpr ObjectKind kPods{"v1", "pods", "Pod", "pod"};
inline constexpr ObjectKind kSecrets{"v1", "secrets", "Secret", "Secret"};

/// Where what a server says about fields of a refused object goes.
using Complaints = std::vector<kube::FieldComplaint>;

/// A change of an object's JSON. Errors: it cannot be made, in words.
using ObjectEdit = std::function<Result<std::string>(const std::string& object)>;

class Cluster {
public:
    /// Does not ask the cluster anything. Errors: the kubeconfig cannot be used.
    [[nodiscard]] static Result<Cluster> open(const ClusterChoice& choice);

    [[nodiscard]] kube::Client& client() const { return *client_; }
    /// Empty: all.
    [[nodiscard]] const std::string& name_space() const { return name_space_; }

    /// An object's address; of all objects of the kind without a name.
    [[nodiscard]] kube::Resource resource(const ObjectKind& kind, std::string_view name = "",
                                          std::string_view name_space = "") const;

    /// The answer's body. Errors: any answer but 2xx.
    [[nodiscard]] Result<std::string> call(const kube::Request& request) const;
    [[nodiscard]] Result<std::string> get(const ObjectKind& kind, std::string_view name) const;
    /// All objects, chunk by chunk, each with its kind. Errors: also a namespace that does not
    /// exist.
    [[nodiscard]] Result<std::vector<std::string>> list(const ObjectKind& kind,
                                                        const ListQuery& query = {}) const;
    /// The object as it was made. `is_trial`: the server only says what it would make. `complaints`
    /// may be null.
    [[nodiscard]] Result<std::string> create(const ObjectKind& kind, const std::string& object,
                                             bool is_trial = false,
                                             Complaints* complaints = nullptr) const;
    [[nodiscard]] Result<std::string> patch(const ObjectKind& kind, std::string_view name,
                                            const std::string& merge_patch) const;
    [[nodiscard]] Result<Done> remove(const ObjectKind& kind, std::string_view name,
                                      std::string_view name_space = "") const;
    /// Reads, edits and writes, again where somebody else was faster. An edit that changes nothing
    /// writes nothing.
    [[nodiscard]] Result<std::string> edit(const ObjectKind& kind, std::string_view name,
                                           const ObjectEdit& edit,
                                           Complaints* complaints = nullptr) const;
    /// Errors: the server knows no such namespace. Empty: all of them.
    [[nodiscard]] Result<Done> check_namespace(const std::string& name_space) const;
    /// `@latest` is the workflow that was made last.
    [[nodiscard]] Result<std::string> workflow_name(const std::string& name) const;

private:
    Cluster(std::unique_ptr<kube::Client> client, std::string name_space, std::string instance_id)
        : client_(std::move(client)), name_space_(std::move(name_space)),
          instance_id_(std::move(instance_id)) {}
    [[nodiscard]] Result<std::string> object_of(kube::Response response) const;
    [[nodiscard]] Error refusal(const kube::Request& request, const kube::Response& response,
                                Complaints* complaints) const;

    std::unique_ptr<kube::Client> client_;
    std::string name_space_;
    /// Of the controller whose objects are meant; empty: any.
    std::string instance_id_;
};

/// Opens the cluster and does the work; says why it cannot. `work` returns an exit code.
[[nodiscard]] int on_cluster(const ClusterChoice& choice, Streams& streams,
                             const std::function<Result<int>(const Cluster&)>& work);

} // namespace tiphys::cli
