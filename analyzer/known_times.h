#pragma once
// How long a template takes by itself: what it sleeps, and when it is stopped.

#include <cstdint>
#include <optional>
#include <string_view>

#include "compiler/front/flow.h"

namespace tiphys::analyze {

/// Seconds of a text that is a number of seconds or a duration of Go; nothing for other texts.
[[nodiscard]] std::optional<std::int64_t> seconds_of(std::string_view text);

/// Seconds that a command sleeps if it succeeds: `sleep 60`, also in a simple script. Scripts with
/// branches, loops and background jobs count as 0.
[[nodiscard]] std::int64_t slept_seconds(const ir::Object& container);
[[nodiscard]] std::int64_t slept_seconds_of_script(std::string_view script);

/// What a template that calls no others takes at least, if it succeeds.
[[nodiscard]] std::int64_t least_seconds(const front::FlowTemplate& at);

/// The deadline of one attempt: the smallest of `activeDeadlineSeconds` and `timeout`, in seconds;
/// nothing without one. `defaults` may be null.
[[nodiscard]] std::optional<std::int64_t> deadline_seconds(const wf::Template& at,
                                                           const wf::Template* defaults);

/// Waits between the first `n_retries` retries, in seconds; what is not a number counts as 0.
[[nodiscard]] std::int64_t backoff_seconds(const wf::RetryStrategy& retries,
                                           std::int64_t n_retries);

/// The `limit` of a retry strategy; nothing where it is absent or known at run time only.
[[nodiscard]] std::optional<std::int64_t> retry_limit(const wf::RetryStrategy& retries);

} // namespace tiphys::analyze
