// Names, labels and values of declared metrics, with their tags resolved.

#include "runtime/controller/declared_metrics.h"

#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "runtime/core/scope.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/evaluate.h"
#include "runtime/plan/text.h"
#include "runtime/plan/time_text.h"
#include "runtime/status.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;
using metrics::CustomValue;
using metrics::MetricKind;
using run::compact;
using run::is_true;
using run::member;
using run::seconds_text;
using run::text_of;
using Variables = std::vector<run::Variable>;

/// A time that goes on, or has come to an end; Unix times.
struct Span {
    std::int64_t begin_ms = 0;
    /// 0: it goes on.
    std::int64_t end_ms = 0;
};
/// What real-time gauges may show, by the names of variables. Argo: realTimeScope.
using Spans = std::map<std::string, Span>;

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

/// Argo: IsRealtime.
bool is_realtime(const Json& declared) {
    return is_true(member(declared, "gauge"), "realtime");
}

/// The one variable of a real-time gauge as the time that it is, with a problem where it is none.
void read_span(const std::string& source, const Spans& spans, Resolver& resolver,
               CustomValue& made) {
    if (!source.starts_with("{{") || !source.ends_with("}}")) {
        resolver.problem = "a real-time gauge shows one variable, as `{{workflow.duration}}`";
        return;
    }
    std::string name = source.substr(2, source.size() - 4);
    name.erase(0, name.find_first_not_of(' '));
    name.erase(name.find_last_not_of(' ') + 1);
    const auto found = spans.find(name);
    if (found == spans.end()) {
        resolver.problem = "`" + name + "` is not available as a real-time metric";
        return;
    }
    const Span& span = found->second;
    made.since_ms = span.end_ms == 0 ? span.begin_ms : 0;
    made.value = static_cast<double>(span.end_ms - span.begin_ms) / 1000;
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
std::optional<CustomValue> value_of(const Json& declared, const Spans& spans, Resolver& resolver) {
    CustomValue made;
    if (text_of(declared, "help").empty()) {
        resolver.problem = "it has no `help`";
        return std::nullopt;
    }
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
    const std::string source = read_kind(declared, made);
    if (is_realtime(declared)) {
        read_span(source, spans, resolver, made);
        return made;
    }
    const std::string shown = resolver.resolve(source);
    const auto number = number_of(shown);
    if (!number && resolver.problem.empty()) resolver.problem = "`" + shown + "` is no number";
    if (!number) return std::nullopt;
    const bool is_taken_off = text_of(member(declared, "gauge"), "operation") == "Sub";
    made.value = is_taken_off ? -*number : *number;
    return made;
}

enum class Which : std::uint8_t { kAll, kRealtime };

DeclaredMetrics::Values values_of(const std::vector<std::string>& declared, const run::State& state,
                                  const Variables& variables, const Spans& spans, Which which) {
    DeclaredMetrics::Values values;
    for (const std::string& one : declared) {
        const Json json = Json::parse(one, nullptr, false);
        if (which == Which::kRealtime && !is_realtime(json)) continue;
        Resolver resolver(state, variables);
        auto made = value_of(json, spans, resolver);
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

Variables variables_of_run(const run::State& state) {
    const std::int64_t end_ms = state.finished_ms == 0 ? state.now_ms : state.finished_ms;
    // Argo looks at the node of the entry point. Nobody has told of its resources yet.
    Variables variables;
    if (state.root != run::kNoId) {
        variables = variables_of(Json::parse(run::node_as_json(state, state.root, {})));
    }
    variables.push_back({"workflow.status", run::Variable::Kind::kText,
                         std::string(run::run_phase_name(state.phase))});
    variables.push_back(
        {"workflow.duration", run::Variable::Kind::kText, seconds_text(end_ms - state.started_ms)});
    return variables;
}

Spans spans_of_run(const run::State& state) {
    return {{"workflow.duration", {state.started_ms, state.finished_ms}}};
}

/// Argo: prepareMetricScope.
Spans spans_of_node(const run::State& state, const Json& node) {
    Spans spans = spans_of_run(state);
    const auto begun = run::parse_rfc3339_ms(text_of(node, "startedAt"));
    if (begun) {
        spans["duration"] = {*begun,
                             run::parse_rfc3339_ms(text_of(node, "finishedAt")).value_or(0)};
    }
    return spans;
}

} // namespace

DeclaredMetrics::DeclaredMetrics(std::string_view spec, std::string_view stored) {
    const Json json = Json::parse(spec, nullptr, false);
    of_run_ = declared_by(json);
    const auto note_realtime = [this](const Json& owner) {
        for (const Json& one : member(member(owner, "metrics"), "prometheus")) {
            has_realtime_ = has_realtime_ || is_realtime(one);
        }
    };
    note_realtime(json);
    const auto add = [&](const std::string& name, const Json& owner) {
        std::vector<std::string> declared = declared_by(owner);
        note_realtime(owner);
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

const DeclaredMetrics::Declared* DeclaredMetrics::of_template(std::string_view node) const {
    const Json json = Json::parse(node, nullptr, false);
    if (!is_told_of(json)) return nullptr;
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
    return found == of_templates_.end() ? nullptr : &found->second;
}

DeclaredMetrics::Values DeclaredMetrics::of_node(const run::State& state,
                                                 std::string_view node) const {
    const Declared* declared = of_template(node);
    if (declared == nullptr) return {};
    const Json json = Json::parse(node, nullptr, false);
    return values_of(*declared, state, variables_of(json), spans_of_node(state, json), Which::kAll);
}

DeclaredMetrics::Values DeclaredMetrics::of_begun_node(const run::State& state,
                                                       std::string_view node) const {
    const Declared* declared = of_template(node);
    if (declared == nullptr) return {};
    const Json json = Json::parse(node, nullptr, false);
    return values_of(*declared, state, variables_of(json), spans_of_node(state, json),
                     Which::kRealtime);
}

DeclaredMetrics::Values DeclaredMetrics::of_run(const run::State& state) const {
    Spans spans = spans_of_run(state);
    spans["duration"] = spans["workflow.duration"];
    return values_of(of_run_, state, variables_of_run(state), spans, Which::kAll);
}

DeclaredMetrics::Values DeclaredMetrics::of_begun_run(const run::State& state) const {
    return values_of(of_run_, state, variables_of_run(state), spans_of_run(state),
                     Which::kRealtime);
}

} // namespace tiphys::control
