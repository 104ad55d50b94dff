#pragma once
// What several rules need to know about the workflows of a file or about the whole project, found
// out once, when first asked for.

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "analyzer/bounds.h"
#include "analyzer/known_values.h"
#include "analyzer/rbac.h"
#include "analyzer/scripts.h"
#include "analyzer/sites.h"
#include "analyzer/taint.h"
#include "compiler/front/dependencies.h"
#include "compiler/front/flow.h"
#include "compiler/front/uses.h"

namespace tiphys::analyze {

/// About the project; all threads share one.
class ProjectFacts {
public:
    explicit ProjectFacts(const ir::Project& project) : project_(project) {}

    /// Who may do what, by the project's roles and bindings.
    [[nodiscard]] const Rbac& rbac();

private:
    const ir::Project& project_;
    std::once_flag rbac_is_known_;
    std::optional<Rbac> rbac_;
};

/// About one file; not thread-safe.
class Facts {
public:
    explicit Facts(const ir::Project& project)
        : Facts(project, std::make_shared<ProjectFacts>(project)) {}
    Facts(const ir::Project& project, std::shared_ptr<ProjectFacts> of_project)
        : of_project_(std::move(of_project)), flows_(project) {}

    [[nodiscard]] front::FlowSet& flows() { return flows_; }
    /// The workflows that a document specifies, in source order.
    [[nodiscard]] const std::vector<const front::Flow*>& flows(const ir::Document& document) {
        return flows_.of(document);
    }
    /// Who waits for whom in a `dag` template.
    [[nodiscard]] const front::DagGraph& dag(const front::FlowTemplate& dag);

    /// The tags and expressions of a workflow.
    [[nodiscard]] const front::Uses& uses(const front::Flow& flow);
    /// The constants of a workflow.
    [[nodiscard]] const KnownValues& values(const front::Flow& flow);
    /// The shell script that a container runs, or null.
    [[nodiscard]] const ShellScript* script(const ContainerView& container) {
        return scripts_.of(container);
    }
    /// What a workflow needs at least and at most.
    [[nodiscard]] Bounds& bounds(const front::Flow& flow);
    /// The texts from outside that end in dangerous places of a document's workflows.
    [[nodiscard]] const std::vector<TaintedText>& taints(const ir::Document& document);
    /// The expressions and conditions of a document.
    [[nodiscard]] const Sites& sites(const ir::Document& document);

    [[nodiscard]] const Rbac& rbac() { return of_project_->rbac(); }
    /// The documents of kind EventSource with that name, in any namespace.
    [[nodiscard]] std::span<const ir::Document* const> event_sources(std::string_view name) {
        return flows_.project().named("EventSource", name);
    }

private:
    std::shared_ptr<ProjectFacts> of_project_;
    front::FlowSet flows_;
    std::unordered_map<const front::FlowTemplate*, std::unique_ptr<front::DagGraph>> dags_;
    std::unordered_map<const front::Flow*, std::unique_ptr<front::Uses>> uses_;
    std::unordered_map<const front::Flow*, std::unique_ptr<KnownValues>> values_;
    Scripts scripts_;
    std::unordered_map<const front::Flow*, std::unique_ptr<Bounds>> bounds_;
    std::unordered_map<const ir::Document*, std::vector<TaintedText>> taints_;
    std::unordered_map<const ir::Document*, std::unique_ptr<Sites>> sites_;
};

} // namespace tiphys::analyze
