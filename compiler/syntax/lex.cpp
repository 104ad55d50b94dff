// From text to tokens; texts and fences that are not closed.
#include <TiphysLexer.h>
#include <optional>

#include "compiler/syntax/tokens.h"

namespace tiphys::syntax {
namespace {

using gen::TiphysLexer;

/// Unclosed texts reported in one file; what follows more of them is not worth reading.
constexpr int kUnclosedTexts = 20;

struct Unclosed {
    std::uint32_t begin = 0;
    std::string_view what;
    std::string_view cure;
};

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
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
    return lexed;
}

} // namespace tiphys::syntax
