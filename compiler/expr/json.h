#pragma once
// JSON as Go's encoding/json reads and writes it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/expr/value.h"

namespace tiphys::expr {

struct JsonFault {
    std::size_t at = 0; ///< byte of the text
    std::string reason;
};

enum class JsonNumbers : std::uint8_t {
    kFloats,        ///< all numbers are float64, as in Go
    kIntsAndFloats, ///< numbers without point and exponent are ints
};

/// Reads one value. Of equal keys the last counts; broken UTF-8 becomes U+FFFD.
[[nodiscard]] std::optional<Value> parse_json(std::string_view text, JsonFault& fault,
                                              JsonNumbers numbers = JsonNumbers::kFloats);

/// json.Valid.
[[nodiscard]] bool is_json(std::string_view text);

struct JsonStyle {
    bool escape_html = true; ///< `<`, `>`, `&` as `\u003c`…
    int indent = 0;          ///< blanks for each level; 0 writes one line
};

/// Nothing where Go refuses the value (NaN, functions, maps with other keys than strings);
/// `reason` says why.
[[nodiscard]] std::optional<std::string> to_json(const Value& value, const JsonStyle& style,
                                                 std::string& reason);

/// The string as a JSON string with its quotes.
[[nodiscard]] std::string json_quote(std::string_view text, bool escape_html);

} // namespace tiphys::expr
