#pragma once
// What Argo's tags are called in the language, in one place of a file.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tiphys::codegen {

/// Names that can be seen somewhere, by the tags that they stand for: `inputs.parameters.x` is `x`.
struct Names {
    std::map<std::string, std::string, std::less<>> by_tag;
    /// Variables, which hide nodes of the same name.
    std::set<std::string, std::less<>> variables;

    /// Declares a variable; an inner one hides the outer of the same name.
    void declare(std::string_view name, const std::string& tag);
    /// The expression for a tag without its braces, or nothing.
    [[nodiscard]] std::optional<std::string> find(std::string_view tag) const;
};

/// The text as an expression: a name, a text with `${…}` in it, or a literal. Tags without a name
/// stay as they are.
[[nodiscard]] std::string text_expression(std::string_view text, const Names& names,
                                          std::string_view language = {});

/// The name that a text of exactly one tag stands for, or nothing.
[[nodiscard]] std::optional<std::string> lone_name(std::string_view text, const Names& names);

/// Names of tasks whose outputs the tags of a text read, in textual order, as the language finds
/// them in literal text.
[[nodiscard]] std::vector<std::string> tasks_read(std::string_view text);

} // namespace tiphys::codegen
