#pragma once
// Assertions for programmer errors. They stay on in release builds: a wrong analysis is worse than
// a stopped one.

namespace tiphys {

/// Prints the failed condition, its reason and place to standard error, and aborts.
[[noreturn]] void assertion_failed(const char* condition, const char* why, const char* file,
                                   int line);

} // namespace tiphys

#define TIPHYS_ASSERT(condition, why)                                                              \
    (static_cast<bool>(condition)                                                                  \
         ? static_cast<void>(0)                                                                    \
         : ::tiphys::assertion_failed(#condition, why, __FILE__, __LINE__))
