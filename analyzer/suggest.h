#pragma once
// What to write instead of a name that does not exist.

#include <span>
#include <string>
#include <string_view>

#include "analyzer/context.h"

namespace tiphys::analyze {

/// A name that was meant; `is_certain` where it is very near and no other one comes close.
struct Meant {
    std::string_view name;
    bool is_certain = false;
};
[[nodiscard]] Meant meant_name(std::string_view written,
                               std::span<const std::string_view> candidates);

/// "`a`, `b` and `c`"; of many names the first ones and their number.
[[nodiscard]] std::string quoted_list(std::span<const std::string_view> names);

/// Help for a name that is not among `candidates`: the nearest one with a fix that replaces
/// `span` by it, else the list of them after `what` ("templates here are").
void suggest(Finding finding, Span span, std::string_view written,
             std::span<const std::string_view> candidates, std::string_view what);

} // namespace tiphys::analyze
