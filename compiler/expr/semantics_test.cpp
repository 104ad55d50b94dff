// What expressions, conditions, `depends` and tags come to.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "compiler/expr/case_runner.h"

namespace tiphys::expr {
namespace {

using nlohmann::json;

/// The value of an expression in Argo's environment, or its error in words.
std::string value_of(const std::string& text, const json& variables = json::object()) {
    const json line{{"expr", text}, {"env", variables}, {"mode", "argo"}};
    const json outcome = json::parse(run_case(line.dump()));
    if (outcome.contains("compileError")) return "refused";
    if (outcome.contains("runtimeError")) return "failed";
    return outcome["type"].get<std::string>() + " " + outcome["result"].dump();
}

std::string condition(const std::string& text) {
    const json outcome = json::parse(run_case(json{{"when", text}}.dump()));
    return outcome.contains("error") ? "refused" : outcome["result"].dump();
}

TEST_CASE("numbers are Go's: whole ones stay whole, division does not") {
    CHECK(value_of("1 + 2 * 3") == "int 7");
    CHECK(value_of("7 / 2") == "float64 3.5");
    CHECK(value_of("2 ** 10") == "float64 1024");
    CHECK(value_of("7 % 3") == "int 1");
    CHECK(value_of("1 + 'a'") == "refused");
}

TEST_CASE("parameters are texts until they are converted") {
    const json variables{{"inputs.parameters.n", "4"}};
    CHECK(value_of("inputs.parameters.n == '4'", variables) == "bool true");
    CHECK(value_of("asInt(inputs.parameters.n) * 2", variables) == "int 8");
    CHECK(value_of("asInt('four')") == "failed");
    CHECK(value_of("inputs.parameters['my-n'] ?? 'none'", variables) == "string \"none\"");
}

TEST_CASE("lists and predicates") {
    CHECK(value_of("filter([1, 2, 3], # > 1)") == "[]interface {} [2,3]");
    CHECK(value_of("map(1..3, # * 2)") == "[]interface {} [2,4,6]");
    CHECK(value_of("len('h\u00e9') == 2") == "bool true");
    CHECK(value_of("'b' in ['a', 'b'] && not ('c' in ['a'])") == "bool true");
    CHECK(value_of("sum([1, 2.5])") == "float64 3.5");
}

TEST_CASE("sprig, JSON and JSONPath as Argo offers them") {
    CHECK(value_of("sprig.trim('  a ')") == "string \"a\"");
    CHECK(value_of("sprig.env('HOME')") == "failed");
    CHECK(value_of("jsonpath('{\"a\": [1, 2]}', '$.a[1]')") == "float64 2");
    CHECK(value_of("toJson({'a': 1})") == "string \"{\\\"a\\\":1}\"");
}

TEST_CASE("broken expressions are refused") {
    for (const char* text : {"1 +", "(", "'open", "a..", "let = 1", "1 ? 2", "#", "@"}) {
        INFO(text);
        CHECK(value_of(text) == "refused");
    }
}

TEST_CASE("conditions: bare words are texts, the outcome must be a bool") {
    CHECK(condition("heads == heads") == "true");
    CHECK(condition("'5' == 5") == "false");
    CHECK(condition("3 > 2 && a != b") == "true");
    CHECK(condition("abc > 3") == "refused");
    CHECK(condition("abc def == 1") == "refused");
    CHECK(condition("1 + 1") == "refused");
    CHECK(condition("a in (a, b)") == "true");
}

TEST_CASE("lists as text keep the place of empty elements") {
    CHECK(value_of("string(['', 'a'])") == "string \"[ a]\"");
    CHECK(value_of("string({'': ''})") == "string \"map[:]\"");
}

TEST_CASE("chunks of a negative size are what Go's arithmetic makes of them") {
    CHECK(value_of("sprig.chunk(2, [1, 2, 3])") == "[][]interface {} [[1,2],[3]]");
    CHECK(value_of("sprig.chunk(-5, [1])") == "[][]interface {} [[1]]");
    CHECK(value_of("sprig.chunk(-5, [1, 2])") == "[][]interface {} []");
    CHECK(value_of("sprig.chunk(-1, [1, 2, 3])") == "failed");
    CHECK(value_of("sprig.chunk(0, [1])") == "failed");
}

TEST_CASE("Georgian titles have no capitals") {
    CHECK(value_of("sprig.title('აბგ')") == "string \"აბგ\"");
    CHECK(value_of("sprig.title('abc')") == "string \"Abc\"");
}

} // namespace
} // namespace tiphys::expr
