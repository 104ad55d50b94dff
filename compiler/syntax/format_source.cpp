// Tokens as written, and which of them the parser used.
#include "compiler/syntax/format_source.h"

#include <TiphysLexer.h>
#include <algorithm>

namespace tiphys::syntax {
namespace {

using antlr4::tree::ErrorNode;
using antlr4::tree::ParseTree;
using antlr4::tree::TerminalNode;
using gen::TiphysLexer;

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

bool is_opening(std::size_t type) {
    return type == TiphysLexer::LB || type == TiphysLexer::LP || type == TiphysLexer::LS ||
           type == TiphysLexer::S_EXPR || type == TiphysLexer::M_EXPR;
}

bool is_closing(std::size_t type) {
    return type == TiphysLexer::RB || type == TiphysLexer::RP || type == TiphysLexer::RS;
}

} // namespace

WrittenTokens::WrittenTokens(const LexedFile& lexed, std::string_view text)
    : lexed_(lexed), text_(text), comments_(comments_of(lexed)),
      is_balanced_(has_matching_brackets(lexed.tokens)) {
    for (const auto& token : lexed.tokens) {
        if (token->getType() == antlr4::Token::EOF) continue;
        ends_.push_back(lexed.span_of(*token).end);
        if (token->getChannel() != antlr4::Token::DEFAULT_CHANNEL) continue;
        tokens_.push_back({token->getType(), lexed.span_of(*token)});
    }
    // What was blanked out since it is not closed ends by indentation as well.
    const bool has_mark = text.starts_with("\xEF\xBB\xBF");
    is_balanced_ = is_balanced_ && std::string_view(lexed.text).substr(has_mark ? 3 : 0) ==
                                       text.substr(has_mark ? 3 : 0);
}

std::size_t WrittenTokens::number_of(const antlr4::Token& token) const {
    if (token.getStopIndex() == INVALID_INDEX || token.getStopIndex() < token.getStartIndex()) {
        return kNone;
    }
    const Span span = lexed_.span_of(token);
    const auto found =
        std::lower_bound(tokens_.begin(), tokens_.end(), span.begin,
                         [](const Written& a, std::uint32_t at) { return a.span.begin < at; });
    if (found == tokens_.end() || found->span.begin != span.begin ||
        found->type != token.getType()) {
        return kNone;
    }
    return static_cast<std::size_t>(found - tokens_.begin());
}

/// Whether the tree's tokens are those from number `next` on, which then is the number behind them.
/// What a block holds is asked about by itself.
bool WrittenTokens::is_whole(ParseTree& tree, std::size_t& next) const {
    if (dynamic_cast<ErrorNode*>(&tree) != nullptr) return false;
    if (auto* leaf = dynamic_cast<TerminalNode*>(&tree)) {
        const std::size_t type = leaf->getSymbol()->getType();
        // A text that is not closed takes in what comes on its line.
        if (type == TiphysLexer::SQ_OPEN || type == TiphysLexer::S_EOL) return false;
        return number_of(*leaf->getSymbol()) == next++;
    }
    auto* context = dynamic_cast<antlr4::ParserRuleContext*>(&tree);
    if (context == nullptr || context->exception != nullptr) return false;
    if (auto* block = dynamic_cast<Parser::BlockContext*>(context)) {
        if (block->LB() == nullptr || block->RB() == nullptr) return false;
        const std::size_t close = number_of(*block->RB()->getSymbol());
        if (number_of(*block->LB()->getSymbol()) != next || close == kNone) return false;
        next = close + 1;
        return true;
    }
    return std::all_of(tree.children.begin(), tree.children.end(),
                       [&](ParseTree* child) { return is_whole(*child, next); });
}

/// Whether brackets of the stretch have no partner in it, or a text in it is not closed.
bool WrittenTokens::is_torn(const Stretch& stretch) const {
    if (is_balanced_) return false;
    std::vector<std::size_t> open;
    for (std::size_t i = stretch.first; i < stretch.end; ++i) {
        const std::size_t type = tokens_[i].type;
        if (is_opening(type)) open.push_back(type);
        if (!is_closing(type)) continue;
        if (open.empty()) return true;
        const bool is_round = open.back() == TiphysLexer::LP;
        const bool is_square = open.back() == TiphysLexer::LS;
        const std::size_t wanted = is_round    ? TiphysLexer::RP
                                   : is_square ? TiphysLexer::RS
                                               : TiphysLexer::RB;
        if (type != wanted) return true;
        open.pop_back();
    }
    const Span span = text_span(stretch);
    return !open.empty() ||
           text(span) != std::string_view(lexed_.text).substr(span.begin, span.size());
}

std::vector<Stretch> WrittenTokens::split(const std::vector<Parser::StmtContext*>& statements,
                                          std::size_t first, std::size_t end) const {
    std::vector<Stretch> found;
    for (Parser::StmtContext* statement : statements) {
        const std::size_t number =
            statement->start == nullptr ? kNone : number_of(*statement->start);
        // What the parser could not begin belongs to the statement before it.
        if (number == kNone || number < first || number >= end) continue;
        if (!found.empty() && found.back().first == number) continue;
        if (found.empty() && number > first) found.push_back({first, number, nullptr, false});
        if (!found.empty()) found.back().end = number;
        found.push_back({number, end, statement, false});
    }
    if (found.empty() && first < end) found.push_back({first, end, nullptr, false});
    for (Stretch& stretch : found) {
        if (stretch.statement == nullptr) continue;
        std::size_t next = stretch.first;
        stretch.is_whole = is_whole(*stretch.statement, next) && next == stretch.end;
    }
    return found;
}

std::vector<Stretch> WrittenTokens::stretches(Parser::BlockContext& block) const {
    return split(block.stmt(), number_of(*block.LB()->getSymbol()) + 1,
                 number_of(*block.RB()->getSymbol()));
}

std::vector<Stretch> WrittenTokens::stretches(Parser::FileContext& file) const {
    std::vector<Stretch> found = split(file.stmt(), 0, tokens_.size());
    for (Stretch& stretch : found) {
        stretch.keeps_indentation = !is_balanced_;
        stretch.is_whole = stretch.is_whole && !is_torn(stretch);
    }
    return found;
}

Span WrittenTokens::text_span(const Stretch& stretch) const {
    Span span = tokens_[stretch.first].span;
    span.end = stretch.end < tokens_.size() ? tokens_[stretch.end].span.begin
                                            : static_cast<std::uint32_t>(text_.size());
    const std::uint32_t last = tokens_[stretch.end - 1].span.end;
    const auto comment =
        std::lower_bound(comments_.begin(), comments_.end(), last,
                         [](const ast::Comment& a, std::uint32_t at) { return a.span.begin < at; });
    if (comment != comments_.end()) span.end = std::min(span.end, comment->span.begin);
    while (span.end > span.begin &&
           std::string_view(" \t\r\n").find(text_[span.end - 1]) != std::string_view::npos) {
        --span.end;
    }
    if (!stretch.keeps_indentation) return span;
    const auto blanks = static_cast<std::uint32_t>(indentation_at(text_, span.begin));
    const std::size_t line = text_.substr(0, span.begin).rfind('\n');
    const auto begin = static_cast<std::uint32_t>(line == text_.npos ? 0 : line + 1);
    if (begin + blanks == span.begin) span.begin = begin;
    return span;
}

bool WrittenTokens::has_blank_line_before(std::uint32_t begin) const {
    const auto next = std::upper_bound(ends_.begin(), ends_.end(), begin);
    const std::uint32_t end = next == ends_.begin() ? 0 : *std::prev(next);
    const std::string_view between = text_.substr(end, begin - end);
    return std::count(between.begin(), between.end(), '\n') > 1 ||
           between.find_first_not_of(" \t\r\n") != between.npos;
}

bool WrittenTokens::is_clear(std::uint32_t begin, std::uint32_t end) const {
    auto at = std::lower_bound(tokens_.begin(), tokens_.end(), begin,
                               [](const Written& a, std::uint32_t b) { return a.span.begin < b; });
    while (at != tokens_.end() && at->type == TiphysLexer::COMMA)
        ++at;
    return at == tokens_.end() || at->span.begin >= end;
}

} // namespace tiphys::syntax
