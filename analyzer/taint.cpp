// Texts from outside that end where they are executed, or decide what is.
#include "analyzer/taint.h"

#include <algorithm>
#include <set>

#include "analyzer/taint_events.h"
#include "analyzer/taint_graph.h"
#include "compiler/doc/scalar_text.h"

namespace tiphys::analyze {
namespace {

Span tag_span(const ir::Project& project, const ir::Scalar& scalar, expr::Range range) {
    if (!scalar.span.is_known()) return scalar.span;
    const std::string_view file = project.sources().file(scalar.span.file).text;
    return doc::span_in_scalar(file, scalar.span, scalar.style, range.begin, range.end);
}

/// Numbers and booleans: whoever gives a value for it will give another of the kind.
bool is_number_like(std::string_view text) {
    if (text == "true" || text == "false") return true;
    return !text.empty() && text.find_first_not_of("0123456789.-") == text.npos;
}

/// Follows texts through a graph, from the most capable sources first: each variable is reached
/// once, by the worst way.
class Spread {
public:
    Spread(const ir::Project& project, const TaintGraph& graph, std::vector<TaintedText>& out)
        : project_(project), graph_(graph), out_(out) {}

    void run(std::vector<TaintSeed> seeds) {
        std::stable_sort(seeds.begin(), seeds.end(), [](const TaintSeed& a, const TaintSeed& b) {
            return a.source > b.source;
        });
        for (const TaintSeed& seed : seeds) {
            push({seed.slot, seed.source, kNone, &seed, {}});
            for (; next_ < reached_.size(); ++next_) {
                const Slot slot = reached_[next_].slot;
                for (const TaintUse& use : graph_.uses_of(slot))
                    follow(next_, use);
            }
        }
    }

private:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    struct Reached {
        Slot slot;
        TaintSource source = TaintSource::kCaller;
        std::size_t from = kNone;
        const TaintSeed* seed = nullptr;
        /// What brought the text here from `from`.
        RelatedPlace step;
    };

    void push(Reached reached) {
        const TaintSource source = reached.source;
        const auto [known, is_new] = worst_.try_emplace(reached.slot, source);
        if (!is_new && known->second >= source) return;
        known->second = source;
        reached_.push_back(std::move(reached));
    }

    void follow(std::size_t from, const TaintUse& use) {
        const TaintSource source = reached_[from].source;
        const TaintSeed* seed = reached_[from].seed;
        if (use.is_relay) {
            relay(from, use);
        } else if (use.sink.has_value()) {
            arrive(from, use);
        } else {
            const Span span = tag_span(project_, *use.scalar, use.range);
            push({use.to, source, from, seed, {span, use.words}});
        }
    }

    /// What a pod is given may come out of it again, in some form.
    void relay(std::size_t from, const TaintUse& use) {
        if (reached_[from].source == TaintSource::kCaller || use.inside == nullptr) return;
        const TaintSeed* seed = reached_[from].seed;
        const RelatedPlace step{tag_span(project_, *use.scalar, use.range),
                                "goes into a pod that has outputs"};
        const auto push_output = [&](std::string name) {
            const Slot slot{Slot::Kind::kOutput, use.inside, std::move(name)};
            push({slot, TaintSource::kOutput, from, seed, step});
        };
        if (const wf::Outputs* outputs = use.inside->source->outputs()) {
            for (const wf::Parameter* output : outputs->parameters()) {
                if (output->enum_()) continue;
                push_output("parameters." + std::string(ir::text_of(output->name())));
            }
        }
        push_output("result");
    }

    void arrive(std::size_t from, const TaintUse& use) {
        const auto kind = std::to_string(static_cast<int>(*use.sink));
        if (!arrived_.insert({use.scalar, use.name + kind}).second) return;
        const Reached& at = reached_[from];
        out_.push_back({*use.sink, at.source, use.scalar, use.range.begin, use.range.end, use.name,
                        use.is_json, use.owner, use.inside, path_to(from),
                        at.seed->event_parameter});
    }

    /// From the source on; of very long ways the last part.
    std::vector<RelatedPlace> path_to(std::size_t at) const {
        constexpr std::size_t kMostSteps = 30;
        std::vector<RelatedPlace> path;
        std::vector<RelatedPlace> start = reached_[at].seed->path;
        for (; reached_[at].from != kNone && path.size() < kMostSteps; at = reached_[at].from)
            path.push_back(reached_[at].step);
        start.insert(start.end(), path.rbegin(), path.rend());
        return start;
    }

    const ir::Project& project_;
    const TaintGraph& graph_;
    std::vector<TaintedText>& out_;
    std::unordered_map<Slot, TaintSource, SlotHash> worst_;
    std::set<std::pair<const ir::Scalar*, std::string>> arrived_;
    std::vector<Reached> reached_;
    std::size_t next_ = 0;
};

/// Parameters that a person may set when submitting the workflow.
void add_submitted(const wf::WorkflowSpec& spec, std::vector<TaintSeed>& seeds) {
    if (spec.arguments() == nullptr) return;
    for (const wf::Parameter* parameter : spec.arguments()->parameters()) {
        if (parameter->name() == nullptr || parameter->enum_()) continue;
        if (parameter->value() != nullptr && is_number_like(parameter->value()->text)) continue;
        const std::string name(parameter->name()->text);
        seeds.push_back(
            {{Slot::Kind::kGlobal, nullptr, name},
             TaintSource::kSubmitter,
             {{parameter->name()->span, "whoever submits the workflow can set `" + name + "`"}},
             nullptr});
    }
}

/// A cron workflow is started by the controller, one in a Sensor by its trigger.
bool is_submitted(const front::Flow& flow) {
    return !flow.is_embedded() && flow.place().owner != nullptr &&
           flow.place().owner->type->id != wf::CronWorkflow::kType;
}

void search(front::FlowSet& flows, const front::Flow& root, std::vector<TaintSeed> seeds,
            std::vector<TaintedText>& out) {
    const TaintGraph graph(flows, root);
    // Each value of an event is told of, also where several meet.
    for (const TaintSeed& seed : seeds) {
        if (seed.event_parameter != nullptr) Spread(flows.project(), graph, out).run({seed});
    }
    std::erase_if(seeds, [](const TaintSeed& seed) { return seed.event_parameter != nullptr; });
    seeds.insert(seeds.end(), graph.seeds().begin(), graph.seeds().end());
    Spread(flows.project(), graph, out).run(std::move(seeds));
}

} // namespace

std::vector<TaintedText> find_taints(front::FlowSet& flows, const ir::Document& document) {
    std::vector<TaintedText> found;
    const std::vector<EventSeeds> events = event_seeds(flows, document);
    for (const EventSeeds& each : events)
        search(flows, *each.root, each.seeds, found);
    if (!events.empty()) return found;
    for (const front::Flow* flow : flows.of(document)) {
        std::vector<TaintSeed> seeds;
        if (is_submitted(*flow)) {
            add_submitted(flow->spec(), seeds);
            if (flow->base().spec != nullptr) add_submitted(*flow->base().spec, seeds);
        }
        search(flows, *flow, std::move(seeds), found);
    }
    return found;
}

} // namespace tiphys::analyze
