#pragma once
// The state of one build of a plan. Private to this folder: others call build_plan().

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/front/resolve.h"
#include "compiler/ir/project.h"
#include "runtime/plan/build.h"
#include "runtime/plan/plan.h"
#include "schemas/k8s.gen.h"
#include "schemas/workflow.gen.h"

namespace tiphys::run {

struct GlobalVariables;

/// A place whose templates call each other by name.
struct BuildScope {
    front::WorkflowPlace place;
    std::uint32_t index = 0;
};

/// A template about to be built: its document and where its names are looked up.
struct TemplateSource {
    const wf::Template* source = nullptr;
    std::uint32_t scope = 0;
    std::string path;
};

/// What a pod of a template would say about itself.
struct PodFields {
    std::map<std::string, Text> labels;
    std::map<std::string, Text> annotations;
    Text service_account;
};

class PlanBuilder {
public:
    PlanBuilder(const ir::Project& project, const RunRequest& request)
        : project_(project), request_(request) {}

    BuiltPlan build();

private:
    // build.cpp: the workflow as a whole
    void find_specs();
    void build_arguments();
    void build_globals();
    void build_labels(GlobalVariables& variables);
    void build_objects();
    void build_repository();
    void check_spec(const wf::WorkflowSpec& spec);
    CallId call_by_name(std::string_view name, const ir::Scalar* where, std::string path);
    void build_exit_handler();
    void build_waiting_templates();

    // build_call.cpp
    CallId build_step(const wf::WorkflowStep& step, std::uint32_t scope, const std::string& path,
                      std::string_view template_text);
    CallId build_task(const wf::DAGTask& task, std::uint32_t scope, const std::string& path,
                      std::string_view template_text);
    template <class Caller>
    void fill_caller(const Caller& caller, std::uint32_t scope, const std::string& path,
                     std::string_view template_text, Call& call);
    void fill_reference(const front::Call& source, std::uint32_t scope, const std::string& path,
                        Call& call);
    void fill_arguments(const wf::Arguments* arguments, const std::string& path, Call& call);
    std::vector<CallId> build_hooks(const ir::MapOf<wf::LifecycleHook>& hooks, std::uint32_t scope,
                                    const std::string& path, CallId& on_exit);
    CallId build_hook(const wf::LifecycleHook& hook, std::uint32_t scope, const std::string& path);
    void pass_workflow_arguments(CallId handler);
    void fill_dependencies(const std::vector<const wf::DAGTask*>& tasks, Template& made,
                           const std::string& path);

    // build_template.cpp
    TemplateId template_for(const front::Callee& callee, std::string path);
    TemplateId inline_template(const wf::Template& source, std::uint32_t scope, std::string path);
    std::uint32_t scope_for(const front::WorkflowPlace& place);
    void build_template(TemplateId id);
    void fill_container(const wf::Template& source, const std::string& path, Template& made);
    void fill_pod(const wf::Template& source, Template& made);
    template <class Container>
    ContainerSpec read_container(const Container* source, const Container* defaults,
                                 const std::string& path);
    void fill_side_containers(const wf::Template& source, const std::string& path, Template& made);
    void fill_container_set(const wf::ContainerSetTemplate& set, const std::string& path,
                            Template& made);
    void fill_steps(const wf::Template& source, std::uint32_t scope, const std::string& path,
                    Template& made);
    void fill_dag(const wf::Template& source, std::uint32_t scope, const std::string& path,
                  Template& made);
    void fill_retry(const wf::Template& source, Template& made);
    void check_template(const wf::Template& source, const std::string& path);

    // build_pod_values.cpp: what the kubelet would give to containers
    [[nodiscard]] PodFields pod_fields_of(const wf::Template& source) const;
    static void read_resources(const k8s::ResourceRequirements& source, ContainerSpec& container);
    void read_env(const k8s::EnvVar& source, const std::string& path, ContainerSpec& container);
    void read_field(const k8s::ObjectFieldSelector& source, const std::string& path, EnvVar& value);
    void read_resource(const k8s::ResourceFieldSelector& source, const std::string& path,
                       EnvVar& value);

    // build_volumes.cpp
    void fill_volumes(const wf::Template& source, const std::string& path, Template& made);
    void read_volume(const k8s::Volume& source, const std::string& path, VolumeSpec& volume);
    void read_projection(const k8s::VolumeProjection& source, const std::string& path,
                         std::uint32_t mode, VolumeSpec& volume);
    template <class Source>
    void read_object(const Source& source, EnvVar::Source kind, const ir::Scalar* name,
                     const std::string& path, std::uint32_t mode, VolumeSpec& volume);
    void read_pod_files(const ir::ListOf<k8s::DownwardAPIVolumeFile>& files,
                        const std::string& path, std::uint32_t mode, VolumeSpec& volume);

    // build_requests.cpp: templates that are no processes, and what templates wait for
    std::vector<LockSpec> read_locks(const wf::Synchronization& source, const std::string& path);
    void fill_memoize(const wf::Template& source, Template& made);
    void fill_http(const wf::HTTP& source, const std::string& path, Template& made);
    void fill_data(const wf::Data& source, const std::string& path, Template& made);

    // build_values.cpp
    InputParameter read_input(const wf::Parameter& source, const std::string& path);
    OutputParameter read_output(const wf::Parameter& source, const std::string& path);
    ArtifactSpec read_artifact(const wf::Artifact& source, const std::string& path,
                               bool is_output = false);
    void read_location(const wf::Artifact& source, const std::string& path, bool is_output,
                       ArtifactSpec& artifact);
    void read_web_location(const wf::Artifact& source, const std::string& path, bool is_output,
                           ArtifactSpec& artifact);
    void fill_archive_location(const wf::Template& source, Template& made);
    void fill_values(const wf::Template& source, const std::string& path, Template& made);

    // build_manifests.cpp: what only pods need
    void build_pod_defaults();
    void fill_manifest(const wf::Template& source, Template& made);

    /// It cannot be run on this machine; in a cluster it can.
    void refuse_here(const ir::Value* where, std::string path, std::string reason);
    /// It cannot be run here.
    void refuse(const ir::Value* where, std::string path, std::string reason);
    /// It cannot be run anywhere.
    void reject(const ir::Value* where, std::string path, std::string reason);
    void check_enums(const wf::WorkflowSpec& spec);
    void check_tags(const wf::Template& source, const std::string& path);
    /// All texts below a value, one to a line.
    [[nodiscard]] static std::string joined_texts(const ir::Value& value);

    const ir::Project& project_;
    const RunRequest& request_;
    BuiltPlan built_;
    /// The spec that runs, and the one that it refers to by workflowTemplateRef (or null).
    const wf::WorkflowSpec* spec_ = nullptr;
    const wf::WorkflowSpec* base_ = nullptr;
    const wf::Template* defaults_ = nullptr;
    /// The repository of the run: the form of its keys, and ArtifactSpec::access.
    Text repository_key_;
    Text repository_access_;
    bool repository_keeps_logs_ = false;
    std::vector<BuildScope> scopes_;
    std::map<const wf::Template*, TemplateId> template_ids_;
    std::vector<TemplateSource> sources_;
    /// Of the template that is being built.
    PodFields pod_fields_;
};

} // namespace tiphys::run
