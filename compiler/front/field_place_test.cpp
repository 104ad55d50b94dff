// Paths of fields and the text that stands there.
#include <catch2/catch.hpp>

#include "compiler/front/field_place.h"
#include "compiler/front/load.h"

using namespace tiphys;
using namespace tiphys::front;

namespace {

constexpr const char* kYaml = R"(apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  name: build
  labels: {a.b/c: one, a: two}
spec:
  entrypoint: main
  templates:
  - name: main
    dag:
      tasks:
      - {name: first, template: work}
      - {name: second, template: work, arguments: {parameters: [{name: p, value: "1"}]}}
  - name: work
    nodeSelector: {disk: ssd}
    container:
      image: busybox
      imagePullPolicy: Sometimes
      surprise: 1
)";

constexpr const char* kTiphys = R"(workflow build {
  dag main {
    first = work("0")
    second = work("1")
  }
  task work(p) {
    image: "busybox"
    imagePullPolicy: "Sometimes"
    run: ["echo", p]
  }
}
)";

/// `line:text` of the place, with what is missing of the path behind it.
class Scene {
public:
    Scene(const char* name, const char* text) : file_{sources_.add(name, text), true} {}

    std::string at(std::string_view path) {
        if (project_.units().empty()) project_ = load_project(sources_, {&file_, 1}, 1);
        const FieldPlace place = find_field(project_.units().front().documents.front(), path);
        const Position position = sources_.position(place.span.file, place.span.begin);
        return std::to_string(position.line) + ":" + std::string(sources_.text(place.span)) +
               (place.is_present ? "" : " without " + std::string(place.last));
    }

private:
    SourceMap sources_;
    InputFile file_;
    ir::Project project_{sources_};
};

} // namespace

TEST_CASE("a path leads to the value in YAML") {
    Scene scene("a.yaml", kYaml);
    CHECK(scene.at("spec.templates[1].container.imagePullPolicy") == "18:Sometimes");
    CHECK(scene.at("spec.templates.1.container.image") == "17:busybox");
    CHECK(scene.at("spec.templates[0].dag.tasks[1].arguments.parameters[0].value") == "13:\"1\"");
    CHECK(scene.at("spec.templates[1].container.surprise") == "19:1");
}

TEST_CASE("what is longer than a line is shown by its key or its name") {
    Scene scene("a.yaml", kYaml);
    CHECK(scene.at("spec.templates") == "8:templates");
    CHECK(scene.at("spec.templates[1]") == "14:work");
    CHECK(scene.at("spec.templates[0].dag.tasks[1]") == "13:second");
    CHECK(scene.at("") == "4:build");
}

TEST_CASE("keys with dots and in brackets are found") {
    Scene scene("a.yaml", kYaml);
    CHECK(scene.at("metadata.labels.a.b/c") == "5:one");
    CHECK(scene.at("metadata.labels.a") == "5:two");
    CHECK(scene.at("metadata.labels[a.b/c]") == "5:one");
    CHECK(scene.at("spec.templates[1].nodeSelector[disk]") == "15:ssd");
}

TEST_CASE("where a path leads nowhere, its last known part is shown") {
    Scene scene("a.yaml", kYaml);
    CHECK(scene.at("spec.templates[1].container.ports[0].name") == "16:container without name");
    CHECK(scene.at("spec.templates[7].name") == "8:templates without name");
    CHECK(scene.at("spec.templates[x") == "8:templates without [x");
    CHECK(scene.at("status") == "4:build without status");
    CHECK(scene.at("spec.entrypoint.x[0") == "7:main without [0");
}

TEST_CASE("a path of compiled YAML leads to the source in the language") {
    Scene scene("a.tiphys", kTiphys);
    CHECK(scene.at("spec.templates[1].container.imagePullPolicy") == "8:\"Sometimes\"");
    CHECK(scene.at("spec.templates[0].dag.tasks[1]") == "4:second");
    CHECK(scene.at("spec.templates[0].dag.tasks[1].arguments.parameters[0].value") == "4:\"1\"");
    CHECK(scene.at("spec.templates[1].container.args[0]") == "9:p");
    CHECK(scene.at("metadata.generateName") == "1:build");
}
