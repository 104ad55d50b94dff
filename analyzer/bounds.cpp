// What a workflow will need at least and at most.
#include "analyzer/bounds.h"

#include <algorithm>

#include "analyzer/facts.h"
#include "analyzer/known_times.h"
#include "analyzer/widest_set.h"
#include "compiler/base/limits.h"

namespace tiphys::analyze {
namespace {

using front::FlowNode;
using front::FlowTemplate;

/// Beyond that many tasks the sum of all is taken for the widest set.
constexpr std::size_t kMostTasksExact = 64;
/// Deeper calls are left out: the controller gives up long before.
constexpr int kMostLevels = 4 * limits::kTemplateDepth;

// Sizes of an entry of `status.nodes`, and its share of the packed status; measured on Argo 4.1.
constexpr std::int64_t kPodNodeBytes = 805;
constexpr std::int64_t kOtherNodeBytes = 595;
constexpr std::int64_t kPackedNodeBytes = 98;
/// Calls of the API server that a pod causes: itself, its status, secrets, events, its result.
constexpr std::int64_t kCallsPerPod = 10;

Interval sum(const Interval& a, const Interval& b) {
    return {bounded_sum(a.least, b.least), bounded_sum(a.usual, b.usual),
            bounded_sum(a.most, b.most)};
}

Interval product(const Interval& a, const Interval& b) {
    return {bounded_product(a.least, b.least), bounded_product(a.usual, b.usual),
            bounded_product(a.most, b.most)};
}

std::int64_t rows_of(std::int64_t count, std::int64_t at_once) {
    if (count == kUnbounded || at_once <= 0) return count;
    return at_once == kUnbounded ? std::min<std::int64_t>(count, 1)
                                 : count / at_once + (count % at_once == 0 ? 0 : 1);
}

std::int64_t number_or(const ir::Scalar* scalar, std::int64_t otherwise) {
    const auto seconds = scalar == nullptr ? std::nullopt : seconds_of(scalar->text);
    return seconds.has_value() && *seconds > 0 ? *seconds : otherwise;
}

bool has_mutex(const wf::Template& at) {
    const wf::Synchronization* locks = at.synchronization();
    return locks != nullptr && (locks->entry("mutex") != nullptr || locks->mutexes());
}

/// Whether a task may be left out although nothing fails.
bool is_conditional(const FlowTemplate& at, const FlowNode& node) {
    if (node.when != nullptr && !node.when->text.empty()) return true;
    const wf::DAGTemplate* dag = at.source->dag();
    if (dag != nullptr && dag->target() != nullptr) return true;
    if (node.depends == nullptr) return false;
    for (const front::Dependency& dependency : front::scan_depends(*node.depends)) {
        if (!dependency.result.empty() && dependency.result != "Succeeded") return true;
    }
    return false;
}

std::string quoted(std::string_view name) {
    return "`" + std::string(name) + "`";
}

Span span_of(const FlowNode& node) {
    return node.name == nullptr ? node.object->span : node.name->span;
}

} // namespace

std::int64_t bounded_sum(std::int64_t a, std::int64_t b) {
    return a > kUnbounded - b ? kUnbounded : a + b;
}

std::int64_t bounded_product(std::int64_t a, std::int64_t b) {
    if (a == 0 || b == 0) return 0;
    return a > kUnbounded / b ? kUnbounded : a * b;
}

Bounds::Bounds(Facts& facts, const front::Flow& root, const Assumptions& assumptions)
    : facts_(facts), root_(root), assumptions_(assumptions) {
    for (const wf::WorkflowSpec* spec : {root.base().spec, &root.spec()}) {
        if (spec != nullptr) cap_ = number_or(spec->parallelism(), cap_);
    }
    cap_ = assumptions_.parallelism.value_or(cap_);
    cap_ = std::min(cap_, assumptions_.slots.value_or(kUnbounded));
}

const wf::Template* Bounds::defaults() const {
    if (root_.spec().template_defaults() != nullptr) return root_.spec().template_defaults();
    return root_.base().spec == nullptr ? nullptr : root_.base().spec->template_defaults();
}

const wf::RetryStrategy* Bounds::retries_of(const FlowTemplate& at) const {
    if (at.source->retry_strategy() != nullptr) return at.source->retry_strategy();
    if (defaults() != nullptr && defaults()->retry_strategy() != nullptr) {
        return defaults()->retry_strategy();
    }
    return root_.spec().retry_strategy();
}

const front::Flow& Bounds::flow_of(const FlowTemplate& at) const {
    const auto found = flows_.find(&at);
    return found == flows_.end() ? root_ : *found->second;
}

void Bounds::unbounded(Span span, std::string words) {
    const auto is_same = [&](const UnboundedReason& known) {
        return known.span == span && known.words == words;
    };
    if (std::none_of(reasons_.begin(), reasons_.end(), is_same)) {
        reasons_.push_back({span, std::move(words)});
    }
}

const TemplateBounds& Bounds::of(const FlowTemplate& at) {
    const auto [found, is_new] = known_.try_emplace(&at);
    if (found->second != nullptr) return *found->second;
    static const TemplateBounds kRepeated{.pods = {0, 0, kUnbounded},
                                          .most_attempts = kUnbounded,
                                          .nodes = {0, 0, kUnbounded},
                                          .most_seconds = kUnbounded,
                                          .calls = {}};
    const bool is_repeated = !is_new || level_ >= kMostLevels;
    if (is_repeated) {
        const Span span = at.source->name() == nullptr ? at.source->span : at.source->name()->span;
        unbounded(span, quoted(at.name()) + " is called again from inside of itself");
        if (is_new) known_.erase(&at);
        return kRepeated;
    }
    ++level_;
    auto bounds = std::make_unique<TemplateBounds>(at.nodes.empty() ? leaf(at) : calls_of(at));
    add_retries(at, *bounds);
    --level_;
    std::unique_ptr<TemplateBounds>& slot = known_[&at];
    slot = std::move(bounds);
    return *slot;
}

TemplateBounds Bounds::leaf(const FlowTemplate& at) {
    TemplateBounds bounds;
    const std::int64_t n_pods = front::is_pod(at.kind) ? 1 : 0;
    // A cached result needs no pod.
    const std::int64_t n_least = at.source->memoize() != nullptr ? 0 : n_pods;
    bounds.pods = {n_least, n_pods, n_pods};
    bounds.usual_attempts = n_pods;
    bounds.most_attempts = n_pods;
    std::int64_t n_nodes = 1;
    if (const wf::ContainerSetTemplate* set = at.source->container_set()) {
        n_nodes += static_cast<std::int64_t>(set->containers().size());
    }
    bounds.nodes = {n_nodes, n_nodes, n_nodes};
    bounds.most_at_once = n_pods;
    bounds.least_seconds = least_seconds(at);
    const bool is_unknown = bounds.least_seconds == 0 && n_pods > 0;
    if (is_unknown) bounds.least_seconds = assumptions_.pod_seconds.value_or(0);
    bounds.most_seconds = deadline_seconds(*at.source, defaults()).value_or(kUnbounded);
    const bool is_timed_pause = at.source->suspend() != nullptr && bounds.least_seconds > 0;
    if (is_timed_pause) bounds.most_seconds = std::min(bounds.most_seconds, bounds.least_seconds);
    return bounds;
}

Interval Bounds::count_of(const FlowTemplate& at, const FlowNode& node) {
    Interval count{1, 1, 1};
    if (node.is_loop()) {
        const auto known = facts_.values(flow_of(at)).loop_count(at, node);
        if (known.has_value()) {
            const std::int64_t number = std::max<std::int64_t>(*known, 0);
            // The elements of an earlier loop's outputs are at most so many.
            const bool is_written = node.with_param == nullptr ||
                                    node.with_param->text.find(".outputs.") == std::string::npos;
            count = {is_written ? number : 0, number, number};
        } else if (assumptions_.items.has_value()) {
            count = {*assumptions_.items, *assumptions_.items, *assumptions_.items};
        } else {
            count = {0, 1, kUnbounded};
            unbounded(span_of(node), quoted(node.name_text()) + " in " + quoted(at.name()) +
                                         " loops over a list that is known at run time only");
        }
    }
    if (is_conditional(at, node)) count.least = 0;
    return count;
}

CallBounds Bounds::call(const FlowTemplate& at, const FlowNode& node) {
    CallBounds call;
    call.node = &node;
    call.count = count_of(at, node);
    call.callee = facts_.flows().target_of(node.callee);
    if (call.callee == nullptr) {
        // As far as is known it makes one pod.
        call.pods_each = {0, 1, kUnbounded};
        unbounded(span_of(node),
                  "the template that " + quoted(node.name_text()) + " calls is not in these files");
    } else {
        if (call.callee->outer == nullptr && node.callee.place.spec != nullptr) {
            flows_.try_emplace(call.callee, &facts_.flows().of(node.callee.place));
        } else if (call.callee->outer != nullptr) {
            flows_.try_emplace(call.callee, &flow_of(at));
        }
        call.pods_each = of(*call.callee).pods;
    }
    call.pods = product(call.count, call.pods_each);
    add_rows(at, call);
    return call;
}

void Bounds::add_rows(const FlowTemplate& at, CallBounds& call) {
    const std::int64_t each =
        call.callee == nullptr ? 1 : std::max<std::int64_t>(of(*call.callee).most_at_once, 0);
    std::int64_t at_once = number_or(at.source->parallelism(), kUnbounded);
    if (call.callee != nullptr && has_mutex(*call.callee->source)) at_once = 1;
    if (cap_ != kUnbounded && each > 0 && each != kUnbounded) {
        at_once = std::min(at_once, std::max<std::int64_t>(cap_ / each, 1));
    }
    call.at_once = std::min(at_once, call.count.usual);
    call.rows = rows_of(call.count.usual, at_once);
}

TemplateBounds Bounds::calls_of(const FlowTemplate& at) {
    TemplateBounds bounds;
    bounds.calls.reserve(at.nodes.size());
    for (const FlowNode& node : at.nodes)
        bounds.calls.push_back(call(at, node));
    add_children(at, bounds);
    bounds.most_at_once = at_once_of(at, bounds);
    add_time(at, bounds);
    return bounds;
}

void Bounds::add_children(const FlowTemplate& at, TemplateBounds& bounds) {
    std::int64_t n_own = 1;
    if (at.kind == front::TemplateKind::kSteps) n_own += at.nodes.back().group + std::int64_t{1};
    bounds.nodes = {n_own, n_own, n_own};
    static const TemplateBounds kUnknown{.pods = {0, 1, kUnbounded},
                                         .usual_attempts = 1,
                                         .most_attempts = kUnbounded,
                                         .nodes = {0, 1, kUnbounded},
                                         .most_at_once = kUnbounded,
                                         .most_seconds = kUnbounded,
                                         .calls = {}};
    for (const CallBounds& call : bounds.calls) {
        const TemplateBounds& each = call.callee == nullptr ? kUnknown : of(*call.callee);
        bounds.pods = sum(bounds.pods, call.pods);
        bounds.most_attempts =
            bounded_sum(bounds.most_attempts, bounded_product(call.count.most, each.most_attempts));
        bounds.usual_attempts = bounded_sum(bounds.usual_attempts,
                                            bounded_product(call.count.usual, each.usual_attempts));
        bounds.nodes = sum(bounds.nodes, product(call.count, each.nodes));
        const bool is_task_group = call.node->is_task && call.node->is_loop();
        if (is_task_group) bounds.nodes = sum(bounds.nodes, {1, 1, 1});
        bounds.depth = std::max(bounds.depth, each.depth + 1);
        add_hooks(call.node->hooks, call.count, bounds);
    }
}

void Bounds::add_hooks(const std::vector<front::FlowHook>& hooks, const Interval& count,
                       TemplateBounds& bounds) {
    for (const front::FlowHook& hook : hooks) {
        const FlowTemplate* callee = facts_.flows().target_of(hook.callee);
        if (callee == nullptr) continue;
        if (hook.callee.place.spec != nullptr) {
            flows_.try_emplace(callee, &facts_.flows().of(hook.callee.place));
        }
        const TemplateBounds each = of(*callee);
        const bool is_sure = hook.event == "exit" && hook.source == nullptr;
        const Interval times{is_sure ? count.least : 0, hook.event == "exit" ? count.usual : 0,
                             count.most};
        bounds.pods = sum(bounds.pods, product(times, each.pods));
        bounds.nodes = sum(bounds.nodes, product(times, each.nodes));
        bounds.most_attempts =
            bounded_sum(bounds.most_attempts, bounded_product(times.most, each.most_attempts));
        bounds.usual_attempts =
            bounded_sum(bounds.usual_attempts, bounded_product(times.usual, each.usual_attempts));
        bounds.depth = std::max(bounds.depth, each.depth + 1);
    }
}

void Bounds::add_retries(const FlowTemplate& at, TemplateBounds& bounds) {
    const wf::RetryStrategy* retries = retries_of(at);
    if (retries == nullptr) return;
    const auto limit = retry_limit(*retries);
    const std::int64_t attempts = limit.has_value() ? bounded_sum(*limit, 1) : kUnbounded;
    if (!limit.has_value()) {
        unbounded(retries->span, "the retries of " + quoted(at.name()) +
                                     (retries->limit() == nullptr ? " have no `limit`"
                                                                  : " are known at run time only"));
    }
    bounds.usual_attempts =
        bounded_product(bounds.usual_attempts, bounded_sum(limit.value_or(0), 1));
    bounds.most_attempts = bounded_product(bounds.most_attempts, attempts);
    bounds.nodes = sum({1, 1, 1}, {bounds.nodes.least, bounds.nodes.usual,
                                   bounded_product(bounds.nodes.most, attempts)});
    bounds.most_seconds = bounded_sum(bounded_product(bounds.most_seconds, attempts),
                                      backoff_seconds(*retries, limit.value_or(0)));
}

std::int64_t Bounds::width_of_call(const CallBounds& call) {
    if (call.callee == nullptr) return call.count.most;
    const std::int64_t each = of(*call.callee).most_at_once;
    if (has_mutex(*call.callee->source)) return std::min(call.count.most, std::int64_t{1}) * each;
    return bounded_product(call.count.most, each);
}

/// Argo: workflow/controller/operator.go, checkParallelism: `parallelism` of a template counts its
/// direct children.
std::int64_t Bounds::at_once_of(const FlowTemplate& at, const TemplateBounds& bounds) {
    std::vector<std::int64_t> widths;
    for (const CallBounds& call : bounds.calls)
        widths.push_back(std::min(width_of_call(call), cap_));
    std::int64_t widest = 0;
    if (at.kind == front::TemplateKind::kSteps) {
        std::int64_t in_group = 0;
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const bool is_new_group = i > 0 && at.nodes[i].group != at.nodes[i - 1].group;
            in_group = bounded_sum(is_new_group ? 0 : in_group, widths[i]);
            widest = std::max(widest, in_group);
        }
    } else {
        for (const std::int64_t width : widths)
            widest = bounded_sum(widest, width);
        constexpr std::int64_t kMostExact = std::int64_t{1} << 40;
        if (widest < kMostExact && widths.size() > 1 && widths.size() <= kMostTasksExact) {
            const front::DagGraph& graph = facts_.dag(at);
            widest = widest_set(widths, [&](std::size_t a, std::size_t b) {
                return graph.is_ancestor(at.nodes[a], at.nodes[b]);
            });
        }
    }
    const std::int64_t most_children = number_or(at.source->parallelism(), kUnbounded);
    std::int64_t largest = 0;
    for (const CallBounds& call : bounds.calls) {
        const std::int64_t each = call.callee == nullptr ? 1 : of(*call.callee).most_at_once;
        largest = std::max(largest, each);
    }
    return std::min({widest, bounded_product(most_children, largest), cap_});
}

std::int64_t Bounds::seconds_of_call(const CallBounds& call, bool is_least) {
    if (call.callee == nullptr) return is_least ? 0 : kUnbounded;
    const TemplateBounds& each = of(*call.callee);
    const std::int64_t count = is_least ? call.count.least : call.count.most;
    // What is not written down may run all at once.
    const std::int64_t at_once = std::max<std::int64_t>(call.at_once, 1);
    const std::int64_t rows =
        call.rows <= 1 ? std::min<std::int64_t>(count, 1) : rows_of(count, at_once);
    return bounded_product(rows, is_least ? each.least_seconds : each.most_seconds);
}

/// Steps: groups one after another; tasks: the longest way.
void Bounds::add_time(const FlowTemplate& at, TemplateBounds& bounds) {
    for (const bool is_least : {true, false}) {
        std::vector<std::int64_t> ends(at.nodes.size(), 0);
        std::int64_t before = 0; // where the group before ended
        std::int64_t last = 0;
        std::vector<bool> is_known(at.nodes.size(), false);
        const auto end_of_task = [&](const auto& self, std::size_t i) -> std::int64_t {
            if (is_known[i]) return ends[i];
            is_known[i] = true;
            std::int64_t begin = 0;
            for (const front::Dependency& dependency :
                 facts_.dag(at).dependencies_of(at.nodes[i])) {
                if (dependency.node != nullptr) {
                    begin = std::max(begin, self(self, dependency.node->index));
                }
            }
            ends[i] = bounded_sum(begin, seconds_of_call(bounds.calls[i], is_least));
            return ends[i];
        };
        for (std::size_t i = 0; i < at.nodes.size(); ++i) {
            if (at.kind == front::TemplateKind::kSteps) {
                if (i > 0 && at.nodes[i].group != at.nodes[i - 1].group) before = last;
                ends[i] = bounded_sum(before, seconds_of_call(bounds.calls[i], is_least));
            } else {
                end_of_task(end_of_task, i);
            }
            last = std::max(last, ends[i]);
        }
        (is_least ? bounds.least_seconds : bounds.most_seconds) = last;
    }
}

WorkflowBounds Bounds::workflow() {
    WorkflowBounds result;
    const FlowTemplate* entrypoint = facts_.flows().target_of(root_.entrypoint());
    if (entrypoint != nullptr) {
        if (root_.entrypoint().place.spec != nullptr) {
            flows_.try_emplace(entrypoint, &facts_.flows().of(root_.entrypoint().place));
        }
        result.entrypoint = entrypoint;
        result.total = of(*entrypoint);
    }
    add_hooks(root_.hooks(), {1, 1, 1}, result.total);
    result.total.most_at_once = std::min(result.total.most_at_once, cap_);
    result.parallelism = cap_ == kUnbounded ? 0 : cap_;
    for (const wf::WorkflowSpec* spec : {root_.base().spec, &root_.spec()}) {
        if (spec == nullptr) continue;
        result.total.most_seconds = std::min(
            result.total.most_seconds, number_or(spec->active_deadline_seconds(), kUnbounded));
        result.objects += static_cast<std::int64_t>(spec->volume_claim_templates().size());
    }
    const std::int64_t n_pods = result.total.pods.usual;
    const std::int64_t n_others = std::max<std::int64_t>(result.total.nodes.usual - n_pods, 0);
    result.status_bytes = bounded_sum(bounded_product(n_pods, kPodNodeBytes),
                                      bounded_product(n_others, kOtherNodeBytes));
    result.packed_bytes = bounded_product(result.total.nodes.usual, kPackedNodeBytes);
    result.objects = bounded_sum(result.objects, bounded_sum(bounded_product(n_pods, 2), 1));
    result.api_calls = bounded_product(n_pods, kCallsPerPod);
    return result;
}

} // namespace tiphys::analyze
