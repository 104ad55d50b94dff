// What stands beside main.

#include "runtime/executor/wait.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <sys/stat.h>

#include "compiler/expr/duration.h"
#include "runtime/executor/collect.h"
#include "runtime/executor/grace.h"
#include "runtime/executor/log.h"
#include "runtime/io/files.h"
#include "runtime/plan/json_text.h"
#include "runtime/plan/time_text.h"

namespace tiphys::executor {
namespace {

constexpr std::string_view kNoDeadline = "0001-01-01T00:00:00Z";
/// What storing and reporting may take of the time that Kubernetes gives after SIGTERM.
constexpr std::int64_t kStoreMs = 10'000;
/// How long a killed container has to leave its exit code. Argo: Kill in emissary.go.
constexpr std::int64_t kAfterKillMs = 10'000;

std::int64_t unix_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::int64_t duration_ms(const char* name) {
    return expr::parse_go_duration_ns(variable(name)).value_or(0) / 1'000'000;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_whole = error == std::errc() && end == text.data() + text.size();
    return is_whole ? std::optional(number) : std::nullopt;
}

/// The last line that is not empty.
std::string last_line(std::string text) {
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') {
        text.pop_back();
    }
    text.erase(0, text.rfind('\n') + 1);
    return text;
}

} // namespace

std::optional<std::string> parse_progress(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == text.npos) return std::nullopt;
    const auto done = whole_number(text.substr(0, slash));
    const auto all = whole_number(text.substr(slash + 1));
    if (!done || !all || *done < 0 || *all <= 0 || *done > *all) return std::nullopt;
    return std::to_string(*done) + "/" + std::to_string(*all);
}

Result<WaitOptions> wait_options() {
    WaitOptions options;
    const std::string deadline = variable("ARGO_DEADLINE");
    if (deadline != kNoDeadline) {
        options.deadline_ms = run::parse_rfc3339_ms(deadline);
        if (!options.deadline_ms) {
            return Error{"parsing time " + run::go_quote(deadline) + " of ARGO_DEADLINE failed"};
        }
    }
    options.wants_result = variable("ARGO_INCLUDE_SCRIPT_OUTPUT") == "true";
    options.grace_ms = grace_ms();
    options.progress_file = variable("ARGO_PROGRESS_FILE");
    if (duration_ms("ARGO_PROGRESS_FILE_TICK_DURATION") > 0) {
        options.progress_period_ms = duration_ms("ARGO_PROGRESS_PATCH_TICK_DURATION");
    }
    return options;
}

bool Waiter::has_main_ended() const {
    const std::vector<std::string> names = template_.main_containers();
    return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
        return run::path_exists(paths_.of_container(name, "exitcode"));
    });
}

bool Waiter::is_pod_sound() const {
    const bool is_alone = template_.containers.empty() && template_.sidecars.empty();
    if (!is_alone || is_over_deadline_) return false;
    const std::vector<std::string> names = template_.main_containers();
    return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
        const auto code = run::read_file(paths_.of_container(name, "exitcode"));
        return code && whole_number(*code) == 0;
    });
}

void Waiter::send_to_main(int signal) {
    for (const std::string& name : template_.main_containers()) {
        if (run::path_exists(paths_.of_container(name, "exitcode"))) continue;
        const auto written =
            run::write_file(paths_.of_container(name, "signal"), std::to_string(signal), 0666);
        if (!written) log(LogLevel::kWarn, "Failed to kill: " + written.error().message);
    }
}

void Waiter::end_main() {
    const bool is_late = options_.deadline_ms && unix_ms() >= *options_.deadline_ms;
    if (is_late && !is_over_deadline_) {
        is_over_deadline_ = true;
        log(LogLevel::kInfo, "Step exceeded its deadline");
        write_termination_message(paths_, "Step exceeded its deadline");
        send_to_main(SIGTERM);
        kill_at_ms_ = steady_ms() + options_.grace_ms;
    }
    if (kill_at_ms_ >= 0 && steady_ms() >= kill_at_ms_) {
        send_to_main(SIGKILL);
        kill_at_ms_ = -1;
        give_up_at_ms_ = steady_ms() + kAfterKillMs;
    }
}

std::int64_t Waiter::timeout_ms() const {
    std::int64_t timeout = -1;
    const auto until = [&](std::int64_t at_ms, std::int64_t now_ms) {
        const std::int64_t left = std::max<std::int64_t>(0, at_ms - now_ms);
        timeout = timeout < 0 ? left : std::min(timeout, left);
    };
    if (options_.deadline_ms && !is_over_deadline_) until(*options_.deadline_ms, unix_ms());
    if (kill_at_ms_ >= 0) until(kill_at_ms_, steady_ms());
    if (give_up_at_ms_ >= 0) until(give_up_at_ms_, steady_ms());
    if (progress_ != reported_progress_) until(next_report_ms_, steady_ms());
    return timeout;
}

void Waiter::read_progress() {
    if (options_.progress_period_ms <= 0 || options_.progress_file.empty()) return;
    const auto text = run::read_file(paths_.own(options_.progress_file));
    if (!text) return;
    if (const auto progress = parse_progress(last_line(*text))) progress_ = *progress;
}

void Waiter::report_progress() {
    if (progress_ == reported_progress_ || steady_ms() < next_report_ms_) return;
    const auto done = result_.report("{\"progress\":" + run::json_quote(progress_) + "}", false);
    if (!done) log(LogLevel::kWarn, "failed to report progress: " + done.error().message);
    reported_progress_ = progress_;
    next_report_ms_ = steady_ms() + options_.progress_period_ms;
}

Result<Done> Waiter::wait_for_main() {
    for (const std::string& name : template_.main_containers()) {
        TIPHYS_TRY(made, paths_.make_container_folder(name));
        static_cast<void>(made);
        events_->watch(paths_.container_folder(name));
    }
    const bool has_progress = options_.progress_period_ms > 0 && !options_.progress_file.empty();
    if (has_progress) {
        const std::string folder = run::folder_of(paths_.own(options_.progress_file));
        TIPHYS_TRY(made, run::make_folders(folder));
        static_cast<void>(made);
        events_->watch(folder);
    }
    next_report_ms_ = steady_ms() + options_.progress_period_ms;
    while (!has_main_ended()) {
        end_main();
        read_progress();
        report_progress();
        if (give_up_at_ms_ >= 0 && steady_ms() >= give_up_at_ms_) return Done{};
        for (const int signal : events_->wait(timeout_ms())) {
            // The pod is being deleted: main was told as well, and its outputs are wanted.
            if (signal != SIGTERM || give_up_at_ms_ >= 0) continue;
            give_up_at_ms_ =
                steady_ms() + std::max(options_.grace_ms - kStoreMs, options_.grace_ms / 2);
        }
    }
    read_progress();
    return Done{};
}

Exit Waiter::run() {
    ::umask(0);
    events_ = std::make_unique<Events>();
    std::vector<Error> errors;
    const auto waited = wait_for_main();
    if (!waited) {
        errors.push_back(
            {"failed to wait for main container to complete: " + waited.error().message});
    }
    log(LogLevel::kInfo, "Main container completed");
    Collected collected = collect_outputs(template_, options_.wants_result, paths_);
    errors.insert(errors.end(), collected.errors.begin(), collected.errors.end());
    std::string fields = "{\"outputs\":" + collected.outputs;
    // The kubelet tells of the end of containers a second later. Argo's controller passes it over.
    if (errors.empty() && is_pod_sound()) fields += ",\"phase\":\"Succeeded\"";
    if (!progress_.empty()) fields += ",\"progress\":" + run::json_quote(progress_);
    const auto reported = result_.report(fields + "}", true);
    if (!reported) {
        log(LogLevel::kError,
            "failed to report the task's outputs; see "
            "https://argo-workflows.readthedocs.io/en/latest/workflow-rbac/",
            {{"error", reported.error().message}});
        errors.push_back(reported.error());
    }
    return errors.empty() ? Exit{} : failed(errors.front());
}

Exit wait_for_task(const PodPaths& paths, const ApiOptions& api) {
    if (variable("ARGO_POD_NAME").empty()) {
        return {1, "Unable to determine pod name from environment variable ARGO_POD_NAME"};
    }
    auto server = ApiServer::find(api, paths);
    if (!server) return failed(server.error());
    const auto text = given_template_text(paths);
    if (!text) return failed(text.error());
    auto pod = parse_pod_template(*text);
    if (!pod) return failed(pod.error());
    auto options = wait_options();
    if (!options) return failed(options.error());
    return Waiter(paths, std::move(*pod), std::move(*options),
                  TaskResult(std::move(*server), task_identity()))
        .run();
}

} // namespace tiphys::executor
