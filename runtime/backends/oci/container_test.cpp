// What is written for the tools that run containers, and read of what they say.
#include <filesystem>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "runtime/backends/oci/container.h"
#include "runtime/backends/oci/image_layout.h"
#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "tiphys-oci-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~Folder() { remove_tree(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    void write(const std::string& name, const std::string& text) const {
        REQUIRE(make_folders_above(path_ + "/" + name));
        REQUIRE(write_file(path_ + "/" + name, text));
    }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

} // namespace

TEST_CASE("a missing tool is named with what to install") {
    const Folder folder;
    const auto missing = find_container_tool(folder.path());
    REQUIRE(!missing);
    CHECK(missing.error().message.find("apt install runc") != std::string::npos);
    folder.write("crun", "");
    std::filesystem::permissions(folder.path() + "/crun", std::filesystem::perms::all);
    const auto found = find_container_tool("/nonexistent:" + folder.path());
    REQUIRE(found);
    CHECK(*found == "crun");
}

TEST_CASE("without a runtime in the path the one of podman is taken") {
    const Folder folder;
    folder.write("hidden/crun", "");
    folder.write("podman", "#!/bin/sh\necho " + folder.path() + "/hidden/crun\n");
    for (const char* name : {"/hidden/crun", "/podman"}) {
        std::filesystem::permissions(folder.path() + name, std::filesystem::perms::all);
    }
    const auto found = find_container_tool(folder.path());
    REQUIRE(found);
    CHECK(*found == folder.path() + "/hidden/crun");
    // One that is said to be where there is nothing is none.
    remove_tree(folder.path() + "/hidden");
    CHECK(!find_container_tool(folder.path()));
}

TEST_CASE("only root has capabilities, and only outside of user namespaces a group for terminals") {
    Container container;
    container.argv = {"sh", "-c", "true"};
    container.user = {1000, 1001};
    const auto json = nlohmann::json::parse(container_as_json(container));
    CHECK(json["process"]["args"].size() == 3);
    CHECK(json["process"]["cwd"] == "/");
    CHECK(json["process"]["user"]["gid"] == 1001);
    CHECK(json["process"]["capabilities"]["effective"].empty());
    CHECK(container_as_json(container).find("gid=5") != std::string::npos);
    container.user = {};
    container.is_rootless = true;
    const auto other = nlohmann::json::parse(container_as_json(container));
    CHECK(!other["process"]["capabilities"]["effective"].empty());
    CHECK(other.dump().find("gid=5") == std::string::npos);
    CHECK(!other["process"].contains("oomScoreAdj"));
}

TEST_CASE("the reason of a container that did not begin is taken out of the log") {
    const Folder folder;
    CHECK(container_failure(folder.path()).empty());
    folder.write("log", "{\"level\":\"warning\",\"msg\":\"slow\"}\nnot json\n");
    CHECK(container_failure(folder.path()).empty());
    folder.write("log", R"({"level":"error","msg":"unable to start: exec: \"x\": not found"})");
    CHECK(container_failure(folder.path()) ==
          "failed to find name in PATH: exec: \"x\": not found");
    folder.write("log", R"({"level":"error","msg":"no space"})");
    CHECK(container_failure(folder.path()) == "failed to start the container: no space");
}

TEST_CASE("users are found by name or number, with their group") {
    const Folder folder;
    folder.write("etc/passwd", "root:x:0:0::/:/bin/sh\nweb:x:33:34::/:/bin/sh\n");
    folder.write("etc/group", "root:x:0:\nstaff:x:50:\n");
    const auto check = [&](const std::string& text, std::uint32_t user, std::uint32_t group) {
        const auto found = read_image_user(text, folder.path());
        REQUIRE(found);
        CHECK(found->user == user);
        CHECK(found->group == group);
    };
    check("", 0, 0);
    check("web", 33, 34);
    check("33", 33, 34);
    check("1234", 1234, 0);
    check("web:staff", 33, 50);
    check("1:2", 1, 2);
    CHECK(!read_image_user("nobody", folder.path()));
    CHECK(!read_image_user("web:nobody", folder.path()));
    CHECK(!read_image_user("-1", folder.path()));
}

TEST_CASE("a layout cannot name files outside of itself") {
    const Folder folder;
    folder.write("index.json", R"({"manifests":[{"digest":"sha256:../../../etc/passwd"}]})");
    CHECK(!read_layout(folder.path()));
    folder.write("index.json", R"({"manifests":[]})");
    const auto empty = read_layout(folder.path());
    REQUIRE(empty);
    CHECK(empty->empty());
    folder.write("index.json", "[1, 2");
    CHECK(!read_layout(folder.path()));
    CHECK(!read_layout(folder.path() + "/none"));
}

} // namespace tiphys::run
