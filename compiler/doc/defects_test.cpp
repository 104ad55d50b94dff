// Tests of what is reported about broken or dangerous documents: each kind, its place, its words,
// and what of the document is still read.
#include <string>

#include <catch2/catch.hpp>

#include "compiler/base/limits.h"
#include "compiler/doc/read_for_test.h"

namespace tiphys::doc {
namespace {

Strings defects(const std::string& yaml) {
    return ReadText(yaml).defects();
}

Strings values(const std::string& yaml) {
    return ReadText(yaml).values();
}

std::string repeated(const std::string& text, std::size_t n) {
    std::string all;
    for (std::size_t i = 0; i < n; ++i)
        all += text;
    return all;
}

} // namespace

TEST_CASE("unquoted braces are reported and read as text") {
    const ReadText read("a: {{x}}\nb: {{ y }} == 1 # c\nargs: [{{z}}, d]\n{{k}}: v\n- \n");
    const ReadText good("a: {{x}}\nb: {{ y }} == 1 # c\nargs: [{{z}}, d]\n{{k}}: v\n");
    CHECK(good.defects() == Strings{"1:4 unquoted-braces [{{x}}]", "2:4 unquoted-braces [{{ y }}]",
                                    "3:8 unquoted-braces [{{z}}]", "4:1 unquoted-braces [{{k}}]"});
    CHECK(good.values() == Strings{"string a", "string {{x}}", "string b", "string {{ y }} == 1",
                                   "string args", "string {{z}}", "string d", "string {{k}}",
                                   "string v"});
    CHECK(good.tree.is_complete);
    CHECK(good.comments() == Strings{"# c"});
    CHECK_FALSE(read.tree.is_complete);
}

TEST_CASE("quoted braces are text") {
    CHECK(defects("a: '{{x}}'\nb: \"{{=y}}\"\nc: z-{{x}}\nd: |\n  {{x}}\n").empty());
}

TEST_CASE("sources of Helm are one defect") {
    CHECK(defects("spec:\n  {{- if .Values.x }}\n  a: {{ .Values.y }}\n  {{- end }}\n") ==
          Strings{"2:3 templated-source [{{- if .Values.x }}]"});
    CHECK(defects("a: b: c\nname: {{ include \"x\" . }}\n") ==
          Strings{"2:7 templated-source [{{ include \"x\" . }}]"});
    CHECK(defects("a: 1\na: 2\nname: x-{{ .Values.y }}\n") ==
          Strings{"3:9 templated-source [{{ .Values.y }}]"});
    CHECK(defects("{{/* comment */}}\na: 1\n") ==
          Strings{"1:1 templated-source [{{/* comment */}}]"});
    CHECK_FALSE(ReadText("name: {{ .Release.Name }}\n").tree.is_complete);
}

TEST_CASE("Helm's words are no defect where YAML takes them for text") {
    CHECK(
        defects("a: '{{ .Values.x }}'\nb: |\n  {{- if .Values.x }}\n# {{ .Values.y }}\n").empty());
    CHECK(defects("dataTemplate: x-{{ .Input.body.y }}\n").empty());
    CHECK(defects("dataTemplate: {{ .Input.body.y }}\n") ==
          Strings{"1:15 unquoted-braces [{{ .Input.body.y }}]"});
    CHECK(defects("a: {{ ifx }}\n") == Strings{"1:4 unquoted-braces [{{ ifx }}]"});
}

TEST_CASE("duplicate keys are compared by what they mean") {
    const ReadText read("a: 1\nb: {c: 1, c: 2}\n\"a\": 2\nyes: 1\ntrue: 2\n0x10: 1\n'16': 2\n");
    CHECK(read.defects() == Strings{"2:11 duplicate-key [c] c", "3:1 duplicate-key [\"a\"] a",
                                    "5:1 duplicate-key [true] true",
                                    "7:1 duplicate-key ['16'] 16"});
    REQUIRE(read.tree.defects.size() == 4);
    CHECK(read.tree.defects[1].other == Span{FileId{0}, 0, 1});
    CHECK(read.tree.is_complete);
}

TEST_CASE("duplicates of large mappings point at the first of their name") {
    std::string yaml;
    for (int i = 0; i < 40; ++i)
        yaml += "k" + std::to_string(i) + ": 1\n";
    const ReadText read(yaml + "k7: 2\nk7: 3\n");
    CHECK(read.defects() == Strings{"41:1 duplicate-key [k7] k7", "42:1 duplicate-key [k7] k7"});
    CHECK(read.tree.defects[1].other == read.tree.defects[0].other);
    CHECK(read.text.substr(read.tree.defects[1].other.begin, 6) == "k7: 1\n");
}

TEST_CASE("keys must be strings in the end") {
    CHECK(defects("? [a]\n: b\n") ==
          Strings{"1:3 syntax [[a]] a mapping or list is no key for Kubernetes; use a string"});
    CHECK(defects("~: b\n") ==
          Strings{"1:1 syntax [~] null cannot be a key; quote it if it is meant as text"});
    CHECK(defects(": b\n") ==
          Strings{"1:1 syntax [] a key is missing here; write one before the `:`"});
    CHECK(defects("9223372036854775808: b\n").size() == 1);
}

TEST_CASE("aliases need an anchor before them") {
    const ReadText read("a: *x\nb: [*y]\nc: &x 1\n");
    CHECK(read.defects() == Strings{"1:4 unknown-alias [*x] x", "2:5 unknown-alias [*y] y"});
    CHECK(read.values() == Strings{"string a", "*x", "string b", "*y", "string c", "int 1"});
    CHECK(read.tree.node(NodeId{2}).target == NodeId::kNone);
}

TEST_CASE("anchors cannot contain themselves") {
    const ReadText read("a: &x\n  b: *x\nc: 1\n");
    CHECK(read.defects() == Strings{"2:6 alias-expansion [*x] x"});
    CHECK(read.tree.node(NodeId{4}).target == NodeId::kNone);
}

TEST_CASE("aliases expand to a limited number of values") {
    std::string yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 9; ++i) {
        const std::string alias = "*a" + std::to_string(i - 1);
        yaml += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" +
                repeated(alias + ", ", 9) + alias + "]\n";
    }
    const ReadText read(yaml);
    REQUIRE(read.tree.defects.size() == 1);
    CHECK(read.tree.defects[0].kind == DefectKind::kAliasExpansion);
    CHECK_FALSE(read.tree.is_complete);
    CHECK(defects("a: &a [1, 2]\nb: [" + repeated("*a, ", 1000) + "]\n").empty());
}

TEST_CASE("nesting is limited") {
    const auto deep = [](std::size_t n) { return repeated("[", n) + repeated("]", n); };
    CHECK(defects("a: " + deep(limits::kYamlDepth - 1)).empty());
    const ReadText read("a: " + deep(limits::kYamlDepth));
    CHECK(read.defects() == Strings{"1:203 too-deep [[]"});
    CHECK_FALSE(read.tree.is_complete);
    CHECK(defects(deep(10'000)) == Strings{"1:201 too-deep [[]"});
    CHECK(defects(repeated("- ", 10'000)) == Strings{"1:401 too-deep [-]"});
    for (const char* opener : {"[", "{a: ", "? ", "[[", "- ? "}) {
        const ReadText endless("a:\n  " + repeated(opener, 10'000));
        REQUIRE(endless.tree.defects.size() == 1);
        CHECK(endless.tree.defects[0].kind == DefectKind::kTooDeep);
    }
    std::string indented;
    for (std::size_t i = 0; i < 1'000; ++i)
        indented += repeated(" ", i) + "a:\n";
    CHECK(defects(indented) == Strings{"201:201 too-deep [a]"});
}

TEST_CASE("files must be UTF-8 text") {
    CHECK(defects("a: 1\nb: \xe4\xf6\n") == Strings{"2:4 not-utf8 [\xe4]"});
    CHECK(defects("a: \xc0\x80\n") == Strings{"1:4 not-utf8 [\xc0]"});
    CHECK(defects("a: \xed\xa0\x80\n") == Strings{"1:4 not-utf8 [\xed]"});
    CHECK(defects("a: \xe2\x82") == Strings{"1:4 not-utf8 [\xe2]"});
    CHECK(defects("a: x\x01y\n") == Strings{"1:5 control-character [\x01]"});
    CHECK(defects(std::string("a: x\0y\n", 7)) ==
          Strings{std::string("1:5 control-character [\0]", 25)});
    CHECK(defects("a: \xc2\x80\n") == Strings{"1:4 control-character [\xc2\x80]"});
    CHECK(defects("a: \x7f\n").size() == 1);
    CHECK(defects("a: \xc3\xa4 \xf0\x9f\x98\x80\n").empty());
    CHECK_FALSE(ReadText("a: \xff\n").tree.is_complete);
}

TEST_CASE("text that must be quoted is reported and read as text") {
    CHECK(defects("a: b: c\n") == Strings{"1:4 syntax [b: c] a value that contains `: ` must be "
                                          "quoted"});
    CHECK(defects("- a: 'b' == c # d\n") ==
          Strings{"1:6 syntax ['b' == c] text behind the closing quote; put the whole value into "
                  "quotes"});
    CHECK(defects("a: [b] c\n") == Strings{"1:4 syntax [[b] c] text behind the closing bracket; "
                                           "put the whole value into quotes"});
    CHECK(defects("s: */5 * * * *\n") ==
          Strings{"1:4 syntax [*/5 * * * *] `*` begins an alias; quote the value if it is meant "
                  "as text"});
    CHECK(defects("s:\n- * * * * *\n").size() == 1);
    CHECK(defects("a: @b\n") == Strings{"1:4 syntax [@b] a value cannot begin with `@`; quote it"});
    CHECK(defects("a: `b`\n") ==
          Strings{"1:4 syntax [`b`] a value cannot begin with a backquote; quote it"});
    CHECK(values("a: b: c\ns: */5 * * * *\nt: @x\nu: 'b' == c # d\nv: 1\n") ==
          Strings{"string a", "string b: c", "string s", "string */5 * * * *", "string t",
                  "string @x", "string u", "string 'b' == c", "string v", "int 1"});
}

TEST_CASE("what is never closed is reported where it is opened") {
    const std::string quote = "the quote opened here is never closed";
    CHECK(defects("a: \"x\nb: 1\nc: 2\n") == Strings{"1:4 syntax [\"] " + quote});
    CHECK(defects("a: 'x\nb: 'y'\nc: 2\n") == Strings{"1:4 syntax ['] " + quote});
    CHECK(values("a: \"x\nb: 1\n") == Strings{"string a", "string \"x", "string b", "int 1"});
    CHECK(defects("a: [1, 2\nb: 3\n") ==
          Strings{"1:4 syntax [[] the `[` opened here is never closed"});
    CHECK(defects("a:\n  b: {c: 1\nd: 3\n") ==
          Strings{"2:6 syntax [{] the `{` opened here is never closed"});
    CHECK(defects("a: x]\nb: ]\n") ==
          Strings{"2:4 syntax []] this `]` closes nothing; remove it, or quote the value if it is "
                  "text"});
    CHECK(defects("x: {args:in'{{w}}']}:").size() == 2);
    CHECK(defects("a: [1}\n") ==
          Strings{"1:6 syntax [}] this `}` cannot close a `[`; write `]` or remove it"});
}

TEST_CASE("tabs cannot indent") {
    const std::string tab = " syntax [\t] a tab cannot indent; use spaces";
    CHECK(defects("a:\n\tb: 1\n") == Strings{"2:1" + tab});
    CHECK(defects("a:\n  b: 1\n\tc: 2\n") == Strings{"3:1" + tab});
    CHECK(defects("a: 1\n\t\nb: 2\n") == Strings{"2:1" + tab});
    CHECK(defects("-\ta\n") == Strings{"1:2" + tab});
    CHECK(defects("a: |\n  \tx\n") == Strings{"2:3" + tab});
    CHECK(defects("a:\tb\t# c\nd: [\n\t1]\ne: |\n  x\ty\n").empty());
}

TEST_CASE("lines with the wrong indentation are reported") {
    CHECK(defects("a:\n  b: 1\n c: 2\n") ==
          Strings{"3:2 syntax [c: 2] the indentation of this line fits none of the lines above; "
                  "align it with its neighbours"});
    CHECK(defects("a: 1\n  b: 2\n") ==
          Strings{"2:3 syntax [b] this line continues the value above it, so it cannot be a key; "
                  "indent it like the keys around it"});
    CHECK(defects("a:\n- 1\nb: 2\n- 3\n") ==
          Strings{"4:1 syntax [-] a list item cannot stand between the keys of a mapping; indent "
                  "it under its key"});
    CHECK(defects("a: |\n    x\n  y\n") ==
          Strings{"3:3 syntax [y] this line is indented less than the first line of the text "
                  "above; indent all of its lines alike"});
    CHECK(defects("a:\n  - b\n  c: d\n") ==
          Strings{"3:3 syntax [c: d] a `- ` is expected here, as in the line above; add it, or "
                  "change the indentation of this line"});
    CHECK(defects("a: - b\n").size() == 1);
}

TEST_CASE("keys need their colon") {
    CHECK(defects("a: 1\nb\n") ==
          Strings{"2:1 syntax [b] a key needs a `:` after it; add one, or indent the line if it "
                  "continues the value above"});
    CHECK(defects("spec\n  a: 1\n") ==
          Strings{"1:1 syntax [spec] a `: ` is expected after this key; add it"});
    CHECK(defects("a:b\nc: d\n") ==
          Strings{"1:1 syntax [a:b] the `:` of a key needs a blank after it; put one there"});
    CHECK(
        defects("a: {b:}\n") ==
        Strings{"1:6 syntax [:] this `:` is part of the key for Kubernetes; put a blank after it"});
    CHECK(defects("a: [--name:, b:]\nc: {d: e:}\n").empty());
    CHECK(defects("? a\n? b\n").empty());
}

TEST_CASE("what a failed merge leaves is named as such") {
    const std::string what = " two changes were not merged here; keep what is right of both, and "
                             "remove the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`";
    CHECK(defects("a: 1\n<<<<<<< ours\nb: 2\n=======\nc: 3\n>>>>>>> theirs\nd: 4\n") ==
          Strings{"2:1 syntax [<<<<<<< ours]" + what, "4:1 syntax [=======]" + what,
                  "6:1 syntax [>>>>>>> theirs]" + what});
    CHECK(defects("a: |\n  <<<<<<< in a text\n  =======\n").empty());
}

TEST_CASE("escapes must be known to YAML") {
    CHECK(defects("a: \"\\q\"\nb: \"\\xg\"\nc: \"\\uD83D\\uDE00\"\nd: \"\\/\"\n") ==
          Strings{"1:5 syntax [\\q] this is no escape; write the backslash as `\\\\`, or use "
                  "single quotes",
                  "2:5 syntax [\\x] `\\x` needs two hexadecimal digits after it",
                  "3:5 syntax [\\u] `\\u` needs the four hexadecimal digits of a character; use "
                  "`\\U` and eight for larger ones",
                  "3:11 syntax [\\u] `\\u` needs the four hexadecimal digits of a character; use "
                  "`\\U` and eight for larger ones",
                  "4:5 syntax [\\/] `\\/` is no escape in YAML; write `/`"});
    CHECK(values("a: \"it\\'s\"\n") == Strings{"string a", "string it's"});
}

TEST_CASE("tags and anchors must be as Kubernetes knows them") {
    CHECK(defects("a: !!int x\n").size() == 1);
    CHECK(defects("a: !b!c d\n") ==
          Strings{"1:4 syntax [!b!c] this tag is not declared; remove it"});
    CHECK(defects("a: !!binary '?'\n").size() == 1);
    CHECK(defects("a: &x &y 1\n") == Strings{"1:7 syntax [&y 1] a value has at most one anchor "
                                             "and one tag; remove the second one"});
    CHECK(defects("a: &x.y 1\n") == Strings{"1:4 syntax [&x.y] an anchor's name is made of "
                                            "letters, digits, `-` and `_`; rename it"});
}

TEST_CASE("infinity has no JSON") {
    CHECK(
        defects("a: .inf\nb: '.inf'\n.nan: c\n") ==
        Strings{
            "1:4 syntax [.inf] there is no such number in JSON; quote it if it is meant as text"});
}

TEST_CASE("directives must be those of YAML 1.1") {
    CHECK(defects("%YAML 1.2\n---\na: 1\n").size() == 1);
    CHECK(defects("%YAML 1.1\na: 1\n") == Strings{"2:1 syntax [a: 1] a line `---` is missing "
                                                  "between the directives and this line"});
}

TEST_CASE("text behind the end of a document is reported") {
    CHECK(defects("{a: b}\nc: d\n").size() == 1);
    CHECK(defects("a: 1\n...\nb: 2\n") ==
          Strings{"3:1 syntax [b: 2] what stands behind `...` is ignored by Kubernetes; begin a "
                  "new document with `---`"});
    CHECK(defects("a: 1\n... # end\n").empty());
}

TEST_CASE("empty items of flow collections are reported") {
    CHECK(defects("[a, , b]") == Strings{"1:5 syntax [,] a value is missing before this `,`; "
                                         "write one or remove the `,`"});
    CHECK(defects("[,a]").size() == 1);
    CHECK(defects("{, a: 1}").size() == 1);
}

TEST_CASE("what was read before an error stays") {
    const ReadText read("a: 1\nb:\n  c: [2, 3]\n d: 4\ne: 5\n");
    CHECK(read.values() == Strings{"string a", "int 1", "string b", "string c", "int 2", "int 3"});
    CHECK(read.sources()[0] == "a: 1\nb:\n  c: [2, 3]");
    CHECK_FALSE(read.tree.is_complete);
}

TEST_CASE("one bad line does not hide the next") {
    CHECK(defects("a: b: c\nd: @e\nf: {{g}}\nh: *i\nj: 'k\nl: m\n").size() == 5);
}

} // namespace tiphys::doc
