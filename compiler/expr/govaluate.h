#pragma once
// The words of Knetic/govaluate, the language of `when` and of Argo Events' filters.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/parse.h"
#include "compiler/expr/tree.h"

namespace tiphys::expr {

enum class WordKind : std::uint8_t {
    kStart, ///< stands before the first word
    kPrefix,
    kNumber,
    kBool,
    kString,
    kPattern, ///< a string that is a regular expression
    kTime,    ///< a string that looks like a date: a number of seconds
    kVariable,
    kAccessor, ///< `a.B`
    kSeparator,
    kComparator,
    kLogical,
    kModifier,
    kOpen,
    kClose,
    kTernary,
};

struct Word {
    WordKind kind = WordKind::kStart;
    Range range;
    std::string text;  ///< an operator, a name, or the content of a string
    double number = 0; ///< of numbers and times; 1 for `true`
};

struct WordList {
    std::vector<Word> words;
    std::optional<ParseError> error;
};

/// Splits a text into words and checks that they may follow each other.
[[nodiscard]] WordList lex_govaluate(std::string_view text);

/// The first place where two words may not follow each other, or the end where more must come.
/// govaluate: lexerState.go checkExpressionSyntax.
[[nodiscard]] std::optional<ParseError> check_word_order(const std::vector<Word>& words);

/// Turns strings after `=~` and `!~` into patterns; an error where one cannot be compiled.
[[nodiscard]] std::optional<ParseError> find_patterns(std::vector<Word>& words);

/// The tree of checked words.
[[nodiscard]] ParseResult parse_words(const std::vector<Word>& words);

/// What Argo does with `when`: variables become strings, and the words are checked again.
/// Argo: workflow/controller/steps.go shouldExecute.
void make_variables_strings(std::vector<Word>& words);

/// govaluate's own name of a kind (`VARIABLE`), as Argo's errors show it.
[[nodiscard]] std::string_view kind_name(WordKind kind);

} // namespace tiphys::expr
