// The tables against the JSON schemas and custom resource definitions that Argo publishes.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/drift/drift.h"

namespace tiphys::drift {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

fs::path source_folder() {
    const char* folder = std::getenv("TIPHYS_SOURCE_DIR");
    return folder == nullptr ? fs::current_path() : fs::path(folder);
}

/// Empty where the shared folder is not there.
fs::path corpus_folder() {
    const char* shared = std::getenv("TIPHYS_SHARED");
    const fs::path folder =
        shared == nullptr ? source_folder().parent_path() / "shared" : fs::path(shared);
    return fs::exists(folder / "corpus") ? folder / "corpus" : fs::path();
}

std::string lines(const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& item : items)
        text += item + "\n";
    return text;
}

TEST_CASE("the tables know what Argo publishes, and nothing else") {
    const fs::path corpus = corpus_folder();
    if (corpus.empty()) {
        std::cout << "skipped: no TIPHYS_SHARED/corpus to compare with\n";
        return;
    }
    Exceptions exceptions(read(source_folder() / "schemas" / "drift_exceptions.txt"));
    for (const char* name : {"argo-workflows", "argo-events"}) {
        INFO(name);
        const std::string json = read(corpus / "schema" / (std::string(name) + ".schema.json"));
        REQUIRE(json.size() > 100'000);
        CHECK(lines(compare_with_json_schema(json, exceptions)) == "");
    }
    int n_definitions = 0;
    for (const auto& entry : fs::directory_iterator(corpus / "crds")) {
        INFO(entry.path().filename());
        CHECK(lines(compare_with_crd(read(entry.path()), exceptions)) == "");
        ++n_definitions;
    }
    CHECK(n_definitions == 11);
}

TEST_CASE("a missing, an invented and a mistyped field are found") {
    Exceptions none("");
    const std::string schema = R"({"definitions": {"io.argoproj.workflow.v1alpha1.ContinueOn": {
        "properties": {"error": {"type": "string"}, "shiny": {"type": "boolean"}}}}})";
    CHECK(compare_with_json_schema(schema, none) ==
          std::vector<std::string>{"workflow.ContinueOn.error: of another type upstream",
                                   "workflow.ContinueOn.shiny: missing",
                                   "workflow.ContinueOn.failed: not known upstream"});
    Exceptions all("workflow.ContinueOn  for the test\n# workflow.Other\nworkflow.Stale  old\n");
    CHECK(compare_with_json_schema(schema, all).empty());
    CHECK(all.unused() == std::vector<std::string>{"workflow.Stale"});
}

TEST_CASE("a field and a value that only the custom resource definition has are found") {
    Exceptions none("");
    const std::string crd = R"(
spec:
  names: {kind: CronWorkflow}
  versions:
  - schema:
      openAPIV3Schema:
        properties:
          spec:
            properties:
              shiny: {type: string}
              concurrencyPolicy: {type: string, enum: [Allow, Sometimes]}
)";
    CHECK(compare_with_crd(crd, none) ==
          std::vector<std::string>{
              "workflow.CronWorkflowSpec.shiny: missing",
              "workflow.CronWorkflowSpec.concurrencyPolicy: value `Sometimes` is missing"});
}

} // namespace
} // namespace tiphys::drift
