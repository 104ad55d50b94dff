// A lock is a file for each of its places, locked with flock.

#include "runtime/run_locks.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

#include "runtime/core/lock_names.h"
#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

constexpr auto kPause = std::chrono::milliseconds(100);

/// A file that is locked now; -1 where all places are taken.
Result<int> take_place(const std::string& path, std::int64_t limit) {
    for (std::int64_t place = 0; place < limit; ++place) {
        const std::string name = path + "." + std::to_string(place);
        const int file = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (file < 0) return Error{"cannot open `" + name + "`: " + std::strerror(errno)};
        if (::flock(file, LOCK_EX | LOCK_NB) == 0) return file;
        ::close(file);
    }
    return -1;
}

} // namespace

RunLocks::~RunLocks() {
    release();
}

void RunLocks::release() {
    for (const int file : files_) {
        ::close(file);
    }
    files_.clear();
}

Result<Done> RunLocks::acquire(const Plan& plan, const std::string& folder,
                               const std::function<void(const std::string&)>& waits) {
    if (plan.locks.empty()) return Done{};
    const State state(plan);
    Scope scope;
    scope.state = &state;
    const NamedLocks named = name_locks(plan.locks, scope);
    if (!named.error.empty()) return Error{named.error};
    TIPHYS_TRY(made, make_folders(folder));
    static_cast<void>(made);
    bool said = false;
    while (true) {
        const NamedLock* taken = nullptr;
        for (const NamedLock& lock : named.locks) {
            std::string file_name = lock.name;
            std::replace(file_name.begin(), file_name.end(), '/', '_');
            TIPHYS_TRY(file, take_place(folder + "/" + file_name, lock.limit));
            if (file < 0) {
                taken = &lock;
                break;
            }
            files_.push_back(file);
        }
        if (taken == nullptr) return Done{};
        release();
        if (!said) {
            waits("Waiting for " + taken->name + " lock. Lock status: 0/" +
                  std::to_string(taken->limit));
        }
        said = true;
        std::this_thread::sleep_for(kPause);
    }
}

} // namespace tiphys::run
