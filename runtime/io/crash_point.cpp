// Counting the places passed.

#include "runtime/io/crash_point.h"

#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <signal.h>
#include <unistd.h>

namespace tiphys::run {
namespace {

long read_number() {
    const char* text = std::getenv("TIPHYS_CRASH_AT");
    return text == nullptr ? 0 : std::strtol(text, nullptr, 10);
}

long& points_left() {
    static long left = read_number();
    return left;
}

} // namespace

void crash_point(const char* name) {
    long& left = points_left();
    if (left == 0 || --left > 0) return;
    for (const char* text : {"crash point: ", name, "\n"}) {
        static_cast<void>(::write(STDERR_FILENO, text, std::strlen(text)) < 0);
    }
    ::raise(SIGKILL);
}

void disable_crash_points() {
    points_left() = 0;
}

} // namespace tiphys::run
