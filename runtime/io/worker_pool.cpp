// Jobs for threads, and an eventfd that tells when one is done.

#include "runtime/io/worker_pool.h"

#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace tiphys::run {
namespace {

/// What says that the job of this thread is dropped.
struct Stops {
    const std::atomic<bool>* closing = nullptr;
    const std::atomic<bool>* dropped = nullptr;
};

Stops& stops() {
    thread_local Stops of_this_thread;
    return of_this_thread;
}

bool is_set(const std::atomic<bool>* flag) {
    return flag != nullptr && flag->load();
}

} // namespace

bool is_dropped() {
    return is_set(stops().closing) || is_set(stops().dropped);
}

WorkerPool::WorkerPool(std::size_t n_most) : n_most_(n_most) {}

WorkerPool::~WorkerPool() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        closing_ = true;
    }
    news_.notify_all();
    for (std::thread& thread : threads_) {
        thread.join();
    }
    if (file_ >= 0) ::close(file_);
}

void WorkerPool::run(Job job, std::shared_ptr<const std::atomic<bool>> dropped) {
    if (file_ < 0) file_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    const std::lock_guard<std::mutex> lock(mutex_);
    waiting_.push_back({std::move(job), std::move(dropped)});
    if (n_idle_ < waiting_.size() && threads_.size() < n_most_) {
        threads_.emplace_back([this] { work(); });
    }
    news_.notify_one();
}

void WorkerPool::work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
        ++n_idle_;
        news_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
        --n_idle_;
        if (closing_) return;
        const Entry entry = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        stops() = {&closing_, entry.dropped.get()};
        Rest rest = entry.job();
        stops() = {};
        lock.lock();
        done_.push_back(std::move(rest));
        const std::uint64_t one = 1;
        [[maybe_unused]] const ssize_t n = ::write(file_, &one, sizeof one);
    }
}

void WorkerPool::deliver() {
    std::uint64_t n_done = 0;
    if (file_ < 0 || ::read(file_, &n_done, sizeof n_done) < 0) return;
    std::vector<Rest> done;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        done.swap(done_);
    }
    for (const Rest& rest : done) {
        rest();
    }
}

} // namespace tiphys::run
