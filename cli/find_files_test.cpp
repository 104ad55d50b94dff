// Walking folders: order, ignore files, explicit paths, errors.
#include <filesystem>

#include <catch2/catch.hpp>

#include "cli/find_files.h"
#include "cli/folder_for_test.h"

namespace tiphys::cli {
namespace {

namespace fs = std::filesystem;

class TemporaryFolder : public FolderForTest {
public:
    void write(const std::string& name, const std::string& text = "x: 1\n") const {
        FolderForTest::write(name, text);
    }
    [[nodiscard]] std::vector<std::string> found() const {
        const auto files = find_files({path()});
        std::vector<std::string> names;
        if (!files.has_value()) return {files.error().message};
        for (const FoundFile& file : *files) {
            names.push_back(file.path.substr(path().size() + 1));
        }
        return names;
    }
};

TEST_CASE("manifests are found by name, in order, without what git ignores") {
    const TemporaryFolder folder;
    folder.write("b.yaml");
    folder.write("a/z.yml");
    folder.write("a/data.json");
    folder.write("a/script.sh");
    folder.write(".git/config.yaml");
    folder.write("a/generated/x.yaml");
    folder.write("a/generated/keep.yaml");
    folder.write("a/.gitignore", "generated/*\n!keep.yaml\n");
    CHECK(folder.found() ==
          std::vector<std::string>{"a/data.json", "a/generated/keep.yaml", "a/z.yml", "b.yaml"});
}

TEST_CASE("ignore files above the folder count within the same repository") {
    const TemporaryFolder folder;
    folder.write(".gitignore", "secret.yaml\n");
    folder.write("sub/secret.yaml");
    folder.write("sub/open.yaml");
    const auto outside = find_files({folder.at("sub")});
    REQUIRE(outside.has_value());
    CHECK(outside->size() == 2);
    folder.write(".git/HEAD");
    const auto inside = find_files({folder.at("sub")});
    REQUIRE(inside.has_value());
    REQUIRE(inside->size() == 1);
    CHECK(inside->front().path == folder.at("sub/open.yaml"));
}

TEST_CASE("a file that is named is taken whatever its name, and once") {
    const TemporaryFolder folder;
    folder.write("workflow.txt");
    const auto files = find_files({folder.at("workflow.txt"), folder.at("./workflow.txt")});
    REQUIRE(files.has_value());
    REQUIRE(files->size() == 1);
    CHECK(files->front().is_explicit);
    CHECK(files->front().path == folder.at("workflow.txt"));
}

TEST_CASE("a path that does not exist is named") {
    const auto files = find_files({"no/such/place"});
    REQUIRE_FALSE(files.has_value());
    CHECK(files.error().message == "`no/such/place` does not exist");
}

} // namespace
} // namespace tiphys::cli
