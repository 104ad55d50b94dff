// Lengths and beginnings.
#include <catch2/catch.hpp>

#include "tests/tidy/checks.h"

namespace tiphys::tidy {
namespace {

Findings layout(const char* path, const std::string& text) {
    Tree tree;
    tree.add(path, text);
    return check_layout(tree);
}

std::string repeated(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) {
        all += text;
    }
    return all;
}

const std::string kPurpose = "// What this is for.\n";

TEST_CASE("a function has at most 70 lines") {
    const auto function = [](int body) {
        return kPurpose + "int f() {\n" + repeated("    x();\n", body) + "}\n";
    };
    CHECK(layout("a/a.cpp", function(68)).empty());
    const Findings findings = layout("a/a.cpp", function(69));
    REQUIRE(findings.size() == 1);
    CHECK(findings[0] == Finding{"a/a.cpp", 2, "`f` has 71 lines, more than 70"});
}

TEST_CASE("a table may be long") {
    const std::string table = "const int kTable[] = {\n" + repeated("    1,\n", 100) + "};\n";
    CHECK(layout("a/a.cpp", kPurpose + table).empty());
}

TEST_CASE("a file has at most 800 lines") {
    CHECK(layout("a/a.cpp", kPurpose + repeated("int a;\n", 799)).empty());
    CHECK(layout("a/a.cpp", kPurpose + repeated("int a;\n", 800)).size() == 1);
    CHECK(layout("a/a.schema", "# Table.\n" + repeated("a\n", 800)).size() == 1);
    CHECK(layout("README.md", repeated("a\n", 900)).empty());
}

TEST_CASE("a line has at most 100 columns, and bytes are not columns") {
    CHECK(layout("a/a.cpp", kPurpose + "//" + repeated("x", 98) + "\n").empty());
    CHECK(layout("a/a.cpp", kPurpose + "//" + repeated("x", 99) + "\n").size() == 1);
    CHECK(layout("a/a.cpp", kPurpose + "//" + repeated("\xc3\xa4", 98) + "\n").empty());
    CHECK(layout("a/a.schema", "# Table.\n" + repeated("x", 200) + "\n").empty());
}

TEST_CASE("addresses and documentation may be longer") {
    const std::string text = repeated("x ", 60) + "x\n";
    CHECK(layout("a/a.cpp", kPurpose + "// https://example.org/" + text).empty());
    CHECK(layout("a/a.cpp", kPurpose + "d = R\"md(\n" + text + ")md\";\n").empty());
    CHECK(layout("a/a.cpp", kPurpose + "d = R\"md(\n)md\";\n" + text).size() == 1);
}

TEST_CASE("lines end cleanly") {
    CHECK(layout("a/a.cpp", kPurpose + "int a; \n").size() == 1);
    CHECK(layout("a/a.cpp", kPurpose + "int a;\r\n").size() == 1);
    CHECK(layout("a/a.cpp", kPurpose + "int a;").size() == 1);
}

TEST_CASE("every file says what it is for") {
    CHECK(layout("a/a.cpp", "#include <map>\n").size() == 1);
    CHECK(layout("a/a.cpp", "//\n#include <map>\n").size() == 1);
    CHECK(layout("a/a.h", "#pragma once\n// What this is for.\n").empty());
    CHECK(layout("a/a.h", "#pragma once\n\nint a;\n").size() == 1);
    CHECK(layout("a/a.h", "// What this is for.\n#pragma once\n").size() == 1);
    CHECK(layout("a/a.schema", "type A\n").size() == 1);
    CHECK(layout("scripts/setup", "#!/bin/bash\n# Installs packages.\n").empty());
    CHECK(layout("scripts/setup", "#!/bin/bash\nset -e\n").size() == 1);
}

TEST_CASE("a header opens no namespace for its readers") {
    CHECK(layout("a/a.h", "#pragma once\n// Purpose.\nusing namespace std;\n").size() == 1);
    CHECK(layout("a/a.h", "#pragma once\n// Purpose.\nusing std::string;\n").empty());
    CHECK(layout("a/a.cpp", kPurpose + "using namespace std;\n").empty());
}

} // namespace
} // namespace tiphys::tidy
