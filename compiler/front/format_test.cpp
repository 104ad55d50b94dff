// The style changes no meaning: every file of the project, and the samples beside it, say the same
// before and after, and formatting them again changes nothing.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <catch2/catch.hpp>

#include "compiler/front/equal.h"
#include "compiler/front/load.h"
#include "compiler/syntax/format.h"

namespace tiphys::front {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void add_sources(const fs::path& folder, std::vector<fs::path>& found) {
    if (!fs::exists(folder)) {
        std::cout << "skipped: there is no folder " << folder.filename() << "\n";
        return;
    }
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.path().extension() == ".tiphys") found.push_back(entry.path());
    }
}

std::vector<fs::path> all_sources() {
    const char* source = std::getenv("TIPHYS_SOURCE_DIR");
    const char* shared = std::getenv("TIPHYS_SHARED");
    const fs::path root = source == nullptr ? fs::current_path() : fs::path(source);
    std::vector<fs::path> found;
    for (const char* folder : {"examples", "stdlib", "tests/golden"})
        add_sources(root / folder, found);
    const fs::path samples = shared == nullptr ? root.parent_path() / "shared" : fs::path(shared);
    add_sources(samples / "design" / "language-samples", found);
    std::sort(found.begin(), found.end());
    return found;
}

/// What differs between the objects of two texts of the same file; empty where nothing does.
std::string difference(const fs::path& path, const std::string& before, const std::string& after) {
    SourceMap sources;
    const InputFile files[] = {{sources.add(path.string(), before), true},
                               {sources.add(path.string() + ".tiphys", after), true}};
    const ir::Project project = load_project(sources, files, 1);
    const auto& one = project.units()[0].documents;
    const auto& other = project.units()[1].documents;
    if (one.size() != other.size()) return "objects: " + std::to_string(other.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
        const auto differs = first_difference(*one[i].root, *other[i].root);
        if (differs) return std::string(one[i].kind) + ": " + differs->path;
    }
    return {};
}

TEST_CASE("formatted files mean the same, and are formatted") {
    const std::vector<fs::path> sources = all_sources();
    REQUIRE(sources.size() > 10);
    for (const fs::path& path : sources) {
        INFO(path.string());
        const std::string text = read(path);
        const std::string formatted = syntax::format_source(text);
        CHECK(syntax::format_source(formatted) == formatted);
        CHECK(difference(path, text, formatted).empty());
    }
}

} // namespace
} // namespace tiphys::front
