// Reading the clocks.

#include "runtime/controller/clock.h"

#include <chrono>

namespace tiphys::control {

std::int64_t unix_now_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::int64_t steady_now_ms() {
    return steady_now_us() / 1000;
}

std::int64_t steady_now_us() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

} // namespace tiphys::control
