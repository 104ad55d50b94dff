// Messages of the parser.
#include "compiler/syntax/error_words.h"

#include <TiphysLexer.h>
#include <TiphysParser.h>
#include <algorithm>
#include <array>

#include "compiler/base/nearest.h"

namespace tiphys::syntax {
namespace {

using antlr4::Token;
using antlr4::misc::IntervalSet;
using gen::TiphysLexer;
using gen::TiphysParser;

/// Words that begin a statement.
constexpr std::array<std::string_view, 15> kStatementWords{
    "use", "let", "fn",    "overlay", "workflow", "task",     "dag", "steps",
    "on",  "for", "every", "dep",     "if",       "parallel", "else"};

constexpr std::size_t kShownBytes = 24;
/// As far back as the bracket around a mistake is looked for.
constexpr std::size_t kSeenTokens = 400;

bool is_text(std::size_t type) {
    return type >= TiphysLexer::S_END;
}

bool is_begin(std::size_t type) {
    return type == TiphysLexer::LB || type == TiphysLexer::LP || type == TiphysLexer::LS ||
           type == TiphysLexer::S_EXPR || type == TiphysLexer::M_EXPR;
}

bool is_end(std::size_t type) {
    return type == TiphysLexer::RB || type == TiphysLexer::RP || type == TiphysLexer::RS;
}

bool is_bracket(std::size_t type) {
    return is_begin(type) || is_end(type) || type == Token::EOF;
}

bool is_quote(std::size_t type) {
    return type == TiphysLexer::DQ || type == TiphysLexer::TDQ || type == TiphysLexer::SQ;
}

std::string shown(const LexedFile& lexed, const Token& token) {
    if (token.getType() == Token::EOF) return "the end of the file";
    const Span span = lexed.span_of(token);
    std::string text(std::string_view(lexed.text).substr(span.begin, span.size()));
    if (token.getType() == TiphysLexer::FENCE) return "a fence";
    if (is_quote(token.getType())) return "a text";
    const std::size_t line = text.find('\n');
    if (line != text.npos || text.size() > kShownBytes) {
        text = text.substr(0, std::min(line, kShownBytes)) + "…";
    }
    return "`" + text + "`";
}

/// Signs that may follow any value say nothing about what is missing.
bool is_continuation(std::size_t type) {
    return type == TiphysLexer::DOT || type == TiphysLexer::LS || type == TiphysLexer::LP ||
           type == TiphysLexer::Q || type == TiphysLexer::RANGE || type == TiphysLexer::IN ||
           (type >= TiphysLexer::EQ && type <= TiphysLexer::GT) || type == TiphysLexer::BAR ||
           (type >= TiphysLexer::AND && type <= TiphysLexer::COALESCE) ||
           (type >= TiphysLexer::PLUS && type <= TiphysLexer::PCT);
}

std::string joined(const std::vector<std::string>& signs) {
    std::string text;
    for (std::size_t i = 0; i < signs.size(); ++i) {
        if (i > 0) text += i + 1 == signs.size() ? " or " : ", ";
        text += signs[i];
    }
    return text;
}

/// What would have been understood, in words; empty where that is too much to say.
std::string words_for(antlr4::Parser& parser, const IntervalSet& expected) {
    const auto has = [&](std::size_t type) { return expected.contains(type); };
    if (has(TiphysLexer::TASK) && has(TiphysLexer::USE) && has(TiphysLexer::SPREAD)) return {};
    if (has(TiphysLexer::INT) && has(TiphysLexer::FENCE)) return "a value";
    if (has(TiphysLexer::COMMA) && has(TiphysLexer::IN) && !has(TiphysLexer::EQ)) return "`in`";
    std::vector<std::string> signs;
    if (has(TiphysLexer::ID)) signs.emplace_back("a name");
    if (has(TiphysLexer::DQ)) signs.emplace_back("a text in quotes");
    for (const ssize_t type : expected.toList()) {
        const auto kind = static_cast<std::size_t>(type);
        if (type <= 0 || kind == TiphysLexer::ID || is_text(kind)) continue;
        const std::string literal = parser.getVocabulary().getLiteralName(kind);
        if (literal.size() < 2 || is_continuation(kind)) continue;
        const std::string sign = literal.substr(1, literal.size() - 2);
        if (has(TiphysLexer::ID) && is_word(sign)) continue;
        if (sign == "'" || sign == "\"" || sign == "\"\"\"") continue;
        signs.push_back("`" + sign + "`");
    }
    return signs.size() > 4 ? std::string{} : joined(signs);
}

bool ends_value(std::size_t type) {
    return is_end(type) || type == TiphysLexer::ID || type == TiphysLexer::QID ||
           type == TiphysLexer::INT || type == TiphysLexer::FLOAT || type == TiphysLexer::QTY ||
           type == TiphysLexer::SQ || type == TiphysLexer::S_END || type == TiphysLexer::M_END;
}

bool begins_value(std::size_t type) {
    return is_quote(type) || type == TiphysLexer::ID || type == TiphysLexer::QID ||
           type == TiphysLexer::INT || type == TiphysLexer::FLOAT || type == TiphysLexer::QTY ||
           type == TiphysLexer::LB || type == TiphysLexer::FENCE;
}

/// A misspelt word stands where a statement begins.
std::string suggestion(std::string_view seen) {
    const std::string_view near = nearest_name(seen, kStatementWords);
    if (near.empty() || near == seen) return {};
    return "did you mean `" + std::string(near) + "`";
}

} // namespace

/// Mistakes that are better told by what stands before them.
bool ErrorWords::report_known(antlr4::Parser& parser, const Token& token) {
    std::vector<const Token*> before;
    const std::size_t index = token.getTokenIndex() == INVALID_INDEX ? 0 : token.getTokenIndex();
    for (std::size_t i = index; i > 0 && index - i < kSeenTokens; --i)
        before.push_back(parser.getTokenStream()->get(i - 1));
    if (before.empty()) return false;
    const auto text_of = [&](const Token& one) {
        const Span span = lexed_.span_of(one);
        return std::string(std::string_view(lexed_.text).substr(span.begin, span.size()));
    };
    std::size_t n_on_line = 0;
    while (n_on_line < before.size() && before[n_on_line]->getLine() == token.getLine())
        ++n_on_line;
    const Token* first = n_on_line == 0 ? nullptr : before[n_on_line - 1];
    const Token& second = n_on_line > 1 ? *before[n_on_line - 2] : token;
    const bool is_statement = first != nullptr && first->getType() == TiphysLexer::ID &&
                              second.getType() == TiphysLexer::ID;
    const std::string meant = is_statement ? suggestion(text_of(*first)) : std::string{};
    if (!meant.empty()) {
        lexed_.defects.push_back({lexed_.span_of(*first),
                                  "`" + text_of(*first) + "` begins no statement",
                                  meant,
                                  {},
                                  {}});
        return true;
    }
    const bool is_value = is_quote(token.getType()) || token.getType() == TiphysLexer::INT ||
                          token.getType() == TiphysLexer::QTY || token.getType() == TiphysLexer::LS;
    if (is_value && before.size() > 1 && before[0]->getType() == TiphysLexer::ASSIGN &&
        before[1]->getType() == TiphysLexer::ID) {
        const std::string name = text_of(*before[1]);
        lexed_.defects.push_back({lexed_.span_of(*before[0]),
                                  "`=` names a call, not a value",
                                  "a field is `" + name + ": …`, a value `let " + name + " = …`",
                                  {},
                                  {}});
        return true;
    }
    const Token* around = nullptr;
    int depth = 0;
    for (std::size_t i = 0; i < before.size() && around == nullptr; ++i) {
        if (is_end(before[i]->getType())) ++depth;
        if (is_begin(before[i]->getType()) && --depth < 0) around = before[i];
    }
    const bool is_list = around != nullptr && (around->getType() == TiphysLexer::LS ||
                                               around->getType() == TiphysLexer::LP);
    if (!is_list || !ends_value(before[0]->getType()) || !begins_value(token.getType())) {
        return false;
    }
    lexed_.defects.push_back({lexed_.span_of(token),
                              "a `,` is missing before " + shown(lexed_, token),
                              "there is one between any two items of a list",
                              {},
                              {}});
    return true;
}

void ErrorWords::report(antlr4::Parser& parser, const Token& token, const IntervalSet& expected) {
    has_seen_errors_ = true;
    if (token.getLine() == line_of_last_) return;
    line_of_last_ = token.getLine();
    const Span span = lexed_.span_of(token);
    // Another defect on this line says it better.
    const std::string_view text = lexed_.text;
    const std::size_t line_begin = span.begin == 0 ? 0 : text.rfind('\n', span.begin - 1) + 1;
    const std::size_t line_end = std::min(text.find('\n', span.begin), text.size());
    for (const Defect& defect : lexed_.defects) {
        if (defect.span.begin >= line_begin && defect.span.begin <= line_end) return;
        if (defect.other.is_known() && defect.other.begin == span.begin) return;
    }
    if (report_known(parser, token)) return;
    const std::string seen = shown(lexed_, token);
    const std::string wanted = words_for(parser, expected);
    Defect defect{span, {}, {}, {}, {}};
    if (wanted.empty()) {
        defect.message = seen + " cannot stand here";
        const Token* previous = token.getTokenIndex() == 0
                                    ? nullptr
                                    : parser.getTokenStream()->get(token.getTokenIndex() - 1);
        if (previous != nullptr) {
            const Span before = lexed_.span_of(*previous);
            defect.help = suggestion(text.substr(before.begin, before.size()));
        }
        if (token.getType() == TiphysLexer::ASSIGN) defect.help = "`==` compares";
        if (defect.help.empty()) {
            defect.help = "a statement is `name: value`, `name = template(…)`, or begins with a "
                          "word such as `task`";
        }
    } else {
        defect.message = seen + " stands where " + wanted + " belongs";
        if (token.getType() == TiphysLexer::ASSIGN) defect.help = "`==` compares";
    }
    lexed_.defects.push_back(std::move(defect));
}

void ErrorWords::reportError(antlr4::Parser* parser,
                             const antlr4::RecognitionException& exception) {
    if (inErrorRecoveryMode(parser)) return;
    beginErrorCondition(parser);
    const Token* token = exception.getOffendingToken();
    if (token == nullptr) return;
    report(*parser, *token, parser->getExpectedTokens());
}

void ErrorWords::reportUnwantedToken(antlr4::Parser* parser) {
    if (inErrorRecoveryMode(parser)) return;
    beginErrorCondition(parser);
    report(*parser, *parser->getCurrentToken(), getExpectedTokens(parser));
}

void ErrorWords::reportMissingToken(antlr4::Parser* parser) {
    reportUnwantedToken(parser);
}

void ErrorWords::recover(antlr4::Parser* parser, std::exception_ptr exception) {
    int n_open = 0;
    for (antlr4::tree::ParseTree* child : parser->getContext()->children) {
        auto* leaf = dynamic_cast<antlr4::tree::TerminalNode*>(child);
        if (leaf == nullptr) continue;
        const std::size_t type = leaf->getSymbol()->getType();
        if (is_begin(type)) ++n_open;
        if (is_end(type)) --n_open;
    }
    if (n_open <= 0) {
        antlr4::DefaultErrorStrategy::recover(parser, exception);
        return;
    }
    consumeUntil(parser, IntervalSet());
    if (is_end(parser->getTokenStream()->LA(1))) parser->consume();
}

Token* ErrorWords::singleTokenDeletion(antlr4::Parser* parser) {
    const std::size_t type = parser->getTokenStream()->LA(1);
    if (is_bracket(type)) return nullptr;
    return antlr4::DefaultErrorStrategy::singleTokenDeletion(parser);
}

void ErrorWords::consumeUntil(antlr4::Parser* parser, const IntervalSet& set) {
    int depth = 0;
    while (true) {
        const std::size_t type = parser->getTokenStream()->LA(1);
        if (type == Token::EOF || (depth == 0 && (is_end(type) || set.contains(type)))) return;
        if (is_begin(type)) ++depth;
        if (is_end(type)) --depth;
        parser->consume();
    }
}

/// ANTLR asks the lexer for it, which has gone by now.
Token* ErrorWords::getMissingSymbol(antlr4::Parser* parser) {
    const Token* current = parser->getCurrentToken();
    const std::vector<ssize_t> expected = getExpectedTokens(parser).toList();
    const std::size_t type = expected.empty() ? std::size_t{TiphysLexer::ID}
                                              : static_cast<std::size_t>(expected.front());
    auto token = std::make_unique<antlr4::CommonToken>(type);
    token->setStartIndex(current->getStartIndex());
    token->setStopIndex(current->getStartIndex() - 1);
    token->setLine(current->getLine());
    missing_.push_back(std::move(token));
    return missing_.back().get();
}

} // namespace tiphys::syntax
