// Assertions for programmer errors.
#include "compiler/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace tiphys {

void assertion_failed(const char* condition, const char* why, const char* file, int line) {
    std::fprintf(stderr, "tiphys: internal error: %s (%s) at %s:%d\n", why, condition, file, line);
    std::fprintf(stderr, "tiphys: this is a defect of tiphys; please report it with the input\n");
    std::abort();
}

} // namespace tiphys
