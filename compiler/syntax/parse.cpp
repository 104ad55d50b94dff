// The wall around ANTLR: its exceptions and its parse tree end here.
#include "compiler/syntax/parse.h"

#include <TiphysLexer.h>
#include <algorithm>

#include "compiler/syntax/build_ast.h"
#include "compiler/syntax/error_words.h"

namespace tiphys::syntax {

using gen::TiphysLexer;

std::vector<ast::Comment> comments_of(const LexedFile& lexed) {
    std::vector<ast::Comment> comments;
    for (const auto& token : lexed.tokens) {
        if (token->getChannel() != TiphysLexer::COMMENTS) continue;
        const Span span = lexed.span_of(*token);
        const std::string_view text = lexed.text;
        const std::size_t line = span.begin == 0 ? text.npos : text.rfind('\n', span.begin - 1);
        const std::size_t begin = line == text.npos ? 0 : line + 1;
        const bool on_own_line =
            text.substr(begin, span.begin - begin).find_first_not_of(" \t\r") == text.npos;
        comments.push_back({span, token->getType() == TiphysLexer::DOC, on_own_line});
    }
    return comments;
}

void with_parse_tree(LexedFile& lexed, const std::function<void(Parser::FileContext&)>& use) {
    Parser::initialize();
    antlr4::ListTokenSource source(std::move(lexed.tokens));
    antlr4::CommonTokenStream stream(&source);
    Parser parser(&stream);
    parser.removeErrorListeners();
    auto* simulator = parser.getInterpreter<antlr4::atn::ParserATNSimulator>();
    // The quick prediction is right about every file in which it finds nothing wrong.
    simulator->setPredictionMode(antlr4::atn::PredictionMode::SLL);
    const std::size_t n_defects = lexed.defects.size();
    auto words = std::make_shared<ErrorWords>(lexed);
    parser.setErrorHandler(words);
    Parser::FileContext* file = parser.file();
    if (words->has_seen_errors()) {
        lexed.defects.resize(n_defects);
        words = std::make_shared<ErrorWords>(lexed);
        parser.setErrorHandler(words);
        simulator->setPredictionMode(antlr4::atn::PredictionMode::LL);
        parser.reset();
        file = parser.file();
    }
    // What is missing behind the cut is no mistake of its own.
    if (lexed.is_cut) lexed.defects.resize(n_defects);
    use(*file);
}

namespace {

std::size_t line_of(const LexedFile& lexed, const Defect& defect) {
    const auto end =
        lexed.text.begin() +
        static_cast<std::ptrdiff_t>(std::min<std::size_t>(defect.span.begin, lexed.text.size()));
    return static_cast<std::size_t>(std::count(lexed.text.begin(), end, '\n'));
}

/// What else is wrong with a line whose text has no end says nothing.
bool is_about_text(const Defect& defect) {
    return defect.message == kOpenText || defect.message == "this text is not closed" ||
           defect.message.starts_with("`${`");
}

/// The first defect of each line, or the one about a text that is not closed.
std::vector<Defect> one_for_each_line(const LexedFile& lexed) {
    std::vector<Defect> kept;
    std::size_t last = 0;
    for (const Defect& defect : lexed.defects) {
        const std::size_t line = line_of(lexed, defect);
        if (kept.empty() || line != last) {
            kept.push_back(defect);
        } else if (is_about_text(defect) && !is_about_text(kept.back())) {
            kept.back() = defect;
        }
        last = line;
    }
    return kept;
}

} // namespace

Parsed parse(FileId file, std::string_view text, Arena& arena) {
    Parsed parsed;
    parsed.file.file = file;
    LexedFile lexed = lex(file, text);
    parsed.file.comments = comments_of(lexed);
    put_right(lexed);
    try {
        with_parse_tree(lexed, [&](Parser::FileContext& tree) {
            parsed.file.statements =
                AstBuilder(lexed, text, arena, parsed.file.comments).file(tree);
        });
    } catch (const std::exception& exception) {
        lexed.defects.push_back({{file, 0, 0},
                                 "this file cannot be read",
                                 std::string("the parser gave up: ") + exception.what(),
                                 {},
                                 {}});
    }
    std::stable_sort(lexed.defects.begin(), lexed.defects.end(),
                     [](const Defect& a, const Defect& b) { return a.span.begin < b.span.begin; });
    parsed.defects = one_for_each_line(lexed);
    return parsed;
}

} // namespace tiphys::syntax
