// Every manifest of the corpus survives YAML → IR → YAML → IR, and the way over JSON.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <vector>

#include <catch2/catch.hpp>

#include "codegen/emit_json.h"
#include "codegen/emit_yaml.h"
#include "codegen/read_back.h"
#include "compiler/front/load.h"

namespace tiphys::codegen {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// Empty where the shared folder is not there.
fs::path shared_folder() {
    if (const char* shared = std::getenv("TIPHYS_SHARED")) return shared;
    const char* source = std::getenv("TIPHYS_SOURCE_DIR");
    const fs::path root = source == nullptr ? fs::current_path() : fs::path(source);
    const fs::path beside = root.parent_path() / "shared";
    return fs::exists(beside) ? beside : fs::path();
}

std::vector<fs::path> manifests_below(const fs::path& folder) {
    std::vector<fs::path> files;
    if (!fs::exists(folder)) return files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string ending = entry.path().extension().string();
        if (ending == ".yaml" || ending == ".yml") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string emitted_yaml(const ir::Value& root) {
    std::string text;
    emit_yaml(root, text);
    return text;
}

std::string emitted_json(const ir::Value& root, JsonLayout layout) {
    std::string text;
    emit_json(root, layout, text);
    return text;
}

/// `text` read and emitted again.
std::string emitted_again(const std::string& text) {
    SourceMap sources;
    const front::InputFile file{sources.add("emitted", text), true};
    const ir::Project project = front::load_project(sources, {&file, 1}, 1);
    const auto& documents = project.units().front().documents;
    return documents.size() == 1 ? emitted_yaml(*documents.front().root) : "not one document";
}

void check_document(const ir::Document& document) {
    const std::string yaml = emitted_yaml(*document.root);
    const std::string json = emitted_json(*document.root, JsonLayout::kPretty);
    CHECK(difference_when_read_back(*document.root, yaml).value_or("") == "");
    CHECK(difference_when_read_back(*document.root, json).value_or("") == "");
    CHECK(difference_when_read_back(*document.root,
                                    emitted_json(*document.root, JsonLayout::kCompact))
              .value_or("") == "");
    CHECK(emitted_again(yaml) == yaml);
    CHECK(emitted_again(json) == yaml);
}

TEST_CASE("every manifest survives the way through the IR") {
    const fs::path shared = shared_folder();
    if (shared.empty()) {
        std::cout << "skipped: there is no TIPHYS_SHARED folder of manifests\n";
        return;
    }
    std::size_t n_documents = 0;
    for (const char* folder : {"corpus/argo-workflows", "corpus/argo-events", "corpus/probes",
                               "corpus/guides", "oracle/cases"}) {
        for (const fs::path& path : manifests_below(shared / folder)) {
            INFO(path.lexically_relative(shared).string());
            SourceMap sources;
            const front::InputFile file{sources.add(path.string(), read(path)), true};
            const ir::Project project = front::load_project(sources, {&file, 1}, 1);
            for (const ir::Document& document : project.units().front().documents) {
                check_document(document);
                ++n_documents;
            }
        }
    }
    std::cout << n_documents << " documents read, emitted and read back\n";
    CHECK(n_documents > 600);
}

} // namespace
} // namespace tiphys::codegen
