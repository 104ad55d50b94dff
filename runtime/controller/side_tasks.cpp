// A few threads that make requests.

#include "runtime/controller/side_tasks.h"

#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include "runtime/io/http.h"

namespace tiphys::control {
namespace {

constexpr std::size_t kMostThreads = 16;

} // namespace

SideTasks::SideTasks() : file_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

SideTasks::~SideTasks() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
        waiting_.clear();
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) {
        thread.join();
    }
    if (file_ >= 0) ::close(file_);
}

void SideTasks::request(run::HttpRequest request, Ended ended) {
    bool needs_thread = false;
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back({std::move(request), {}, std::move(ended)});
        needs_thread = n_idle_ < waiting_.size() && threads_.size() < kMostThreads;
    }
    if (needs_thread) threads_.emplace_back([this] { work(); });
    wake_.notify_one();
}

void SideTasks::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        ++n_idle_;
        wake_.wait(lock, [this] { return is_over_ || !waiting_.empty(); });
        --n_idle_;
        if (is_over_) return;
        Job job = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        job.response = run::make_request(job.request);
        lock.lock();
        done_.push_back(std::move(job));
        const std::uint64_t one = 1;
        static_cast<void>(::write(file_, &one, sizeof one) > 0);
    }
}

void SideTasks::take() {
    std::uint64_t n_rings = 0;
    static_cast<void>(::read(file_, &n_rings, sizeof n_rings) > 0);
    std::deque<Job> done;
    {
        const std::lock_guard lock(mutex_);
        done.swap(done_);
    }
    for (Job& job : done) {
        job.ended(std::move(job.response));
    }
}

} // namespace tiphys::control
