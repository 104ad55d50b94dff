// Our definitions against those that Argo publishes: the API server must take and refuse the same.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <catch2/catch.hpp>

#include "codegen/crd/definitions.h"
#include "codegen/emit_json.h"
#include "compiler/base/source_map.h"
#include "compiler/doc/read.h"
#include "compiler/front/decode.h"

namespace tiphys::codegen {
namespace {

namespace fs = std::filesystem;

/// Empty where the shared folder is not there.
fs::path published_folder() {
    const char* shared = std::getenv("TIPHYS_SHARED");
    const char* source = std::getenv("TIPHYS_SOURCE_DIR");
    const fs::path root = source == nullptr ? fs::current_path() : fs::path(source);
    const fs::path folder = shared == nullptr ? root.parent_path() / "shared" : fs::path(shared);
    return fs::exists(folder / "corpus/crds") ? folder / "corpus/crds" : fs::path();
}

struct Definition {
    SourceMap sources;
    Arena arena;
    std::vector<ir::Defect> defects;
    const ir::Value* root = nullptr;
};

std::unique_ptr<Definition> read(const std::string& text) {
    auto definition = std::make_unique<Definition>();
    const FileId file = definition->sources.add("definition", text);
    const std::string_view whole = definition->sources.file(file).text;
    for (const Span span : doc::split_documents(file, whole)) {
        const doc::Tree tree = doc::read_document(span, whole, definition->arena);
        definition->root =
            front::decode_document(tree, whole, definition->arena, definition->defects).root;
    }
    return definition;
}

std::string shown(const ir::Value* value) {
    if (value == nullptr) return "nothing";
    std::string text;
    emit_json(*value, JsonLayout::kCompact, text);
    return text.size() > 160 ? text.substr(0, 160) + "…" : text;
}

class Comparison {
public:
    std::vector<std::string> differences;

    void compare(const ir::Value* ours, const ir::Value* theirs, const std::string& path) {
        const ir::Map* map = ir::map_as(theirs);
        const ir::Map* our_map = ir::map_as(ours);
        if (map != nullptr && our_map != nullptr) return compare_maps(*our_map, *map, path);
        const ir::List* list = ir::list_as(theirs);
        const ir::List* our_list = ir::list_as(ours);
        if (list != nullptr && our_list != nullptr) return compare_lists(*our_list, *list, path);
        if (shown(ours) != shown(theirs)) {
            differences.push_back(path + ": " + shown(ours) + " instead of " + shown(theirs));
        }
    }

private:
    void compare_maps(const ir::Map& ours, const ir::Map& theirs, const std::string& path) {
        const bool is_schema = !path.ends_with("properties");
        // The order of conditions and of the fields in them changes nothing.
        const auto is_passed = [&](std::string_view key) {
            return is_schema && (key == "description" || key == "rule");
        };
        for (const ir::Entry& entry : theirs.entries) {
            if (is_passed(entry.key)) continue;
            compare(ours.find(entry.key), entry.value, path + "." + std::string(entry.key));
        }
        for (const ir::Entry& entry : ours.entries) {
            if (is_passed(entry.key) || theirs.find(entry.key) != nullptr) continue;
            differences.push_back(path + "." + std::string(entry.key) + ": " + shown(entry.value) +
                                  " instead of nothing");
        }
    }

    void compare_lists(const ir::List& ours, const ir::List& theirs, const std::string& path) {
        if (path.ends_with("x-kubernetes-validations"))
            return compare_conditions(ours, theirs, path);
        if (ours.items.size() != theirs.items.size()) {
            differences.push_back(path + ": " + std::to_string(ours.items.size()) +
                                  " elements instead of " + std::to_string(theirs.items.size()));
            return;
        }
        for (std::size_t i = 0; i < ours.items.size(); ++i)
            compare(ours.items[i], theirs.items[i], path + "[" + std::to_string(i) + "]");
    }

    void compare_conditions(const ir::List& ours, const ir::List& theirs, const std::string& path) {
        const std::vector<std::string> mine = messages(ours);
        const std::vector<std::string> wanted = messages(theirs);
        for (const std::string& message : wanted) {
            if (std::find(mine.begin(), mine.end(), message) == mine.end())
                differences.push_back(path + ": lacks " + message);
        }
        if (mine.size() != wanted.size()) differences.push_back(path + ": other conditions");
    }

    static std::vector<std::string> messages(const ir::List& conditions) {
        std::vector<std::string> messages;
        for (const ir::Value* condition : conditions.items) {
            const ir::Map* map = ir::map_as(condition);
            if (map != nullptr) messages.push_back(shown(map->find("message")));
        }
        return messages;
    }
};

/// The task set's `steps` are lists of objects with a key `steps` there: the generator that Argo
/// uses does not know how steps are written. No task set has any.
bool is_intended(const std::string& difference) {
    return difference.find("tasks.additionalProperties.properties.steps.") != std::string::npos;
}

TEST_CASE("the definitions say what the published ones say") {
    const fs::path folder = published_folder();
    if (folder.empty()) {
        std::cout << "skipped: no shared/corpus/crds\n";
        return;
    }
    std::size_t n_intended = 0;
    for (const schema::Type* kind : defined_kinds()) {
        std::ostringstream published;
        published << std::ifstream(folder /
                                   ("argoproj.io_" + std::string(resource_of(*kind)) + ".yaml"))
                         .rdbuf();
        std::string text;
        emit_definition(*kind, DefinitionDepth::kFull, text);
        const auto ours = read(text);
        const auto theirs = read(published.str());
        Comparison comparison;
        comparison.compare(ours->root, theirs->root, "");
        for (const std::string& difference : comparison.differences) {
            if (is_intended(difference)) {
                ++n_intended;
                continue;
            }
            INFO(kind->name);
            CHECK(difference == "");
        }
    }
    CHECK(n_intended > 0);
}

} // namespace
} // namespace tiphys::codegen
