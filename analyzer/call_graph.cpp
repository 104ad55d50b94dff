// Who calls whom.
#include "analyzer/call_graph.h"

#include <algorithm>
#include <unordered_map>

#include "compiler/front/dependencies.h"

namespace tiphys::analyze {
namespace {

using front::FlowNode;
using front::FlowTemplate;

class Reacher {
public:
    explicit Reacher(front::FlowSet& flows) : flows_(flows) {}

    Reach run(const front::Flow& flow) {
        add(flow.entrypoint());
        for (const front::FlowHook& hook : flow.hooks())
            add(hook.callee);
        while (!open_.empty()) {
            const FlowTemplate* at = open_.back();
            open_.pop_back();
            for (const FlowNode& node : at->nodes) {
                add(node.callee);
                for (const front::FlowHook& hook : node.hooks)
                    add(hook.callee);
            }
        }
        return std::move(reach_);
    }

private:
    void add(const front::Callee& callee) {
        if (callee.resolution == front::Resolution::kDynamic) reach_.is_open = true;
        const FlowTemplate* target = flows_.target_of(callee);
        if (target != nullptr && reach_.templates.insert(target).second) open_.push_back(target);
    }

    front::FlowSet& flows_;
    Reach reach_;
    std::vector<const FlowTemplate*> open_;
};

bool is_positive_number(const ir::Scalar* scalar) {
    if (scalar == nullptr || scalar->text.empty()) return false;
    const std::string_view text = scalar->text;
    const bool is_number = text.find_first_not_of("0123456789") == text.npos;
    return is_number && text.find_first_not_of('0') != text.npos;
}

/// Whether a loop has an element whatever happens.
bool runs_at_least_once(const FlowNode& node) {
    if (node.with_param != nullptr) return false;
    if (node.with_sequence == nullptr) return true;
    const wf::Sequence& sequence = *node.with_sequence;
    return sequence.count() == nullptr ? sequence.end() != nullptr
                                       : is_positive_number(sequence.count());
}

/// Whether a task starts on nothing but the success of others.
bool waits_for_success_only(const FlowNode& node) {
    if (node.depends == nullptr) return true;
    if (front::has_tag(node.depends->text)) return false;
    const std::vector<front::Dependency> dependencies = front::scan_depends(*node.depends);
    return std::all_of(dependencies.begin(), dependencies.end(), [](const front::Dependency& at) {
        return at.result.empty() || at.result == "Succeeded";
    });
}

/// Whether a template makes this call each time it runs, if nothing fails before.
bool is_unconditional(const FlowTemplate& caller, const FlowNode& node) {
    if (node.when != nullptr && !node.when->text.empty()) return false;
    const wf::DAGTemplate* dag = caller.source->dag();
    // A target may leave the task out.
    if (dag != nullptr && dag->target() != nullptr) return false;
    return runs_at_least_once(node) && waits_for_success_only(node);
}

bool is_before(Span a, Span b) {
    return a.file != b.file ? a.file < b.file : a.begin < b.begin;
}

/// Depth-first search over calls that are always made.
class CycleSearch {
public:
    explicit CycleSearch(front::FlowSet& flows) : flows_(flows) {}

    void visit_from(const FlowTemplate& start) {
        if (states_[&start] != State::kNew) return;
        enter(start);
        while (!path_.empty()) {
            const FlowTemplate& at = *path_.back().at;
            if (path_.back().next == at.nodes.size()) {
                states_[&at] = State::kDone;
                path_.pop_back();
                continue;
            }
            const FlowNode& node = at.nodes[path_.back().next++];
            if (!is_unconditional(at, node)) continue;
            const FlowTemplate* callee = flows_.target_of(node.callee);
            if (callee == nullptr) continue;
            if (states_[callee] == State::kOnPath) add_cycle(*callee);
            if (states_[callee] == State::kNew) enter(*callee);
        }
    }

    std::vector<CallCycle> take() { return std::move(cycles_); }

private:
    enum class State : std::uint8_t { kNew, kOnPath, kDone };
    struct Step {
        const FlowTemplate* at = nullptr;
        std::size_t next = 0;
    };

    void enter(const FlowTemplate& at) {
        states_[&at] = State::kOnPath;
        path_.push_back({&at, 0});
    }

    void add_cycle(const FlowTemplate& first) {
        const auto begin = std::find_if(path_.begin(), path_.end(),
                                        [&](const Step& step) { return step.at == &first; });
        CallCycle cycle;
        for (auto step = begin; step != path_.end(); ++step) {
            const FlowTemplate* next = step + 1 == path_.end() ? &first : (step + 1)->at;
            cycle.push_back({step->at, &step->at->nodes[step->next - 1], next});
        }
        const auto earliest =
            std::min_element(cycle.begin(), cycle.end(), [](const CallEdge& a, const CallEdge& b) {
                return is_before(a.span(), b.span());
            });
        std::rotate(cycle.begin(), earliest, cycle.end());
        cycles_.push_back(std::move(cycle));
    }

    front::FlowSet& flows_;
    std::unordered_map<const FlowTemplate*, State> states_;
    std::vector<Step> path_;
    std::vector<CallCycle> cycles_;
};

std::string quoted_name(const FlowTemplate& at) {
    const bool is_inline = at.name().empty() && at.outer_node != nullptr;
    return "`" + std::string(is_inline ? at.outer_node->name_text() : at.name()) + "`";
}

} // namespace

Span CallEdge::span() const {
    const front::Call& call = node->call;
    if (call.inline_template == nullptr) {
        const ir::Scalar* name =
            call.reference != nullptr ? call.reference->template_() : call.name;
        if (name != nullptr) return name->span;
    }
    return node->name != nullptr ? node->name->span : node->object->span;
}

Reach reach_of(front::FlowSet& flows, const front::Flow& flow) {
    return Reacher(flows).run(flow);
}

std::vector<const front::FlowTemplate*> roots_of(const front::Flow& flow) {
    std::vector<const front::FlowTemplate*> roots;
    const auto add = [&](const front::Callee& callee) {
        const front::FlowTemplate* found =
            callee.target == nullptr ? nullptr : flow.find(*callee.target);
        if (found != nullptr) roots.push_back(found);
    };
    add(flow.entrypoint());
    for (const front::FlowHook& hook : flow.hooks())
        add(hook.callee);
    if (!flow.is_library()) return roots;
    std::unordered_set<const wf::Template*> called;
    for (const auto& each : flow.templates()) {
        for (const front::FlowNode& node : each->nodes)
            called.insert(node.callee.target);
    }
    for (const auto& each : flow.templates()) {
        if (called.count(each->source) == 0) roots.push_back(each.get());
    }
    return roots;
}

std::vector<CallCycle> find_endless_calls(front::FlowSet& flows, const front::Flow& flow) {
    CycleSearch search(flows);
    for (const auto& each : flow.templates())
        search.visit_from(*each);
    return search.take();
}

std::string describe(const CallCycle& cycle) {
    std::string text = quoted_name(*cycle.front().caller);
    bool is_first = true;
    for (const CallEdge& edge : cycle) {
        text += is_first ? " calls " : ", which calls ";
        is_first = false;
        text += edge.callee == edge.caller ? "itself" : quoted_name(*edge.callee);
    }
    return text;
}

} // namespace tiphys::analyze
