#pragma once
// Artifacts that nobody needs any more: they are deleted when their workflow has ended, or before
// it is deleted itself. Argo: workflow/controller/artifact_gc.go, whose pods do what is done here.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/controller/garbage.h"
#include "runtime/controller/surroundings.h"
#include "runtime/kubernetes/client.h"
#include "runtime/plan/plan.h"

namespace tiphys::control {

/// Whether an output of any template is to be deleted one day.
[[nodiscard]] bool has_garbage(const run::Plan& plan);
[[nodiscard]] bool is_held_for_garbage(const KnownWorkflow& workflow);

/// Everything that it needs to know stands in the object, so that any controller goes on with it.
class ArtifactGc {
public:
    explicit ArtifactGc(Surroundings& around);
    ~ArtifactGc();
    ArtifactGc(const ArtifactGc&) = delete;
    ArtifactGc& operator=(const ArtifactGc&) = delete;

    /// A workflow (JSON); those that still run, or are not held, are passed over.
    void object_seen(std::string_view json);
    /// The same, of an object that has yet to be read.
    void look_at(const std::string& name_space, const std::string& name);

    void tick(std::int64_t now_ms);
    /// Unix time at which tick() is wanted; INT64_MAX: never.
    [[nodiscard]] std::int64_t next_ms() const;

private:
    struct Job;
    void read_secrets(const std::string& uid);
    void finish(const std::string& uid);
    void written(const std::string& uid, const kube::Response& response);
    void tell_failures(const EndedWorkflow& ended, const std::vector<std::string>& errors);
    [[nodiscard]] std::string repository_of(std::string_view json) const;
    [[nodiscard]] std::string load_nodes(const std::string& uid, const std::string& version) const;

    Surroundings& around_;
    /// By the uid of the workflow.
    std::map<std::string, std::unique_ptr<Job>> jobs_;
    /// Unix time at which an object is read again.
    std::multimap<std::int64_t, std::pair<std::string, std::string>> again_;
};

} // namespace tiphys::control
