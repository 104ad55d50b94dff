#pragma once
// What a process of the executor waits for: signals, files that others write, bytes from pipes.

#include <cstdint>
#include <poll.h>
#include <string>
#include <vector>

#include "runtime/io/descriptor.h"

namespace tiphys::executor {

/// Milliseconds that never go back.
[[nodiscard]] std::int64_t steady_ms();

/// Takes all signals of the process from the moment it is made; there is one.
class Events {
public:
    Events();

    /// Wakes wait() when a file of the folder, which must exist, is written or made.
    void watch(const std::string& folder);

    /// Waits at most that long (negative: as long as it takes) for a signal, a file, or one of
    /// `more`, whose `revents` are set. Returns the signals. What was written is for the caller to
    /// look up: it may be woken without a reason, and is each second where files cannot be watched.
    [[nodiscard]] std::vector<int> wait(std::int64_t timeout_ms,
                                        std::vector<pollfd>* more = nullptr);

    /// Takes as signals of the process what was blocked: for a child before it starts its program.
    static void release_signals();

private:
    run::Descriptor signals_;
    run::Descriptor files_;
    bool can_watch_ = true;
};

} // namespace tiphys::executor
