#pragma once
// Places at which a process may end without notice, for tests that let it end at each of them.

namespace tiphys::run {

/// Ends this process with SIGKILL if this is the call whose number, from 1, the environment
/// variable TIPHYS_CRASH_AT holds. Does nothing without it.
void crash_point();

/// Processes that outlive their parent do not end with it.
void disable_crash_points();

} // namespace tiphys::run
