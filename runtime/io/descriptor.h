#pragma once
// An open file of this process.

#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace tiphys::run {

/// Closes when it goes.
class Descriptor {
public:
    /// -1: no file.
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const std::string& path, int flags, mode_t mode = 0)
        : number_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

} // namespace tiphys::run
