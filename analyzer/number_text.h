#pragma once
// Numbers as people read them: in messages and tables.

#include <cstdint>
#include <string>

namespace tiphys::analyze {

/// "10,000"; "no bound" for kUnbounded.
[[nodiscard]] std::string grouped_number(std::int64_t number);

/// "1.5 MiB", "12 kiB", "80 bytes".
[[nodiscard]] std::string byte_words(std::int64_t bytes);

/// "50 minutes", "1 hour 30 minutes", "12 seconds".
[[nodiscard]] std::string time_words(std::int64_t seconds);

} // namespace tiphys::analyze
