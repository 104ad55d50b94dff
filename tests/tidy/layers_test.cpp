// Layers and walls: what may be included, and what may not.
#include <catch2/catch.hpp>

#include "tests/tidy/checks.h"

namespace tiphys::tidy {
namespace {

Findings includes(const char* path, const std::string& text) {
    Tree tree;
    tree.add(path, text);
    return check_includes(tree);
}

bool may_include(const char* path, const std::string& header) {
    return includes(path, "#include " + header + "\n").empty();
}

TEST_CASE("a layer includes itself and what stands before it") {
    CHECK(may_include("compiler/base/span.cpp", "\"compiler/base/span.h\""));
    CHECK(may_include("schemas/tables.h", "\"compiler/base/span.h\""));
    CHECK(may_include("compiler/front/decode.cpp", "\"compiler/doc/tree.h\""));
    CHECK(may_include("analyzer/rules/sec/x.cpp", "\"analyzer/rule.h\""));
    CHECK(may_include("cli/lint.cpp", "\"runtime/plan/plan.h\""));
    CHECK(may_include("tests/fuzz/yaml.cpp", "\"cli/run_command.h\""));
    CHECK(may_include("runtime/core/step.cpp", "\"runtime/plan/plan.h\""));
    CHECK(may_include("runtime/backends/process/stage.cpp", "\"runtime/artifacts/store.h\""));
    CHECK(may_include("runtime/run.cpp", "\"runtime/backends/process/start.h\""));
}

TEST_CASE("a layer includes neither what comes after it nor its siblings") {
    CHECK_FALSE(may_include("compiler/base/span.cpp", "\"schemas/tables.h\""));
    CHECK_FALSE(may_include("compiler/doc/read.cpp", "\"compiler/expr/parse.h\""));
    CHECK_FALSE(may_include("compiler/ir/verify.cpp", "\"compiler/front/decode.h\""));
    CHECK_FALSE(may_include("analyzer/rule.h", "\"codegen/emit_yaml.h\""));
    CHECK_FALSE(may_include("codegen/emit_yaml.cpp", "\"runtime/plan/plan.h\""));
    CHECK_FALSE(may_include("runtime/plan/plan.cpp", "\"cli/lint.h\""));
    CHECK_FALSE(may_include("runtime/core/step.cpp", "\"compiler/ir/project.h\""));
    CHECK_FALSE(may_include("runtime/plan/plan.cpp", "\"runtime/core/step.h\""));
    CHECK_FALSE(may_include("runtime/io/http.cpp", "\"runtime/backends/process/start.h\""));
    CHECK_FALSE(may_include("cli/lint.cpp", "\"tests/tidy/tree.h\""));
}

TEST_CASE("a finding names the layer, the header and the line") {
    const Findings findings =
        includes("analyzer/rule.h", "#pragma once\n// Rule.\n#include \"codegen/graph.h\"\n");
    REQUIRE(findings.size() == 1);
    CHECK(findings[0] ==
          Finding{"analyzer/rule.h", 3, "analyzer may not include `codegen/graph.h`"});
}

TEST_CASE("headers are included by their path from the root, folders are known") {
    CHECK_FALSE(may_include("compiler/base/span.cpp", "\"span.h\""));
    CHECK_FALSE(may_include("misc/x.cpp", "\"compiler/base/span.h\""));
}

TEST_CASE("text that looks like an include is none") {
    CHECK(includes("analyzer/a.cpp", "// #include \"cli/x.h\"\nf(R\"(\n#include <CLI/x>\n)\");\n")
              .empty());
}

TEST_CASE("third parties stay behind their walls") {
    CHECK(may_include("compiler/doc/read.cpp", "<yaml.h>"));
    CHECK_FALSE(may_include("compiler/front/decode.cpp", "<yaml.h>"));
    CHECK(may_include("compiler/syntax/parse.cpp", "<antlr4-runtime.h>"));
    CHECK_FALSE(may_include("cli/main.cpp", "<antlr4-runtime/antlr4-runtime.h>"));
    CHECK(may_include("cli/main.cpp", "<CLI/CLI.hpp>"));
    CHECK_FALSE(may_include("analyzer/rule.cpp", "<CLI/CLI.hpp>"));
    CHECK(may_include("runtime/journal/store.cpp", "<sqlite3.h>"));
    CHECK_FALSE(may_include("codegen/emit.cpp", "<sqlite3.h>"));
}

TEST_CASE("libraries that everybody may use stay out of headers") {
    CHECK(may_include("analyzer/report/json.cpp", "<nlohmann/json.hpp>"));
    CHECK_FALSE(may_include("analyzer/report/json.h", "<nlohmann/json.hpp>"));
    CHECK_FALSE(may_include("cli/command.h", "<fmt/format.h>"));
}

TEST_CASE("a header that includes a walled library stays within the wall") {
    const auto with_events = [](const char* path, const char* text) {
        Tree tree;
        tree.add("compiler/syntax/events.h", "#include <antlr4-runtime.h>\n");
        tree.add("compiler/syntax/read.h", "#include \"compiler/syntax/events.h\"\n");
        tree.add(path, text);
        return check_includes(tree);
    };
    CHECK(
        with_events("compiler/syntax/read.cpp", "#include \"compiler/syntax/events.h\"\n").empty());
    CHECK(with_events("compiler/front/a.cpp", "#include \"compiler/syntax/events.h\"\n").size() ==
          1);
    CHECK(with_events("compiler/front/a.cpp", "#include \"compiler/syntax/read.h\"\n").size() == 1);
    CHECK(with_events("compiler/front/a.cpp", "#include \"compiler/syntax/tree.h\"\n").empty());
}

TEST_CASE("a library that no wall knows is found") {
    CHECK_FALSE(may_include("analyzer/rule.cpp", "<absl/strings/str_cat.h>"));
    CHECK(may_include("runtime/io/poll.cpp", "<sys/epoll.h>"));
    CHECK(may_include("analyzer/rule.cpp", "<string_view>"));
}

TEST_CASE("Catch2 is for tests") {
    CHECK(may_include("compiler/base/base_test.cpp", "<catch2/catch.hpp>"));
    CHECK_FALSE(may_include("compiler/base/base.cpp", "<catch2/catch.hpp>"));
}

TEST_CASE("the core of the runtime has no clock, files or chance") {
    CHECK(may_include("runtime/core/step.cpp", "<chrono>"));
    CHECK_FALSE(may_include("runtime/core/step.cpp", "<random>"));
    CHECK_FALSE(may_include("runtime/core/step.h", "<fstream>"));
    CHECK_FALSE(may_include("runtime/core/step.cpp", "<sys/wait.h>"));
    CHECK(may_include("runtime/core/step_test.cpp", "<random>"));
    CHECK(may_include("runtime/io/files.cpp", "<fstream>"));
    CHECK_FALSE(includes("runtime/core/step.cpp", "auto t = steady_clock::now();").empty());
    CHECK(includes("runtime/core/step.cpp", "// no steady_clock here\n").empty());
}

} // namespace
} // namespace tiphys::tidy
