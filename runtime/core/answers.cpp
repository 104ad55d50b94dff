// What comes back from http and data templates, judged and transformed by their expressions.
// Argo: workflow/executor/agent.go, workflow/data.

#include "runtime/core/transition.h"
#include "runtime/plan/evaluate.h"

namespace tiphys::run {
namespace {

/// Headers as Go holds them: a list of values by name.
std::string headers_as_json(const std::vector<std::pair<std::string, std::string>>& headers) {
    std::map<std::string, std::string> lists;
    for (const auto& [name, value] : headers) {
        std::string& list = lists[name];
        list += (list.empty() ? "" : ",") + json_quote(value);
    }
    std::string json;
    for (const auto& [name, list] : lists) {
        json += (json.empty() ? "" : ",") + json_quote(name) + ":[" + list + "]";
    }
    return "{" + json + "}";
}

Variable json_variable(std::string name, std::string json) {
    return {std::move(name), Variable::Kind::kJson, std::move(json), 0};
}

World world_of(const State& state) {
    World world;
    world.now_ms = state.now_ms;
    world.zone_file = state.plan->zone_file;
    return world;
}

} // namespace

TaskReport Transition::answered(NodeId id, const TaskReport& report) const {
    const HttpResponse& response = *report.http;
    const HttpSpec& spec = plan_.templates[state_.nodes[id].template_id].http;
    TaskReport judged = report;
    judged.result = response.body;
    if (spec.success_condition.empty()) {
        if (response.status >= 200 && response.status < 300) return judged;
        judged.phase = Phase::kFailed;
        judged.message = "received non-2xx response code: " + std::to_string(response.status);
        return judged;
    }
    const Scope scope = scope_of_node(id);
    const auto text_of = [&](const Text& text) {
        return resolve(text, scope, Strictness::kLenient).text;
    };
    const std::string condition = text_of(Text(spec.success_condition));
    const std::vector<Variable> variables = {
        json_variable("request.method", json_quote(text_of(spec.method))),
        json_variable("request.url", json_quote(text_of(spec.url))),
        json_variable("request.body", json_quote(text_of(spec.body))),
        json_variable("response.statusCode", std::to_string(response.status)),
        json_variable("response.body", json_quote(response.body)),
        json_variable("response.headers", headers_as_json(response.headers)),
    };
    const Evaluated value = evaluate_expression(condition, variables, world_of(state_));
    if (!value.error.empty()) {
        judged.message = value.is_compile_error
                             ? value.error
                             : "unable to evaluate expression '" + condition + "': " + value.error;
    } else if (value.kind != Evaluated::Kind::kBool) {
        judged.message = "unable to cast expression result '" + value.in_message + "' to bool";
    } else if (value.truth) {
        return judged;
    } else {
        judged.message = "successCondition '" + condition + "' evaluated false";
    }
    judged.phase = Phase::kFailed;
    return judged;
}

TaskReport Transition::transformed(NodeId id, const TaskReport& report) const {
    TaskReport made = report;
    std::string data;
    for (const std::string& key : report.keys) {
        data += (data.empty() ? "" : ",") + json_quote(key);
    }
    data = "[" + data + "]";
    const auto with_error = [&](const std::string& error) {
        made.phase = Phase::kError;
        made.message = error;
        return made;
    };
    const Scope scope = scope_of_node(id);
    std::vector<std::string> steps;
    for (const std::string& step :
         plan_.templates[state_.nodes[id].template_id].data.transformation) {
        const Resolved resolved = resolve(Text(step), scope, Strictness::kLenient);
        if (!resolved.good()) return with_error(resolved.error);
        steps.push_back(resolved.text);
    }
    const Evaluated value = evaluate_chain(steps, json_variable("data", data), world_of(state_));
    const std::string& error = value.error.empty() ? value.text_error : value.error;
    if (!error.empty()) return with_error(error);
    made.result = value.is_string ? json_quote(value.in_text) : value.in_text;
    made.exit_code = 0;
    return made;
}

} // namespace tiphys::run
