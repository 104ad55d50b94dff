// The words of Knetic/govaluate. govaluate: parsing.go.
#include <algorithm>
#include <array>
#include <utility>

#include "compiler/expr/go_time.h"
#include "compiler/expr/govaluate.h"
#include "compiler/expr/number_text.h"
#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

constexpr std::array<std::string_view, 3> kPrefixes{"-", "!", "~"};
constexpr std::array<std::string_view, 11> kModifiers{"+", "-", "*", "/",  "%", "**",
                                                      "&", "|", "^", ">>", "<<"};
constexpr std::array<std::string_view, 2> kLogicals{"&&", "||"};
constexpr std::array<std::string_view, 8> kComparators{
    "==", "!=", ">", ">=", "<", "<=", "=~", "!~"};
constexpr std::array<std::string_view, 3> kTernaries{"?", ":", "??"};

template <std::size_t kCount>
bool contains(const std::array<std::string_view, kCount>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_number_part(char32_t rune) {
    return is_digit(rune) || rune == '.';
}

bool is_hex_digit(char32_t rune) {
    const char32_t lower = to_lower(rune);
    return is_digit(rune) || (lower >= 'a' && lower <= 'f');
}

bool is_quote(char32_t rune) {
    return rune == '\'' || rune == '"';
}

bool is_name_part(char32_t rune) {
    return is_letter(rune) || is_digit(rune) || rune == '_' || rune == '.';
}

bool is_symbol_part(char32_t rune) {
    return !(is_digit(rune) || is_letter(rune) || rune == '(' || rune == ')' || rune == '[' ||
             rune == ']' || is_quote(rune));
}

/// After these a sign is a prefix.
bool may_prefix_follow(WordKind kind) {
    switch (kind) {
    case WordKind::kStart:
    case WordKind::kOpen:
    case WordKind::kModifier:
    case WordKind::kComparator:
    case WordKind::kLogical:
    case WordKind::kTernary:
    case WordKind::kSeparator:
        return true;
    case WordKind::kPrefix:
    case WordKind::kNumber:
    case WordKind::kBool:
    case WordKind::kString:
    case WordKind::kPattern:
    case WordKind::kTime:
    case WordKind::kVariable:
    case WordKind::kAccessor:
    case WordKind::kClose:
        return false;
    }
    return false;
}

class GovaluateLexer {
public:
    explicit GovaluateLexer(std::string_view text) : text_(text) {}

    WordList run() {
        while (!list_.error) {
            const Rune rune = decode_rune(text_, at_);
            if (rune.size == 0) break;
            start_ = at_;
            at_ += rune.size;
            if (!is_space(rune.value)) read_word(rune.value);
        }
        return std::move(list_);
    }

private:
    struct Run {
        std::string content;
        bool ended = false; ///< by a character that does not belong to it
    };

    void read_word(char32_t first) {
        if (is_number_part(first)) {
            read_number(first);
        } else if (first == ',') {
            add(WordKind::kSeparator, ",");
        } else if (first == '[') {
            read_enclosed(WordKind::kVariable, [](char32_t rune) { return rune != ']'; });
        } else if (is_letter(first)) {
            read_name();
        } else if (is_quote(first)) {
            read_enclosed(WordKind::kString, [](char32_t rune) { return !is_quote(rune); });
        } else if (first == '(' || first == ')') {
            add(first == '(' ? WordKind::kOpen : WordKind::kClose, first == '(' ? "(" : ")");
        } else {
            read_symbol();
        }
    }

    void add(WordKind kind, std::string text, double number = 0) {
        list_.words.push_back({kind, range(), std::move(text), number});
    }

    [[nodiscard]] Range range() const {
        return {static_cast<std::uint32_t>(start_), static_cast<std::uint32_t>(at_)};
    }

    void fail(std::string message, std::string help, std::string original = {}) {
        list_.error = ParseError{range(), std::move(message), std::move(help), std::move(original)};
    }

    /// Reads characters that belong to a word; a backslash takes the next one as it is. White
    /// space ends a word once it has begun, unless it belongs to it.
    template <class Belongs>
    Run read_while(bool with_space, Belongs belongs) {
        Run run;
        while (at_ < text_.size()) {
            const Rune rune = decode_rune(text_, at_);
            at_ += rune.size;
            if (rune.value == '\\') {
                const Rune next = decode_rune(text_, at_);
                if (next.size == 0) {
                    fail("the expression ends with a backslash", "remove it, or quote the text");
                    return run;
                }
                append_rune(run.content, next.value);
                at_ += next.size;
                continue;
            }
            if (is_space(rune.value) && !with_space) {
                if (run.content.empty()) continue;
                run.ended = true;
                return run;
            }
            if (!belongs(rune.value)) {
                at_ -= rune.size;
                run.ended = true;
                return run;
            }
            append_rune(run.content, rune.value);
        }
        return run;
    }

    /// Reads a word whose first character has been passed already.
    template <class Belongs>
    std::string read_from_start(Belongs belongs) {
        at_ = start_;
        Run run = read_while(false, belongs);
        trim_end();
        return std::move(run.content);
    }

    /// White space that ended a word does not belong to its range.
    void trim_end() {
        while (at_ > start_) {
            const Rune last = decode_last_rune(text_, at_);
            if (!is_space(last.value)) break;
            at_ -= last.size;
        }
    }

    void read_number(char32_t first) {
        if (first == '0' && decode_rune(text_, at_).value == 'x') {
            ++at_;
            const Run run = read_while(false, is_hex_digit);
            trim_end();
            const std::optional<std::uint64_t> number = parse_uint(run.content, 16);
            if (list_.error) return;
            if (!number) return fail_number("hex value '" + run.content + "' to uint64\n");
            add(WordKind::kNumber, run.content, static_cast<double>(*number));
            return;
        }
        const std::string text = read_from_start(is_number_part);
        const std::optional<double> number = parse_float(text);
        if (list_.error) return;
        if (!number) return fail_number("numeric value '" + text + "' to float64\n");
        add(WordKind::kNumber, text, *number);
    }

    void fail_number(const std::string& original) {
        fail("`" + std::string(text_.substr(start_, at_ - start_)) + "` is not a number",
             "put text in quotes", "Unable to parse " + original);
    }

    template <class Belongs>
    void read_enclosed(WordKind kind, Belongs belongs) {
        Run run = read_while(true, belongs);
        if (list_.error) return;
        if (!run.ended) {
            const bool is_string = kind == WordKind::kString;
            return fail(is_string ? "the string has no end" : "`[` is not closed",
                        is_string ? "close it with a quote" : "close the name with `]`",
                        is_string ? "Unclosed string literal" : "Unclosed parameter bracket");
        }
        ++at_;
        if (kind == WordKind::kString) {
            if (const std::optional<std::int64_t> seconds = govaluate_seconds(run.content)) {
                add(WordKind::kTime, std::move(run.content), static_cast<double>(*seconds));
                return;
            }
        }
        add(kind, std::move(run.content));
    }

    void read_name() {
        std::string name = read_from_start(is_name_part);
        if (list_.error) return;
        if (name == "true" || name == "false") {
            const bool value = name == "true";
            add(WordKind::kBool, std::move(name), value ? 1 : 0);
        } else if (name == "in" || name == "IN") {
            add(WordKind::kComparator, "in");
        } else if (name.find('.') != name.npos && name.front() != '.') {
            read_accessor(std::move(name));
        } else {
            add(WordKind::kVariable, std::move(name));
        }
    }

    void read_accessor(std::string name) {
        const std::string help = "put text that holds dots in quotes";
        if (name.back() == '.') {
            return fail("`" + name + "` ends with a dot", help,
                        "Hanging accessor on token '" + name + "'");
        }
        for (std::size_t dot = name.find('.'); dot != name.npos; dot = name.find('.', dot + 1)) {
            const char32_t first = name[dot + 1] == '.' ? 0 : decode_rune(name, dot + 1).value;
            if (to_upper(first) != first) {
                const std::string field = name.substr(dot + 1, name.find('.', dot + 1) - dot - 1);
                return fail("`" + name + "` reads as a field of a variable", help,
                            "Unable to access unexported field '" + field + "' in token '" + name +
                                "'");
            }
        }
        add(WordKind::kAccessor, std::move(name));
    }

    void read_symbol() {
        std::string symbol = read_from_start(is_symbol_part);
        if (list_.error) return;
        const WordKind last = list_.words.empty() ? WordKind::kStart : list_.words.back().kind;
        WordKind kind = WordKind::kStart;
        if (may_prefix_follow(last) && contains(kPrefixes, symbol)) {
            kind = WordKind::kPrefix;
        } else if (contains(kModifiers, symbol)) {
            kind = WordKind::kModifier;
        } else if (contains(kLogicals, symbol)) {
            kind = WordKind::kLogical;
        } else if (contains(kComparators, symbol)) {
            kind = WordKind::kComparator;
        } else if (contains(kTernaries, symbol)) {
            kind = WordKind::kTernary;
        } else {
            if (at_ == start_) ++at_; // a `]` alone
            return fail("`" + std::string(text_.substr(start_, at_ - start_)) +
                            "` is not an operator",
                        symbol_help(symbol), "Invalid token: '" + symbol + "'");
        }
        add(kind, std::move(symbol));
    }

    static std::string symbol_help(std::string_view symbol) {
        if (symbol == "=") return "compare with `==`";
        if (symbol.size() > 1 && (symbol.back() == '!' || symbol.back() == '-')) {
            return "put a space between the operators";
        }
        return "put text in quotes";
    }

    std::string_view text_;
    std::size_t start_ = 0;
    std::size_t at_ = 0;
    WordList list_;
};

} // namespace

WordList lex_govaluate(std::string_view text) {
    WordList list = GovaluateLexer(text).run();
    if (list.error) return list;
    int open = 0;
    for (const Word& word : list.words)
        open += word.kind == WordKind::kOpen ? 1 : word.kind == WordKind::kClose ? -1 : 0;
    if (open != 0) {
        const WordKind surplus = open > 0 ? WordKind::kOpen : WordKind::kClose;
        const auto is_surplus = [&](const Word& word) { return word.kind == surplus; };
        // The last `(` or the first `)` is the likeliest to be wrong.
        const Word& word = open > 0
                               ? *std::find_if(list.words.rbegin(), list.words.rend(), is_surplus)
                               : *std::find_if(list.words.begin(), list.words.end(), is_surplus);
        list.error = ParseError{word.range, "`" + word.text + "` has no counterpart",
                                open > 0 ? "close it with `)`" : "remove it, or open it with `(`",
                                "Unbalanced parenthesis"};
        return list;
    }
    list.error = check_word_order(list.words);
    return list;
}

} // namespace tiphys::expr
