#pragma once
// Metrics that workflows and templates declare: what they come to when a run or a node has ended,
// and gauges that count the time from their beginning on.
// Argo: computeMetrics in workflow/controller/operator.go.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/state.h"
#include "runtime/metrics/registry.h"

namespace tiphys::control {

class DeclaredMetrics {
public:
    DeclaredMetrics() = default;
    /// Both JSON: the spec with all that it takes from templates, and the templates of other
    /// objects as `status.storedTemplates` has them; the latter may be empty.
    DeclaredMetrics(std::string_view spec, std::string_view stored);

    [[nodiscard]] bool empty() const { return of_run_.empty() && of_templates_.empty(); }

    struct Values {
        std::vector<metrics::CustomValue> values;
        /// Why others have none.
        std::vector<std::string> problems;
    };
    /// `node`: JSON of one that has ended, as in `status.nodes`, with its `resourcesDuration`.
    [[nodiscard]] Values of_node(const run::State& state, std::string_view node) const;
    /// Of the run, which has ended.
    [[nodiscard]] Values of_run(const run::State& state) const;

    /// Whether there are gauges with `realtime`: values of those only come from what follows.
    [[nodiscard]] bool has_realtime() const { return has_realtime_; }
    /// `node`: JSON of one that has begun.
    [[nodiscard]] Values of_begun_node(const run::State& state, std::string_view node) const;
    [[nodiscard]] Values of_begun_run(const run::State& state) const;

private:
    /// JSON of each.
    using Declared = std::vector<std::string>;
    [[nodiscard]] const Declared* of_template(std::string_view node) const;

    bool has_realtime_ = false;
    Declared of_run_;
    /// By the template's name, or by `namespaced/OBJECT/TEMPLATE`.
    std::map<std::string, Declared> of_templates_;
};

} // namespace tiphys::control
