#pragma once
// Names of time zones, as Argo's controller knows them.

#include <span>
#include <string_view>

namespace tiphys::front {

/// All names of the IANA database, links included, in byte order. Embedded rather than read from
/// the system, so that the same input gives the same findings everywhere.
[[nodiscard]] std::span<const std::string_view> timezone_names();

/// True for a name of the database, `UTC`, `Local` and the empty name, which Go's LoadLocation
/// takes. Letter case counts.
[[nodiscard]] bool is_timezone(std::string_view name);

} // namespace tiphys::front
