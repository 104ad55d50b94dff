// Stray characters, brackets without partners, and nesting.
#include <TiphysLexer.h>
#include <algorithm>
#include <optional>

#include "compiler/base/limits.h"
#include "compiler/syntax/tokens.h"

namespace tiphys::syntax {
namespace {

using antlr4::Token;
using gen::TiphysLexer;

bool is_opening(std::size_t type) {
    return type == TiphysLexer::LB || type == TiphysLexer::LP || type == TiphysLexer::LS ||
           type == TiphysLexer::S_EXPR || type == TiphysLexer::M_EXPR;
}

bool is_closing(std::size_t type) {
    return type == TiphysLexer::RB || type == TiphysLexer::RP || type == TiphysLexer::RS;
}

std::size_t closing_of(std::size_t opening) {
    if (opening == TiphysLexer::LP) return TiphysLexer::RP;
    if (opening == TiphysLexer::LS) return TiphysLexer::RS;
    return TiphysLexer::RB;
}

std::string_view text_of_closing(std::size_t closing) {
    if (closing == TiphysLexer::RP) return ")";
    if (closing == TiphysLexer::RS) return "]";
    return "}";
}

/// Tokens that end a value or a name; another value behind them begins a statement.
bool ends_operand(std::size_t type) {
    return is_closing(type) || type == TiphysLexer::ID || type == TiphysLexer::QID ||
           type == TiphysLexer::INT || type == TiphysLexer::FLOAT || type == TiphysLexer::QTY ||
           type == TiphysLexer::SQ || type == TiphysLexer::S_END || type == TiphysLexer::M_END ||
           type == TiphysLexer::FENCE || type == TiphysLexer::TRUE || type == TiphysLexer::FALSE ||
           type == TiphysLexer::NULL_;
}

bool begins_operand(std::size_t type) {
    return type == TiphysLexer::ID || type == TiphysLexer::QID || type == TiphysLexer::SQ ||
           type == TiphysLexer::DQ || type == TiphysLexer::TDQ ||
           (type >= TiphysLexer::USE && type <= TiphysLexer::WHERE && type != TiphysLexer::IN &&
            type != TiphysLexer::ELSE);
}

/// One opening bracket that has no partner yet, with the operators that stand in it so far.
struct Open {
    std::size_t type = 0;
    Span span;
    std::size_t indentation = 0;
    std::uint32_t n_operators = 0;
    /// The line of the bracket begins with a word that declares a template.
    bool is_declaration = false;
    /// The line of the bracket continues a statement: what it holds is in the same column.
    bool is_continued = false;
};

bool is_declaration(std::size_t type) {
    return type == TiphysLexer::WORKFLOW || type == TiphysLexer::TASK || type == TiphysLexer::DAG ||
           type == TiphysLexer::STEPS;
}

class Balancer {
public:
    explicit Balancer(LexedFile& lexed)
        : lexed_(lexed), is_balanced_(has_matching_brackets(lexed.tokens)) {}
    void run();

private:
    void take(std::unique_ptr<Token> token);
    void close_by_indentation(const Token& token);
    void close(std::unique_ptr<Token> token);
    void close_top(const Token& before, Span seen);
    bool is_too_complex(const Token& token);
    void report_stray(const Token& token);
    void report_yaml();
    void take_else_if(const Token& token);
    [[nodiscard]] bool is_foreign_else(std::string_view text) const;
    [[nodiscard]] bool begins_line(Span span) const;
    [[nodiscard]] bool continues(Span span) const;
    [[nodiscard]] std::string_view text_of(Span span) const {
        return std::string_view(lexed_.text).substr(span.begin, span.size());
    }

    LexedFile& lexed_;
    Tokens out_;
    std::vector<Open> open_;
    std::size_t last_type_ = 0;
    std::size_t line_of_last_ = 0;
    std::size_t line_of_declaration_ = 0;
    std::uint32_t n_operators_outside_ = 0;
    bool is_balanced_ = true;
    bool is_cut_ = false;
};

bool Balancer::begins_line(Span span) const {
    const std::string_view text = lexed_.text;
    const std::size_t line = span.begin == 0 ? text.npos : text.rfind('\n', span.begin - 1);
    const std::size_t begin = line == text.npos ? 0 : line + 1;
    return text.substr(begin, span.begin - begin).find_first_not_of(" \t\r") == text.npos;
}

/// Whether the line of a bracket begins in the middle of a statement.
bool Balancer::continues(Span span) const {
    const std::size_t line = span.begin == 0 ? 0 : lexed_.text.rfind('\n', span.begin - 1) + 1;
    const std::string_view text =
        std::string_view(lexed_.text).substr(line + indentation_at(lexed_.text, span.begin));
    return text.starts_with("->") || text.starts_with(")") || text.starts_with("]") ||
           text.starts_with("after ") || text.starts_with("when ") || text.starts_with("where ");
}

/// Puts the closing bracket of the innermost open one before `before`.
void Balancer::close_top(const Token& before, Span seen) {
    const Open top = open_.back();
    open_.pop_back();
    const std::size_t closing = closing_of(top.type);
    auto token = std::make_unique<antlr4::CommonToken>(closing);
    token->setText(std::string(text_of_closing(closing)));
    token->setStartIndex(before.getStartIndex());
    // Empty: it ends where it begins.
    token->setStopIndex(before.getStartIndex() - 1);
    token->setLine(before.getLine());
    out_.push_back(std::move(token));
    lexed_.defects.push_back({top.span, "`" + std::string(text_of(top.span)) + "` is not closed",
                              "add `" + std::string(text_of_closing(closing)) + "`", seen,
                              "missing before this"});
}

/// In a file whose brackets do not match, indentation tells which one was forgotten: a line that is
/// indented less than the line of an opening bracket ends what it opened, and so does one in the
/// same column, where that is not the first, or both declare something. In files that match, blanks
/// mean nothing.
void Balancer::close_by_indentation(const Token& token) {
    const Span span = lexed_.span_of(token);
    if (is_balanced_ || open_.empty() || !begins_line(span)) return;
    const std::size_t indentation = indentation_at(lexed_.text, span.begin);
    while (!open_.empty()) {
        const Open& top = open_.back();
        const bool is_list = top.type == TiphysLexer::LP || top.type == TiphysLexer::LS;
        const bool is_next = indentation == top.indentation && !is_closing(token.getType()) &&
                             (is_list || (indentation > 0 && !top.is_continued) ||
                              (is_declaration(token.getType()) && top.is_declaration));
        if (indentation >= top.indentation && !is_next) return;
        close_top(token, span);
    }
}

void Balancer::close(std::unique_ptr<Token> token) {
    const Span span = lexed_.span_of(*token);
    bool has_partner = false;
    for (const Open& open : open_)
        has_partner = has_partner || closing_of(open.type) == token->getType();
    if (!has_partner) {
        lexed_.defects.push_back({span,
                                  "`" + std::string(text_of(span)) + "` closes nothing",
                                  "remove it, or open the bracket that it belongs to",
                                  {},
                                  {}});
        return;
    }
    while (closing_of(open_.back().type) != token->getType())
        close_top(*token, span);
    open_.pop_back();
    out_.push_back(std::move(token));
}

void Balancer::report_stray(const Token& token) {
    const Span span = lexed_.span_of(token);
    const std::string text(text_of(span));
    std::string help = "remove it, or put the text that it belongs to in quotes";
    if (text == ";") help = "statements need nothing between them; remove it";
    if (text == "`") help = "a name in backticks ends on its line: `` `my.name` ``";
    if (text == "&" || text == "@") help = "write `&&` for and; other signs belong in quotes";
    lexed_.defects.push_back({span, "`" + text + "` means nothing here", help, {}, {}});
}

/// What other languages write for `else if`.
bool Balancer::is_foreign_else(std::string_view text) const {
    const bool is_behind_block = !out_.empty() && out_.back()->getType() == TiphysLexer::RB;
    return is_behind_block && (text == "elif" || text == "elsif" || text == "elseif");
}

void Balancer::take_else_if(const Token& token) {
    const Span span = lexed_.span_of(token);
    lexed_.defects.push_back({span,
                              "`" + std::string(text_of(span)) + "` means nothing here",
                              "write `else if`",
                              {},
                              {}});
    for (const std::size_t type : {TiphysLexer::ELSE, TiphysLexer::IF}) {
        auto word = std::make_unique<antlr4::CommonToken>(type);
        word->setText(type == TiphysLexer::ELSE ? "else" : "if");
        word->setStartIndex(token.getStartIndex());
        word->setStopIndex(token.getStopIndex());
        word->setLine(token.getLine());
        out_.push_back(std::move(word));
    }
    last_type_ = TiphysLexer::IF;
}

/// A manifest in a file of the language is one mistake, not one for each of its lines.
void Balancer::report_yaml() {
    const auto is_told = [](const auto& token) {
        return token->getChannel() == Token::DEFAULT_CHANNEL;
    };
    const auto first = std::find_if(lexed_.tokens.begin(), lexed_.tokens.end(), is_told);
    const auto second = first == lexed_.tokens.end()
                            ? first
                            : std::find_if(std::next(first), lexed_.tokens.end(), is_told);
    if (second == lexed_.tokens.end() || (*second)->getType() != TiphysLexer::COLON) return;
    const Span span = lexed_.span_of(**first);
    const std::string_view key = text_of(span);
    if (key != "apiVersion" && key != "kind" && key != "metadata" && key != "spec") return;
    lexed_.defects.clear();
    lexed_.defects.push_back({span,
                              "this file is YAML, not the language",
                              "`tiphys import` turns it into the language",
                              {},
                              {}});
    lexed_.is_cut = true;
    is_cut_ = true;
}

/// The parser recurses for brackets and for chains of operators.
bool Balancer::is_too_complex(const Token& token) {
    const std::size_t type = token.getType();
    const bool is_chain = last_type_ == TiphysLexer::RB && type == TiphysLexer::ELSE;
    std::uint32_t& n_operators = open_.empty() ? n_operators_outside_ : open_.back().n_operators;
    const bool is_operator = is_chain || type == TiphysLexer::FAT ||
                             (type >= TiphysLexer::EQ && type <= TiphysLexer::PCT) ||
                             type == TiphysLexer::DOT || type == TiphysLexer::RANGE ||
                             type == TiphysLexer::LP || type == TiphysLexer::LS;
    if (type == TiphysLexer::COMMA || (ends_operand(last_type_) && begins_operand(type))) {
        n_operators = 0;
    }
    if (is_operator) ++n_operators;
    if (n_operators <= limits::kSourceChain && open_.size() <= limits::kSourceDepth) return false;
    lexed_.defects.push_back({lexed_.span_of(token),
                              open_.size() > limits::kSourceDepth
                                  ? "brackets nest too deep here"
                                  : "this chain of operators is too long",
                              "name parts of it with `let`; what follows is not read",
                              {},
                              {}});
    return true;
}

void Balancer::take(std::unique_ptr<Token> token) {
    const std::size_t type = token->getType();
    if (type == TiphysLexer::BAD) {
        if (line_of_last_ != token->getLine()) report_stray(*token);
        line_of_last_ = token->getLine();
        return;
    }
    const Span span = lexed_.span_of(*token);
    if (type == TiphysLexer::SQ_OPEN) {
        lexed_.defects.push_back({span, "this text is not closed", "end it with `'`", {}, {}});
    }
    if (type == TiphysLexer::S_EOL) {
        lexed_.defects.push_back({{span.file, std::max(span.begin, 1U) - 1, span.begin},
                                  std::string(kOpenText),
                                  std::string(kOpenTextCure),
                                  {},
                                  {}});
    }
    close_by_indentation(*token);
    if (is_too_complex(*token)) {
        is_cut_ = true;
        return;
    }
    last_type_ = type;
    if (is_closing(type)) {
        close(std::move(token));
        return;
    }
    if (type == TiphysLexer::ID && is_foreign_else(text_of(span))) {
        take_else_if(*token);
        return;
    }
    if (is_declaration(type) && begins_line(span)) line_of_declaration_ = token->getLine();
    if (is_opening(type)) {
        open_.push_back({type, span, indentation_at(lexed_.text, span.begin), 0,
                         type == TiphysLexer::LB && line_of_declaration_ == token->getLine(),
                         continues(span)});
    }
    out_.push_back(std::move(token));
}

void Balancer::run() {
    report_yaml();
    for (auto& token : lexed_.tokens) {
        const bool is_end = token->getType() == Token::EOF;
        if (token->getChannel() != Token::DEFAULT_CHANNEL) continue;
        if (is_cut_ && !is_end) continue;
        if (is_end) {
            const std::size_t n_defects = lexed_.defects.size();
            const Span span = lexed_.span_of(*token);
            while (!open_.empty())
                close_top(*token, span);
            lexed_.is_cut = lexed_.is_cut || is_cut_;
            if (lexed_.is_cut) lexed_.defects.resize(n_defects);
            out_.push_back(std::move(token));
            break;
        }
        take(std::move(token));
    }
    lexed_.tokens = std::move(out_);
}

} // namespace

bool has_matching_brackets(const Tokens& tokens) {
    std::vector<std::size_t> open;
    for (const auto& token : tokens) {
        const std::size_t type = token->getType();
        if (is_opening(type)) open.push_back(closing_of(type));
        if (!is_closing(type)) continue;
        if (open.empty() || open.back() != type) return false;
        open.pop_back();
    }
    return open.empty();
}

void put_right(LexedFile& lexed) {
    Balancer(lexed).run();
}

} // namespace tiphys::syntax
