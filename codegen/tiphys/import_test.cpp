// Notations that fit are taken, others are not, and every object comes back as it was.
#include <string>

#include <catch2/catch.hpp>

#include "codegen/emit_json.h"
#include "codegen/tiphys/differences.h"
#include "codegen/tiphys/import.h"
#include "codegen/tiphys/notation.h"
#include "compiler/front/language.h"
#include "compiler/front/load.h"

namespace tiphys::codegen {
namespace {

/// The imported text, which has been proved again.
std::string imported(const std::string& yaml) {
    SourceMap sources;
    const front::InputFile file{sources.add("input.yaml", yaml), true};
    const ir::Project project = front::load_project(sources, {&file, 1}, 1);
    const ir::SourceUnit& unit = project.units().front();
    std::string text = import_unit(unit, sources).text;
    const FileId id = sources.add("input.tiphys", text);
    const ir::SourceUnit made = front::read_language({id, "input.tiphys", text}, {}, {});
    REQUIRE(made.documents.size() == unit.documents.size());
    for (std::size_t i = 0; i < made.documents.size(); ++i)
        CHECK(differences(*unit.documents[i].root, *made.documents[i].root).empty());
    return text;
}

std::string workflow(const std::string& templates) {
    return "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {generateName: w-}\n"
           "spec:\n  entrypoint: main\n  templates:\n" +
           templates;
}

bool has(const std::string& text, std::string_view part) {
    INFO(text);
    return text.find(part) != text.npos;
}

TEST_CASE("a text that looks like code stays a text") {
    for (const std::string_view text :
         {"${x}", "a \"b\" 'c'", "\\u{41}", "tab\there", "{{inputs}} $", "$", "\\", "\r"}) {
        std::string value;
        append_json_string(text, value);
        const std::string made = imported(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  k: " + value + "\n");
        CHECK(has(made, "k: " + quoted(text)));
    }
}

TEST_CASE("an order that comes of the data is not written") {
    const std::string text = imported(workflow(R"(
  - name: main
    dag:
      tasks:
      - {name: a, template: say}
      - name: b
        template: hear
        depends: a
        arguments: {parameters: [{name: x, value: "{{tasks.a.outputs.result}}"}]}
  - {name: say, container: {image: i}}
  - {name: hear, inputs: {parameters: [{name: x}]}, container: {image: i}}
)"));
    CHECK(has(text, "b = hear(a)\n"));
}

TEST_CASE("an order that the data would change keeps its field") {
    const std::string text = imported(workflow(R"(
  - name: main
    dag:
      tasks:
      - {name: a, template: say}
      - {name: b, template: say, depends: a}
      - name: c
        template: hear
        depends: b
        arguments: {parameters: [{name: x, value: "{{tasks.a.outputs.result}}"}]}
  - {name: say, container: {image: i}}
  - {name: hear, inputs: {parameters: [{name: x}]}, container: {image: i}}
)"));
    CHECK(has(text, "depends: \"b\""));
}

TEST_CASE("a script is given no environment that it did not have") {
    const std::string text = imported(workflow(R"(
  - name: main
    inputs: {parameters: [{name: x, value: "1"}]}
    script: {image: i, command: [sh], source: "echo {{inputs.parameters.x}}\n"}
)"));
    CHECK(has(text, "script: paste("));
    CHECK(has(text, "{{inputs.parameters.x}}"));
}

TEST_CASE("comments stand above what they belong to") {
    const std::string text = imported("# first\n" + workflow(R"(
  # what it does
  - name: main
    container:
      image: i # the image
)") + "# last\n");
    CHECK(has(text, "# first\nworkflow w"));
    CHECK(has(text, "# what it does\n"));
    CHECK(has(text, "# the image\n"));
    CHECK(has(text, "# last\n"));
}

TEST_CASE("two objects of one name have declarations of their own") {
    const std::string text =
        imported(workflow("  - {name: main, container: {image: i}}\n") + "---\n" +
                 workflow("  - {name: main, container: {image: j}}\n"));
    CHECK(has(text, "workflow w\n"));
    CHECK(has(text, "workflow w-2\n"));
}

} // namespace
} // namespace tiphys::codegen
