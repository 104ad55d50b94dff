#pragma once
// Proof that an emitted text says what it was made from: reads it back and compares.

#include <optional>
#include <string>
#include <string_view>

#include "compiler/ir/object.h"

namespace tiphys::codegen {

/// Nothing where `text`, read as YAML or JSON, gives a value equal to `root`; otherwise the first
/// difference in words. A difference is a defect of the emitter or of the reader, never of the
/// user's input.
[[nodiscard]] std::optional<std::string> difference_when_read_back(const ir::Value& root,
                                                                   std::string_view text);

} // namespace tiphys::codegen
