// Vendored modules: pinned copies of folders and of git repositories.
#include <cstdlib>
#include <sstream>

#include <catch2/catch.hpp>

#include "cli/folder_for_test.h"
#include "cli/run_command.h"
#include "cli/vendor.h"

namespace tiphys::cli {
namespace {

namespace fs = std::filesystem;

/// Commands in a folder of their own.
class Project {
public:
    Project() : before_(fs::current_path()) { fs::current_path(folder_.path()); }
    Project(const Project&) = delete;
    Project& operator=(const Project&) = delete;
    ~Project() { fs::current_path(before_); }

    /// The exit code; what was said is in `said`.
    int run(const std::vector<std::string>& args) {
        std::istringstream in;
        std::ostringstream out;
        Streams streams{in, out, out, false};
        const int code = run_command(args, streams);
        said = out.str();
        return code;
    }
    void write(const std::string& name, const std::string& text) const {
        folder_.write(name, text);
    }
    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream file(folder_.at(name));
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }
    [[nodiscard]] static bool git(const std::string& words) {
        const std::string command = "git -c user.name=t -c user.email=t@example.com "
                                    "-c init.defaultBranch=main -C source " +
                                    words + " >/dev/null 2>&1";
        return std::system(command.c_str()) == 0;
    }

    std::string said;

private:
    FolderForTest folder_;
    fs::path before_;
};

constexpr const char* kTask = "task go { image: \"busybox:1.37\" run: [\"true\"] }\n";

TEST_CASE("a folder is copied and pinned, and a change of the copy is found and undone") {
    Project project;
    project.write("source/tools/go.tiphys", kTask);
    project.write("source/tools/build.yaml", "kind: WorkflowTemplate\n");
    project.write("source/tools/notes.txt", "not part of it\n");
    project.write("source/tools/.hidden/x.tiphys", kTask);
    CHECK(project.run({"vendor", "tools", "source", "--subfolder", "tools"}) == 0);
    CHECK(project.said == "vendor/tools: 2 files\n");
    CHECK(project.read("vendor/tools/go.tiphys") == kTask);
    CHECK_FALSE(fs::exists("vendor/tools/notes.txt"));
    CHECK_FALSE(fs::exists("vendor/tools/.hidden"));
    CHECK(project.run({"vendor", "--check"}) == 0);

    project.write("vendor/tools/go.tiphys", "task go { }\n");
    project.write("vendor/tools/more.tiphys", kTask);
    fs::remove("vendor/tools/build.yaml");
    CHECK(project.run({"vendor", "--check"}) == 1);
    CHECK(project.said == "vendor/tools/build.yaml: missing\nvendor/tools/go.tiphys: changed\n"
                          "vendor/tools/more.tiphys: not in tiphys.lock\n"
                          "run tiphys vendor to restore what tiphys.lock says\n");
    CHECK(project.run({"vendor"}) == 0);
    CHECK(project.run({"vendor", "--check"}) == 0);

    project.write("main.tiphys", "use \"./vendor/tools/go.tiphys\" as tools\n"
                                 "workflow w { dag main { tools.go() } }\n");
    CHECK(project.run({"compile", "-o", "-", "main.tiphys"}) == 0);
    CHECK(project.said.find("busybox:1.37") != std::string::npos);
}

TEST_CASE("a source that has changed is refused until it is asked for") {
    Project project;
    project.write("source/go.tiphys", kTask);
    REQUIRE(project.run({"vendor", "tools", "source"}) == 0);
    const std::string lock = project.read("tiphys.lock");
    project.write("source/go.tiphys", "task go { image: \"busybox:1.36\" }\n");
    CHECK(project.run({"vendor"}) == 0);
    fs::remove_all("vendor");
    CHECK(project.run({"vendor"}) == 2);
    CHECK(project.said.find("is not what tiphys.lock says of `tools`") != std::string::npos);
    CHECK(project.read("tiphys.lock") == lock);
    CHECK(project.run({"vendor", "--update"}) == 0);
    CHECK(project.read("tiphys.lock") != lock);
    CHECK(project.run({"vendor", "--check"}) == 0);
}

TEST_CASE("a repository is pinned at a commit, and restored from it though its branch moves on") {
    Project project;
    project.write("source/lib/go.tiphys", kTask);
    if (!Project::git("init") || !Project::git("add .") || !Project::git("commit -m first")) {
        WARN("skipped: git is not installed");
        return;
    }
    REQUIRE(Project::git("tag v1"));
    project.write("source/lib/go.tiphys", "task other { image: \"busybox:1.36\" }\n");
    REQUIRE(Project::git("commit -am second"));
    const std::string url = "file://" + fs::absolute("source").string();
    CHECK(project.run({"vendor", "lib", url, "--rev", "v1", "--subfolder", "lib"}) == 0);
    CHECK(project.said.starts_with("vendor/lib: 1 file of "));
    CHECK(project.read("vendor/lib/go.tiphys") == kTask);
    fs::remove_all("vendor");
    REQUIRE(Project::git("tag --delete v1"));
    CHECK(project.run({"vendor"}) == 0);
    CHECK(project.read("vendor/lib/go.tiphys") == kTask);

    CHECK(project.run({"vendor", "lib", url, "--rev", "v9"}) == 2);
    CHECK(project.said.find("has no revision `v9`") != std::string::npos);
    CHECK(project.run({"vendor", "head", "source", "--subfolder", "lib"}) == 0);
    CHECK(project.read("vendor/head/go.tiphys").starts_with("task other"));
    CHECK(project.run({"vendor", "--check"}) == 0);
}

TEST_CASE("what cannot be vendored is said") {
    Project project;
    project.write("source/readme.md", "nothing\n");
    project.write("tools/go.tiphys", kTask);
    CHECK(project.run({"vendor", "x", "source"}) == 2);
    CHECK(project.said == "tiphys: `source` has no .tiphys or YAML file\n");
    CHECK(project.run({"vendor", "x", "nowhere"}) == 2);
    CHECK(project.run({"vendor", "../x", "tools"}) == 2);
    CHECK(project.said.starts_with("tiphys: `../x` cannot be a folder's name here"));
    CHECK(project.run({"vendor", "x"}) == 2);
    CHECK(project.run({"vendor", "x", "tools", "--rev", "v1"}) == 2);
    CHECK(project.run({"vendor", "x", "tools", "--check"}) == 2);
    CHECK(project.run({"vendor", "--update", "x"}) == 2);
    CHECK_FALSE(fs::exists("tiphys.lock"));
    project.write("tiphys.lock", "{}\n");
    CHECK(project.run({"vendor", "--check"}) == 2);
    CHECK(project.said.starts_with("tiphys: `tiphys.lock` is no lock file"));
    project.write("tiphys.lock", R"({"version": 1, "modules": {"x": {"source": "tools",
        "files": {"../../evil.tiphys": "00"}}}})");
    CHECK(project.run({"vendor"}) == 2);
}

} // namespace
} // namespace tiphys::cli
