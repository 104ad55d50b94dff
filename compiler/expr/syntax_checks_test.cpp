// The languages of which only the syntax is read: Go's templates, jq, paths of sjson.
#include <catch2/catch.hpp>

#include "compiler/expr/go_template.h"
#include "compiler/expr/jq.h"
#include "compiler/expr/json.h"
#include "compiler/expr/json_edit_path.h"

namespace tiphys::expr {
namespace {

/// The text that an error points at, or "fine".
std::string blamed(std::string_view text, const std::optional<ParseError>& error) {
    if (!error) return "fine";
    return std::string(text.substr(error->range.begin, error->range.end - error->range.begin));
}

TEST_CASE("templates that Go reads are read") {
    for (const char* text :
         {"plain", "{{ .Input.body.name }}", "{{- .a | upper -}}", "{{/* no */}}", "{{ $ }}",
          "{{ if eq .a 1 }}x{{ else if .b }}y{{ else }}z{{ end }}",
          "{{ range $i, $x := .l }}{{ $i }}{{ $x.n }}{{ break }}{{ end }}",
          "{{ with $x := .a }}{{ $x }}{{ end }}", "{{ (index .a 0).b }}",
          "{{ printf \"%d\" 0x1f }}", "{{ `raw` }}{{ 'c' }}{{ 1.5e3 }}{{ -1 }}",
          "{{ $x := 1 }}{{ $x = 2 }}", "{{ define \"t\" }}{{ end }}{{ template \"t\" . }}",
          "{{ not (and true nil) }}"}) {
        CHECK(blamed(text, check_go_template(text)) == "fine");
    }
}

TEST_CASE("templates that Go refuses are refused at the word") {
    const auto place = [](std::string_view text) { return blamed(text, check_go_template(text)); };
    CHECK(place("{{ .a-b }}") == "-");
    CHECK(place("{{ nope }}") == "nope");
    CHECK(place("{{ .a | nope 1 }}") == "nope");
    CHECK(place("a {{") == "{{");
    CHECK(place("{{ end }}") == "end");
    CHECK(place("{{ if true }}") == "if");
    CHECK(place("{{ if }}") == "}}");
    CHECK(place("{{ $x }}") == "$x");
    CHECK(place("{{ if .a }}{{ $x := 1 }}{{ end }}{{ $x }}") == "$x");
    CHECK(place("{{ break }}") == "break");
    CHECK(place("{{ \"a }}") == "\"a }}");
    CHECK(place("{{ (.a }}") == "}}");
    CHECK(place("{{ .a ) }}") == ")");
    CHECK(place("{{ else }}") == "else");
    CHECK(place("{{ 1 | 2 }}") == "2");
    CHECK(place("{{ \"a\".b }}") == ".b");
}

TEST_CASE("programs that jq reads are read") {
    for (const char* program : {".",
                                "..",
                                ".a.b[0]?",
                                ".a[1:2].b",
                                ".[] | select(.x == 1 and .y != null)",
                                "map(.a) | add // 0",
                                "def f(x; $y): x + $y; f(.a; 1)",
                                "if .a then 1 elif .b then 2 end",
                                "reduce .[] as [$a, {b: $c}] (0; . + $c)",
                                "foreach .[] as $x (0; . + $x; [$x, .])",
                                "try error(\"x\") catch .",
                                "{a, \"b\": 1, (.c): 2, $d, @base64 \"x\"}",
                                "\"a\\(.b | tostring)c\"",
                                "@base64d",
                                "label $out | break $out",
                                ".a |= . + 1",
                                ". as {a: $x} ?// [$x] | $x",
                                "-1 - -.a",
                                "",
                                "# only a comment",
                                "$ENV.HOME",
                                ".and"}) {
        CHECK(blamed(program, check_jq(program)) == "fine");
    }
}

TEST_CASE("programs that jq refuses are refused at the word") {
    const auto place = [](std::string_view program) { return blamed(program, check_jq(program)); };
    CHECK(place("[1,2,]") == "]");
    CHECK(place(".a b") == "b");
    CHECK(place("| .a") == "|");
    CHECK(place("1 +").empty());
    CHECK(place("\"abc") == "\"");
    CHECK(place("'abc'") == "'");
    CHECK(place("if .a") == "");
    CHECK(place("1 == 2 == 3") == "==");
    CHECK(place(".a?//\"z\"") == "?//");
    CHECK(place(std::string(1000, '[')) != "fine");
}

TEST_CASE("sjson edits by index where there is a list") {
    JsonFault fault;
    const Value document = *parse_json(R"({"l":[{"a":1}],"m":{}})", fault);
    const auto place = [&](std::string_view path, JsonEdit edit = JsonEdit::kSet) {
        return blamed(path, check_edit_path(path, edit, document));
    };
    CHECK(place("l.0.a") == "fine");
    CHECK(place("l.-1") == "fine");
    CHECK(place("m.new.deep") == "fine");
    CHECK(place("l.x") == "x");
    CHECK(place("l.:0") == "fine");
    CHECK(place("m.*", JsonEdit::kDelete) == "m.*");
    CHECK(place("m.*") == "fine");
    CHECK(check_edit_path("", JsonEdit::kSet, document).has_value());
}

} // namespace
} // namespace tiphys::expr
