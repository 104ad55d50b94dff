// CronWorkflows without a cluster.

#include "runtime/cron.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "compiler/expr/environment.h"
#include "runtime/plan/evaluate.h"
#include "runtime/plan/global_variables.h"
#include "runtime/plan/ir_text.h"
#include "runtime/plan/json_text.h"
#include "runtime/plan/text.h"
#include "runtime/plan/time_text.h"
#include "schemas/k8s.gen.h"
#include "schemas/workflow.gen.h"

namespace tiphys::run {
namespace {

using Json = nlohmann::json;
using Texts = std::map<std::string, std::string>;

Texts texts_of(const ir::MapOf<ir::Scalar>& map) {
    Texts texts;
    for (const ir::Entry& entry : map.entries()) {
        texts.emplace(entry.key, scalar_text(ir::scalar_as(entry.value)));
    }
    return texts;
}

std::string json_of(const Texts& texts) {
    return Json(texts).dump();
}

const wf::CronWorkflowSpec* spec_of(const ir::Document& document) {
    const ir::Object* object = document.object();
    return object == nullptr ? nullptr : ir::object_as<wf::CronWorkflowSpec>(object->field("spec"));
}

std::size_t limit_of(const ir::Scalar* scalar, std::size_t fallback) {
    const auto number = scalar == nullptr ? std::nullopt : parse_integer(scalar_text(scalar));
    return number && *number >= 0 ? static_cast<std::size_t>(*number) : fallback;
}

CronPolicy policy_of(std::string_view text) {
    if (text == "Forbid") return CronPolicy::kForbid;
    return text == "Replace" ? CronPolicy::kReplace : CronPolicy::kAllow;
}

Result<CronSpec::Line> read_line(const std::string& text, const std::string& zone_name,
                                 const ZoneReader& zone_file) {
    const expr::CronParse parsed = expr::parse_cron(text);
    if (!parsed.ok()) {
        return Error{"the schedule `" + text + "` cannot be read: " + parsed.error->message};
    }
    CronSpec::Line line{parsed.schedule, nullptr};
    expr::Environment environment;
    environment.zone_file = zone_file;
    const std::string zone = parsed.schedule.zone_name.value_or(zone_name);
    line.zone = expr::load_zone(environment, zone);
    if (line.zone == nullptr) return Error{"there is no time zone `" + zone + "`"};
    return line;
}

/// What expressions of a CronWorkflow may name. Argo: expressionEnv, whose annotations are the
/// labels.
std::vector<Variable> variables_of(const CronSpec& spec, const CronStatus& status) {
    using Kind = Variable::Kind;
    const auto add = [](std::string name, Kind kind, std::string text) {
        Variable variable;
        variable.name = "cronworkflow." + std::move(name);
        variable.kind = kind;
        variable.text = std::move(text);
        return variable;
    };
    const bool has_run = status.last_scheduled_s.has_value();
    return {add("name", Kind::kText, spec.name),
            add("namespace", Kind::kText, spec.namespace_name),
            add("labels", Kind::kJson, json_of(spec.labels)),
            add("annotations", Kind::kJson, json_of(spec.annotations)),
            add("failed", Kind::kJson, std::to_string(status.n_failed)),
            add("succeeded", Kind::kJson, std::to_string(status.n_succeeded)),
            add("lastScheduledTime", has_run ? Kind::kTime : Kind::kNil,
                has_run ? rfc3339(*status.last_scheduled_s * 1000) : "")};
}

std::string join(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "`" : ", `") + name + "`";
    }
    return text;
}

} // namespace

Result<CronSpec> read_cron_spec(const ir::Document& document, const ZoneReader& zone_file) {
    const wf::CronWorkflowSpec* source = spec_of(document);
    if (source == nullptr) return Error{"the CronWorkflow has no `spec`"};
    CronSpec spec;
    spec.name = document.name;
    if (!document.namespace_name.empty()) spec.namespace_name = document.namespace_name;
    const auto* metadata = ir::object_as<k8s::ObjectMeta>(document.object()->field("metadata"));
    if (metadata != nullptr) {
        spec.labels = texts_of(metadata->labels());
        spec.annotations = texts_of(metadata->annotations());
    }
    std::vector<std::string> lines;
    for (const ir::Scalar* schedule : source->schedules()) {
        lines.push_back(scalar_text(schedule));
    }
    if (lines.empty() && source->removed_schedule() != nullptr) {
        lines.push_back(scalar_text(source->removed_schedule()));
    }
    const std::string zone = scalar_text(source->timezone());
    for (const std::string& text : lines) {
        TIPHYS_TRY(line, read_line(text, zone, zone_file));
        spec.lines.push_back(std::move(line));
        spec.schedule_text += zone + " " + text + "\n";
    }
    if (spec.lines.empty()) return Error{"the CronWorkflow `" + spec.name + "` has no schedule"};
    spec.when = scalar_text(source->when());
    spec.is_suspended = scalar_is_true(source->suspend());
    spec.policy = policy_of(scalar_text(source->concurrency_policy()));
    if (const ir::Scalar* deadline = source->starting_deadline_seconds()) {
        spec.starting_deadline_s = parse_integer(scalar_text(deadline));
    }
    spec.n_succeeded_kept = limit_of(source->successful_jobs_history_limit(), 3);
    spec.n_failed_kept = limit_of(source->failed_jobs_history_limit(), 1);
    if (const wf::StopStrategy* stop = source->stop_strategy()) {
        spec.stop_expression = scalar_text(stop->expression());
    }
    return spec;
}

std::string workflow_of_cron(const ir::Document& document, const std::string& name,
                             std::int64_t scheduled_s) {
    const wf::CronWorkflowSpec* source = spec_of(document);
    Texts labels;
    Texts annotations;
    if (source != nullptr && source->workflow_metadata() != nullptr) {
        labels = texts_of(source->workflow_metadata()->labels());
        annotations = texts_of(source->workflow_metadata()->annotations());
    }
    labels["workflows.argoproj.io/cron-workflow"] = document.name;
    annotations["workflows.argoproj.io/scheduled-time"] = rfc3339(scheduled_s * 1000);
    const ir::Value* inner = source == nullptr ? nullptr : source->workflow_spec();
    const std::string spec = inner == nullptr ? "{}" : value_as_json(*inner);
    const std::string place =
        document.namespace_name.empty()
            ? ""
            : ",\"namespace\":" + json_quote(std::string(document.namespace_name));
    return "{\"apiVersion\":\"argoproj.io/"
           "v1alpha1\",\"kind\":\"Workflow\",\"metadata\":{\"name\":" +
           json_quote(name) + place + ",\"labels\":" + json_of(labels) +
           ",\"annotations\":" + json_of(annotations) + "},\"spec\":" + spec + "}\n";
}

std::string write_cron_status(const CronStatus& status) {
    Json out = {{"failed", status.n_failed},
                {"schedules", status.schedule_text},
                {"stopped", status.is_stopped},
                {"succeeded", status.n_succeeded},
                {"history", Json::array()}};
    if (status.last_scheduled_s) out["lastScheduledTime"] = *status.last_scheduled_s;
    for (const CronRun& run : status.history) {
        out["history"].push_back(
            {{"name", run.name}, {"succeeded", run.succeeded}, {"finishedAt", run.finished_s}});
    }
    return out.dump(2) + "\n";
}

Result<CronStatus> read_cron_status(std::string_view json) {
    const Json in = Json::parse(json, nullptr, false);
    const auto number = [](const Json& from, const char* name) {
        const auto found = from.find(name);
        return found != from.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
    };
    const auto text = [](const Json& from, const char* name) {
        const auto found = from.find(name);
        return found != from.end() && found->is_string() ? found->get<std::string>() : "";
    };
    const auto truth = [](const Json& from, const char* name) {
        const auto found = from.find(name);
        return found != from.end() && found->is_boolean() && found->get<bool>();
    };
    if (!in.is_object()) return Error{"it is no JSON object"};
    CronStatus status;
    status.n_failed = number(in, "failed");
    status.n_succeeded = number(in, "succeeded");
    status.is_stopped = truth(in, "stopped");
    status.schedule_text = text(in, "schedules");
    if (in.contains("lastScheduledTime")) {
        status.last_scheduled_s = number(in, "lastScheduledTime");
    }
    if (!in.contains("history") || !in["history"].is_array()) return status;
    for (const Json& run : in["history"]) {
        if (!run.is_object()) continue;
        status.history.push_back(
            {text(run, "name"), truth(run, "succeeded"), number(run, "finishedAt")});
    }
    return status;
}

std::string CronJob::run_name(std::int64_t at_s) const {
    return spec_.name + "-" + std::to_string(at_s);
}

std::string CronJob::time_text(std::int64_t at_s) const {
    return expr::format_time({at_s, 0, spec_.lines.front().zone}, expr::kRfc3339);
}

std::optional<std::int64_t> CronJob::next_time(std::int64_t after_s) const {
    std::optional<std::int64_t> first;
    for (const CronSpec::Line& line : spec_.lines) {
        const auto next = expr::next_run(line.schedule, {after_s, 0, line.zone}, line.zone);
        if (next && (!first || next->seconds < *first)) first = next->seconds;
    }
    return first;
}

/// Argo: shouldOutstandingWorkflowsBeRun.
std::optional<std::int64_t> CronJob::missed_time(std::int64_t now_s) const {
    if (!status_.last_scheduled_s || status_.schedule_text != spec_.schedule_text ||
        !spec_.starting_deadline_s) {
        return std::nullopt;
    }
    // No earlier time could still be in time.
    const std::int64_t earliest = now_s - *spec_.starting_deadline_s;
    std::optional<std::int64_t> missed;
    auto next = next_time(std::max(*status_.last_scheduled_s, earliest));
    while (next && *next < now_s) {
        missed = next;
        next = next_time(*next);
    }
    return missed;
}

std::string CronJob::check_stop(std::int64_t now_s) {
    if (status_.is_stopped || spec_.stop_expression.empty()) return "";
    const Evaluated stop =
        evaluate_expression(spec_.stop_expression, variables_of(spec_, status_),
                            {now_s * 1000, static_cast<std::uint64_t>(now_s), zone_file_});
    if (!stop.error.empty()) return "failed to evaluate stop expression: " + stop.error;
    if (stop.kind != Evaluated::Kind::kBool) {
        return "failed to evaluate stop expression: `" + stop.plain + "` is no bool";
    }
    status_.is_stopped = stop.truth;
    return "";
}

/// Argo: evalWhen.
std::string CronJob::check_when(std::int64_t now_s) const {
    if (spec_.when.empty()) return "";
    const std::vector<Variable> variables = variables_of(spec_, status_);
    const World world{now_s * 1000, static_cast<std::uint64_t>(now_s), zone_file_};
    const Text text(spec_.when);
    std::string condition = text.has_tags() ? "" : spec_.when;
    for (const Segment& segment : text.segments()) {
        std::string value = tag_as_written(segment);
        if (segment.kind == Segment::Kind::kLiteral) value = segment.text;
        if (segment.kind == Segment::Kind::kExpression) {
            const Evaluated found = evaluate_expression(segment.text, variables, world);
            if (!found.error.empty()) return "`when` cannot be evaluated: " + found.error;
            value = found.in_text;
        }
        for (const Variable& variable : variables) {
            const bool is_it = segment.kind == Segment::Kind::kTag && variable.name == segment.text;
            if (is_it) value = variable.text;
        }
        condition += value;
    }
    const Truth truth = evaluate_when(condition);
    if (!truth.error.empty()) return "`when` cannot be evaluated: " + truth.error;
    return truth.value ? "" : "`when` is false: " + condition;
}

CronStart CronJob::fire(std::int64_t at_s, std::int64_t now_s) {
    status_.schedule_text = spec_.schedule_text;
    CronStart start;
    start.reason = check_stop(now_s);
    if (!start.reason.empty()) return start;
    if (spec_.is_suspended) start.reason = "it is suspended";
    if (status_.is_stopped) start.reason = "its stop condition has come true";
    if (start.reason.empty()) start.reason = check_when(now_s);
    const std::string name = run_name(at_s);
    const bool is_twin =
        std::find(status_.active.begin(), status_.active.end(), name) != status_.active.end();
    if (start.reason.empty() && is_twin) start.reason = "`" + name + "` has started already";
    if (!start.reason.empty()) return start;
    if (spec_.policy == CronPolicy::kForbid && !status_.active.empty()) {
        start.reason = join(status_.active) + " still runs";
        start.policy = "Forbid";
        return start;
    }
    if (spec_.policy == CronPolicy::kReplace) start.replaced = status_.active;
    if (!start.replaced.empty()) start.policy = "Replace";
    start.run = name;
    status_.active.push_back(start.run);
    status_.last_scheduled_s = at_s;
    return start;
}

void CronJob::withdraw(const std::string& run) {
    std::erase(status_.active, run);
}

std::vector<std::string> CronJob::end(const std::string& run, bool succeeded, std::int64_t now_s,
                                      bool is_counted) {
    std::erase(status_.active, run);
    if (!is_counted) (succeeded ? status_.n_succeeded : status_.n_failed) += 1;
    // A condition that cannot be evaluated is told when the next run is due.
    static_cast<void>(check_stop(now_s));
    status_.history.push_back({run, succeeded, now_s});
    std::size_t n_kept = succeeded ? spec_.n_succeeded_kept : spec_.n_failed_kept;
    std::vector<std::string> dropped;
    for (std::size_t i = status_.history.size(); i > 0; --i) {
        const CronRun& known = status_.history[i - 1];
        if (known.succeeded != succeeded) continue;
        if (n_kept > 0) {
            --n_kept;
            continue;
        }
        dropped.push_back(known.name);
        status_.history.erase(status_.history.begin() + static_cast<std::ptrdiff_t>(i - 1));
    }
    std::sort(dropped.begin(), dropped.end());
    return dropped;
}

} // namespace tiphys::run
