#pragma once
// C++ as far as the checks need it: where code is and where not, and where functions begin and end.

#include <string>
#include <string_view>
#include <vector>

namespace tiphys::tidy {

/// `text` with comments and the insides of string and character literals (raw strings too)
/// replaced by spaces: same length, same line breaks, so that offsets are those of the text.
[[nodiscard]] std::string code_of(std::string_view text);

/// A function with its body; lambdas belong to the function around them. Lines count from 1, from
/// the first of the signature to that of the closing brace.
struct Function {
    std::string name;
    int first_line = 0;
    int last_line = 0;
};

/// The functions of `code`, which is what code_of() returned. Braces that differ between the
/// branches of an `#if` are counted in each of them.
[[nodiscard]] std::vector<Function> find_functions(std::string_view code);

/// Offsets at which `word` stands as a whole word.
[[nodiscard]] std::vector<std::size_t> find_word(std::string_view text, std::string_view word);

/// Letters, digits and underscore.
[[nodiscard]] bool is_word_char(char c);

} // namespace tiphys::tidy
