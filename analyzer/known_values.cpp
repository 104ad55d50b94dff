// Values that a workflow's texts have whenever it runs.
#include "analyzer/known_values.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "compiler/expr/tags.h"

namespace tiphys::analyze {
namespace {

/// Calls through which a value is followed; recursive templates would have no end.
constexpr int kMostCalls = 12;

/// The name, where a text is one simple tag and nothing else.
std::string_view only_tag(std::string_view text) {
    const expr::TagList list = expr::scan_tags(text);
    if (list.tags.size() != 1 || list.unclosed.has_value()) return {};
    const expr::Tag& tag = list.tags.front();
    const bool is_whole = tag.range.begin == 0 && tag.range.end == text.size();
    if (!is_whole || tag.is_expression || tag.is_nested) return {};
    return text.substr(tag.name.begin, tag.name.end - tag.name.begin);
}

const wf::Parameter* find_parameter(const ir::ListOf<wf::Parameter>& list, std::string_view name) {
    for (const wf::Parameter* parameter : list) {
        if (ir::text_of(parameter->name()) == name) return parameter;
    }
    return nullptr;
}

std::optional<std::string_view> written(const ir::Scalar* scalar) {
    if (scalar == nullptr) return std::nullopt;
    return scalar->text;
}

} // namespace

KnownValues::KnownValues(const front::Flow& flow) : flow_(flow) {
    const Caller workflow{nullptr, flow.spec().arguments(), true};
    if (flow.entrypoint().target != nullptr) {
        callers_[flow.entrypoint().target].push_back(workflow);
    }
    const auto add_hooks = [&](const front::FlowTemplate* inside,
                               const std::vector<front::FlowHook>& hooks) {
        for (const front::FlowHook& hook : hooks) {
            if (hook.callee.target == nullptr) continue;
            callers_[hook.callee.target].push_back({inside, hook.call.arguments, false});
        }
    };
    add_hooks(nullptr, flow.hooks());
    for (const auto& each : flow.templates()) {
        for (const front::FlowNode& node : each->nodes) {
            add_hooks(each.get(), node.hooks);
            if (node.callee.target == nullptr) continue;
            callers_[node.callee.target].push_back({each.get(), node.call.arguments, false});
        }
    }
}

std::optional<std::string_view> KnownValues::of(std::string_view text,
                                                const front::FlowTemplate* inside) const {
    return resolve(text, inside, 0);
}

KnownValues::Text KnownValues::resolve(std::string_view text, const front::FlowTemplate* inside,
                                       int depth) const {
    if (!front::has_tag(text)) return text;
    if (depth == kMostCalls) return std::nullopt;
    const std::string_view name = only_tag(text);
    constexpr std::string_view kGlobal = "workflow.parameters.";
    constexpr std::string_view kInput = "inputs.parameters.";
    if (name.starts_with(kGlobal) && flow_.spec().arguments() != nullptr) {
        const wf::Parameter* parameter =
            find_parameter(flow_.spec().arguments()->parameters(), name.substr(kGlobal.size()));
        if (parameter == nullptr || parameter->value() == nullptr) return std::nullopt;
        return resolve(parameter->value()->text, nullptr, depth + 1);
    }
    if (name.starts_with(kInput) && inside != nullptr) {
        return input(name.substr(kInput.size()), *inside, depth + 1);
    }
    return std::nullopt;
}

KnownValues::Text KnownValues::input(std::string_view name, const front::FlowTemplate& inside,
                                     int depth) const {
    const wf::Inputs* inputs = inside.source->inputs();
    const wf::Parameter* declared =
        inputs == nullptr ? nullptr : find_parameter(inputs->parameters(), name);
    if (declared == nullptr) return std::nullopt;
    const Text default_text =
        declared->value() != nullptr ? written(declared->value()) : written(declared->default_());
    const auto callers = callers_.find(inside.source);
    // What calls a library's template from outside may say something else.
    if (callers == callers_.end() || flow_.is_library()) return std::nullopt;
    Text common;
    for (const Caller& caller : callers->second) {
        const Text value = argument(caller, name, default_text, depth);
        if (!value.has_value() || (common.has_value() && *common != *value)) return std::nullopt;
        common = value;
    }
    return common;
}

KnownValues::Text KnownValues::argument(const Caller& caller, std::string_view name,
                                        Text default_text, int depth) const {
    if (caller.arguments != nullptr) {
        const wf::Parameter* given = find_parameter(caller.arguments->parameters(), name);
        if (given != nullptr && given->value() == nullptr) return std::nullopt;
        if (given != nullptr) return resolve(given->value()->text, caller.inside, depth);
    }
    if (!default_text.has_value()) return std::nullopt;
    return resolve(*default_text, nullptr, depth);
}

std::optional<std::int64_t> KnownValues::number(const ir::Scalar* scalar,
                                                const front::FlowTemplate& inside) const {
    if (scalar == nullptr) return std::nullopt;
    const Text text = of(scalar->text, &inside);
    if (!text.has_value()) return std::nullopt;
    std::int64_t value = 0;
    const char* end = text->data() + text->size();
    const auto parsed = std::from_chars(text->data(), end, value);
    const bool is_number = parsed.ec == std::errc{} && parsed.ptr == end;
    return is_number ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> KnownValues::loop_count(const front::FlowTemplate& caller,
                                                    const front::FlowNode& node) const {
    return count(caller, node, 0);
}

/// Argo: processAggregateNodeOutputs: a loop's `outputs.result` and `outputs.parameters…` have one
/// element for each of its nodes that succeeded.
std::optional<std::int64_t> KnownValues::collected_count(const front::FlowTemplate& caller,
                                                         std::string_view text, int depth) const {
    const std::string_view name = only_tag(text);
    if (!name.starts_with("steps.") && !name.starts_with("tasks.")) return std::nullopt;
    const std::string_view rest = name.substr(6);
    const std::size_t dot = rest.find('.');
    const front::FlowNode* node = caller.find_node(rest.substr(0, dot));
    if (dot == rest.npos || node == nullptr || !node->is_loop()) return std::nullopt;
    const std::string_view output = rest.substr(dot + 1);
    const bool is_collected =
        output == "outputs.result" || output.starts_with("outputs.parameters");
    return is_collected ? count(caller, *node, depth + 1) : std::nullopt;
}

std::optional<std::int64_t> KnownValues::count(const front::FlowTemplate& caller,
                                               const front::FlowNode& node, int depth) const {
    if (depth == kMostCalls) return std::nullopt;
    if (!node.is_loop()) return 1;
    if (node.with_items != nullptr && !node.with_items->items.empty()) {
        return static_cast<std::int64_t>(node.with_items->items.size());
    }
    if (node.with_param != nullptr) {
        const Text text = of(node.with_param->text, &caller);
        if (text.has_value()) return json_list_size(*text);
        return collected_count(caller, node.with_param->text, depth);
    }
    const wf::Sequence& sequence = *node.with_sequence;
    if (sequence.count() != nullptr) return number(sequence.count(), caller);
    const std::optional<std::int64_t> end = number(sequence.end(), caller);
    const std::optional<std::int64_t> start =
        sequence.start() == nullptr ? 0 : number(sequence.start(), caller);
    if (!end.has_value() || !start.has_value()) return std::nullopt;
    constexpr std::int64_t kFar = std::int64_t{1} << 40;
    const bool is_near = *end > -kFar && *end<kFar&& * start> - kFar && *start < kFar;
    if (!is_near) return kFar;
    return (*end > *start ? *end - *start : *start - *end) + 1;
}

std::optional<std::int64_t> json_list_size(std::string_view text) {
    const nlohmann::json parsed = nlohmann::json::parse(text, nullptr, false);
    if (!parsed.is_array()) return std::nullopt;
    return static_cast<std::int64_t>(parsed.size());
}

} // namespace tiphys::analyze
