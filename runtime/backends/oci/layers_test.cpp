// Layers over layers, and names that want to get out.
#include <filesystem>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "runtime/backends/oci/layers.h"
#include "runtime/io/files.h"
#include "runtime/io/run_program.h"

namespace tiphys::run {
namespace {

namespace fs = std::filesystem;

/// A tarball that `tar` makes of what a script leaves in its folder, by names as they are given.
class Layers {
public:
    Layers() {
        std::string name = (fs::temp_directory_path() / "tiphys-layers-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
        REQUIRE(make_folders(root()));
    }
    ~Layers() { remove_tree(path_); }
    Layers(const Layers&) = delete;
    Layers& operator=(const Layers&) = delete;
    [[nodiscard]] std::string root() const { return path_ + "/root"; }
    [[nodiscard]] Result<Done> add(const std::string& script, const std::string& names) {
        const std::string folder = path_ + "/" + std::to_string(n_layers_++);
        REQUIRE(make_folders(folder));
        const auto made =
            run_program({{"sh", "-e", "-c",
                          "cd \"$0\"; " + script + "; tar -cPf ../layer.tar " + names, folder},
                         {}});
        REQUIRE(made);
        REQUIRE(made->exit_code == 0);
        return unpack_over(path_ + "/layer.tar", root(), true);
    }
    [[nodiscard]] std::string at(const std::string& name) const {
        const auto text = read_file(root() + "/" + name);
        return text ? *text : "absent";
    }
    [[nodiscard]] const std::string& outside() const { return path_; }

private:
    std::string path_;
    int n_layers_ = 0;
};

} // namespace

TEST_CASE("upper layers add, replace and remove") {
    Layers layers;
    REQUIRE(
        layers.add("mkdir -p a b; echo 1 > a/x; echo 2 > a/y; echo 3 > b/z; ln a/x a/w", "a b"));
    REQUIRE(layers.add("mkdir -p a b; echo new > a/x; touch a/.wh.y; touch b/.wh..wh..opq; "
                       "echo fresh > b/f",
                       "a b/f b/.wh..wh..opq"));
    CHECK(layers.at("a/x") == "new\n");
    CHECK(layers.at("a/w") == "1\n");
    CHECK(layers.at("a/y") == "absent");
    CHECK(layers.at("b/z") == "absent");
    // It came before the mark that empties the folder, and is of the same layer.
    CHECK(layers.at("b/f") == "fresh\n");
    CHECK(!path_exists(layers.root() + "/a/.wh.y"));
}

TEST_CASE("modes stay, and a folder takes the place of a file") {
    Layers layers;
    REQUIRE(layers.add("echo 1 > x; echo 2 > tool; chmod 4755 tool", "x tool"));
    REQUIRE(layers.add("mkdir x; echo 3 > x/y", "x"));
    CHECK(layers.at("x/y") == "3\n");
    struct stat status {};
    REQUIRE(::stat((layers.root() + "/tool").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 04755U);
}

TEST_CASE("links lead nowhere but into the image") {
    Layers layers;
    REQUIRE(make_folders(layers.outside() + "/target"));
    REQUIRE(
        layers.add("ln -s \"$PWD/../target\" out; ln -s / all; ln -s ../../.. up", "out all up"));
    // Below the links the next layer writes into the image, not into what they name here.
    REQUIRE(layers.add("mkdir all up; echo 2 > all/f; echo 3 > up/g", "all/f up/g"));
    // What the other one names is not in the image.
    CHECK(!layers.add("mkdir out; echo 1 > out/f", "out/f"));
    CHECK(!path_exists(layers.outside() + "/target/f"));
    CHECK(!path_exists(layers.outside() + "/g"));
    CHECK(layers.at("f") == "2\n");
    CHECK(layers.at("g") == "3\n");
}

TEST_CASE("names with dots stay within") {
    Layers layers;
    static_cast<void>(layers.add("echo 1 > ../escaped; mkdir d", "../0/../escaped d"));
    REQUIRE(layers.add("echo 2 > f", "f"));
    CHECK(layers.at("f") == "2\n");
    CHECK(layers.at("escaped") == "1\n");
}

TEST_CASE("what is no tarball is an error") {
    Layers layers;
    REQUIRE(write_file(layers.outside() + "/layer", "no tarball at all"));
    CHECK(!unpack_over(layers.outside() + "/layer", layers.root(), true));
    CHECK(!unpack_over(layers.outside() + "/none", layers.root(), true));
}

} // namespace tiphys::run
