#pragma once
// What wakes a loop that waits: signals as a file, and several files as one.

#include <signal.h>

namespace tiphys::run {

/// The signals that end a run, as a file that can be read. They are blocked while it is open.
class SignalFile {
public:
    SignalFile() = default;
    SignalFile(const SignalFile&) = delete;
    SignalFile& operator=(const SignalFile&) = delete;
    ~SignalFile();

    /// SIGINT, SIGTERM and SIGHUP. False where they cannot be watched; errno says why.
    [[nodiscard]] bool open();
    /// How many have come since the last call.
    [[nodiscard]] int take() const;
    [[nodiscard]] int file() const { return file_; }

private:
    int file_ = -1;
    sigset_t signals_{};
    sigset_t before_{};
};

/// Several files as one that can be read when any of them can.
class FileSet {
public:
    FileSet();
    FileSet(const FileSet&) = delete;
    FileSet& operator=(const FileSet&) = delete;
    ~FileSet();

    /// Files below 0 are passed over.
    void add(int file) const;
    [[nodiscard]] int file() const { return file_; }

private:
    int file_;
};

} // namespace tiphys::run
