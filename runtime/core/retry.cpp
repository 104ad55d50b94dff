// Retries: attempts one after the other below a node of type Retry. Argo: processNodeRetries in
// workflow/controller/operator.go.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "runtime/core/transition.h"
#include "runtime/plan/time_text.h"

namespace tiphys::run {
namespace {

/// Messages that Argo takes for passing trouble. Argo: util/errors/errors.go.
bool is_transient(std::string_view message) {
    constexpr std::string_view kPatterns[] = {
        "exceeded quota",    "timed out",
        "i/o timeout",       "connection reset by peer",
        "transient error",   "etcdserver: leader changed",
        "Too Many Requests", "Operation cannot be fulfilled on resourcequotas"};
    return std::any_of(std::begin(kPatterns), std::end(kPatterns), [&](std::string_view pattern) {
        return message.find(pattern) != message.npos;
    });
}

std::optional<RetryPolicy> policy_named(std::string_view name, bool has_expression) {
    if (name.empty()) return has_expression ? RetryPolicy::kAlways : RetryPolicy::kOnFailure;
    if (name == "Always") return RetryPolicy::kAlways;
    if (name == "OnFailure") return RetryPolicy::kOnFailure;
    if (name == "OnError") return RetryPolicy::kOnError;
    if (name == "OnTransientError") return RetryPolicy::kOnTransientError;
    return std::nullopt;
}

/// As Go's %s shows a time.
std::string go_time(std::int64_t unix_ms) {
    std::string text = rfc3339(unix_ms);
    text.replace(text.find('T'), 1, " ");
    text.replace(text.find('Z'), 1, " +0000 UTC");
    return text;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

} // namespace

void Transition::start_retry(const Invocation& invocation, NodeId node) {
    const auto index = static_cast<std::uint32_t>(state_.retries.size());
    Retry& retry = state_.retries.emplace_back();
    retry.node = node;
    retry.depth = invocation.depth;
    state_.nodes[node].body = index;
    start_attempt(index);
}

Invocation Transition::invocation_of_attempt(std::uint32_t index) const {
    const Retry& retry = state_.retries[index];
    const Node& node = state_.nodes[retry.node];
    Invocation invocation;
    invocation.name_parent = retry.node;
    invocation.suffix = "(" + std::to_string(retry.n_attempts) + ")";
    invocation.call = node.call;
    invocation.owner = {index, kNoId, Owner::Kind::kAttempt};
    invocation.boundary = node.boundary;
    invocation.depth = retry.depth;
    invocation.on_exit = node.on_exit;
    invocation.hooked = node.hooked;
    return invocation;
}

AttemptVariables Transition::variables_for_next(const Retry& retry) const {
    AttemptVariables variables;
    variables.retries = retry.n_attempts;
    if (retry.last_attempt == kNoId) return variables;
    const Node& last = state_.nodes[retry.last_attempt];
    if (last.exit_code >= 0) variables.exit_code = std::to_string(last.exit_code);
    variables.status = phase_name(last.phase);
    // Argo's times have whole seconds.
    variables.duration = std::to_string(last.finished_ms / 1000 - last.started_ms / 1000);
    variables.message = message_of(state_, retry.last_attempt);
    return variables;
}

void Transition::start_attempt(std::uint32_t index) {
    Retry& retry = state_.retries[index];
    retry.waiting = false;
    const Invocation invocation = invocation_of_attempt(index);
    // The place of the first attempt may have been taken by others.
    if (retry.n_attempts > 0 && !invocation.hooked && starts_nothing(invocation.boundary)) {
        finish_retry(index, state_.nodes[retry.last_attempt].phase, kTemplateOver);
        return;
    }
    if (retry.n_attempts > 0 && is_blocked(invocation)) {
        retry.parked = true;
        state_.parked.push_back({Parked::Kind::kAttempt, index, kNoId, kNoId, kNoId});
        return;
    }
    const auto attempt = static_cast<std::uint32_t>(state_.attempts.size());
    state_.attempts.push_back(variables_for_next(retry));
    const Node& node = state_.nodes[retry.node];
    ++retry.n_attempts;
    std::optional<Memoization> memoization;
    if (node.memoized) memoization = state_.memoizations.at(retry.node);
    CallResult result = start_body(invocation, node.template_id, node.inputs, attempt, memoization);
    retry.last_attempt = result.node;
    if (retry.n_attempts == 1) retry.first_started_ms = state_.nodes[result.node].started_ms;
    state_.nodes[result.node].retried = true;
    add_child(retry.node, result.node);
    if (result.kind != CallResult::Kind::kError) return;
    state_.nodes[result.node].owner = invocation.owner;
    Work work{Work::Kind::kNodeDone, kNoId, kNoId, result.node};
    work.with_error = true;
    state_.agenda.push_back(work);
}

void Transition::finish_retry(std::uint32_t index, Phase phase, std::string_view message) {
    Retry& retry = state_.retries[index];
    retry.waiting = false;
    const Node last = state_.nodes[retry.last_attempt];
    Node& node = state_.nodes[retry.node];
    // The last attempt's outputs, also those of a failure (T28).
    node.outputs = last.outputs;
    node.exit_code = last.exit_code;
    set_phase(retry.node, phase, message);
}

void Transition::attempt_done(std::uint32_t index, NodeId id, bool with_error) {
    Retry& retry = state_.retries[index];
    if (state_.nodes[id].daemoned) {
        if (!state_.nodes[retry.node].daemoned) daemon_ready(retry.node);
        return;
    }
    if (id != retry.last_attempt || is_fulfilled(state_.nodes[retry.node].phase)) return;
    const Node& attempt = state_.nodes[id];
    if (!is_failed(attempt.phase)) {
        finish_retry(index, Phase::kSucceeded, "");
        return;
    }
    const std::optional<Decision> known = decide_by_history(index);
    const Decision decision = known ? *known : decide_retry(index);
    switch (decision.kind) {
    case Decision::Kind::kAgain:
        set_message(retry.node, "");
        start_attempt(index);
        return;
    case Decision::Kind::kWait:
        retry.waiting = true;
        set_phase(retry.node, Phase::kRunning, decision.message);
        actions_.emplace_back(SetTimer{TimerKind::kBackoff, retry.node, decision.until_ms});
        return;
    case Decision::Kind::kEnd:
        if (with_error && decision.by_policy) {
            // Argo hands the error of the attempt to whoever called the template.
            fail_with_error(retry.node, std::string(message_of(state_, id)));
            return;
        }
        finish_retry(index, attempt.phase, decision.message);
        return;
    case Decision::Kind::kError:
        fail_with_error(retry.node, decision.message);
        return;
    }
}

/// What came after the attempt before the run was taken up again; time that has passed since, or a
/// wish to stop, change nothing about it.
std::optional<Transition::Decision> Transition::decide_by_history(std::uint32_t index) const {
    if (state_.kept.empty()) return std::nullopt;
    const Retry& retry = state_.retries[index];
    const std::string next =
        node_name(state_, retry.node) + "(" + std::to_string(retry.n_attempts) + ")";
    if (state_.kept.contains(next.substr(plan_.workflow_name.size()))) {
        return Decision{Decision::Kind::kAgain, ""};
    }
    const KeptNode* kept = kept_of(retry.node);
    if (kept == nullptr || !is_failed(kept->phase)) return std::nullopt;
    const bool is_own_error =
        kept->phase == Phase::kError && state_.nodes[retry.last_attempt].phase != Phase::kError;
    return Decision{is_own_error ? Decision::Kind::kError : Decision::Kind::kEnd, kept->message};
}

Transition::Decision Transition::decide_retry(std::uint32_t index) {
    const Retry& retry = state_.retries[index];
    const Node& node = state_.nodes[retry.node];
    const Node& last = state_.nodes[retry.last_attempt];
    const RetrySpec& spec = *plan_.templates[node.template_id].retry;
    const std::string last_message(message_of(state_, retry.last_attempt));
    if (state_.shutdown != Shutdown::kNone) {
        return {Decision::Kind::kEnd,
                "Stopped with strategy '" + std::string(shutdown_name(state_.shutdown)) + "'"};
    }
    if (state_.deadline_passed) {
        const std::int64_t deadline_ms =
            state_.started_ms / 1000 * 1000 + *plan_.active_deadline_seconds * 1000;
        return {Decision::Kind::kEnd, "retry exceeded workflow deadline " + go_time(deadline_ms)};
    }
    Scope scope = scope_of_node(retry.node);
    if (spec.has_backoff) {
        if (const auto decision = decide_backoff(index, spec, scope)) return *decision;
    }
    const std::string policy_text = resolve(spec.policy, scope, Strictness::kLenient).text;
    const auto policy = policy_named(policy_text, !spec.expression.empty());
    if (!policy) return {Decision::Kind::kError, policy_text + " is not a valid RetryPolicy"};
    const bool passing = *policy == RetryPolicy::kOnTransientError && is_transient(last_message);
    const bool on_failed =
        *policy == RetryPolicy::kAlways || *policy == RetryPolicy::kOnFailure || passing;
    const bool on_error =
        *policy == RetryPolicy::kAlways || *policy == RetryPolicy::kOnError || passing;
    const bool covered = last.phase == Phase::kFailed ? on_failed : on_error;
    if (!covered) return {Decision::Kind::kEnd, last_message, 0, true};
    if (spec.limit) {
        const std::string text = resolve(*spec.limit, scope, Strictness::kLenient).text;
        const auto limit = parse_integer(text);
        if (!limit) {
            return {Decision::Kind::kError, "value '" + text + "' cannot be resolved to an int"};
        }
        if (static_cast<std::int64_t>(retry.n_attempts) > *limit) {
            return {Decision::Kind::kEnd, "No more retries left"};
        }
    }
    if (spec.expression.empty()) return {Decision::Kind::kAgain, ""};
    AttemptVariables variables = variables_for_next(retry);
    variables.retries = retry.n_attempts - 1;
    if (last.exit_code < 0) variables.exit_code = "-1";
    scope.attempt = &variables;
    const Resolved expression = resolve(Text(spec.expression), scope, Strictness::kLenient);
    scope.only_attempt = true;
    const Truth truth = evaluate_condition(expression.text, scope);
    if (!truth.error.empty()) return {Decision::Kind::kError, truth.error};
    if (truth.value) return {Decision::Kind::kAgain, ""};
    return {Decision::Kind::kEnd, "retryStrategy.expression evaluated to false"};
}

/// Nothing: no reason to wait or to end.
std::optional<Transition::Decision>
Transition::decide_backoff(std::uint32_t index, const RetrySpec& spec, const Scope& scope) {
    Retry& retry = state_.retries[index];
    const auto text_of = [&](const Text& text) {
        return resolve(text, scope, Strictness::kLenient).text;
    };
    const auto bad_duration = [](const std::string& text) -> Decision {
        return {Decision::Kind::kError, duration_error(text)};
    };
    std::int64_t latest_ms = 0;
    if (const std::string text = text_of(spec.backoff_max_duration); !text.empty()) {
        const auto longest = parse_duration_ms(text);
        if (!longest) return bad_duration(text);
        latest_ms = retry.first_started_ms + *longest;
        if (now_ms_ > latest_ms)
            return Decision{Decision::Kind::kEnd, "Max duration limit exceeded"};
    }
    const std::string base_text = text_of(spec.backoff_duration);
    if (base_text.empty()) {
        return Decision{Decision::Kind::kError, "no base duration specified for retryStrategy"};
    }
    const auto base = parse_duration_ms(base_text);
    if (!base) return bad_duration(base_text);
    std::int64_t wait_ms = *base;
    if (const auto factor = parse_integer(text_of(spec.backoff_factor)); factor && *factor > 0) {
        const double power =
            std::pow(static_cast<double>(*factor), static_cast<double>(retry.n_attempts - 1));
        constexpr auto kLongest = static_cast<double>(std::numeric_limits<std::int32_t>::max());
        wait_ms = *base * static_cast<std::int64_t>(std::min(power, kLongest));
    }
    if (const auto cap = parse_duration_ms(text_of(spec.backoff_cap)); cap) {
        wait_ms = std::min(wait_ms, *cap);
    }
    const std::int64_t until_ms = state_.nodes[retry.last_attempt].finished_ms + wait_ms;
    if (latest_ms != 0 && until_ms > latest_ms) {
        return Decision{Decision::Kind::kEnd, "Backoff would exceed max duration limit"};
    }
    // Argo waits only while the limit leaves an attempt; without a limit it never waits.
    const auto limit = spec.limit ? parse_integer(text_of(*spec.limit)) : std::nullopt;
    const bool may_wait = limit && static_cast<std::int64_t>(retry.n_attempts) <= *limit;
    if (may_wait && now_ms_ < until_ms) {
        return Decision{Decision::Kind::kWait, "Backoff for " + human_duration(wait_ms), until_ms};
    }
    retry.deadline_ms = latest_ms;
    return std::nullopt;
}

} // namespace tiphys::run
