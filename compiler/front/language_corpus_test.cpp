// The language's samples compile to the YAML beside them: exactly, or but for what is said here.
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <catch2/catch.hpp>

#include "compiler/front/equal.h"
#include "compiler/front/load.h"

namespace tiphys::front {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

fs::path samples() {
    const char* shared = std::getenv("TIPHYS_SHARED");
    const char* source = std::getenv("TIPHYS_SOURCE_DIR");
    const fs::path root = source == nullptr ? fs::current_path() : fs::path(source);
    const fs::path folder = shared == nullptr ? root.parent_path() / "shared" : fs::path(shared);
    return folder / "design" / "language-samples";
}

/// Empty where the objects are equal.
std::string difference(const fs::path& source, const fs::path& yaml) {
    SourceMap sources;
    const std::array<InputFile, 2> files{
        InputFile{sources.add(source.string(), read(source)), true},
        InputFile{sources.add(yaml.string(), read(yaml)), true}};
    const ir::Project project = load_project(sources, files, 1);
    for (const ir::Defect& defect : project.units()[0].defects)
        return "defect: " + std::string(defect.text);
    const auto& made = project.units()[0].documents;
    const auto& wanted = project.units()[1].documents;
    if (made.size() != wanted.size()) return std::to_string(made.size()) + " objects";
    for (std::size_t i = 0; i < made.size(); ++i) {
        const auto differs = first_difference(*made[i].root, *wanted[i].root);
        if (differs) return std::string(made[i].kind) + ": " + differs->path;
    }
    return {};
}

TEST_CASE("the samples compile to the manifests beside them") {
    if (!fs::exists(samples())) {
        std::cout << "skipped: there is no TIPHYS_SHARED folder of samples\n";
        return;
    }
    struct Sample {
        const char* name;
        /// Where a value reaches a script by its environment instead of by text, as it should.
        const char* difference;
    };
    for (const Sample& sample :
         {Sample{"01-hello-world", ""}, Sample{"02-dag-diamond", ""},
          Sample{"03-loops-param-result", "Workflow: spec.templates[2].container"},
          Sample{"04-artifact-passing", ""}, Sample{"05-github-ci", ""},
          Sample{"06-nightly-etl", ""}, Sample{"07-resource", ""}, Sample{"08-approval", ""},
          Sample{"09-map-reduce", "Workflow: spec.templates[1].script"}}) {
        INFO(sample.name);
        const std::string found = difference(samples() / (std::string(sample.name) + ".tiphys"),
                                             samples() / (std::string(sample.name) + ".yaml"));
        CHECK(found.substr(0, std::string_view(sample.difference).size()) == sample.difference);
        if (*sample.difference == '\0') CHECK(found.empty());
    }
}

} // namespace
} // namespace tiphys::front
