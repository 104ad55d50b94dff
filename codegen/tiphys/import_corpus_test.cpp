// All published manifests that decode go to the language and back.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <catch2/catch.hpp>

#include "codegen/tiphys/differences.h"
#include "codegen/tiphys/import.h"
#include "compiler/front/language.h"
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

fs::path corpus() {
    const char* shared = std::getenv("TIPHYS_SHARED");
    const char* source = std::getenv("TIPHYS_SOURCE_DIR");
    const fs::path root = source == nullptr ? fs::current_path() : fs::path(source);
    return (shared == nullptr ? root.parent_path() / "shared" : fs::path(shared)) / "corpus";
}

std::vector<fs::path> manifests() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(corpus())) {
        // Schemas of megabytes say nothing that a smaller object does not.
        const bool is_schema = entry.path().parent_path().filename() == "crds";
        if (entry.path().extension() == ".yaml" && !is_schema) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

struct Totals {
    std::size_t n_files = 0;
    std::size_t n_objects = 0;
    std::size_t n_nodes = 0;
    std::size_t n_fallen = 0;
    std::size_t n_attempts = 0;
};

/// What differs after a way there and back; empty where nothing does.
std::string difference(const fs::path& path, Totals& totals) {
    SourceMap sources;
    const front::InputFile file{sources.add("input.yaml", read(path)), true};
    const ir::Project project = front::load_project(sources, {&file, 1}, 1);
    const ir::SourceUnit& unit = project.units().front();
    const Imported imported = import_unit(unit, sources);
    const FileId id = sources.add("input.tiphys", imported.text);
    const ir::SourceUnit made =
        front::read_language({id, "input.tiphys", sources.file(id).text}, {}, {});
    const std::vector<const ir::Document*> wanted = importable(unit);
    totals.n_files += wanted.empty() ? 0U : 1U;
    totals.n_objects += imported.n_objects;
    totals.n_nodes += imported.n_nodes;
    totals.n_attempts += imported.n_attempts;
    for (const Fallback& fallback : imported.fallbacks)
        totals.n_fallen += fallback.n_nodes;
    if (made.documents.size() != wanted.size()) return "objects are missing";
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto found = differences(*wanted[i]->root, *made.documents[i].root);
        if (!found.empty()) return std::string(wanted[i]->kind) + ": " + found.front();
    }
    const bool is_all = wanted.size() == unit.documents.size();
    for (const Span comment : is_all ? unit.comments : std::vector<Span>{}) {
        const std::string_view text = sources.text(comment);
        const std::string_view words =
            text.substr(std::min(text.find_first_not_of("# \t"), text.size()));
        const std::string_view end = words.substr(0, words.find_last_not_of(" \t\r") + 1);
        if (imported.text.find(end) == std::string::npos) return "lost " + std::string(text);
    }
    return {};
}

TEST_CASE("every manifest goes to the language and back") {
    if (!fs::exists(corpus())) {
        std::cout << "skipped: there is no TIPHYS_SHARED folder with a corpus\n";
        return;
    }
    Totals totals;
    for (const fs::path& path : manifests()) {
        INFO(path.string());
        CHECK(difference(path, totals) == "");
    }
    const double share = 100.0 * static_cast<double>(totals.n_fallen) /
                         static_cast<double>(std::max<std::size_t>(totals.n_nodes, 1));
    std::cout << totals.n_files << " files, " << totals.n_objects << " objects, " << totals.n_nodes
              << " nodes, " << totals.n_fallen << " fell back (" << share << " %), "
              << totals.n_attempts << " attempts\n";
    CHECK(totals.n_objects > 300);
    CHECK(share < 5.0);
}

} // namespace
} // namespace tiphys::codegen
