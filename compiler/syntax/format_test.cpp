// The style of the language: each rule of it, and what stays as it was written.
#include <catch2/catch.hpp>

#include "compiler/syntax/format.h"

namespace tiphys::syntax {
namespace {

/// The formatted text; formatting it again must change nothing.
std::string style(const std::string& text) {
    const std::string formatted = format_source(text);
    CHECK(format_source(formatted) == formatted);
    return formatted;
}

TEST_CASE("indentation, blanks and blank lines come from the structure") {
    CHECK(style("workflow  a(x:int=1){\n\n\n   dag main{\n b=f( x ,y:2 )after c.ok||!d\n\n\n\n"
                "  g()\n}}") == "workflow a(x: int = 1) {\n  dag main {\n"
                                "    b = f(x, y: 2) after c.ok || !d\n\n    g()\n  }\n}\n");
    CHECK(style("let a=1+2*-3\nlet b=x..y\nlet c=a*2..b\nlet d=x[0:7].y\n") ==
          "let a = 1 + 2 * -3\nlet b = x..y\nlet c = a * 2 .. b\nlet d = x[0:7].y\n");
}

TEST_CASE("a block stays on one line if it stood on one and fits") {
    CHECK(style("task a { image:\"x\", run: [\"y\"] }") ==
          "task a { image: \"x\" run: [\"y\"] }\n");
    CHECK(style("task a { image: \"x\"\n run: [\"y\"] }") ==
          "task a {\n  image: \"x\"\n  run: [\"y\"]\n}\n");
    CHECK(style("dag a { f() g() }") == "dag a {\n  f()\n  g()\n}\n");
    CHECK(style("task a {\n}") == "task a {}\n");
    const std::string longest(100, 'x');
    CHECK(style("task a { image: \"" + longest + "\" }") ==
          "task a {\n  image: \"" + longest + "\"\n}\n");
}

TEST_CASE("all branches of an if stand on one line or none does") {
    CHECK(style("dag a {\n if x == 1 { f() } else { g() }\n}") ==
          "dag a {\n  if x == 1 { f() } else { g() }\n}\n");
    CHECK(style("dag a {\n if x == 1 { f() } else {\n g() }\n}") ==
          "dag a {\n  if x == 1 {\n    f()\n  } else {\n    g()\n  }\n}\n");
}

TEST_CASE("lists break where they do not fit, or where they were broken") {
    CHECK(style("let a = [1,\n 2]") == "let a = [1, 2]\n");
    CHECK(style("let a = [\n1, 2]") == "let a = [\n  1,\n  2,\n]\n");
    const std::string half(60, 'x');
    CHECK(style("let a = f(\"" + half + "\", \"" + half + "\")") ==
          "let a = f(\n  \"" + half + "\",\n  \"" + half + "\",\n)\n");
    CHECK(style("x = json({\n a: 1 })") == "x = json({\n  a: 1\n})\n");
}

TEST_CASE("one spelling of several") {
    CHECK(style("task a { env: { A: 1 } }") == "task a { env { A: 1 } }\n");
    CHECK(style("workflow a { steps: { a: 1 } }") == "workflow a { steps: { a: 1 } }\n");
    CHECK(style("dag a { f(x: x, y: z) }") == "dag a { f(x:, y: z) }\n");
}

TEST_CASE("comments stay where they stand") {
    const std::string text =
        "# first\n\n## says it\ntask a( # head\n  ## of x\n  x, # behind x\n"
        ") { # block\n  # own\n  image: \"x\" # behind\n\n  # last\n}\n# end\n";
    CHECK(style(text) == text);
    CHECK(style("let a = [1, # one\n2 # two\n]\n") == "let a = [\n  1, # one\n  2, # two\n]\n");
}

TEST_CASE("texts and fences move with their block and keep their lines") {
    CHECK(style("task a {\n      script: ```sh\n          a\n\n            b\n          ```\n}") ==
          "task a {\n  script: ```sh\n    a\n\n      b\n  ```\n}\n");
    CHECK(style("let a = \"\"\"\n      x ${ y }\n        z\n      \"\"\"") ==
          "let a = \"\"\"\n  x ${ y }\n    z\n\"\"\"\n");
    CHECK(style("let a = \"\"\"x\n  z\"\"\"") == "let a = \"\"\"x\n  z\"\"\"\n");
}

TEST_CASE("what cannot be read stays as it is, and the rest is formatted") {
    CHECK(style("task a {\n image : \"x\"\n   y = = 3\n run:[1]\n}") ==
          "task a {\n  image: \"x\"\n  y = = 3\n  run: [1]\n}\n");
    CHECK(style("let a=1 ;\nlet b=2") == "let a=1 ;\nlet b = 2\n");
    CHECK(style("task a {\n   image:1\n\ntask b{}\n") == "task a {\n   image:1\n\ntask b {}\n");
    CHECK(style("let a=\"x\nlet b=2\n") == "let a=\"x\nlet b = 2\n");
    CHECK(style("let a=\xff") == "let a=\xff");
}

TEST_CASE("heads that are too long break before the result and the clauses") {
    const std::string name(50, 'n');
    CHECK(style("task " + name + "(a: int) -> (" + name + ": int) { image: \"x\" }") ==
          "task " + name + "(a: int)\n  -> (" + name + ": int) { image: \"x\" }\n");
    CHECK(style("dag a { f(\"" + name + "\", \"" + name + "\") after b }") ==
          "dag a {\n  f(\n    \"" + name + "\",\n    \"" + name + "\",\n  ) after b\n}\n");
    CHECK(style("dag a { " + name + " = " + name + "(x) after " + name + " }") ==
          "dag a {\n  " + name + " = " + name + "(x)\n    after " + name + "\n}\n");
}

} // namespace
} // namespace tiphys::syntax
