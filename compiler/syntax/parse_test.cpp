// Parsing: trees, places, comments, and what is said about text that is not the language.
#include <catch2/catch.hpp>

#include "compiler/syntax/parse.h"

namespace tiphys::syntax {
namespace {

struct Read {
    std::string text;
    Arena arena;
    Parsed parsed;

    explicit Read(std::string source) : text(std::move(source)) {
        parsed = parse(FileId{0}, text, arena);
    }
    [[nodiscard]] std::string_view at(Span span) const {
        return std::string_view(text).substr(span.begin, span.size());
    }
    [[nodiscard]] const ast::Statement& first() const { return parsed.file.statements[0]; }
    [[nodiscard]] const ast::Statement& inside(std::size_t index) const {
        return ast::as<ast::TemplateDecl>(&first())->block->statements[index];
    }
    [[nodiscard]] const ast::Expr& value() const { return *ast::as<ast::LetDecl>(&first())->value; }
    [[nodiscard]] std::vector<std::string> messages() const {
        std::vector<std::string> found;
        for (const Defect& defect : parsed.defects) {
            const auto before = text.begin() + defect.span.begin;
            const auto line = 1 + std::count(text.begin(), before, '\n');
            found.push_back(std::to_string(line) + ": " + defect.message);
        }
        return found;
    }
};

using Messages = std::vector<std::string>;

TEST_CASE("a template keeps its name, parameters and statements with their places") {
    const Read read("## Says it.\n## Twice.\ntask say(text, n: int = 2) -> string {\n"
                    "  image: \"busybox\"\n}\n");
    REQUIRE(read.messages().empty());
    const auto* decl = ast::as<ast::TemplateDecl>(&read.first());
    REQUIRE(decl != nullptr);
    CHECK(read.first().doc == "Says it.\nTwice.\n");
    CHECK(decl->name.text == "say");
    REQUIRE(decl->params->items.size() == 2);
    CHECK(read.at(decl->params->items[1].span) == "n: int = 2");
    CHECK(decl->params->items[1].type->path.parts[0].text == "int");
    CHECK(decl->result->type->path.parts[0].text == "string");
    CHECK(read.at(read.inside(0).span) == "image: \"busybox\"");
}

TEST_CASE("newlines mean nothing") {
    const std::string text =
        "dag main { a = f(1) after b.ok || c when x == 'y' { on exit { g() } } "
        "d = [f(t, k:) for t in xs parallel 3] if z { e() } else { h() } }";
    std::string lines = text;
    for (char& c : lines)
        c = c == ' ' ? '\n' : c;
    const Read one(text);
    const Read many(lines);
    CHECK(one.messages().empty());
    CHECK(many.messages().empty());
    const auto* block = ast::as<ast::TemplateDecl>(&one.first())->block;
    REQUIRE(block->statements.size() == 3);
    CHECK(ast::as<ast::TemplateDecl>(&many.first())->block->statements.size() == 3);
    const auto* node = ast::as<ast::NodeStmt>(&block->statements[1]);
    REQUIRE(node->loop != nullptr);
    CHECK(node->loop->first.text == "t");
    CHECK(node->call->arguments[1].value == nullptr);
}

TEST_CASE("texts are decoded, interpolated and dedented") {
    const Read plain(R"(let x = "a\n\"${b.c}\" \u{41} {{t}}")");
    const auto* text = ast::as<ast::TextExpr>(&plain.value());
    REQUIRE(text->parts.size() == 3);
    CHECK(text->parts[0].text == "a\n\"");
    CHECK(plain.at(text->parts[1].span) == "${b.c}");
    CHECK(text->parts[2].text == "\" A {{t}}");
    const Read triple("let x = \"\"\"\n    a\n      ${b}\n    c\n    \"\"\"");
    const auto* lines = ast::as<ast::TextExpr>(&triple.value());
    REQUIRE(lines->parts.size() == 3);
    CHECK(lines->parts[0].text == "a\n  ");
    CHECK(lines->parts[2].text == "\nc\n");
    const Read fence("let x = ```sh\n    a ${b}\n\n      c `d`\n    ```");
    const auto* script = ast::as<ast::FenceExpr>(&fence.value());
    CHECK(script->language == "sh");
    CHECK(script->text == "a ${b}\n\n  c `d`\n");
}

TEST_CASE("operators bind as usual, and parentheses are kept") {
    const Read read("let x = a + b * c == d && !(e || f) ?? g");
    CHECK(read.messages().empty());
    const auto* coalesce = ast::as<ast::BinaryExpr>(&read.value());
    REQUIRE(coalesce->op == ast::BinaryOperator::kCoalesce);
    const auto* both = ast::as<ast::BinaryExpr>(coalesce->left);
    REQUIRE(both->op == ast::BinaryOperator::kAnd);
    const auto* negated = ast::as<ast::UnaryExpr>(both->right);
    CHECK(negated->operand->is_parenthesized);
    CHECK(read.at(negated->operand->span) == "e || f");
}

TEST_CASE("places count bytes, a byte order mark included") {
    const Read read("\xEF\xBB\xBFlet \u00fcber = \"\u20ac\" # \u20ac\nlet y = 1\r\n");
    CHECK(read.messages().empty());
    CHECK(read.at(read.first().span) == "let \u00fcber = \"\u20ac\"");
    CHECK(read.at(read.parsed.file.statements[1].span) == "let y = 1");
    REQUIRE(read.parsed.file.comments.size() == 1);
    CHECK_FALSE(read.parsed.file.comments[0].on_own_line);
}

TEST_CASE("six errors give six messages, and the rest is still read") {
    const Read read("task a {\n"
                    "  image: \n"
                    "}\n"
                    "dag b {\n"
                    "  x = f(1, \n"
                    "  y = g() after\n"
                    "  z = h(2) when\n"
                    "}\n"
                    "task c { image; \"x\" }\n"
                    "task d {\n"
                    "  image: \"open\n"
                    "}\n"
                    "task last { image: \"x\" }\n");
    CHECK(read.messages() == Messages{"3: `}` stands where a value belongs", "5: `(` is not closed",
                                      "7: `=` cannot stand here", "8: `}` cannot stand here",
                                      "9: `;` means nothing here",
                                      "11: a text is not closed on this line"});
    const auto* last = ast::as<ast::TemplateDecl>(&read.parsed.file.statements.back());
    REQUIRE(last != nullptr);
    CHECK(last->name.text == "last");
}

TEST_CASE("a bracket that is not closed is found by indentation") {
    const Read read("workflow w {\n  task a {\n    image: \"x\"\n  task b {\n    image: \"y\"\n  "
                    "}\n}\n");
    CHECK(read.messages() == Messages{"2: `{` is not closed"});
    CHECK(ast::as<ast::TemplateDecl>(&read.first())->block->statements.size() == 2);
}

TEST_CASE("fences and texts that are not closed leave the rest readable") {
    const Read fence("task a {\n  script: ```sh\n    echo\n}\ntask b { sh: ```sh\n  x\n```\n}\n");
    CHECK(fence.messages() == Messages{"2: this fence is not closed"});
    CHECK(fence.parsed.file.statements.size() == 2);
    const Read text("task a {\n  sh: \"\"\"\n    echo\n}\ntask b { sh: 'x' }\n");
    CHECK(text.messages() == Messages{"2: this text is not closed"});
    CHECK(text.parsed.file.statements.size() == 2);
}

TEST_CASE("nesting and chains are limited") {
    const Read brackets("let x = " + std::string(50000, '(') + "1");
    REQUIRE(brackets.parsed.defects.size() == 1);
    CHECK(brackets.parsed.defects[0].message == "brackets nest too deep here");
    std::string sum = "let x = 1";
    for (int i = 0; i < 5000; ++i)
        sum += " + 1";
    CHECK(Read(sum).parsed.defects.size() == 1);
    std::string nots = "let x = " + std::string(5000, '!') + "a";
    CHECK(Read(nots).parsed.defects.size() == 1);
    std::string many = "dag d {";
    for (int i = 0; i < 3000; ++i)
        many += " lib.f(a)";
    CHECK(Read(many + "}").messages().empty());
}

TEST_CASE("bytes that are not UTF-8 and stray signs are named") {
    CHECK(Read("let a = 1\n\xff").messages() == Messages{"2: this byte is not UTF-8 text"});
    CHECK(Read("let a = 1;\nlet b = 2;\n").messages() ==
          Messages{"1: `;` means nothing here", "2: `;` means nothing here"});
    CHECK(Read("let a = 1 }\nlet b = 2").messages() == Messages{"1: `}` closes nothing"});
    CHECK(Read("let a = 'x\nlet b = 2").messages() == Messages{"1: this text is not closed"});
}

TEST_CASE("empty and blank files are fine") {
    CHECK(Read("").messages().empty());
    CHECK(Read("# nothing\n").messages().empty());
}

} // namespace
} // namespace tiphys::syntax
