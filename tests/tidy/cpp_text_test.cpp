// The reader of C++: literals, comments, and the ends of functions.
#include <catch2/catch.hpp>

#include "tests/tidy/cpp_text.h"

namespace tiphys::tidy {
namespace {

TEST_CASE("comments and the insides of literals are no code") {
    CHECK(code_of("a // b\nc") == "a     \nc");
    CHECK(code_of("a /* b\nc */ d") == "a     \n     d");
    CHECK(code_of("f(\"{\\\"\", '{')") == "f(\"   \", ' ')");
    CHECK(code_of("a // b \\\nc\nd") == "a       \n \nd");
}

TEST_CASE("raw strings end at their own delimiter") {
    const std::string text = "x = R\"md(a)\" \" {\n)md\"; y";
    CHECK(code_of(text) == "x = R\"          \n   \"; y");
    CHECK(code_of("kR\"(\" {") == "kR\" \" {");
}

TEST_CASE("an apostrophe within a number is no literal") {
    CHECK(code_of("int a = 100'000; {'}'}") == "int a = 100'000; {' '}");
    CHECK(code_of("u8'{'") == "u8' '");
}

TEST_CASE("literals that never end end with the text") {
    CHECK(code_of("\"abc").size() == 4);
    CHECK(code_of("R\"x(abc").size() == 7);
    CHECK(code_of("R\"").size() == 2);
    CHECK(code_of("/* abc").size() == 6);
    CHECK(code_of("'\\").size() == 2);
}

std::string functions_in(const char* text) {
    std::string found;
    for (const Function& function : find_functions(code_of(text))) {
        found += function.name + " " + std::to_string(function.first_line) + "-" +
                 std::to_string(function.last_line) + ";";
    }
    return found;
}

TEST_CASE("functions are found in namespaces and classes") {
    CHECK(functions_in("namespace a::b {\nint f() {\n  if (x) { y(); }\n}\n}\n") == "f 2-4;");
    CHECK(functions_in("class [[nodiscard]] A : public B {\npublic:\n  A() { x(); }\n"
                       "  int g() const override {\n  }\n};\nint h(int a)\n{\n}\n") ==
          "A 3-3;g 4-5;h 7-9;");
    CHECK(functions_in("extern \"C\" int f(char* p) {\n}\nextern \"C\" {\nvoid g() {}\n}\n") ==
          "f 1-2;g 4-4;");
}

TEST_CASE("values in braces are no functions") {
    CHECK(functions_in("constexpr std::array kA = {\n f(1), {2},\n};\n").empty());
    CHECK(functions_in("extern const Rule kRule{\n .check = on<T>(check)};\nint x_{3};\n").empty());
    CHECK(functions_in("enum class E : std::uint8_t { kA, kB };\nstruct S { int a = 1; };\n")
              .empty());
    CHECK(functions_in("template <class T>\nconcept C = requires(T t) { t.f(); };\n").empty());
}

TEST_CASE("a lambda belongs to the function around it") {
    CHECK(functions_in("void f() {\n  g([](int a) {\n    return a;\n  });\n}\n") == "f 1-5;");
    CHECK(functions_in("const auto f = [](int a) {\n  return a;\n};\n") == "f 1-3;");
}

TEST_CASE("lists of constructors and default arguments end no function early") {
    CHECK(functions_in("A::A(int a) : a_{a}, b_(2) {\n  x();\n}\nint g() {}\n") == "A 1-3;g 4-4;");
    CHECK(functions_in("A() : std::vector<int>{1, 2} {\n}\n") == "A 1-2;");
    CHECK(functions_in("void f(Options o = {}, int b = 3) {\n}\n") == "f 1-2;");
    CHECK(functions_in("bool operator==(const A& a) {\n}\nbool operator()(int) {\n}\n") ==
          "operator== 1-2;operator() 3-4;");
}

TEST_CASE("templates, requirements and return types are part of a signature") {
    CHECK(functions_in("template <class T = A<int>>\nT* make(T a) {\n}\n") == "make 1-3;");
    CHECK(functions_in("template <class T>\nstruct S {\n  void f() {}\n};\n") == "f 3-3;");
    CHECK(functions_in("auto f() -> std::pair<int, int> {\n}\n") == "f 1-2;");
    CHECK(functions_in("template <class T>\n  requires(sizeof(T) > 1)\nvoid f() {\n}\n") != "");
}

TEST_CASE("directives are skipped with their braces") {
    CHECK(functions_in("#define A(x) \\\n  if (x) {\nvoid f() {\n}\n") == "f 3-4;");
}

TEST_CASE("words are found whole") {
    CHECK(find_word("new renew new_ new", "new") == std::vector<std::size_t>{0, 15});
}

} // namespace
} // namespace tiphys::tidy
