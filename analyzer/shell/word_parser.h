#pragma once
// The words of a script: quotes, expansions and substitutions.

#include <algorithm>

#include "analyzer/shell/script.h"

namespace tiphys::shell {

/// The place in a script, what was read so far, and the reading of words. Commands inside of
/// substitutions are read by the class derived from it.
class WordParser {
public:
    WordParser(std::string_view text, Dialect dialect) : text_(text), dialect_(dialect) {}
    WordParser(const WordParser&) = delete;
    WordParser& operator=(const WordParser&) = delete;

protected:
    ~WordParser() = default;

    /// Reads the commands of a substitution that begins at `opening`, and the `)` that ends it; in
    /// backquotes up to the end of the text.
    virtual void parse_substitution(std::uint32_t opening) = 0;

    [[nodiscard]] bool is_bash() const { return dialect_ == Dialect::kBash; }
    /// Nothing more is read: the text or the patience has ended.
    [[nodiscard]] bool is_over() const { return has_stopped_ || at_ >= text_.size(); }
    [[nodiscard]] char peek(std::uint32_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }
    [[nodiscard]] bool looking_at(std::string_view what) const {
        return text_.substr(std::min<std::size_t>(at_, text_.size())).starts_with(what);
    }
    [[nodiscard]] std::string_view slice(Range range) const {
        return text_.substr(range.begin, range.end - range.begin);
    }

    /// Goes on, but not behind the end.
    void skip(std::uint32_t count);

    void fail(Range range, std::string message, std::optional<Range> opening = std::nullopt);

    /// A word, which may be empty where none begins here.
    Word parse_word();
    /// An operand of `=~`: brackets and bars are part of it.
    Word parse_regex_word();
    /// `name=` or `name[…]=` or `name+=` at this place: the length of it, else 0.
    [[nodiscard]] std::uint32_t assignment_length() const;
    /// `(a b c)` of an array.
    void parse_array(Word& word);
    /// Behind `((`, up to `))` and past it; false where this is no arithmetic.
    bool skip_arithmetic(Word& word);
    /// The variables in a here-document's text.
    [[nodiscard]] std::vector<Variable> variables_in(Range range) const;

    /// A part of a script that may turn out to be something else.
    struct Mark {
        std::uint32_t at;
        std::size_t n_commands;
        std::size_t n_pipelines;
        bool has_stopped;
        std::optional<SyntaxError> error;
    };
    [[nodiscard]] Mark mark() const;
    void return_to(const Mark& mark);

    std::string_view text_;
    Dialect dialect_;
    std::uint32_t at_ = 0;
    bool has_stopped_ = false;
    int depth_ = 0;
    Script out_;

private:
    /// One quote, expansion or escape; false where the character is an ordinary one.
    bool parse_special(Word& word);
    void parse_single_quoted(Word& word);
    void parse_ansi_quoted(Word& word);
    void parse_double_quoted(Word& word);
    void parse_backquoted(Word& word);
    void parse_dollar(Word& word, bool is_quoted);
    void parse_braces(Word& word, std::uint32_t begin, bool is_quoted);
    void parse_parenthesis(Word& word, std::uint32_t opening);
    void add_variable(Word& word, std::uint32_t begin, Range name, bool is_quoted,
                      bool has_operator) const;
    [[nodiscard]] bool begins_pattern_list() const;
    void parse_pattern_list(Word& word);
};

} // namespace tiphys::shell
