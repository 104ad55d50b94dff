#pragma once
// The elements that a loop runs over: `withItems`, `withParam`, `withSequence`.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/plan/json_text.h"

namespace tiphys::run {

/// One element of a loop, in the three spellings in which a workflow sees it.
struct Item {
    /// What `{{item}}` becomes: the characters of a string, otherwise JSON.
    std::string text;
    /// What stands in the node's name after the index; parentheses are gone.
    std::string label;
    /// `{{item.<key>}}` of a mapping.
    std::vector<std::pair<std::string, std::string>> fields;
};

/// Argo: processItem in workflow/controller/operator.go.
[[nodiscard]] Item make_item(const JsonValue& value);

/// Numbers from `start` on, `count` of them, up or down, each printed with `format` (printf).
struct Sequence {
    std::int64_t start = 0;
    std::size_t count = 0;
    bool descending = false;
    std::string format = "%d";
};

/// The elements of one loop. A sequence makes its elements when they are asked for.
class ItemList {
public:
    ItemList() = default;
    explicit ItemList(std::vector<Item> items) : items_(std::move(items)) {}
    explicit ItemList(Sequence sequence) : items_(std::move(sequence)) {}

    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] Item at(std::size_t index) const;

private:
    std::variant<std::vector<Item>, Sequence> items_;
};

/// A list or the reason why there is none.
struct ItemsOrError {
    ItemList items;
    std::string error;
};

/// Parses a JSON list; errors as json.Unmarshal words them.
[[nodiscard]] ItemsOrError parse_items(std::string_view json);

/// The texts of `withSequence`'s fields after substitution; an absent field is empty.
struct SequenceTexts {
    std::string start;
    std::string end;
    std::string count;
    std::string format;
};

/// Argo: expandSequence in workflow/controller/operator.go.
[[nodiscard]] ItemsOrError expand_sequence(const SequenceTexts& texts);

/// `number` printed with a format of Go's fmt that has one integer verb (`%d`, `%02X` …).
[[nodiscard]] std::string format_integer(std::string_view format, std::int64_t number);

} // namespace tiphys::run
