#pragma once
// What an evaluation may know of the world: the time, chance, time zones. The same environment
// gives the same values.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "compiler/expr/go_time.h"

namespace tiphys::expr {

struct Environment {
    /// The instant that `now()` gives.
    Time now;

    /// Fills the bytes with chance; where absent, `random*` and key functions fail.
    std::function<void(std::span<std::uint8_t>)> random_bytes;

    /// The TZif file of a zone (`Europe/Berlin`); where absent, only UTC is known.
    std::function<std::optional<std::string>(std::string_view name)> zone_file;
};

/// Go's time.LoadLocation; null where there is no such zone. "" and "Local" are UTC, as in the
/// controller's container.
[[nodiscard]] std::shared_ptr<const TimeZone> load_zone(const Environment& environment,
                                                        std::string_view name);

/// Environment::zone_file that reads the tz database of this machine.
[[nodiscard]] std::optional<std::string> read_system_zone(std::string_view name);

/// Environment::random_bytes that gives the same bytes for the same seed.
[[nodiscard]] std::function<void(std::span<std::uint8_t>)> seeded_bytes(std::uint64_t seed);

} // namespace tiphys::expr
