#pragma once
// Values that a workflow's texts have whenever it runs: constants, followed through parameters.

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/front/flow.h"

namespace tiphys::analyze {

/// For one workflow place. Values that a submitter may give are those written in the manifest.
class KnownValues {
public:
    explicit KnownValues(const front::Flow& flow);

    /// The value of a text in a template, without tags; nothing where it is known at run time only
    /// or differs between the callers. `inside` is null at the level of the workflow.
    [[nodiscard]] std::optional<std::string_view> of(std::string_view text,
                                                     const front::FlowTemplate* inside) const;

    /// How often a step or task runs at most: 1 without a loop, nothing where the list is unknown.
    /// The collected outputs of an earlier loop have no more elements than that loop.
    [[nodiscard]] std::optional<std::int64_t> loop_count(const front::FlowTemplate& caller,
                                                         const front::FlowNode& node) const;

private:
    using Text = std::optional<std::string_view>;
    struct Caller {
        const front::FlowTemplate* inside = nullptr;
        const wf::Arguments* arguments = nullptr;
        bool is_workflow = false;
    };

    [[nodiscard]] Text resolve(std::string_view text, const front::FlowTemplate* inside,
                               int depth) const;
    [[nodiscard]] Text input(std::string_view name, const front::FlowTemplate& inside,
                             int depth) const;
    [[nodiscard]] Text argument(const Caller& caller, std::string_view name, Text default_text,
                                int depth) const;
    [[nodiscard]] std::optional<std::int64_t> count(const front::FlowTemplate& caller,
                                                    const front::FlowNode& node, int depth) const;
    [[nodiscard]] std::optional<std::int64_t>
    collected_count(const front::FlowTemplate& caller, std::string_view text, int depth) const;
    [[nodiscard]] std::optional<std::int64_t> number(const ir::Scalar* scalar,
                                                     const front::FlowTemplate& inside) const;

    const front::Flow& flow_;
    std::unordered_map<const wf::Template*, std::vector<Caller>> callers_;
};

/// Number of elements of a text that is a JSON list; nothing for any other text.
[[nodiscard]] std::optional<std::int64_t> json_list_size(std::string_view text);

} // namespace tiphys::analyze
