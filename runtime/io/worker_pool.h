#pragma once
// Threads for what would keep a loop waiting: transfers from and to slow places.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace tiphys::run {

/// Whether nobody waits any more for what this thread does; work that may last long asks from time
/// to time, and gives up. False outside of pools.
[[nodiscard]] bool is_dropped();

class WorkerPool {
public:
    /// What is left to do on the thread of the loop when a job is done.
    using Rest = std::function<void()>;
    using Job = std::function<Rest()>;

    /// Threads are started when there is work for them, at most `n_most`.
    explicit WorkerPool(std::size_t n_most);
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;
    /// Jobs that run are dropped, and waited for.
    ~WorkerPool();

    /// Runs the job on another thread. It is dropped when `dropped` becomes true; its rest is
    /// called all the same.
    void run(Job job, std::shared_ptr<const std::atomic<bool>> dropped);
    /// Can be read when a job is done; -1 before the first one.
    [[nodiscard]] int file() const { return file_; }
    /// Calls the rests of the jobs that are done.
    void deliver();

private:
    struct Entry {
        Job job;
        std::shared_ptr<const std::atomic<bool>> dropped;
    };
    void work();

    std::size_t n_most_;
    int file_ = -1;
    std::mutex mutex_;
    std::condition_variable news_;
    std::deque<Entry> waiting_;
    std::vector<Rest> done_;
    std::size_t n_idle_ = 0;
    std::atomic<bool> closing_ = false;
    std::vector<std::thread> threads_;
};

} // namespace tiphys::run
