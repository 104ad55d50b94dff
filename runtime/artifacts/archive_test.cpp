// Packing and unpacking.

#include <filesystem>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "compiler/base/folder_for_test.h"
#include "runtime/artifacts/archive.h"
#include "runtime/artifacts/archive_library.h"
#include "runtime/io/files.h"
#include "runtime/io/run_program.h"

namespace tiphys::run {
namespace {

namespace fs = std::filesystem;

std::string content(const std::string& path) {
    const auto text = read_file(path);
    return text ? *text : "(" + text.error().message + ")";
}

mode_t mode_of(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

/// A folder with a program, a folder within, an empty one, a link and a name beyond ASCII.
void write_tree(const FolderForTest& folder) {
    folder.write("out/a.txt", "one");
    folder.write("out/sub/b", "two");
    folder.write("out/\xc3\xa4.txt", "three");
    fs::create_directories(folder.at("out/empty"));
    fs::create_symlink("sub/b", folder.at("out/link"));
    REQUIRE(::chmod(folder.at("out/a.txt").c_str(), 0755) == 0);
}

void round_trip(const FolderForTest& folder, const std::string& path, Archive archive,
                std::optional<int> level = std::nullopt) {
    const auto packed = pack(folder.at(path), "/tmp/" + path, archive, level, folder.at("packed"));
    REQUIRE((packed ? "" : packed.error().message) == "");
    const auto unpacked = unpack(folder.at("packed"), archive, folder.at("in"));
    REQUIRE((unpacked ? "" : unpacked.error().message) == "");
    CHECK_FALSE(path_exists(folder.at("packed")));
}

/// A tarball that the machine's own tar makes.
void make_tarball(const FolderForTest& folder, std::vector<std::string> words) {
    words.insert(words.begin(), {"tar", "-C", folder.path(), "-czf", folder.at("made.tgz")});
    const auto made = run_program({std::move(words), {}});
    REQUIRE(made.has_value());
    REQUIRE(made->exit_code == 0);
}

std::string unpack_made(const FolderForTest& folder) {
    const auto unpacked = unpack(folder.at("made.tgz"), Archive::kTar, folder.at("in"));
    return unpacked ? "" : unpacked.error().message;
}

} // namespace

TEST_CASE("a tarball of a folder keeps modes, links and empty folders") {
    const FolderForTest folder;
    write_tree(folder);
    round_trip(folder, "out", Archive::kDefault);
    CHECK(content(folder.at("in/a.txt")) == "one");
    CHECK(content(folder.at("in/sub/b")) == "two");
    CHECK(content(folder.at("in/\xc3\xa4.txt")) == "three");
    CHECK(mode_of(folder.at("in/a.txt")) == 0755);
    CHECK(is_directory(folder.at("in/empty")));
    CHECK(fs::read_symlink(folder.at("in/link")) == "sub/b");
}

TEST_CASE("an archive of one file is that file") {
    const FolderForTest folder;
    folder.write("o.txt", "data\n");
    round_trip(folder, "o.txt", Archive::kTar, 0);
    CHECK(content(folder.at("in")) == "data\n");
    fs::remove(folder.at("in"));
    round_trip(folder, "o.txt", Archive::kZip);
    CHECK(content(folder.at("in")) == "data\n");
}

TEST_CASE("a zip file of a folder keeps its files") {
    const FolderForTest folder;
    write_tree(folder);
    round_trip(folder, "out", Archive::kZip);
    CHECK(content(folder.at("in/a.txt")) == "one");
    CHECK(content(folder.at("in/sub/b")) == "two");
    CHECK(content(folder.at("in/\xc3\xa4.txt")) == "three");
    CHECK(content(folder.at("in/link")).empty());
    CHECK_FALSE(path_exists(folder.at("in/empty")));
}

TEST_CASE("levels of compression change the size") {
    const FolderForTest folder;
    folder.write("o.txt", std::string(100'000, 'x'));
    const auto size = [&](std::optional<int> level) {
        REQUIRE(pack(folder.at("o.txt"), "o.txt", Archive::kTar, level, folder.at("p")));
        return fs::file_size(folder.at("p"));
    };
    CHECK(size(0) > 100'000);
    CHECK(size(std::nullopt) < 10'000);
    CHECK(size(-1) == size(std::nullopt));
}

TEST_CASE("the same content gives the same bytes") {
    const FolderForTest folder;
    write_tree(folder);
    for (const char* name : {"p1", "p2"}) {
        REQUIRE(pack(folder.at("out"), "out", Archive::kTar, 6, folder.at(name)));
    }
    CHECK(content(folder.at("p1")) == content(folder.at("p2")));
}

TEST_CASE("without a declared archive, tarballs are recognized and other files left alone") {
    const FolderForTest folder;
    folder.write("o.txt", "data");
    REQUIRE(pack(folder.at("o.txt"), "o.txt", Archive::kTar, 1, folder.at("p")));
    REQUIRE(unpack(folder.at("p"), Archive::kDefault, folder.at("a")));
    CHECK(content(folder.at("a")) == "data");
    REQUIRE(pack(folder.at("o.txt"), "o.txt", Archive::kTar, 1, folder.at("p")));
    REQUIRE(unpack(folder.at("p"), Archive::kNone, folder.at("b")));
    CHECK(content(folder.at("b")).substr(0, 2) == "\x1f\x8b");
    folder.write("p", "\x1f\x8b no gzip");
    REQUIRE(unpack(folder.at("p"), Archive::kDefault, folder.at("c")));
    CHECK(content(folder.at("c")) == "\x1f\x8b no gzip");
    folder.write("p", "plain");
    CHECK_FALSE(unpack(folder.at("p"), Archive::kTar, folder.at("d")).has_value());
}

TEST_CASE("several files in a tarball become a folder") {
    const FolderForTest folder;
    folder.write("x", "1");
    folder.write("y", "2");
    make_tarball(folder, {"x", "y"});
    CHECK(unpack_made(folder).empty());
    CHECK(content(folder.at("in/x")) == "1");
    CHECK(content(folder.at("in/y")) == "2");
}

TEST_CASE("nothing is written outside of the artifact") {
    const FolderForTest folder;
    folder.write("x", "1");
    make_tarball(folder, {"--transform", "s,x,../../escaped,", "-P", "x"});
    CHECK(unpack_made(folder) == "`../../escaped` leads out of its archive");
    CHECK_FALSE(path_exists(folder.at("in")));

    fs::create_symlink("/etc", folder.at("link"));
    make_tarball(folder, {"link"});
    CHECK(unpack_made(folder) == "link `link` to `/etc` leads out of its archive");

    fs::remove(folder.at("link"));
    fs::create_symlink("../../..", folder.at("link"));
    make_tarball(folder, {"link"});
    CHECK(unpack_made(folder) == "link `link` to `../../..` leads out of its archive");
}

} // namespace tiphys::run
