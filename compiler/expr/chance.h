#pragma once
// Random bytes for a native function.

#include <optional>
#include <string>

#include "compiler/expr/call.h"

namespace tiphys::expr {

/// `count` bytes of the environment's chance, or a failure of the call.
[[nodiscard]] std::optional<std::string> draw_bytes(Call& call, std::size_t count);

} // namespace tiphys::expr
