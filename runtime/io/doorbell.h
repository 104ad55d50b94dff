#pragma once
// How one process tells another that there is something in the journal for it.

#include <string>

#include "compiler/base/result.h"

namespace tiphys::run {

class Doorbell {
public:
    Doorbell() = default;
    Doorbell(const Doorbell&) = delete;
    Doorbell& operator=(const Doorbell&) = delete;
    ~Doorbell();

    /// Hears everybody who rings in the folder from now on.
    [[nodiscard]] Result<Done> open(const std::string& folder);
    /// Can be read when somebody has rung.
    [[nodiscard]] int file() const { return file_; }
    /// Whether somebody has rung since the last call.
    [[nodiscard]] bool take() const;

private:
    int file_ = -1;
};

/// Nothing happens where nobody listens.
void ring(const std::string& folder);

} // namespace tiphys::run
