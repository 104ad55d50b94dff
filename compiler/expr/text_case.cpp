// Other ways of writing a text, as the libraries behind sprig do it.
#include "compiler/expr/text_case.h"

#include <algorithm>

#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

enum class WordKind : std::uint8_t {
    kBroken,
    kNumber,
    kUpper,
    kLetters,
    kConnector,
    kPunctuation,
    kOther,
};

struct Word {
    WordKind kind = WordKind::kBroken;
    std::string_view text;
};

bool is_connector(char32_t rune) {
    return rune == '-' || rune == '_' || is_space(rune);
}

/// A letter of a script that has words: not a Chinese character.
bool is_word_letter(char32_t rune) {
    const bool is_chinese = (rune >= 0x4e00 && rune <= 0x9fcc) ||
                            (rune >= 0x3400 && rune <= 0x4d85) ||
                            (rune >= 0x20000 && rune <= 0x2b81d);
    return is_letter(rune) && !is_chinese;
}

bool is_small_letter(char32_t rune) {
    return is_word_letter(rune) && !is_upper(rune);
}

/// Reads the words of a text one after another.
class Words {
public:
    explicit Words(std::string_view text) : text_(text) {}

    [[nodiscard]] bool done() const { return at_ >= text_.size(); }

    Word next() {
        if (done()) return {};
        const std::size_t begin = at_;
        const char32_t first = take();
        const WordKind kind = first == kRuneError ? WordKind::kBroken : read_rest(first);
        return {kind, text_.substr(begin, at_ - begin)};
    }

private:
    /// The next character, or kRuneError. Broken bytes before it are part of it.
    char32_t take() {
        while (at_ < text_.size()) {
            const Rune rune = decode_rune(text_, at_);
            at_ += rune.size;
            if (rune.value != kRuneError) return rune.value;
        }
        return kRuneError;
    }

    template <class Belongs>
    void take_while(Belongs belongs) {
        while (at_ < text_.size()) {
            const std::size_t before = at_;
            const char32_t rune = take();
            if (rune == kRuneError) return; // only broken bytes are left, which belong to the word
            if (!belongs(rune)) {
                at_ = before;
                return;
            }
            last_ = before;
        }
    }

    WordKind read_rest(char32_t first) {
        if (is_connector(first)) {
            take_while(is_connector);
            return WordKind::kConnector;
        }
        if (is_punctuation(first)) {
            take_while(is_punctuation);
            return WordKind::kPunctuation;
        }
        if (is_upper(first)) {
            read_capitals();
            return WordKind::kUpper;
        }
        if (is_word_letter(first)) {
            take_while(is_small_letter);
            return WordKind::kLetters;
        }
        if (is_number(first)) {
            take_while(is_number);
            return WordKind::kNumber;
        }
        take_while([](char32_t rune) {
            return !is_connector(rune) && !is_word_letter(rune) && !is_number(rune) &&
                   !is_punctuation(rune);
        });
        return WordKind::kOther;
    }

    /// `Status`, or `HTTP` of `HTTPStatus`.
    void read_capitals() {
        if (done()) return;
        last_ = at_;
        take_while(is_upper);
        if (at_ == last_) {
            take_while(is_small_letter);
            return;
        }
        if (!done() && is_word_letter(decode_rune(text_, at_).value)) at_ = last_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t last_ = 0; ///< where the last character of take_while began
};

/// Writes the words of a text in lower case with a connector between them.
class WordJoiner {
public:
    WordJoiner(std::string_view text, char connector) : words_(text), connector_(connector) {}

    std::string run() {
        word_ = words_.next();
        while (!words_.done()) {
            if (word_.kind != WordKind::kConnector) write(word_);
            const Word previous = word_;
            word_ = words_.next();
            switch (previous.kind) {
            case WordKind::kNumber:
                write_letters_and_numbers();
                break;
            case WordKind::kConnector:
                write(previous);
                break;
            case WordKind::kPunctuation:
                break;
            case WordKind::kBroken:
            case WordKind::kUpper:
            case WordKind::kLetters:
            case WordKind::kOther:
                follow_word();
                break;
            }
        }
        write(word_);
        return std::move(joined_);
    }

private:
    void write(const Word& word) {
        if (word.kind != WordKind::kUpper && word.kind != WordKind::kConnector) {
            joined_ += word.text;
            return;
        }
        for (std::size_t at = 0; at < word.text.size();) {
            const Rune rune = decode_rune(word.text, at);
            if (is_connector(rune.value)) {
                joined_ += connector_;
            } else {
                append_rune(joined_, is_upper(rune.value) ? to_lower(rune.value) : rune.value);
            }
            at += rune.size;
        }
    }

    [[nodiscard]] bool ends_words() const {
        return word_.kind == WordKind::kConnector || word_.kind == WordKind::kPunctuation;
    }

    void write_letters_and_numbers() {
        while (word_.kind == WordKind::kLetters || word_.kind == WordKind::kNumber) {
            write(word_);
            word_ = words_.next();
        }
        if (word_.kind != WordKind::kBroken && !ends_words()) joined_ += connector_;
    }

    /// A number after a word is part of it (`Bld4Floor`), unless small letters follow (`HTTP2xx`).
    void follow_word() {
        if (word_.kind != WordKind::kNumber) {
            if (!ends_words()) joined_ += connector_;
            return;
        }
        if (words_.done()) return;
        const Word number = word_;
        word_ = words_.next();
        if (word_.kind != WordKind::kLetters) {
            write(number);
            if (!ends_words()) joined_ += connector_;
            return;
        }
        joined_ += connector_;
        write(number);
        write_letters_and_numbers();
    }

    Words words_;
    char connector_;
    Word word_;
    std::string joined_;
};

/// A copy of the text in which `change` saw each character in turn.
template <class Change>
std::string change_runes(std::string_view text, Change change) {
    std::string changed;
    changed.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode_rune(text, at);
        append_rune(changed, change(rune.value));
        at += rune.size;
    }
    return changed;
}

bool separates_titles(char32_t rune) {
    if (rune < 0x80) {
        const bool is_word = (rune >= '0' && rune <= '9') || (rune >= 'a' && rune <= 'z') ||
                             (rune >= 'A' && rune <= 'Z') || rune == '_';
        return !is_word;
    }
    return !is_letter(rune) && !is_digit(rune) && is_space(rune);
}

} // namespace

std::string join_words(std::string_view text, char connector) {
    return text.empty() ? std::string() : WordJoiner(text, connector).run();
}

std::string to_pascal_case(std::string_view text) {
    std::string pascal;
    std::size_t at = 0;
    Rune connector;
    while (at < text.size() && is_connector(decode_rune(text, at).value)) {
        connector = decode_rune(text, at);
        at += connector.size;
        append_rune(pascal, connector.value);
    }
    if (at >= text.size()) {
        // Of connectors alone, xstrings writes the last one twice.
        if (at > 0) append_rune(pascal, connector.value);
        return pascal;
    }
    const Rune first = decode_rune(text, at);
    bool after_capital = is_upper(first.value);
    char32_t current = to_upper(first.value);
    at += first.size;
    while (at < text.size()) {
        const char32_t previous = current;
        const Rune rune = decode_rune(text, at);
        current = rune.value;
        at += rune.size;
        if (is_connector(current) && is_connector(previous)) {
            append_rune(pascal, previous);
        } else if (is_connector(previous)) {
            after_capital = is_upper(current);
            current = to_upper(current);
        } else {
            if (after_capital && is_upper(current)) {
                current = to_lower(current);
            } else {
                after_capital = false;
            }
            append_rune(pascal, previous);
        }
    }
    append_rune(pascal, current);
    return pascal;
}

std::string title_words(std::string_view text) {
    char32_t previous = ' ';
    return change_runes(text, [&](char32_t rune) {
        const bool begins = separates_titles(previous);
        previous = rune;
        return begins ? to_title(rune) : rune;
    });
}

std::string swap_case(std::string_view text) {
    bool begins = true;
    return change_runes(text, [&](char32_t rune) {
        if (is_letter(rune) && to_lower(rune) != rune) {
            begins = false;
            return to_lower(rune);
        }
        if (is_letter(rune) && to_upper(rune) != rune) {
            const char32_t swapped = begins ? to_title(rune) : to_upper(rune);
            begins = false;
            return swapped;
        }
        begins = is_space(rune);
        return rune;
    });
}

std::string lower_initials(std::string_view text) {
    bool begins = true;
    return change_runes(text, [&](char32_t rune) {
        const bool is_blank = is_space(rune);
        const char32_t changed = begins && !is_blank ? to_lower(rune) : rune;
        begins = is_blank;
        return changed;
    });
}

std::string initials(std::string_view text) {
    // goutils takes bytes for characters.
    std::string letters;
    bool begins = true;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_blank = is_space(byte);
        if (begins && !is_blank) append_rune(letters, byte);
        begins = is_blank;
    }
    return letters;
}

std::string without_space(std::string_view text) {
    // As above, but a text that has no blanks stays as it is.
    std::string kept;
    std::size_t n_kept = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_space(byte)) continue;
        append_rune(kept, byte);
        ++n_kept;
    }
    return n_kept == text.size() ? std::string(text) : kept;
}

std::string wrap_lines(std::string_view text, std::int64_t width, std::string_view line_end,
                       bool cut_words) {
    const std::size_t limit = width < 1 ? 1 : static_cast<std::size_t>(width);
    std::string wrapped;
    std::size_t at = 0;
    const auto end_line = [&](std::size_t end, std::size_t next) {
        wrapped += text.substr(at, end - at);
        wrapped += line_end;
        at = next;
    };
    while (text.size() - at > limit) {
        if (text[at] == ' ') {
            ++at;
            continue;
        }
        const std::size_t blank = text.substr(at, limit + 1).rfind(' ');
        if (blank != text.npos) {
            end_line(at + blank, at + blank + 1);
        } else if (cut_words) {
            end_line(at + limit, at + limit);
        } else {
            const std::size_t next_blank = text.find(' ', at + limit);
            if (next_blank == text.npos) break;
            end_line(next_blank, next_blank + 1);
        }
    }
    return wrapped.append(text.substr(at));
}

std::string abbreviate(std::string_view text, std::int64_t offset, std::int64_t width) {
    const auto size = static_cast<std::int64_t>(text.size());
    if (width < 4) return "";
    if (size <= width) return std::string(text);
    offset = std::min(offset, size);
    if (size - offset < width - 3) offset = size - (width - 3);
    const auto part = [&](std::int64_t from, std::int64_t n) {
        return text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(n));
    };
    if (offset <= 4) return std::string(part(0, width - 3)) + "...";
    if (width < 7) return "";
    if (offset + width - 3 < size)
        return "..." + abbreviate(part(offset, size - offset), 0, width - 3);
    return "..." + std::string(part(size - (width - 3), width - 3));
}

} // namespace tiphys::expr
