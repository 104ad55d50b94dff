#pragma once
// What a workflow will need at least and at most: pods, pods at once, attempts, entries of its
// status, nesting and time. Numbers that nothing bounds carry the reason.

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/front/flow.h"

namespace tiphys::analyze {

class Facts;

/// A count that nothing bounds, or that is too large to tell.
inline constexpr std::int64_t kUnbounded = std::numeric_limits<std::int64_t>::max();

/// Sums and products that end at kUnbounded.
[[nodiscard]] std::int64_t bounded_sum(std::int64_t a, std::int64_t b);
[[nodiscard]] std::int64_t bounded_product(std::int64_t a, std::int64_t b);

/// From `least`, where conditions are false and unknown lists empty, to `most`. `usual` takes
/// conditions for true and unknown lists for one element.
struct Interval {
    std::int64_t least = 0;
    std::int64_t usual = 0;
    std::int64_t most = 0;
};

/// Why a number has no bound.
struct UnboundedReason {
    Span span;
    std::string words;
};

/// A step or task: how often it runs, and what all of its runs need together.
struct CallBounds {
    const front::FlowNode* node = nullptr;
    /// Null where the project does not have it.
    const front::FlowTemplate* callee = nullptr;
    Interval count;
    /// Of one run.
    Interval pods_each;
    /// Of all runs.
    Interval pods;
    /// Runs at the same time, and how many rows of them that makes, for the usual count.
    std::int64_t at_once = 1;
    std::int64_t rows = 1;
};

/// What one run of a template needs.
struct TemplateBounds {
    Interval pods;
    /// With every retry used up; `usual` as that of the pods, retries without limit as none.
    std::int64_t usual_attempts = 0;
    std::int64_t most_attempts = 0;
    /// Entries of the workflow's status.
    Interval nodes;
    std::int64_t most_at_once = 0;
    /// Levels of templates, itself included.
    int depth = 1;
    /// Time if nothing fails: what is slept and waited for. `most` by deadlines.
    std::int64_t least_seconds = 0;
    std::int64_t most_seconds = 0;
    std::vector<CallBounds> calls;
};

/// What one asks for where the manifests do not say.
struct Assumptions {
    /// Elements of lists that are known at run time only.
    std::optional<std::int64_t> items;
    /// Seconds of pods whose time is not known.
    std::optional<std::int64_t> pod_seconds;
    /// Instead of the workflow's own `parallelism`.
    std::optional<std::int64_t> parallelism;
    /// Pods that the cluster has room for.
    std::optional<std::int64_t> slots;
};

/// The whole of a workflow, with its exit handler.
struct WorkflowBounds {
    TemplateBounds total;
    const front::FlowTemplate* entrypoint = nullptr;
    /// What holds `most_at_once` down; 0 for nothing.
    std::int64_t parallelism = 0;
    /// Bytes of the status, and as Argo packs it.
    std::int64_t status_bytes = 0;
    std::int64_t packed_bytes = 0;
    /// Objects that Argo makes: pods, results of tasks, claims, the workflow itself.
    std::int64_t objects = 0;
    /// Calls of the Kubernetes API that the pods cause.
    std::int64_t api_calls = 0;
};

/// Bounds of the templates that one workflow reaches, each computed once.
class Bounds {
public:
    Bounds(Facts& facts, const front::Flow& root, const Assumptions& assumptions = {});

    [[nodiscard]] const TemplateBounds& of(const front::FlowTemplate& at);
    /// From the entrypoint on.
    [[nodiscard]] WorkflowBounds workflow();
    /// In the order in which they were met.
    [[nodiscard]] const std::vector<UnboundedReason>& reasons() const { return reasons_; }

private:
    TemplateBounds leaf(const front::FlowTemplate& at);
    TemplateBounds calls_of(const front::FlowTemplate& at);
    CallBounds call(const front::FlowTemplate& at, const front::FlowNode& node);
    Interval count_of(const front::FlowTemplate& at, const front::FlowNode& node);
    void add_children(const front::FlowTemplate& at, TemplateBounds& bounds);
    void add_time(const front::FlowTemplate& at, TemplateBounds& bounds);
    void add_hooks(const std::vector<front::FlowHook>& hooks, const Interval& count,
                   TemplateBounds& bounds);
    void add_rows(const front::FlowTemplate& at, CallBounds& call);
    void add_retries(const front::FlowTemplate& at, TemplateBounds& bounds);
    [[nodiscard]] std::int64_t at_once_of(const front::FlowTemplate& at,
                                          const TemplateBounds& bounds);
    [[nodiscard]] std::int64_t width_of_call(const CallBounds& call);
    [[nodiscard]] std::int64_t seconds_of_call(const CallBounds& call, bool is_least);
    [[nodiscard]] const wf::RetryStrategy* retries_of(const front::FlowTemplate& at) const;
    [[nodiscard]] const wf::Template* defaults() const;
    [[nodiscard]] const front::Flow& flow_of(const front::FlowTemplate& at) const;
    void unbounded(Span span, std::string words);

    Facts& facts_;
    const front::Flow& root_;
    Assumptions assumptions_;
    /// What the workflow and the cluster let run at once.
    std::int64_t cap_ = kUnbounded;
    std::unordered_map<const front::FlowTemplate*, std::unique_ptr<TemplateBounds>> known_;
    std::unordered_map<const front::FlowTemplate*, const front::Flow*> flows_;
    std::vector<UnboundedReason> reasons_;
    int level_ = 0;
};

} // namespace tiphys::analyze
