// Names, labels and values of declared metrics, with their tags resolved.

#include "runtime/controller/declared_metrics.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "runtime/core/scope.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/evaluate.h"
#include "runtime/plan/text.h"
#include "runtime/plan/time_text.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;
using metrics::CustomValue;
using metrics::MetricKind;
using run::compact;
using run::is_true;
using run::member;
using run::text_of;
using Variables = std::vector<run::Variable>;

/// As Go prints seconds with %f.
std::string seconds_text(std::int64_t ms) {
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%f", static_cast<double>(ms) / 1000);
    return buffer.data();
}

/// A scalar of JSON as Argo's AnyString has it.
std::string plain(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    return value.is_null() ? "" : compact(value);
}

void add_parameters(const Json& list, const std::string& prefix, Variables& variables) {
    for (const Json& parameter : list) {
        variables.push_back({prefix + text_of(parameter, "name"), run::Variable::Kind::kText,
                             plain(member(parameter, "value"))});
    }
}

/// Argo: prepareMetricScope.
Variables variables_of(const Json& node) {
    Variables variables;
    const auto add = [&](std::string name, std::string value) {
        variables.push_back({std::move(name), run::Variable::Kind::kText, std::move(value)});
    };
    const auto begun = run::parse_rfc3339_ms(text_of(node, "startedAt"));
    const auto ended = run::parse_rfc3339_ms(text_of(node, "finishedAt"));
    add("duration", seconds_text(begun && ended ? *ended - *begun : 0));
    add("status", text_of(node, "phase"));
    const Json& children = member(node, "children");
    if (children.is_array() && !children.empty()) {
        add("retries", std::to_string(children.size() - 1));
    }
    add_parameters(member(member(node, "inputs"), "parameters"), "inputs.parameters.", variables);
    const Json& outputs = member(node, "outputs");
    add_parameters(member(outputs, "parameters"), "outputs.parameters.", variables);
    if (outputs.is_object() && outputs.contains("result")) {
        add("outputs.result", text_of(outputs, "result"));
    }
    if (outputs.is_object() && outputs.contains("exitCode")) {
        add("exitCode", text_of(outputs, "exitCode"));
    }
    const Json& durations = member(node, "resourcesDuration");
    if (!durations.is_object()) return variables;
    for (const auto& [name, seconds] : durations.items()) {
        add("resourcesDuration." + name, plain(seconds));
    }
    return variables;
}

/// Resolves tags; what goes wrong is kept.
class Resolver {
public:
    Resolver(const run::State& state, Variables variables)
        : state_(state), variables_(std::move(variables)) {
        scope_.state = &state_;
    }

    std::string resolve(const std::string& source) {
        const run::Text split(source);
        if (!split.has_tags()) return source;
        std::string made;
        for (const run::Segment& segment : split.segments()) {
            if (segment.kind == run::Segment::Kind::kLiteral) {
                made += segment.text;
            } else if (segment.kind == run::Segment::Kind::kTag) {
                made += value_of(segment);
            } else {
                made += value_of_expression(segment.text);
            }
        }
        return made;
    }

    std::string problem;

private:
    std::string value_of(const run::Segment& tag) {
        for (const run::Variable& variable : variables_) {
            if (variable.name == tag.text) return variable.text;
        }
        const run::Found found = scope_.find(tag.text);
        if (found.kind == run::Found::Kind::kText) return found.text;
        if (problem.empty()) problem = "failed to resolve {{" + tag.text + "}}";
        return "";
    }

    std::string value_of_expression(const std::string& source) {
        Variables all = variables_;
        scope_.each(source, [&](std::string name, run::Found found) {
            if (found.kind != run::Found::Kind::kText) return;
            all.push_back({std::move(name), run::Variable::Kind::kText, std::move(found.text)});
        });
        const run::World world{state_.now_ms, 0, state_.plan->zone_file};
        const run::Evaluated found = run::evaluate_expression(source, all, world);
        if (problem.empty() && !found.error.empty()) problem = found.error;
        if (problem.empty() && !found.text_error.empty()) problem = found.text_error;
        return found.in_text;
    }

    const run::State& state_;
    run::Scope scope_;
    Variables variables_;
};

std::optional<double> number_of(const std::string& shown) {
    double value = 0;
    const char* const last = shown.data() + shown.size();
    const auto [end, error] = std::from_chars(shown.data(), last, value);
    if (shown.empty() || error != std::errc() || end != last) {
        return std::nullopt;
    }
    return value;
}

/// What kind it is, and the text of its value.
std::string read_kind(const Json& declared, CustomValue& made) {
    if (const Json& gauge = member(declared, "gauge"); gauge.is_object()) {
        made.kind = MetricKind::kGauge;
        made.is_added =
            text_of(gauge, "operation") == "Add" || text_of(gauge, "operation") == "Sub";
        return plain(member(gauge, "value"));
    }
    if (const Json& histogram = member(declared, "histogram"); histogram.is_object()) {
        made.kind = MetricKind::kHistogram;
        for (const Json& bound : member(histogram, "buckets")) {
            if (bound.is_number()) made.buckets.push_back(bound.get<double>());
        }
        return plain(member(histogram, "value"));
    }
    made.kind = MetricKind::kCounter;
    return plain(member(member(declared, "counter"), "value"));
}

/// Nothing where its `when` is false, or with a problem.
std::optional<CustomValue> value_of(const Json& declared, Resolver& resolver) {
    CustomValue made;
    made.name = resolver.resolve(text_of(declared, "name"));
    made.help = resolver.resolve(text_of(declared, "help"));
    for (const Json& label : member(declared, "labels")) {
        made.labels.emplace_back(resolver.resolve(text_of(label, "key")),
                                 resolver.resolve(text_of(label, "value")));
    }
    if (const std::string when = text_of(declared, "when"); !when.empty()) {
        const run::Truth truth = run::evaluate_when(resolver.resolve(when));
        if (resolver.problem.empty()) resolver.problem = truth.error;
        if (!truth.value) return std::nullopt;
    }
    const std::string shown = resolver.resolve(read_kind(declared, made));
    const auto number = number_of(shown);
    if (!number && resolver.problem.empty()) resolver.problem = "`" + shown + "` is no number";
    if (!number) return std::nullopt;
    const bool is_taken_off = text_of(member(declared, "gauge"), "operation") == "Sub";
    made.value = is_taken_off ? -*number : *number;
    return made;
}

DeclaredMetrics::Values values_of(const std::vector<std::string>& declared, const run::State& state,
                                  const Variables& variables) {
    DeclaredMetrics::Values values;
    for (const std::string& one : declared) {
        const Json json = Json::parse(one, nullptr, false);
        Resolver resolver(state, variables);
        auto made = value_of(json, resolver);
        if (!resolver.problem.empty()) {
            values.problems.push_back("metric `" + text_of(json, "name") +
                                      "` has no value: " + resolver.problem);
        } else if (made) {
            values.values.push_back(std::move(*made));
        }
    }
    return values;
}

std::vector<std::string> declared_by(const Json& owner) {
    std::vector<std::string> declared;
    for (const Json& one : member(member(owner, "metrics"), "prometheus")) {
        declared.push_back(compact(one));
    }
    return declared;
}

/// Groups have no template of their own, and of attempts the node above them tells.
/// Argo: executeTemplate, which tells of the node that it was called for.
bool is_told_of(const Json& node) {
    const std::string type = text_of(node, "type");
    const std::string phase = text_of(node, "phase");
    return type != "StepGroup" && type != "TaskGroup" && type != "Container" &&
           phase != "Skipped" && phase != "Omitted" &&
           !is_true(member(node, "nodeFlag"), "retried");
}

} // namespace

DeclaredMetrics::DeclaredMetrics(std::string_view spec, std::string_view stored) {
    const Json json = Json::parse(spec, nullptr, false);
    of_run_ = declared_by(json);
    const auto add = [this](const std::string& name, const Json& owner) {
        std::vector<std::string> declared = declared_by(owner);
        if (!declared.empty()) of_templates_[name] = std::move(declared);
    };
    for (const Json& one : member(json, "templates")) {
        add(text_of(one, "name"), one);
    }
    const Json others = Json::parse(stored, nullptr, false);
    if (!others.is_object()) return;
    for (const auto& [name, one] : others.items()) {
        add(name, one);
    }
}

DeclaredMetrics::Values DeclaredMetrics::of_node(const run::State& state,
                                                 std::string_view node) const {
    const Json json = Json::parse(node, nullptr, false);
    if (!is_told_of(json)) return {};
    const Json& reference = member(json, "templateRef");
    const std::string name = text_of(reference.is_object() ? reference : json,
                                     reference.is_object() ? "template" : "templateName");
    std::string place = text_of(json, "templateScope");
    if (reference.is_object()) {
        place = (is_true(reference, "clusterScope") ? "cluster/" : "namespaced/") +
                text_of(reference, "name");
    }
    // A template of another object may have the name of one of the workflow's own.
    const bool is_of_other = place.starts_with("namespaced/") || place.starts_with("cluster/");
    const auto found = of_templates_.find(is_of_other ? place + "/" + name : name);
    if (found == of_templates_.end()) return {};
    return values_of(found->second, state, variables_of(json));
}

DeclaredMetrics::Values DeclaredMetrics::of_run(const run::State& state) const {
    const Variables variables = {{"workflow.status", run::Variable::Kind::kText,
                                  std::string(run::run_phase_name(state.phase))},
                                 {"workflow.duration", run::Variable::Kind::kText,
                                  seconds_text(state.finished_ms - state.started_ms)}};
    return values_of(of_run_, state, variables);
}

} // namespace tiphys::control
