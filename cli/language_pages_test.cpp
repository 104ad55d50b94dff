// What the project shows of the language works: the standard library, the examples, the pages.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "cli/folder_for_test.h"
#include "cli/run_command.h"
#include "cli/standard_library.h"
#include "cli/standard_modules.h"

namespace tiphys::cli {
namespace {

namespace fs = std::filesystem;

fs::path source_folder() {
    const char* source = std::getenv("TIPHYS_SOURCE_DIR");
    return source == nullptr ? fs::current_path() : fs::path(source);
}

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

struct Outcome {
    int code = 0;
    std::string text;
};

Outcome run(const std::vector<std::string>& args) {
    std::istringstream in;
    std::ostringstream out;
    Streams streams{in, out, out, false};
    const int code = run_command(args, streams);
    return {code, out.str()};
}

/// Findings of a file, all rules and severities, one a line.
std::string findings(const std::string& path, const std::vector<std::string>& more = {}) {
    std::vector<std::string> args{"lint", "--strict", "--fail-on", "info", "--format", "concise"};
    args.insert(args.end(), more.begin(), more.end());
    args.push_back(path);
    const Outcome lint = run(args);
    return lint.code == 0 ? std::string() : lint.text;
}

/// The cluster has what the examples of the standard library name.
constexpr const char* kCluster = R"([cluster]
service-accounts = ["example"]
secrets = ["argocd", "buildkit-client", "cosign", "database", "git", "github", "http", "pagerduty",
  "registry", "s3", "servicenow", "slack", "slack-releases", "smtp", "teams", "warehouse"]
)";

TEST_CASE("all of the standard library is documented, and its examples are free of findings") {
    std::size_t n_examples = 0;
    for (const std::string_view name : standard_module_names()) {
        const std::string_view text = standard_module(name);
        const StandardModule module = read_standard_module(name, text);
        INFO(name);
        CHECK_FALSE(module.text.empty());
        CHECK_FALSE(module.items.empty());
        for (const StandardItem& item : module.items) {
            INFO(item.signature);
            CHECK_FALSE(item.text.empty());
            const bool is_task = item.signature.starts_with("task ");
            if (is_task) CHECK_FALSE(item.example.empty());
            if (item.example.empty()) continue;
            const FolderForTest folder;
            folder.write("tiphys.toml", kCluster);
            folder.write("example.tiphys", whole_example(item));
            const std::string path = folder.at("example.tiphys");
            // Only root can unpack the layers of an image as kaniko does.
            const bool needs_root = name == "kaniko";
            CHECK(findings(path, needs_root ? std::vector<std::string>{"--ignore", "run-as-root"}
                                            : std::vector<std::string>{})
                      .empty());
            const Outcome compiled = run({"compile", "-o", "-", path});
            CHECK(compiled.code == 0);
            // What it shows is what it is about.
            const std::size_t at = item.signature.find(' ') + 1;
            const std::string task = item.signature.substr(at, item.signature.find('(') - at);
            const std::string call = std::string(name) + "." + task.substr(0, task.find(' '));
            CHECK(item.example.find(call) != std::string::npos);
            ++n_examples;
        }
        // Each task has its doc comment.
        std::istringstream lines{std::string(text)};
        std::string before;
        for (std::string line; std::getline(lines, line); before = line) {
            if (line.starts_with("task ")) CHECK(before.starts_with("##"));
        }
    }
    CHECK(n_examples > 40);
}

TEST_CASE("the examples of the language are free of findings") {
    std::size_t n_examples = 0;
    for (const auto& entry : fs::directory_iterator(source_folder() / "examples")) {
        if (entry.path().extension() != ".tiphys") continue;
        INFO(entry.path().filename().string());
        CHECK(findings(entry.path().string()).empty());
        CHECK(run({"compile", "-o", "-", entry.path().string()}).code == 0);
        ++n_examples;
    }
    CHECK(n_examples >= 4);
}

/// The blocks of a Markdown page that begin with "```tiphys", whatever their number of backticks.
std::vector<std::string> sources_in(const std::string& page) {
    std::vector<std::string> found;
    std::istringstream lines(page);
    std::string fence;
    for (std::string line; std::getline(lines, line);) {
        if (fence.empty()) {
            const std::size_t n_ticks = std::min(line.find_first_not_of('`'), line.size());
            if (n_ticks < 3 || line.substr(n_ticks) != "tiphys") continue;
            fence = line.substr(0, n_ticks);
            found.emplace_back();
        } else if (line == fence) {
            fence.clear();
        } else {
            found.back() += line + "\n";
        }
    }
    return found;
}

void check_page(const std::string& name, std::size_t n_sources) {
    const auto sources = sources_in(read(source_folder() / "docs" / name));
    CHECK(sources.size() >= n_sources);
    for (const std::string& source : sources) {
        INFO(source);
        const FolderForTest folder;
        folder.write("page.tiphys", source);
        const Outcome compiled = run({"compile", "-o", "-", folder.at("page.tiphys")});
        INFO(compiled.text);
        CHECK(compiled.code == 0);
        CHECK(compiled.text.starts_with("apiVersion: "));
    }
}

TEST_CASE("each piece of the pages on the language compiles") {
    check_page("language.md", 10);
    check_page("language-from-hera.md", 4);
}

TEST_CASE("a doc comment is read as text, example and signature") {
    const StandardModule module =
        read_standard_module("m", "## About it.\nuse x from \"std\"\n\n"
                                  "let hidden = {}\n\n"
                                  "## Does it.\n##\n##   use m from \"std\"\n"
                                  "##   m.go()\ntask go(\n  a,\n  b = \"c\"\n"
                                  ") -> string {\n  image: a\n}\n");
    CHECK(module.text == "About it.");
    REQUIRE(module.items.size() == 1);
    CHECK(module.items[0].signature == "task go(a, b = \"c\") -> string");
    CHECK(module.items[0].text == "Does it.");
    CHECK(module.items[0].example == "use m from \"std\"\nm.go()\n");
    CHECK(whole_example(module.items[0]).find("  m.go()\n}\n") != std::string::npos);
}

} // namespace
} // namespace tiphys::cli
