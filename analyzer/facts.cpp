// What several rules need to know about the workflows of a file.
#include "analyzer/facts.h"

namespace tiphys::analyze {

const front::DagGraph& Facts::dag(const front::FlowTemplate& dag) {
    std::unique_ptr<front::DagGraph>& graph = dags_[&dag];
    if (graph == nullptr) graph = std::make_unique<front::DagGraph>(dag);
    return *graph;
}

const front::Uses& Facts::uses(const front::Flow& flow) {
    std::unique_ptr<front::Uses>& uses = uses_[&flow];
    if (uses == nullptr) uses = std::make_unique<front::Uses>(front::collect_uses(flow));
    return *uses;
}

const KnownValues& Facts::values(const front::Flow& flow) {
    std::unique_ptr<KnownValues>& values = values_[&flow];
    if (values == nullptr) values = std::make_unique<KnownValues>(flow);
    return *values;
}

Bounds& Facts::bounds(const front::Flow& flow) {
    std::unique_ptr<Bounds>& bounds = bounds_[&flow];
    if (bounds == nullptr) bounds = std::make_unique<Bounds>(*this, flow);
    return *bounds;
}

const std::vector<TaintedText>& Facts::taints(const ir::Document& document) {
    const auto [found, is_new] = taints_.try_emplace(&document);
    if (is_new) found->second = find_taints(flows_, document);
    return found->second;
}

const Rbac& Facts::rbac() {
    if (rbac_ == nullptr) rbac_ = std::make_unique<Rbac>(flows_.project());
    return *rbac_;
}

const std::vector<const ir::Document*>& Facts::event_sources(std::string_view name) {
    if (!has_event_sources_) {
        has_event_sources_ = true;
        for (const ir::Document* document : flows_.project().all("EventSource"))
            event_sources_[document->name].push_back(document);
    }
    return event_sources_[name];
}

const Sites& Facts::sites(const ir::Document& document) {
    std::unique_ptr<Sites>& sites = sites_[&document];
    if (sites == nullptr) sites = std::make_unique<Sites>(collect_sites(document, *this));
    return *sites;
}

} // namespace tiphys::analyze
