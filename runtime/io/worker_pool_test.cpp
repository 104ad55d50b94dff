// Jobs on other threads.

#include <poll.h>

#include <catch2/catch.hpp>

#include "runtime/io/worker_pool.h"

namespace tiphys::run {
namespace {

using Flag = std::atomic<bool>;

void wait_for(WorkerPool& pool, const std::function<bool()>& holds) {
    constexpr int kLongestMs = 10'000;
    while (!holds()) {
        pollfd file{pool.file(), POLLIN, 0};
        REQUIRE(::poll(&file, 1, kLongestMs) == 1);
        pool.deliver();
    }
}

TEST_CASE("rests are called on the thread of the loop") {
    WorkerPool pool(2);
    const std::thread::id here = std::this_thread::get_id();
    int n_done = 0;
    int n_elsewhere = 0;
    for (int i = 0; i < 20; ++i) {
        pool.run(
            [&, here]() -> WorkerPool::Rest {
                const bool elsewhere = std::this_thread::get_id() != here;
                return [&, here, elsewhere] {
                    n_elsewhere += elsewhere ? 1 : 0;
                    n_done += std::this_thread::get_id() == here ? 1 : 0;
                };
            },
            std::make_shared<Flag>(false));
    }
    wait_for(pool, [&] { return n_done == 20; });
    CHECK(n_elsewhere == 20);
}

TEST_CASE("a job that nobody waits for hears of it") {
    WorkerPool pool(2);
    const auto dropped = std::make_shared<Flag>(false);
    bool was_dropped = false;
    bool other_was = true;
    int n_done = 0;
    pool.run(
        [&]() -> WorkerPool::Rest {
            while (!is_dropped()) {
                std::this_thread::yield();
            }
            return [&] {
                was_dropped = true;
                ++n_done;
            };
        },
        dropped);
    pool.run(
        [&]() -> WorkerPool::Rest {
            const bool is = is_dropped();
            return [&, is] {
                other_was = is;
                ++n_done;
            };
        },
        std::make_shared<Flag>(false));
    wait_for(pool, [&] { return n_done == 1; });
    CHECK_FALSE(other_was);
    *dropped = true;
    wait_for(pool, [&] { return n_done == 2; });
    CHECK(was_dropped);
    CHECK_FALSE(is_dropped());
}

TEST_CASE("a pool that goes drops what runs") {
    Flag began = false;
    {
        WorkerPool pool(1);
        pool.run(
            [&]() -> WorkerPool::Rest {
                began = true;
                while (!is_dropped()) {
                    std::this_thread::yield();
                }
                return [] {};
            },
            std::make_shared<Flag>(false));
        while (!began) {
            std::this_thread::yield();
        }
    }
    CHECK(began);
}

} // namespace
} // namespace tiphys::run
