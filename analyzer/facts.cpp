// What several rules need to know about the workflows of a file.
#include "analyzer/facts.h"

namespace tiphys::analyze {

const Rbac& ProjectFacts::rbac() {
    std::call_once(rbac_is_known_, [&] { rbac_.emplace(project_); });
    return *rbac_;
}

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

const Sites& Facts::sites(const ir::Document& document) {
    std::unique_ptr<Sites>& sites = sites_[&document];
    if (sites == nullptr) sites = std::make_unique<Sites>(collect_sites(document, *this));
    return *sites;
}

} // namespace tiphys::analyze
