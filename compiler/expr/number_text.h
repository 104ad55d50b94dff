#pragma once
// Numbers from and to text by the rules of Go's strconv, fmt and encoding/json.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tiphys::expr {

enum class NumberFault : std::uint8_t { kSyntax, kRange };

/// strconv.ParseInt. Base 0 reads the base from a prefix (`0x`, `0b`, `0o`, `0`) and allows `_`.
/// Nothing where Go refuses; `fault` says why.
[[nodiscard]] std::optional<std::int64_t> parse_int(std::string_view text, int base,
                                                    NumberFault* fault = nullptr);

/// strconv.ParseUint of a number without sign.
[[nodiscard]] std::optional<std::uint64_t> parse_uint(std::string_view text, int base);

/// strconv.ParseFloat(text, 64): also `inf`, `nan`, hexadecimal floats; a number too great is a
/// fault.
[[nodiscard]] std::optional<double> parse_float(std::string_view text,
                                                NumberFault* fault = nullptr);

/// strconv.FormatFloat(number, 'f', decimals, 64); decimals -1 is the shortest exact form.
[[nodiscard]] std::string format_fixed(double number, int decimals);

/// The way of fmt's %v and of strconv's 'g': shortest, exponents below -4 and from 6 (or as given)
/// as `1e+06`.
[[nodiscard]] std::string format_general(double number, int exponent_from = 6);

/// encoding/json's way: exponents below -6 and from 21 as `1e-7`. The number is finite.
[[nodiscard]] std::string format_json_number(double number);

} // namespace tiphys::expr
