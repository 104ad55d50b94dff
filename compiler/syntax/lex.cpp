// From text to tokens; texts and fences that are not closed.
#include <TiphysLexer.h>
#include <optional>

#include "compiler/syntax/tokens.h"

namespace tiphys::syntax {
namespace {

using gen::TiphysLexer;

/// Unclosed texts reported in one file; what follows more of them is not worth reading.
constexpr int kUnclosedTexts = 20;

/// Longer lines are not tried: each place in them would be.
constexpr std::size_t kLongestLine = 400;

struct Unclosed {
    std::uint32_t begin = 0;
    std::string_view what;
    std::string_view cure;
};

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Where the text ends that begins at `begin`; npos where it does not.
std::size_t end_of_text(std::string_view line, std::size_t begin) {
    const char quote = line[begin];
    for (std::size_t at = begin + 1; at < line.size(); ++at) {
        if (line[at] == '\\' && quote == '"') {
            ++at;
        } else if (line[at] == quote) {
            return at;
        }
    }
    return line.npos;
}

/// A closing fence with a word behind it is the opening of the next one.
bool runs_into_next_fence(const LexedFile& lexed, Span span) {
    const std::string_view rest = std::string_view(lexed.text).substr(span.end);
    return !rest.empty() && is_name_character(rest.front());
}

std::optional<Unclosed> find_unclosed(const LexedFile& lexed) {
    std::vector<Span> open_texts;
    for (const auto& token : lexed.tokens) {
        const Span span = lexed.span_of(*token);
        const bool is_fence_mark =
            token->getType() == TiphysLexer::BAD &&
            std::string_view(lexed.text).substr(span.begin).starts_with("```");
        const bool is_torn_fence =
            token->getType() == TiphysLexer::FENCE && runs_into_next_fence(lexed, span);
        if (is_fence_mark || is_torn_fence) {
            return Unclosed{span.begin, "this fence is not closed",
                            "end it with as many backticks on a line of their own"};
        }
        if (token->getType() == TiphysLexer::TDQ) open_texts.push_back(span);
        if (token->getType() == TiphysLexer::M_END && !open_texts.empty()) open_texts.pop_back();
    }
    if (open_texts.empty()) return std::nullopt;
    return Unclosed{open_texts.front().begin, "this text is not closed", "end it with `\"\"\"`"};
}

void read_tokens(LexedFile& lexed) {
    lexed.characters = CharacterMap(lexed.text);
    lexed.tokens.clear();
    antlr4::ANTLRInputStream input(lexed.text);
    TiphysLexer lexer(&input);
    lexer.removeErrorListeners();
    while (true) {
        std::unique_ptr<antlr4::Token> token = lexer.nextToken();
        const bool is_end = token->getType() == antlr4::Token::EOF;
        // Blanks carry nothing.
        if (token->getChannel() != antlr4::Token::HIDDEN_CHANNEL) {
            lexed.tokens.push_back(std::move(token));
        }
        if (is_end) return;
    }
}

/// Whether a line by itself closes its texts and brackets.
bool is_closed_line(std::string_view line) {
    std::string open;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char c = line[at];
        if (c == '#') break;
        if (c == '"' || c == '\'' || c == '`') {
            const std::size_t end = end_of_text(line, at);
            if (end == line.npos) return false;
            at = end;
        }
        if (c == '(') open += ')';
        if (c == '[') open += ']';
        if (c == '{') open += '}';
        if (c != ')' && c != ']' && c != '}') continue;
        if (open.empty() || open.back() != c) return false;
        open.pop_back();
    }
    return open.empty();
}

/// Closes a text that runs into what follows on its line, where the line then is whole. The quote
/// takes the place of a blank, or of the text's last character, so that all places stay.
std::optional<std::size_t> close_text_in(std::string& line) {
    for (std::size_t begin = line.find_first_of("\"'"); begin != line.npos;) {
        const std::size_t end = std::min(end_of_text(line, begin), line.size());
        for (std::size_t at = begin + 1; at < end; ++at) {
            if (std::string_view(" ,)]}").find(line[at]) == std::string_view::npos) continue;
            const std::size_t place = line[at] == ' ' ? at : at - 1;
            const bool is_ascii = static_cast<unsigned char>(line[place]) < 0x80U;
            if (place == begin || !is_ascii) continue;
            std::string closed = line;
            closed[place] = line[begin];
            if (!is_closed_line(closed)) continue;
            line = std::move(closed);
            return begin;
        }
        begin = end < line.size() ? line.find_first_of("\"'", end + 1) : line.npos;
    }
    return std::nullopt;
}

/// A text without its end takes in the brackets of its line, and leaves their partners alone.
void close_texts(LexedFile& lexed) {
    std::vector<std::size_t> lines;
    for (const auto& token : lexed.tokens) {
        const std::size_t type = token->getType();
        if (type != TiphysLexer::S_EOL && type != TiphysLexer::SQ_OPEN) continue;
        if (lines.size() == kUnclosedTexts) break;
        const Span span = lexed.span_of(*token);
        const std::size_t at = type == TiphysLexer::S_EOL ? span.begin : span.end;
        lines.push_back(at == 0 ? 0 : lexed.text.rfind('\n', at - 1) + 1);
    }
    bool is_changed = false;
    for (const std::size_t begin : lines) {
        const std::size_t end =
            std::min(lexed.text.find_first_of("\r\n", begin), lexed.text.size());
        std::string line = lexed.text.substr(begin, end - begin);
        if (line.size() > kLongestLine || is_closed_line(line)) continue;
        const std::optional<std::size_t> text = close_text_in(line);
        if (!text) continue;
        lexed.text.replace(begin, line.size(), line);
        is_changed = true;
        const auto at = static_cast<std::uint32_t>(begin + *text);
        const bool is_double = line[*text] == '"';
        lexed.defects.push_back({{lexed.file, at, at + 1},
                                 std::string(kOpenText),
                                 is_double ? std::string(kOpenTextCure) : "end it with `'`",
                                 {},
                                 {}});
    }
    if (is_changed) read_tokens(lexed);
}

/// An empty text in its place keeps the statement around it whole.
void blank_out(LexedFile& lexed, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
        if (lexed.text[i] != '\n') lexed.text[i] = ' ';
    }
    lexed.text[begin] = '\'';
    lexed.text[begin + 1] = '\'';
}

} // namespace

Span LexedFile::span_of(const antlr4::Token& token) const {
    if (token.getType() == antlr4::Token::EOF) {
        const auto end = static_cast<std::uint32_t>(text.size());
        return {file, end, end};
    }
    return {file, characters.byte_of(token.getStartIndex()),
            characters.byte_of(token.getStopIndex() + 1)};
}

LexedFile lex(FileId file, std::string_view text) {
    TiphysLexer::initialize();
    LexedFile lexed{file, std::string(text), CharacterMap(text), {}, {}};
    const std::size_t broken = find_broken_byte(text);
    if (broken != text.npos) {
        const auto at = static_cast<std::uint32_t>(broken);
        lexed.defects.push_back({{file, at, at + 1},
                                 "this byte is not UTF-8 text",
                                 "save the file as UTF-8; what follows is not read",
                                 {},
                                 {}});
        lexed.text.resize(broken);
        lexed.is_cut = true;
    }
    // A byte order mark is no part of the text; a blank of the same size keeps all places.
    if (lexed.text.starts_with("\xEF\xBB\xBF")) lexed.text.replace(0, 3, "   ");
    read_tokens(lexed);
    for (int i = 0; i < kUnclosedTexts; ++i) {
        const std::optional<Unclosed> unclosed = find_unclosed(lexed);
        if (!unclosed) break;
        const Span span{file, unclosed->begin, unclosed->begin + 3};
        lexed.defects.push_back(
            {span, std::string(unclosed->what), std::string(unclosed->cure), {}, {}});
        blank_out(lexed, span.begin, end_of_unclosed(lexed.text, span.begin));
        read_tokens(lexed);
    }
    close_texts(lexed);
    return lexed;
}

} // namespace tiphys::syntax
