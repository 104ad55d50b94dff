// From sources of the language to objects, and what is said about them.
#include <algorithm>

#include <catch2/catch.hpp>

#include "compiler/front/language.h"
#include "compiler/front/load.h"

namespace tiphys::front {
namespace {

struct Compiled {
    SourceMap sources;
    ir::Project project{sources};

    explicit Compiled(const std::string& text, const std::string& environment = {}) {
        const InputFile file{sources.add("input.tiphys", text), true};
        project = load_project(sources, {&file, 1}, 1, environment);
    }
    /// "line: message" for each defect.
    [[nodiscard]] std::string defects() const {
        std::string text;
        for (const ir::Defect& defect : project.units()[0].defects) {
            const Position at = sources.position(defect.span.file, defect.span.begin);
            text += std::to_string(at.line) + ": " + std::string(defect.text) + "\n";
        }
        return text;
    }
    [[nodiscard]] std::size_t n_objects() const { return project.units()[0].documents.size(); }
    [[nodiscard]] const ir::Scalar* text_at(std::initializer_list<std::string_view> path) const {
        const ir::Value* value = project.units()[0].documents[0].root;
        for (const std::string_view key : path) {
            if (const auto* object = ir::any_object_as(value)) {
                value = object->field(key);
            } else if (const auto* map = ir::map_as(value)) {
                value = map->find(key);
            } else if (const auto* list = ir::list_as(value)) {
                const auto index = static_cast<std::size_t>(key.front() - '0');
                value = index < list->items.size() ? list->items[index] : nullptr;
            } else {
                value = nullptr;
            }
        }
        return ir::scalar_as(value);
    }
};

TEST_CASE("references become tags, and order follows from them") {
    const Compiled compiled("workflow w(a) { dag main { x = f(a) y = f(x) } "
                            "task f(t) -> string { image: \"i:1\" run: [\"echo\", t] } }");
    CHECK(compiled.defects().empty());
    const auto task = [&](std::string_view number, std::string_view key) {
        return text_of(compiled.text_at({"spec", "templates", "0", "dag", "tasks", number, key}));
    };
    CHECK(task("1", "depends") == "x");
    CHECK(text_of(compiled.text_at({"spec", "templates", "0", "dag", "tasks", "1", "arguments",
                                    "parameters", "0", "value"})) == "{{tasks.x.outputs.result}}");
}

TEST_CASE("what is wrong is said at its place, with the nearest name") {
    const auto defects_of = [](const std::string& body) {
        return Compiled("workflow w(env: \"dev\" | \"prod\" = \"dev\") {\n" + body +
                        "\ntask f(t: \"a\" | \"b\", n = 1) { image: \"i:1\" run: [\"x\", t] }\n}")
            .defects();
    };
    CHECK(defects_of("dag main { f(t: \"a\") }").empty());
    CHECK(defects_of("dag main { f(t: \"c\") }").find("`t` is never `c`") != std::string::npos);
    CHECK(defects_of("dag main { f() }").find("`f` needs `t`") != std::string::npos);
    CHECK(defects_of("dag main { f(\"a\", 1, 2) }").find("takes no more arguments") !=
          std::string::npos);
    CHECK(defects_of("dag main { g(\"a\") }").find("there is no template `g`") !=
          std::string::npos);
    CHECK(defects_of("dag main { x = f(\"a\") when enw == \"dev\" }")
              .find("2: nothing is called `enw` here\ndid you mean `env`") != std::string::npos);
    CHECK(defects_of("dag main { x = f(\"a\") when env == \"dew\" }").find("did you mean `dev`") !=
          std::string::npos);
    CHECK(defects_of("dag main { x = f(\"a\") after y }").find("there is no node `y`") !=
          std::string::npos);
    CHECK(defects_of("paralellism: 3").find("did you mean `parallelism`") != std::string::npos);
}

TEST_CASE("an overlay changes values, properties and nested declarations") {
    const std::string source = "let r = \"dev\" workflow w { parallelism: 2 task t { image: "
                               "\"${r}/x:1\" run: [\"x\"] } } overlay prod { let r = \"live\" "
                               "workflow w { parallelism: 9 } }";
    const Compiled plain(source);
    const Compiled changed(source, "prod");
    CHECK(text_of(plain.text_at({"spec", "parallelism"})) == "2");
    CHECK(text_of(changed.text_at({"spec", "parallelism"})) == "9");
    CHECK(text_of(changed.text_at({"spec", "templates", "0", "container", "image"})) == "live/x:1");
}

} // namespace
} // namespace tiphys::front
