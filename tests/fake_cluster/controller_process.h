#pragma once
// `tiphys controller` as a process that works on a fake cluster.

#include <string>
#include <sys/types.h>
#include <vector>

#include "tests/fake_cluster/fake_cluster.h"

namespace tiphys::fake {

class ControllerProcess {
public:
    /// Begins. `options`: more words of its command line. Its log is in `folder`, as `log`.
    /// `takes_lease`: it acts only when it has the lease.
    ControllerProcess(const std::string& program, const FakeCluster& cluster,
                      const std::string& folder, const std::vector<std::string>& options = {},
                      bool takes_lease = false);
    /// Kills it where it still runs.
    ~ControllerProcess();
    ControllerProcess(const ControllerProcess&) = delete;
    ControllerProcess& operator=(const ControllerProcess&) = delete;

    /// Sends the signal and waits for its end; returns the exit code, -1 where a signal ended it.
    int end(int signal);
    /// Waits for it to end by itself; -2: it did not in time.
    [[nodiscard]] int wait(int longest_ms);

    [[nodiscard]] std::string log() const;
    /// MiB: now, and the most so far.
    [[nodiscard]] double resident_mib() const;
    [[nodiscard]] double peak_mib() const;
    /// User and system time so far.
    [[nodiscard]] double cpu_ms() const;

private:
    [[nodiscard]] double status_mib(const std::string& word) const;

    pid_t process_ = -1;
    std::string log_path_;
};

} // namespace tiphys::fake
