// What is read of scripts, and which of them are refused, and where.
#include <catch2/catch.hpp>

#include "analyzer/shell/script.h"

namespace tiphys::shell {
namespace {

/// "line:column: message", or "" where the script can be read.
std::string error_of(std::string_view text, Dialect dialect = Dialect::kBash) {
    const Script script = parse(text, dialect);
    if (!script.error) return "";
    int line = 1;
    int column = 1;
    for (const char c : text.substr(0, script.error->range.begin)) {
        column = c == '\n' ? 1 : column + 1;
        line += c == '\n' ? 1 : 0;
    }
    return std::to_string(line) + ":" + std::to_string(column) + ": " + script.error->message;
}

TEST_CASE("scripts that bash accepts are read") {
    const std::string_view text = GENERATE(
        as<std::string_view>{}, "", "# nothing", "a; b & c\nd", "a && b || ! c | d |& e",
        "if a; then b; elif c; then d; else e; fi > f 2>&1",
        "while read -r x; do echo $x; done < f", "until a\ndo\nb\ndone",
        "for i in a b; do echo $i; done", "for i; do a; done",
        "for ((i = 0; i < 3; i++)); do a; done", "for ((;;)) { a; }", "select x in a b; do a; done",
        "case $x in (a|b) c ;; d) ;& *) e;; esac", "case x in esac", "case a in b) c; esac",
        "f() { a; }; f", "function f { a; }", "function f() (a)", "{ a; } && (b; (c))",
        "x=(1 2 # three\n [4]=5)", "declare -A m=([a]=1)", "a[1]+=2 b", "x+=(y)",
        "echo $((1 + (2 * 3))) $[1+2] ${x:-$(a \"b\")} `c \\`d\\``", "((x++)) || a",
        "[[ $a =~ ^(b|c)[[:space:]]+$ && ! -f d || e < f ]]", "[[ a == @(b|c) ]]",
        "cat <<A <<-'B'\n$x ${y}\nA\n\t$(\n\tB\necho", "cat <<< \"$x\"", "a 2>&1 >/dev/null &>x",
        "diff <(a) >(b)", "exec {fd}<a", "echo \"a 'b' \\\" $(c \"d\") ${e:-it's}\" 'f'",
        "echo $'it\\'s' $\"x\"", "a \\\n  b", "time -p a", "! a", "echo if then fi",
        "x=$(case a in b) c;; esac)", "echo ${#x} ${!y} ${z//a/b} ${#} $# $$ $!", "coproc a { b; }",
        "echo a#b '#' # c 'd", "exit 0\n(((binary", "echo \\", "(a) > b; { c; }; fi=1",
        "if (a) then (b) fi", "shopt -s extglob\nls !(a|b)", "cat <<A\nnever ended");
    CAPTURE(text);
    CHECK(error_of(text) == "");
}

TEST_CASE("scripts that bash refuses have one error, at its place") {
    CHECK(error_of("if [ 1 ; then echo") == "1:1: `if` has no `fi`");
    CHECK(error_of("a\nif b; then c\nd") == "2:1: `if` has no `fi`");
    CHECK(error_of("for i in a; do b") == "1:1: `for` has no `done`");
    CHECK(error_of("while a; do b; fi") == "1:16: `fi` stands where `while` waits for its `done`");
    CHECK(error_of("if a; b; fi") == "1:10: `fi` stands where `if` waits for its `then`");
    CHECK(error_of("if a; then fi") == "1:12: there is no command between `then` and `fi`");
    CHECK(error_of("echo \"a\necho b") == "1:6: the quote `\"` is never closed");
    CHECK(error_of("echo 'a") == "1:6: the quote `'` is never closed");
    CHECK(error_of("echo $(a") == "1:6: the bracket `$(` is never closed");
    CHECK(error_of("echo ${a") == "1:6: the expansion `${` is never closed");
    CHECK(error_of("a | | b") == "1:5: no command begins with `|`");
    CHECK(error_of("a &&") == "1:3: no command follows `&&`");
    CHECK(error_of("a ;; b") == "1:3: nothing here waits for `;;`");
    CHECK(error_of("fi") == "1:1: nothing here waits for `fi`");
    CHECK(error_of("case a in b c) d;; esac") ==
          "1:13: `c` stands where `case` waits for the `)` behind a pattern");
    CHECK(error_of("[[ -f a ; then") == "1:9: `;` stands where `[[` waits for its `]]`");
    CHECK(error_of("f() {\n  a\n") == "1:5: `{` has no `}`");
    CHECK(error_of("echo a)") == "1:7: nothing here waits for `)`");
    CHECK(error_of("a >") == "1:3: nothing follows `>`");
    CHECK(error_of("x=(a", Dialect::kPosix) != "");
    CHECK(error_of("echo (a)") != "");
}

TEST_CASE("commands know their words and where their output goes") {
    const Script script = parse("TOKEN=a /usr/bin/curl -s \"$URL\" ${X} | sh\n"
                                "echo $(cat f) > out\n",
                                Dialect::kBash);
    REQUIRE(script.commands.size() == 4);
    REQUIRE(script.pipelines.size() == 3);
    REQUIRE(script.statements.size() == 2);
    const Command& curl = script.commands[0];
    CHECK(curl.name() == "curl");
    CHECK(curl.is_captured);
    REQUIRE(curl.assignments.size() == 1);
    CHECK(curl.assignments[0].name == "TOKEN");
    REQUIRE(curl.words.size() == 4);
    CHECK(curl.words[2].variables.at(0).name == "URL");
    CHECK(curl.words[2].variables.at(0).is_quoted);
    CHECK_FALSE(curl.words[3].variables.at(0).is_quoted);
    CHECK(script.commands[1].name() == "sh");
    CHECK_FALSE(script.commands[1].is_captured);
    CHECK(script.pipelines[0].stages.size() == 2);
    CHECK(script.commands[2].is_captured);
    CHECK(script.commands[3].name() == "cat");
    CHECK(script.commands[3].is_in_substitution);
    CHECK(script.commands[2].words[1].commands.first == 3);
}

TEST_CASE("variables of here-documents belong to their command") {
    const Script script =
        parse("cat <<END\na $B \\$C ${D}\nEND\necho <<'E'\n$F\nE\n", Dialect::kBash);
    REQUIRE(script.commands.size() == 2);
    REQUIRE(script.commands[0].document_variables.size() == 2);
    CHECK(script.commands[0].document_variables[1].name == "D");
    CHECK(script.commands[1].document_variables.empty());
}

TEST_CASE("deep nesting is no error and does not exhaust the stack") {
    const std::string text = std::string(100'000, '(') + "a";
    CHECK(error_of(text) == "");
    std::string words = "echo ";
    for (int i = 0; i < 20'000; ++i)
        words += "${a:-";
    CHECK(error_of(words) == "");
}

} // namespace
} // namespace tiphys::shell
