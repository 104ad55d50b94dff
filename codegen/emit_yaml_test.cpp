// Quoting, blocks and layout of emitted YAML.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "codegen/emit_json.h"
#include "codegen/emit_yaml.h"
#include "codegen/read_back.h"
#include "compiler/front/load.h"

namespace tiphys::codegen {
namespace {

ir::Scalar text_scalar(std::string_view text) {
    ir::Scalar scalar;
    scalar.scalar_type = ScalarType::kString;
    scalar.text = text;
    return scalar;
}

std::string emitted(const ir::Value& value) {
    std::string out;
    emit_yaml(value, out);
    return out;
}

/// A text as a document of its own, after checking that it is read back as it was.
std::string emitted_text(std::string_view text) {
    const ir::Scalar scalar = text_scalar(text);
    const std::string out = emitted(scalar);
    CHECK(difference_when_read_back(scalar, out).value_or("") == "");
    return out;
}

/// The canonical form of a YAML text with one document.
std::string canonical(const std::string& yaml) {
    SourceMap sources;
    const front::InputFile file{sources.add("input.yaml", yaml), true};
    const ir::Project project = front::load_project(sources, {&file, 1}, 1);
    REQUIRE(project.units().front().documents.size() == 1);
    const ir::Value& root = *project.units().front().documents.front().root;
    const std::string out = emitted(root);
    CHECK(difference_when_read_back(root, out).value_or("") == "");
    return out;
}

TEST_CASE("texts that some reader takes for something else are quoted") {
    for (const char* text : {"y",     "N",    "no",    "on",   "Off",        "true",
                             "FALSE", "null", "~",     "=",    "<<",         "0o7",
                             "010",   "08",   "1_000", "1:30", "190:20:30",  ".5",
                             "5.",    "+1",   "-0",    "1e3",  "e5",         "0x1f",
                             "0b11",  ".inf", "-.INF", ".NaN", "2026-01-31", "2026-01-31T10:00:00Z",
                             "1Z"}) {
        INFO(text);
        CHECK(emitted_text(text) == "\"" + std::string(text) + "\"\n");
    }
}

TEST_CASE("texts that look like structure are quoted") {
    for (const char* text : {"{{inputs.parameters.x}}",
                             "{a}",
                             "[a]",
                             "- a",
                             "-",
                             "? a",
                             "# a",
                             "a #b",
                             "a: b",
                             "a:",
                             "&a",
                             "*a",
                             "!a",
                             "|",
                             ">",
                             "%a",
                             "@a",
                             "`a`",
                             "--- a",
                             "---",
                             "...",
                             "",
                             " ",
                             " a",
                             "a ",
                             "'a'",
                             ",",
                             "a\tb",
                             "a\r",
                             "\t",
                             ": a",
                             "*",
                             "!!int"}) {
        INFO(text);
        const std::string out = emitted_text(text);
        CHECK(out.front() == '"');
        CHECK(out.size() >= std::string_view(text).size() + 3);
    }
    CHECK(emitted_text("\"a\"") == "'\"a\"'\n");
    CHECK(emitted_text("[\"it's\"]") == "'[\"it''s\"]'\n");
    CHECK(emitted_text("a\\: b") == "'a\\: b'\n");
}

TEST_CASE("ordinary texts stay plain") {
    for (const char* text : {"alpine:3.20",
                             "echo hello",
                             "a-b",
                             "a#b",
                             "1.2.3.4/8",
                             "v1",
                             "10m",
                             "1.5Gi",
                             "--flag",
                             "-x",
                             "/bin/sh",
                             "a b:c",
                             "hello {{workflow.name}}",
                             "a,b",
                             "$(date)",
                             "größe",
                             "it's",
                             "say \"hi\"",
                             "Yess",
                             "nullable",
                             "1h30m",
                             "a=b",
                             "C:\\x"}) {
        INFO(text);
        CHECK(emitted_text(text) == std::string(text) + "\n");
    }
}

TEST_CASE("what cannot be seen is written as an escape") {
    CHECK(emitted_text("a\rb") == "\"a\\rb\"\n");
    CHECK(emitted_text(std::string_view("\0", 1)) == "\"\\x00\"\n");
    CHECK(emitted_text("\x1b[0m\x7f") == "\"\\x1b[0m\\x7f\"\n");
    CHECK(emitted_text("a\xc2\x85"
                       "b") == "\"a\\x85b\"\n");
    CHECK(emitted_text("\xe2\x80\xa8\xe2\x80\xa9") == "\"\\u2028\\u2029\"\n");
    CHECK(emitted_text("\xef\xbb\xbf") == "\"\\ufeff\"\n");
    CHECK(emitted_text("\xef\xbf\xbe\xef\xbf\xbf") == "\"\\ufffe\\uffff\"\n");
    CHECK(emitted_text("line\r\nline\r\n") == "\"line\\r\\nline\\r\\n\"\n");
}

TEST_CASE("several lines become a literal block") {
    CHECK(emitted_text("a\nb\n") == "|\n  a\n  b\n");
    CHECK(emitted_text("a\nb") == "|-\n  a\n  b\n");
    CHECK(emitted_text("a\n\n\n") == "|+\n  a\n\n\n");
    CHECK(emitted_text("a\n\nb\n") == "|\n  a\n\n  b\n");
    CHECK(emitted_text("  a\nb\n") == "|2\n    a\n  b\n");
    CHECK(emitted_text("\n\na\n") == "|2\n\n\n  a\n");
    CHECK(emitted_text(" a\nb") == "|2-\n   a\n  b\n");
    CHECK(emitted_text("a  \n\tb\t\n") == "|\n  a  \n  \tb\t\n");
    CHECK(emitted_text("# a\n---\n...\n%b: {{c}}\n") == "|\n  # a\n  ---\n  ...\n  %b: {{c}}\n");
}

TEST_CASE("lines that a literal block does not keep are quoted") {
    CHECK(emitted_text("\n") == "\"\\n\"\n");
    CHECK(emitted_text("  \n \n") == "\"  \\n \\n\"\n");
    CHECK(emitted_text("\ta\nb\n") == "\"\\ta\\nb\\n\"\n");
}

TEST_CASE("collections are laid out as Kubernetes' tools do it") {
    CHECK(canonical("{a: {b: [1, {c: d, e: [f]}, [g, [h], []]], i: {}, j: []}, k: }") ==
          "a:\n"
          "  b:\n"
          "  - 1\n"
          "  - c: d\n"
          "    e:\n"
          "    - f\n"
          "  - - g\n"
          "    - - h\n"
          "    - []\n"
          "  i: {}\n"
          "  j: []\n"
          "k: null\n");
    CHECK(canonical("[]") == "[]\n");
    CHECK(canonical("{}") == "{}\n");
    CHECK(canonical("- {a: [b]}\n- |\n  c\n  d\n") == "- a:\n  - b\n- |\n  c\n  d\n");
}

TEST_CASE("keys are quoted where they need it") {
    CHECK(canonical("{\"yes\": 1, \"1\": 2, \"\": 3, \"a b\": 4, \"a: b\": 5, x.y/z-1: 6}") ==
          "\"yes\": 1\n\"1\": 2\n\"\": 3\na b: 4\n\"a: b\": 5\nx.y/z-1: 6\n");
    CHECK(canonical("\"a\\nb\": c") == "\"a\\nb\": c\n");
    CHECK(canonical("yes: 1\n0x10: 2\n") == "\"true\": 1\n\"16\": 2\n");
}

TEST_CASE("keys beyond a reader's limit are written with a question mark") {
    const std::string key(1100, 'k');
    CHECK(canonical("? " + key + "\n: a: [b]\n") == "? \"" + key + "\"\n:\n  a:\n  - b\n");
    CHECK(canonical("x:\n- ? " + key + "\n  : v\n") == "x:\n- ? \"" + key + "\"\n  : v\n");
}

TEST_CASE("numbers and bools come out as all readers take them") {
    CHECK(canonical("[1e3, 0o17, 0x1f, 1_000, .5, 1.50, 1e30, 1e-7, -0.0, yes, Off, ~, +5]") ==
          "- 1000\n- 15\n- 31\n- 1000\n- 0.5\n- 1.5\n- 1.0e+30\n- 1.0e-7\n- -0.0\n- true\n"
          "- false\n- null\n- 5\n");
    CHECK(canonical("[18446744073709551615]") == "- 18446744073709551615\n");
}

TEST_CASE("fields of known objects come in the order of the schema, unknown keys last") {
    CHECK(canonical("spec: {templates: [{container: {args: [a], image: x}, zzz: 1, name: t}], "
                    "entrypoint: t}\nmetadata: {name: etl}\nkind: Workflow\n"
                    "apiVersion: argoproj.io/v1alpha1\nextra: {b: 1, a: 2}\n") ==
          "apiVersion: argoproj.io/v1alpha1\n"
          "kind: Workflow\n"
          "metadata:\n"
          "  name: etl\n"
          "spec:\n"
          "  entrypoint: t\n"
          "  templates:\n"
          "  - name: t\n"
          "    container:\n"
          "      image: x\n"
          "      args:\n"
          "      - a\n"
          "    zzz: 1\n"
          "extra:\n"
          "  b: 1\n"
          "  a: 2\n");
}

} // namespace
} // namespace tiphys::codegen
