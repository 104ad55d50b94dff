#pragma once
// JSON as raw text, the way Go's encoding/json reads and writes it: numbers keep their spelling,
// errors have Go's words (they become messages of nodes).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tiphys::run {

enum class JsonType : std::uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

/// A value within a JSON text that outlives it.
struct JsonValue {
    JsonType type = JsonType::kNull;
    std::string_view text;
};

/// Nothing when `text` is one JSON value; otherwise what json.Unmarshal would say.
[[nodiscard]] std::optional<std::string> json_error(std::string_view text);

/// The functions below expect text that json_error accepted.

/// Type and text of the value, blanks around it removed.
[[nodiscard]] JsonValue json_value(std::string_view text);
[[nodiscard]] std::vector<JsonValue> json_elements(std::string_view array);
/// Keys are unescaped; later duplicates come later.
[[nodiscard]] std::vector<std::pair<std::string, JsonValue>> json_members(std::string_view object);
/// The characters of a JSON string.
[[nodiscard]] std::string json_unquote(std::string_view string);

/// Without blanks between tokens; `<`, `>` and `&` in strings escaped as json.Marshal does.
[[nodiscard]] std::string json_compact(std::string_view text);
/// Compact, with the keys of the value itself (not of nested ones) sorted: a Go map of raw values.
[[nodiscard]] std::string json_sorted_object(std::string_view object);
/// `text` as json.Marshal writes a string.
[[nodiscard]] std::string json_quote(std::string_view text);
/// `text` as strconv.Quote writes it.
[[nodiscard]] std::string go_quote(std::string_view text);

} // namespace tiphys::run
