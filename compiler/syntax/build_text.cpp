// Texts and fences of the tree: escapes, interpolation, indentation.
#include <TiphysLexer.h>
#include <algorithm>

#include "compiler/base/utf8.h"
#include "compiler/syntax/build_ast.h"

namespace tiphys::syntax {
namespace {

using gen::TiphysLexer;

/// Stands for a piece of code while the indentation of the text around it is taken away.
constexpr char kCodeMark = '\x01';

std::size_t count_ticks(std::string_view text) {
    return std::min(text.find_first_not_of('`'), text.size());
}

/// `\u{1F600}` inside of a piece of text; the other escapes are one character.
std::string decoded_unicode(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t found = text.find("\\u{", at);
        const std::size_t end = found == text.npos ? text.npos : text.find('}', found);
        if (end == text.npos) {
            out += text.substr(at);
            break;
        }
        out += text.substr(at, found - at);
        std::uint32_t code = 0;
        for (const char c : text.substr(found + 3, end - found - 3)) {
            const auto digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
            code = code * 16 + static_cast<std::uint32_t>(digit);
            if (code > 0x10FFFF) break;
        }
        if (code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF)) append_utf8(out, code);
        at = end + 1;
    }
    return out;
}

} // namespace

std::string AstBuilder::unescaped(std::string_view escape) const {
    const char c = escape.size() < 2 ? '\\' : escape[1];
    if (c == 'n') return "\n";
    if (c == 't') return "\t";
    if (c == 'r') return "\r";
    // Joined with the braces behind it below.
    if (c == 'u') return "\\u";
    return std::string(escape.substr(1));
}

/// The pieces in order. Neighbouring literal pieces are joined.
std::vector<ast::TextPart> AstBuilder::text_parts(Parser::StringContext& context, bool is_triple) {
    std::vector<ast::TextPart> parts;
    std::string literal;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::size_t next = 0;
    const auto flush = [&] {
        if (literal.empty()) return;
        if (literal.find("\\u{") != literal.npos) literal = decoded_unicode(literal);
        parts.push_back({arena_.copy(literal), nullptr, {lexed_.file, begin, end}});
        literal.clear();
    };
    const std::vector<Parser::ExprContext*> values = context.expr();
    for (antlr4::tree::ParseTree* child : context.children) {
        auto* terminal = dynamic_cast<antlr4::tree::TerminalNode*>(child);
        if (terminal == nullptr) continue;
        const antlr4::Token& token = *terminal->getSymbol();
        const Span span = lexed_.span_of(token);
        const std::size_t type = token.getType();
        if (type == TiphysLexer::S_EXPR || type == TiphysLexer::M_EXPR) {
            flush();
            const ast::Expr* value = expr(next < values.size() ? values[next++] : nullptr);
            const std::size_t close = text_.find('}', std::max(value->span.end, span.end));
            const std::size_t stop = close == text_.npos ? text_.size() : close + 1;
            parts.push_back(
                {{}, value, {lexed_.file, span.begin, static_cast<std::uint32_t>(stop)}});
            continue;
        }
        const bool is_escape = type == TiphysLexer::S_ESC || type == TiphysLexer::M_ESC;
        const bool is_literal = type == TiphysLexer::S_TEXT || type == TiphysLexer::M_TEXT;
        if (!is_escape && !is_literal) continue;
        if (literal.empty()) begin = span.begin;
        end = span.end;
        literal += is_escape && !is_triple ? unescaped(text_of(span)) : std::string(text_of(span));
    }
    flush();
    return parts;
}

const ast::Expr* AstBuilder::string(Parser::StringContext* context) {
    if (context == nullptr || context->start == nullptr) {
        return make({lexed_.file, 0, 0}, ast::ErrorExpr{});
    }
    const Span span = span_of(*context);
    if (context->DQ() == nullptr && context->TDQ() == nullptr) {
        std::string_view text = text_of(span);
        text.remove_prefix(std::min<std::size_t>(1, text.size()));
        if (context->SQ() != nullptr) text.remove_suffix(std::min<std::size_t>(1, text.size()));
        // Blanked since it was not closed.
        if (!text.empty() && text_of(span).front() != '\'') text = {};
        const Span inner{lexed_.file, span.begin + 1,
                         span.begin + 1 + static_cast<std::uint32_t>(text.size())};
        std::vector<ast::TextPart> parts;
        if (!text.empty()) parts.push_back({text, nullptr, inner});
        return make(span, ast::TextExpr{ast::TextForm::kSingle, arena_.copy(parts)});
    }
    const bool is_triple = context->TDQ() != nullptr;
    std::vector<ast::TextPart> parts = text_parts(*context, is_triple);
    if (!is_triple) {
        return make(span, ast::TextExpr{ast::TextForm::kDouble, arena_.copy(parts)});
    }
    dedent_parts(parts);
    return make(span, ast::TextExpr{ast::TextForm::kTriple, arena_.copy(parts)});
}

/// Indentation goes before anything is put in: a value with line breaks cannot change it. The
/// line break after the opening quotes is no part of the text, nor are the blanks before the
/// closing ones.
void AstBuilder::dedent_parts(std::vector<ast::TextPart>& parts) {
    std::string whole;
    for (const ast::TextPart& part : parts)
        whole += part.expr == nullptr ? std::string(part.text) : std::string(1, kCodeMark);
    const std::size_t last_line = whole.rfind('\n');
    if (last_line != whole.npos && whole.find_first_not_of(" \t", last_line + 1) == whole.npos) {
        whole.resize(last_line + 1);
    }
    const bool begins_with_break = whole.find_first_not_of(" \t\r") == whole.find('\n');
    if (begins_with_break && !whole.empty()) whole.erase(0, whole.find('\n') + 1);
    whole = dedent(whole);
    std::vector<ast::TextPart> result;
    std::size_t at = 0;
    std::size_t next = 0;
    while (at < whole.size()) {
        const std::size_t mark = std::min(whole.find(kCodeMark, at), whole.size());
        Span span{lexed_.file, 0, 0};
        if (next < parts.size() && parts[next].expr == nullptr) span = parts[next++].span;
        if (mark > at) {
            const std::string escaped = whole.substr(at, mark - at);
            result.push_back({arena_.copy(triple_text(escaped)), nullptr, span});
        }
        if (mark < whole.size() && next < parts.size()) result.push_back(parts[next++]);
        at = mark + 1;
    }
    parts = std::move(result);
}

/// Escapes come after the indentation is gone: `\n` is no line of the source.
std::string AstBuilder::triple_text(std::string_view text) const {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            out += unescaped(text.substr(i, 2));
            ++i;
        } else {
            out += text[i];
        }
    }
    return out.find("\\u{") == out.npos ? out : decoded_unicode(out);
}

ast::FenceExpr AstBuilder::fence(Span span) {
    const std::string_view text = text_of(span);
    const std::size_t n_ticks = count_ticks(text);
    ast::FenceExpr fence{.n_ticks = static_cast<std::uint32_t>(n_ticks)};
    const std::size_t line = std::min(text.find('\n'), text.size() - n_ticks);
    std::string_view language = text.substr(n_ticks, line - n_ticks);
    const std::size_t word_end = language.find_last_not_of(" \t\r");
    const bool is_one_line = line == text.size() - n_ticks;
    const std::size_t begin = is_one_line ? n_ticks : line + 1;
    fence.language = is_one_line || word_end == language.npos ? std::string_view{}
                                                              : language.substr(0, word_end + 1);
    std::string_view body = text.substr(begin, text.size() - n_ticks - begin);
    const std::size_t last = body.find_last_not_of(" \t");
    body = body.substr(0, last == body.npos ? 0 : last + 1);
    const auto offset = static_cast<std::uint32_t>(span.begin + begin);
    fence.body = {lexed_.file, offset, offset + static_cast<std::uint32_t>(body.size())};
    fence.text = arena_.copy(dedent(body));
    return fence;
}

} // namespace tiphys::syntax
