// How long a container has to end after it was asked to.

#include "runtime/executor/grace.h"

#include <charconv>
#include <string>

#include "runtime/executor/paths.h"

namespace tiphys::executor {

std::int64_t grace_ms() {
    constexpr std::int64_t kUsual = 30'000;
    const std::string text = variable("ARGO_TERMINATION_GRACE_PERIOD_SECONDS");
    std::int64_t seconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return seconds > 0 ? seconds * 1000 : kUsual;
}

} // namespace tiphys::executor
