#pragma once
// Tasks that the controller does itself, beside its loop: requests of http templates.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/core/step.h"

namespace tiphys::control {

/// Everything but the requests themselves happens on the caller's thread.
class SideTasks {
public:
    using Ended = std::function<void(run::HttpResponse)>;

    SideTasks();
    SideTasks(const SideTasks&) = delete;
    SideTasks& operator=(const SideTasks&) = delete;
    /// Waits for requests that are under way.
    ~SideTasks();

    /// `ended` is called in a later take().
    void request(run::HttpRequest request, Ended ended);
    /// Can be read when take() has something to do.
    [[nodiscard]] int file() const { return file_; }
    void take();

private:
    struct Job {
        run::HttpRequest request;
        run::HttpResponse response;
        Ended ended;
    };
    void work();

    int file_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> waiting_;
    std::deque<Job> done_;
    std::size_t n_idle_ = 0;
    bool is_over_ = false;
    std::vector<std::thread> threads_;
};

} // namespace tiphys::control
