// HTTP by libcurl.

#include "runtime/backends/process/http_request.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "runtime/io/files.h"
#include "runtime/io/http.h"

namespace tiphys::run {
namespace {

std::string written(const HttpResponse& response) {
    std::string text = std::to_string(response.status) + "\n" +
                       std::to_string(response.headers.size()) + "\n" +
                       std::to_string(response.error.size()) + "\n";
    for (const auto& [name, value] : response.headers) {
        text += name + ":" + value + "\n";
    }
    return text + response.error + response.body;
}

std::string take_line(std::string& text) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) return "";
    std::string line = text.substr(0, end);
    text.erase(0, end + 1);
    return line;
}

std::size_t number_of(const std::string& text) {
    std::size_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

} // namespace

Result<pid_t> start_request(const HttpRequest& request, const std::string& answer_path) {
    const pid_t pid = ::fork();
    if (pid < 0) return Error{std::string("cannot start a process: ") + std::strerror(errno)};
    if (pid > 0) {
        // Both sides do it, so that it is done whoever comes first.
        ::setpgid(pid, pid);
        return pid;
    }
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) {
        ::signal(signal, SIG_DFL);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const auto kept = replace_file(answer_path, written(make_request(request)));
    ::_exit(kept ? 0 : 1);
}

HttpResponse read_answer(const std::string& answer_path) {
    HttpResponse response;
    auto text = read_file(answer_path);
    if (!text) {
        response.error = "the request was ended before its answer came";
        return response;
    }
    response.status = static_cast<int>(number_of(take_line(*text)));
    const std::size_t n_headers = number_of(take_line(*text));
    const std::size_t error_size = number_of(take_line(*text));
    for (std::size_t i = 0; i < n_headers; ++i) {
        const std::string line = take_line(*text);
        const std::size_t colon = line.find(':');
        response.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
    }
    response.error = text->substr(0, error_size);
    response.body = text->substr(error_size);
    return response;
}

} // namespace tiphys::run
