// Manifests with the places of their sources.
#include <catch2/catch.hpp>

#include "codegen/source_places.h"
#include "compiler/front/equal.h"
#include "compiler/front/load.h"

namespace tiphys::codegen {
namespace {

/// The first document of a text, and how it is written.
class Scene {
public:
    Scene(const char* name, const char* text) : file_{sources_.add(name, text), true} {
        project_ = front::load_project(sources_, {&file_, 1}, 1);
    }

    [[nodiscard]] const ir::Document& document() const {
        return project_.units().front().documents.front();
    }
    [[nodiscard]] std::string written() const {
        Arena arena;
        std::string text;
        emit_yaml(with_source(document(), sources_, arena), places_in(sources_), text);
        return text;
    }

private:
    SourceMap sources_;
    front::InputFile file_;
    ir::Project project_{sources_};
};

} // namespace

TEST_CASE("declarations, calls and objects are written with their places") {
    const Scene scene("a.tiphys",
                      "# A greeting.\n"
                      "workflow hello {\n"
                      "  steps main {\n"
                      "    say(\"a\")\n"
                      "    parallel { b = say(\"b\") c = say(\"c\") }\n"
                      "  }\n"
                      "  task say(text) { image: \"busybox:1.36\" run: [\"echo\", text] }\n"
                      "}\n");
    CHECK(scene.written() == R"(# a.tiphys:2
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
  annotations:
    tiphys.dev/src: a.tiphys:2
spec:
  entrypoint: main
  templates:
  # a.tiphys:3
  - name: main
    steps:
    # a.tiphys:4
    - - name: say
        template: say
        arguments:
          parameters:
          - name: text
            value: a
    # a.tiphys:5
    - - name: b
        template: say
        arguments:
          parameters:
          - name: text
            value: b
      # a.tiphys:5
      - name: c
        template: say
        arguments:
          parameters:
          - name: text
            value: c
  # a.tiphys:7
  - name: say
    inputs:
      parameters:
      - name: text
    container:
      image: busybox:1.36
      command:
      - echo
      args:
      - "{{inputs.parameters.text}}"
)");
}

TEST_CASE("comments change no object, wherever texts end") {
    const Scene scene("a.yaml", R"(kind: EventSource
apiVersion: argoproj.io/v1alpha1
metadata: {name: hooks, annotations: {tiphys.dev/src: "elsewhere:1", kept: "yes"}}
spec:
  webhook:
    first: {port: "12000", endpoint: /a, method: POST, description: "one\n\n"}
    second:
      port: "12000"
      endpoint: "/b"
      method: "POST"
)");
    const std::string text = scene.written();
    CHECK(text.find("    tiphys.dev/src: a.yaml:1\n    kept: ") != text.npos);
    CHECK(text.find("elsewhere") == text.npos);
    CHECK(text.find("    # a.yaml:6\n    first:") != text.npos);
    CHECK(text.find("    # a.yaml:8\n    second:") != text.npos);
    const Scene again("b.yaml", text.c_str());
    CHECK(front::all_differences(*scene.document().root, *again.document().root).size() == 1);
}

TEST_CASE("an object without metadata gets some, and a foreign one keeps its keys") {
    CHECK(Scene("a.yaml", "kind: Sensor\napiVersion: argoproj.io/v1alpha1\nspec: {}\n").written() ==
          "# a.yaml:1\napiVersion: argoproj.io/v1alpha1\nkind: Sensor\nmetadata:\n  annotations:\n"
          "    tiphys.dev/src: a.yaml:1\nspec: {}\n");
    CHECK(Scene("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: z}\n")
              .written() ==
          "# a.yaml:1\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n"
          "    tiphys.dev/src: a.yaml:1\ndata:\n  x: z\n");
}

} // namespace tiphys::codegen
