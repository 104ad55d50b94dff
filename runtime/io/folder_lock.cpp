// flock on a file of the folder.

#include "runtime/io/folder_lock.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace tiphys::run {

FolderLock::~FolderLock() {
    release();
}

void FolderLock::release() {
    if (file_ >= 0) ::close(std::exchange(file_, -1));
}

Result<bool> FolderLock::take(const std::string& folder) {
    const std::string path = folder + "/lock";
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) return Error{"cannot open `" + path + "`: " + std::strerror(errno)};
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        ::close(file);
        return false;
    }
    file_ = file;
    return true;
}

bool is_locked(const std::string& folder) {
    const int file = ::open((folder + "/lock").c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    // A shared lock for an instant: two who ask at the same time do not see each other.
    const bool locked = ::flock(file, LOCK_SH | LOCK_NB) != 0;
    ::close(file);
    return locked;
}

} // namespace tiphys::run
