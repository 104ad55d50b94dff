// Who needs which right, and what for.

#include "codegen/install/rights.h"

#include <array>

namespace tiphys::codegen {
namespace {

constexpr std::array kController = {
    Right{"", "pods", "create delete get list patch watch", "tasks"},
    Right{"", "pods/exec", "create get", "ending tasks"},
    Right{"", "configmaps", "create get list patch watch",
          "parameters, semaphores, artifact repositories; create and patch for memoization"},
    Right{"", "persistentvolumeclaims", "create delete", "volumeClaimTemplates"},
    Right{"", "secrets", "get",
          "keys of the stores that data templates list and artifactGC empties"},
    Right{"", "namespaces", "get", "saying that one is not there"},
    Right{"", "events", "create", "what `kubectl describe` shows"},
    Right{"argoproj.io", "workflows", "create delete get list patch watch",
          "runs; create for cron workflows"},
    Right{"argoproj.io", "cronworkflows", "list patch watch", "schedules"},
    // Owners that are to be waited for: OwnerReferencesPermissionEnforcement asks for it.
    Right{"argoproj.io", "cronworkflows/finalizers workflows/finalizers", "update",
          "pods and claims that belong to a workflow"},
    Right{"argoproj.io", "workflowtaskresults", "deletecollection list watch", "outputs of tasks"},
    Right{"argoproj.io", "workflowtemplates", "list watch", "templateRef"},
};

constexpr std::array kOwn = {
    Right{"coordination.k8s.io", "leases", "create get patch update", "leader election"},
};

constexpr std::array kCluster = {
    Right{"argoproj.io", "clusterworkflowtemplates", "list watch", "templateRef with clusterScope"},
};

constexpr std::array kExecutor = {
    Right{"argoproj.io", "workflowtaskresults", "create patch", "outputs of the task"},
};

} // namespace

std::span<const Right> controller_rights() {
    return kController;
}

std::span<const Right> own_rights() {
    return kOwn;
}

std::span<const Right> cluster_rights() {
    return kCluster;
}

std::span<const Right> executor_rights() {
    return kExecutor;
}

} // namespace tiphys::codegen
