#pragma once
// Events as the journal keeps them.

#include <optional>
#include <string>
#include <string_view>

#include "runtime/core/step.h"

namespace tiphys::run {

/// Without its time.
[[nodiscard]] std::string event_as_bytes(const EventKind& what);
/// Nothing where these are not the bytes of an event.
[[nodiscard]] std::optional<EventKind> event_from_bytes(std::string_view bytes);

[[nodiscard]] std::string request_as_bytes(const HttpRequest& request);
[[nodiscard]] std::optional<HttpRequest> request_from_bytes(std::string_view bytes);

} // namespace tiphys::run
