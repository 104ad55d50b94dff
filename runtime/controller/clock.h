#pragma once
// The time of the machine.

#include <cstdint>

namespace tiphys::control {

/// Unix time.
[[nodiscard]] std::int64_t unix_now_ms();
/// Never goes back; counts from some moment.
[[nodiscard]] std::int64_t steady_now_ms();
[[nodiscard]] std::int64_t steady_now_us();

} // namespace tiphys::control
