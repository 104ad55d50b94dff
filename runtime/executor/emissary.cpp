// The process around the user's command.

#include "runtime/executor/emissary.h"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/executor/grace.h"
#include "runtime/executor/log.h"
#include "runtime/io/files.h"

namespace tiphys::executor {
namespace {

std::optional<int> number_in(const std::string& path) {
    auto text = run::read_file(path);
    if (!text) return std::nullopt;
    while (!text->empty() && static_cast<unsigned char>(text->back()) <= ' ') {
        text->pop_back();
    }
    int number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    const bool is_number = error == std::errc() && end == text->data() + text->size();
    return is_number ? std::optional(number) : std::nullopt;
}

bool can_be_ignored(int signal) {
    return signal == SIGCHLD || signal == SIGURG;
}

} // namespace

EmissaryOptions emissary_options() {
    EmissaryOptions options;
    options.container = variable("ARGO_CONTAINER_NAME");
    options.keeps_output = variable("ARGO_INCLUDE_SCRIPT_OUTPUT") == "true";
    options.args_file = variable("ARGO_CONTAINER_ARGS_FILE");
    options.pauses_before = variable("ARGO_DEBUG_PAUSE_BEFORE") == "true";
    options.pauses_after = variable("ARGO_DEBUG_PAUSE_AFTER") == "true";
    options.grace_ms = grace_ms();
    return options;
}

bool Emissary::is_sidecar() const {
    const std::vector<std::string>& names = template_.sidecars;
    return std::find(names.begin(), names.end(), options_.container) != names.end();
}

Exit Emissary::run(std::vector<std::string> words) {
    ::umask(0);
    Exit exit = run_to_exit(std::move(words));
    const auto written = run::write_file(paths_.of_container(options_.container, "exitcode"),
                                         std::to_string(exit_code_));
    if (!written) log(LogLevel::kError, "failed to write exit code: " + written.error().message);
    return exit;
}

Exit Emissary::run_to_exit(std::vector<std::string> words) {
    const auto made = paths_.make_container_folder(options_.container);
    if (!made) return failed({"failed to create ctr directory: " + made.error().message});
    if (words.empty()) return failed({"no command is given after `--`"});
    auto all = with_args_of_file(std::move(words), paths_, options_.args_file);
    if (!all) return failed(all.error());
    const auto text = template_text(paths_);
    if (!text) return failed({"failed to read template: " + text.error().message});
    auto parsed = parse_pod_template(*text);
    if (!parsed) return failed(parsed.error());
    template_ = std::move(*parsed);
    if (auto exit = wait_for_dependencies()) return *exit;
    return run_command(*all);
}

std::optional<Exit> Emissary::wait_for_dependencies() {
    for (const SetContainer& container : template_.containers) {
        if (container.name != options_.container) continue;
        for (const std::string& dependency : container.dependencies) {
            if (auto exit = wait_for_dependency(dependency)) return exit;
        }
    }
    return std::nullopt;
}

std::optional<Exit> Emissary::wait_for_dependency(const std::string& name) {
    const auto made = paths_.make_container_folder(name);
    if (!made) return failed({"failed to create dependency dir: " + made.error().message});
    events_.watch(paths_.container_folder(name));
    const std::string file = paths_.of_container(name, "exitcode");
    std::optional<int> code = number_in(file);
    while (!code) {
        for (const int signal : events_.wait(-1)) {
            if (signal == SIGTERM) return Exit{128 + SIGTERM, ""};
        }
        code = number_in(file);
    }
    if (*code == 0) return std::nullopt;
    exit_code_ = *code;
    return failed(
        {"dependency \"" + name + "\" exited with non-zero code: " + std::to_string(*code)});
}

Result<Done> Emissary::pause(const std::string& file) {
    events_.watch(paths_.container_folder(options_.container));
    while (!run::path_exists(paths_.of_container(options_.container, file))) {
        for (const int signal : events_.wait(-1)) {
            if (signal == SIGTERM) {
                return Error{"failed waiting for debug-pause-" + file +
                             " marker: context canceled"};
            }
        }
    }
    return Done{};
}

Exit Emissary::run_command(const std::vector<std::string>& words) {
    const auto program = find_program(words.front());
    if (!program) return failed({"failed to find name in PATH: " + program.error().message});
    if (options_.pauses_before) {
        if (const auto paused = pause("before"); !paused) return failed(paused.error());
    }
    Exit exit = run_attempts(*program, words);
    if (options_.pauses_after) {
        if (const auto paused = pause("after"); !paused) return failed(paused.error());
    }
    if (exit.message.empty()) exit_code_ = exit.code;
    if (options_.container == "main") {
        const auto saved = save_outputs(template_, paths_);
        if (!saved) {
            exit_code_ = kExecutorFailed;
            return failed(saved.error());
        }
    }
    return exit;
}

Exit Emissary::run_attempts(const std::string& program, const std::vector<std::string>& words) {
    for (int retry = 0;; ++retry) {
        const Result<int> code = run_once(program, words);
        const bool is_last = retry >= template_.n_retries || is_told_to_end_;
        if (!code && is_last) return failed({"failed to start command: " + code.error().message});
        if (code && (*code == 0 || is_last)) return {*code, ""};
        const std::int64_t end_ms = steady_ms() + template_.retry_pause_ms;
        while (steady_ms() < end_ms && !is_told_to_end_) {
            for (const int signal : events_.wait(end_ms - steady_ms())) {
                if (signal == SIGTERM) return {code ? *code : kExecutorFailed, ""};
            }
        }
    }
}

void Emissary::forward_file_signal(const Child& child) {
    const std::string path = paths_.of_container(options_.container, "signal");
    const std::optional<int> signal = number_in(path);
    if (!signal || *signal <= 0) return;
    ::unlink(path.c_str());
    log(LogLevel::kInfo, "received signal", {{"signal", std::to_string(*signal)}});
    is_told_to_end_ = is_told_to_end_ || *signal == SIGTERM || *signal == SIGKILL;
    child.signal(*signal);
}

/// Sidecars end when all main containers have.
void Emissary::end_sidecar(const Child& child) {
    if (kill_at_ms_ >= 0) {
        if (steady_ms() < kill_at_ms_) return;
        child.signal(SIGKILL);
        kill_at_ms_ = steady_ms() + options_.grace_ms;
        return;
    }
    for (const std::string& name : template_.main_containers()) {
        if (!run::path_exists(paths_.of_container(name, "exitcode"))) return;
    }
    is_told_to_end_ = true;
    kill_at_ms_ = steady_ms() + options_.grace_ms;
    child.signal(SIGTERM);
}

void Emissary::attend(Child& child) {
    const bool is_beside_main = is_sidecar();
    while (!child.exit_code()) {
        forward_file_signal(child);
        if (is_beside_main) end_sidecar(child);
        std::vector<pollfd> pipes = child.pipes();
        const std::int64_t timeout =
            kill_at_ms_ < 0 ? -1 : std::max<std::int64_t>(0, kill_at_ms_ - steady_ms());
        for (const int signal : events_.wait(timeout, &pipes)) {
            if (can_be_ignored(signal)) continue;
            is_told_to_end_ = is_told_to_end_ || signal == SIGTERM;
            child.signal(signal);
        }
        child.pass_output();
        child.reap();
    }
    child.finish_output();
}

Result<int> Emissary::run_once(const std::string& program, const std::vector<std::string>& words) {
    std::optional<CaptureFiles> capture;
    if (options_.keeps_output || template_.archives_logs) {
        capture = CaptureFiles{paths_.of_container(options_.container, "stdout"),
                               paths_.of_container(options_.container, "combined")};
    }
    events_.watch(paths_.container_folder(options_.container));
    if (is_sidecar()) {
        for (const std::string& name : template_.main_containers()) {
            TIPHYS_TRY(made, paths_.make_container_folder(name));
            static_cast<void>(made);
            events_.watch(paths_.container_folder(name));
        }
    }
    TIPHYS_TRY(child, Child::start(program, words, capture));
    attend(*child);
    return *child->exit_code();
}

} // namespace tiphys::executor
