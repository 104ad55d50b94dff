#pragma once
// Places at which a process may end without notice, for tests that let it end at each of them.

namespace tiphys::run {

/// Ends this process with SIGKILL if this is the call whose number, from 1, the environment
/// variable TIPHYS_CRASH_AT holds, and says `name` on standard error. Does nothing without it. For
/// the thread of the loop.
void crash_point(const char* name);

/// Processes that outlive their parent do not end with it.
void disable_crash_points();

} // namespace tiphys::run
