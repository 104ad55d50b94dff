// Layout and escapes of emitted JSON.
#include <string>

#include <catch2/catch.hpp>

#include "codegen/emit_json.h"
#include "compiler/front/load.h"

namespace tiphys::codegen {
namespace {

std::string json_of(const std::string& yaml, JsonLayout layout) {
    SourceMap sources;
    const front::InputFile file{sources.add("input.yaml", yaml), true};
    const ir::Project project = front::load_project(sources, {&file, 1}, 1);
    REQUIRE(project.units().front().documents.size() == 1);
    std::string out;
    emit_json(*project.units().front().documents.front().root, layout, out);
    return out;
}

TEST_CASE("compact JSON has no blanks") {
    CHECK(json_of("a: {b: [1, two, ~], c: {}, d: []}", JsonLayout::kCompact) ==
          R"({"a":{"b":[1,"two",null],"c":{},"d":[]}})");
}

TEST_CASE("pretty JSON is indented by two") {
    CHECK(json_of("a: {b: [1, {x: z}], c: {}, d: []}", JsonLayout::kPretty) == R"({
  "a": {
    "b": [
      1,
      {
        "x": "z"
      }
    ],
    "c": {},
    "d": []
  }
})");
}

TEST_CASE("numbers and bools are written as Kubernetes takes them") {
    CHECK(json_of("[0o17, yes, 1e3, .5, 1_000, .inf, '1']", JsonLayout::kCompact) ==
          R"([15,true,1000,0.5,1000,".inf","1"])");
}

TEST_CASE("texts are escaped") {
    CHECK(json_of("\"\\\"\\\\\\n\\t\\x01é\"", JsonLayout::kCompact) == R"("\"\\\n\t\u0001é")");
    std::string out;
    append_json_string("a\xff", out);
    CHECK(out == "\"a\xef\xbf\xbd\"");
}

} // namespace
} // namespace tiphys::codegen
