// Its figures are those of /proc.

#include "tests/fake_cluster/controller_process.h"

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace tiphys::fake {

ControllerProcess::ControllerProcess(const std::string& program, const FakeCluster& cluster,
                                     const std::string& folder,
                                     const std::vector<std::string>& options, bool takes_lease)
    : log_path_(folder + "/log") {
    const std::string kubeconfig = folder + "/kubeconfig";
    std::ofstream(kubeconfig) << cluster.kubeconfig();
    std::vector<std::string> words = {program,    "controller",       "--kubeconfig",
                                      kubeconfig, "--executor-image", "executor:1"};
    if (!takes_lease) words.push_back("--no-leader-election");
    words.insert(words.end(), options.begin(), options.end());
    std::vector<char*> pointers;
    for (std::string& word : words) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    process_ = ::fork();
    if (process_ != 0) return;
    const int log = ::open(log_path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::execv(pointers[0], pointers.data());
    ::_exit(127);
}

ControllerProcess::~ControllerProcess() {
    if (process_ > 0) static_cast<void>(end(SIGKILL));
}

int ControllerProcess::end(int signal) {
    if (process_ > 0) ::kill(process_, signal);
    return wait(30'000);
}

int ControllerProcess::wait(int longest_ms) {
    int status = 0;
    const auto has_ended = [&] { return ::waitpid(process_, &status, WNOHANG) != 0; };
    if (process_ <= 0 || !FakeCluster::waits(has_ended, longest_ms)) return -2;
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string ControllerProcess::log() const {
    std::ostringstream text;
    text << std::ifstream(log_path_).rdbuf();
    return text.str();
}

double ControllerProcess::status_mib(const std::string& word) const {
    std::ifstream status("/proc/" + std::to_string(process_) + "/status");
    std::string found;
    while (status >> found) {
        double kib = 0;
        if (found == word && status >> kib) return kib / 1024;
    }
    return 0;
}

double ControllerProcess::resident_mib() const {
    return status_mib("VmRSS:");
}

double ControllerProcess::peak_mib() const {
    return status_mib("VmHWM:");
}

double ControllerProcess::cpu_ms() const {
    std::ifstream stat("/proc/" + std::to_string(process_) + "/stat");
    std::string text((std::istreambuf_iterator<char>(stat)), {});
    std::istringstream fields(text.substr(std::min(text.rfind(')') + 1, text.size())));
    std::string skipped;
    for (int i = 0; i < 11; ++i) {
        fields >> skipped;
    }
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return (user + system) * 1000 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

} // namespace tiphys::fake
