// Reads the five styles of scalars from the source.
#include "compiler/doc/scan_scalar.h"

#include <algorithm>

#include "compiler/doc/character.h"
#include "compiler/doc/utf8.h"

namespace tiphys::doc {

void ScalarValue::append_source(std::uint32_t from, std::uint32_t to) {
    if (from == to) return;
    if (offsets_ != nullptr) {
        for (std::uint32_t at = from; at < to; ++at)
            offsets_->push_back(at);
    }
    if (is_view_ && (view_begin_ == view_end_ || view_end_ == from)) {
        if (view_begin_ == view_end_) view_begin_ = from;
        view_end_ = to;
        return;
    }
    leave_view();
    copy_.append(source_.substr(from, to - from));
}

void ScalarValue::append(std::string_view bytes, std::uint32_t at) {
    if (bytes.empty()) return;
    const bool stands_there = source_.substr(at, bytes.size()) == bytes;
    if (stands_there) return append_source(at, at + static_cast<std::uint32_t>(bytes.size()));
    if (offsets_ != nullptr) offsets_->insert(offsets_->end(), bytes.size(), at);
    leave_view();
    copy_.append(bytes);
}

void ScalarValue::clear() {
    is_view_ = true;
    view_begin_ = view_end_ = 0;
    copy_.clear();
    if (offsets_ != nullptr) offsets_->clear();
}

std::string_view ScalarValue::text() const {
    if (is_view_) return source_.substr(view_begin_, view_end_ - view_begin_);
    return copy_;
}

void ScalarValue::leave_view() {
    if (!is_view_) return;
    copy_.assign(source_.substr(view_begin_, view_end_ - view_begin_));
    is_view_ = false;
}

namespace {

// Folds the line breaks from `at` (the first one) up to `end` or the next text: one becomes a
// space, each further one a line feed. After an escaped line break there is no space.
std::uint32_t fold_lines(std::string_view text, std::uint32_t content_end, std::uint32_t at,
                         std::uint32_t end, bool is_escaped, ScalarValue& value) {
    std::uint32_t n_breaks = 0;
    while (at < end && is_space(text[at])) {
        if (is_blank(text[at])) {
            ++at;
            continue;
        }
        if (n_breaks++ > 0) value.append("\n", at);
        at = after_break(text, at);
    }
    if (n_breaks == 1 && !is_escaped) value.append(" ", content_end);
    return std::min(at, end);
}

char simple_escape(char c) {
    switch (c) {
    case '0':
        return '\0';
    case 'a':
        return '\a';
    case 'b':
        return '\b';
    case 't':
    case '\t':
        return '\t';
    case 'n':
        return '\n';
    case 'v':
        return '\v';
    case 'f':
        return '\f';
    case 'r':
        return '\r';
    case 'e':
        return '\x1b';
    default:
        return c;
    }
}

std::uint32_t hex_digits(char c) {
    return c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
}

// Appends what the escape at `at` stands for and returns the offset after it.
std::uint32_t append_escape(std::string_view text, std::uint32_t at, ScalarValue& value) {
    const std::uint32_t end = at + escape_length(text, at);
    if (end - at < 2) {
        value.append_source(at, end);
        return end;
    }
    const char c = text[at + 1];
    std::uint32_t code = 0;
    switch (c) {
    case 'N':
        code = 0x85;
        break;
    case '_':
        code = 0xa0;
        break;
    case 'L':
        code = 0x2028;
        break;
    case 'P':
        code = 0x2029;
        break;
    default:
        break;
    }
    if (hex_digits(c) > 0) {
        code = read_hex(text.substr(at + 2, end - at - 2));
        // JSON writes characters beyond the first 65,536 as two escapes, a surrogate pair.
        if (is_high_surrogate(code) && text.substr(end, 2) == "\\u") {
            const std::uint32_t low = read_hex(text.substr(end + 2, 4));
            if (is_low_surrogate(low)) {
                value.append(utf8_of(join_surrogates(code, low)), at);
                return end + escape_length(text, end);
            }
        }
        value.append(utf8_of(code), at);
        return end;
    }
    if (code != 0) {
        value.append(utf8_of(code), at);
    } else {
        const char decoded = simple_escape(c);
        value.append({&decoded, 1}, at);
    }
    return end;
}

} // namespace

std::uint32_t escape_length(std::string_view text, std::uint32_t at) {
    if (at + 1 >= text.size()) return 1;
    const std::uint32_t n_digits = hex_digits(text[at + 1]);
    std::uint32_t length = 2;
    while (length < 2 + n_digits && at + length < text.size() && is_hex_digit(text[at + length]))
        ++length;
    return length;
}

void scan_plain(std::string_view text, std::uint32_t begin, std::uint32_t end, ScalarValue& value) {
    std::uint32_t at = begin;
    while (at < end) {
        const std::uint32_t line = std::min(line_end(text, at), end);
        const std::uint32_t content_end = trim_blanks(text, at, line);
        value.append_source(at, content_end);
        at = fold_lines(text, content_end, content_end, end, false, value);
    }
}

QuotedEnd scan_single_quoted(std::string_view text, std::uint32_t begin, ScalarValue& value) {
    std::uint32_t at = begin + 1;
    std::uint32_t run = at;
    const auto size = static_cast<std::uint32_t>(text.size());
    while (at < size) {
        const char c = text[at];
        if (c == '\'') {
            value.append_source(run, at);
            if (at + 1 >= size || text[at + 1] != '\'') return {at + 1, true};
            value.append("'", at);
            at += 2;
            run = at;
        } else if (is_break(c)) {
            const std::uint32_t content_end = trim_blanks(text, run, at);
            value.append_source(run, content_end);
            at = fold_lines(text, content_end, content_end, size, false, value);
            run = at;
        } else {
            ++at;
        }
    }
    value.append_source(run, size);
    return {size, false};
}

QuotedEnd scan_double_quoted(std::string_view text, std::uint32_t begin, ScalarValue& value) {
    std::uint32_t at = begin + 1;
    std::uint32_t run = at;
    const auto size = static_cast<std::uint32_t>(text.size());
    while (at < size) {
        const char c = text[at];
        if (c == '"') {
            value.append_source(run, at);
            return {at + 1, true};
        }
        if (c == '\\') {
            value.append_source(run, at);
            const bool continues = at + 1 < size && is_break(text[at + 1]);
            at = continues ? fold_lines(text, at, at + 1, size, true, value)
                           : append_escape(text, at, value);
            run = at;
        } else if (is_break(c)) {
            const std::uint32_t content_end = trim_blanks(text, run, at);
            value.append_source(run, content_end);
            at = fold_lines(text, content_end, content_end, size, false, value);
            run = at;
        } else {
            ++at;
        }
    }
    value.append_source(run, size);
    return {size, false};
}

BlockHeader read_block_header(std::string_view text, std::uint32_t begin) {
    BlockHeader header;
    std::uint32_t at = begin + 1;
    for (int i = 0; i < 2 && at < text.size(); ++i, ++at) {
        const char c = text[at];
        if ((c == '+' || c == '-') && header.chomping == 0) {
            header.chomping = c;
        } else if (is_digit(c) && header.indentation == 0) {
            header.indentation = static_cast<std::uint32_t>(c - '0');
        } else {
            break;
        }
    }
    header.indicators_end = at;
    header.body_begin = after_break(text, line_end(text, at));
    return header;
}

namespace {

// The line breaks of a block scalar that wait until it is known whether text follows: that of the
// last content line, and those of the blank lines from `blank_begin` on.
struct PendingBreaks {
    std::uint32_t first = 0;
    bool has_first = false;
    std::uint32_t blank_begin = 0;
    std::uint32_t n_blank = 0;
};

class BlockScanner {
public:
    BlockScanner(std::string_view text, std::uint32_t at, ScalarValue& value)
        : text_(text), at_(at), value_(value) {}

    // Skips indentation and blank lines. While the indentation is unknown, finds it.
    void skip_blank_lines(int least_indentation) {
        std::uint32_t widest = 0;
        pending_.blank_begin = at_;
        while (true) {
            const std::uint32_t line = at_;
            while (at_ < text_.size() && text_[at_] == ' ' &&
                   (indentation_ == 0 || at_ - line < indentation_))
                ++at_;
            if (tab_ == 0 && at_ < text_.size() && text_[at_] == '\t' &&
                (indentation_ == 0 || at_ - line < indentation_))
                tab_ = at_;
            column_ = at_ - line;
            widest = std::max(widest, column_);
            if (at_ >= text_.size() || !is_break(text_[at_])) break;
            ++pending_.n_blank;
            at_ = after_break(text_, at_);
            column_ = 0;
        }
        if (indentation_ == 0)
            indentation_ = std::max({widest, static_cast<std::uint32_t>(least_indentation), 1U});
    }

    void scan_lines(bool folds, std::uint32_t last_line) {
        bool was_blank = false;
        while (column_ == indentation_ && at_ < text_.size() && at_ <= last_line) {
            const bool begins_blank = is_blank(text_[at_]);
            put_breaks(folds && !was_blank && !begins_blank);
            was_blank = begins_blank;
            const std::uint32_t end = line_end(text_, at_);
            value_.append_source(at_, end);
            content_end_ = end;
            at_ = end;
            pending_ = {end, end < text_.size(), 0, 0};
            at_ = after_break(text_, at_);
            column_ = 0;
            skip_blank_lines(0);
        }
    }

    void chomp(char chomping) {
        if (chomping == '-') return;
        if (pending_.has_first) value_.append("\n", pending_.first);
        if (chomping != '+') return;
        put_blank_lines();
    }

    void set_indentation(std::uint32_t indentation) { indentation_ = indentation; }
    BlockEnd end() const { return {content_end_, tab_}; }
    void set_content_end(std::uint32_t end) { content_end_ = end; }

private:
    void put_breaks(bool folds) {
        if (pending_.has_first) {
            if (!folds)
                value_.append("\n", pending_.first);
            else if (pending_.n_blank == 0)
                value_.append(" ", pending_.first);
        }
        put_blank_lines();
    }

    void put_blank_lines() {
        std::uint32_t at = pending_.blank_begin;
        for (std::uint32_t i = 0; i < pending_.n_blank; ++i) {
            at = line_end(text_, at);
            value_.append("\n", at);
            at = after_break(text_, at);
        }
    }

    std::string_view text_;
    std::uint32_t at_;
    ScalarValue& value_;
    std::uint32_t indentation_ = 0;
    std::uint32_t column_ = 0;
    std::uint32_t content_end_ = 0;
    std::uint32_t tab_ = 0;
    PendingBreaks pending_;
};

} // namespace

BlockEnd scan_block(std::string_view text, std::uint32_t begin, int parent_indentation,
                    std::uint32_t last_line, ScalarValue& value) {
    const BlockHeader header = read_block_header(text, begin);
    BlockScanner scanner(text, header.body_begin, value);
    scanner.set_content_end(header.indicators_end);
    if (header.indentation > 0)
        scanner.set_indentation(static_cast<std::uint32_t>(std::max(parent_indentation, 0)) +
                                header.indentation);
    scanner.skip_blank_lines(parent_indentation + 1);
    scanner.scan_lines(text[begin] == '>', last_line);
    scanner.chomp(header.chomping);
    return scanner.end();
}

} // namespace tiphys::doc
