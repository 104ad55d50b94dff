// Golden cases: reading, running, comparing, updating; on folders made for the purpose.
#include <ostream>
#include <sstream>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "cli/run_command.h"
#include "tests/runner/run_case.h"

namespace tiphys::golden {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test, gone after it.
class GoldenFolder {
public:
    GoldenFolder() {
        std::string pattern = (fs::temp_directory_path() / "runner-test-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~GoldenFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    GoldenFolder(const GoldenFolder&) = delete;
    GoldenFolder& operator=(const GoldenFolder&) = delete;

    void write(const std::string& file, const std::string& text) const {
        fs::create_directories((path_ / file).parent_path());
        REQUIRE(write_file(path_ / file, text));
    }
    [[nodiscard]] std::string read(const std::string& file) const {
        return read_file(path_ / file);
    }
    [[nodiscard]] bool has(const std::string& file) const { return fs::exists(path_ / file); }

    /// The only case.
    [[nodiscard]] Case only() const {
        const Result<std::vector<Case>> cases = find_cases(path_);
        REQUIRE(cases);
        REQUIRE(cases->size() == 1);
        return (*cases)[0];
    }
    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

/// Prints its words and its input; fails when a word is `fail`, complains when one is `warn`.
int echo(std::span<const std::string> words, cli::Streams& streams) {
    int exit_code = 0;
    for (const std::string& word : words) {
        streams.out << word << "\n";
        if (word == "fail") exit_code = 1;
        if (word == "usage") exit_code = 2;
        if (word == "warn") streams.err << "warned\n";
    }
    std::ostringstream in;
    in << streams.in.rdbuf();
    if (!in.str().empty()) streams.out << "in: " << in.str();
    return exit_code;
}

TEST_CASE("words of a command line are split at spaces outside of quotes") {
    CHECK(split_words("a  'b c' \"d'e\"f ''\n") ==
          std::vector<std::string>{"a", "b c", "d'ef", ""});
    CHECK(split_words(" \n").empty());
}

TEST_CASE("a case knows its command line") {
    const GoldenFolder folder;
    folder.write("lint/two/input.yaml", "");
    folder.write("lint/two/args", "--format json\n");
    const Case golden = folder.only();
    CHECK(golden.id() == "lint/two");
    CHECK(golden.command_line() ==
          std::vector<std::string>{"lint", "input.yaml", "--format", "json"});
    CHECK(golden.output_file() == "expected.json");
    CHECK(golden.exit_code == 0);
}

TEST_CASE("a rule's case is checked for that rule alone") {
    const GoldenFolder folder;
    folder.write("rules/dag-cycle/input.yaml", "");
    CHECK(folder.only().command_line() ==
          std::vector<std::string>{"lint", "--strict", "--only", "dag-cycle", "input.yaml"});
}

TEST_CASE("a dash hands the input over on standard input") {
    const GoldenFolder folder;
    folder.write("lint/dash/input.yaml", "a: b\n");
    folder.write("lint/dash/args", "-");
    CHECK(run_case(folder.only(), echo).out == "lint\n-\nin: a: b\n");
}

TEST_CASE("a folder is an input too") {
    const GoldenFolder folder;
    folder.write("lint/many/input/a.yaml", "");
    folder.write("lint/many/input/b.yaml", "");
    CHECK(folder.only().command_line() == std::vector<std::string>{"lint", "input"});
}

TEST_CASE("a suite without a command is refused") {
    const GoldenFolder folder;
    folder.write("nosuch/a/input.yaml", "");
    const Result<std::vector<Case>> cases = find_cases(folder.path());
    REQUIRE_FALSE(cases);
    CHECK(cases.error().message.find("nosuch") != std::string::npos);
}

TEST_CASE("the exit code agrees with the name of the case") {
    const GoldenFolder folder;
    folder.write("lint/fail_a/input.yaml", "");
    CHECK(folder.only().exit_code == 1);
    folder.write("lint/fail_a/exit", "2\n");
    CHECK(folder.only().exit_code == 2);
    folder.write("lint/fail_a/exit", "0\n");
    CHECK_FALSE(find_cases(folder.path()));
    folder.write("lint/fail_a/exit", "x\n");
    CHECK_FALSE(find_cases(folder.path()));
}

TEST_CASE("output, errors and exit code are compared") {
    const GoldenFolder folder;
    folder.write("cli/a/args", "x");
    folder.write("cli/a/expected.txt", "x\n");
    CHECK(compare(folder.only(), {0, "x\n", ""}).empty());
    CHECK(compare(folder.only(), {0, "y\n", ""}) ==
          "--- cli/a/expected.txt\n+++ standard output\n@@ -1 +1 @@\n-x\n+y\n");
    CHECK(compare(folder.only(), {0, "x\n", "e\n"}) ==
          "--- cli/a/expected.err\n+++ standard error\n@@ -0,0 +1 @@\n+e\n");
    CHECK(compare(folder.only(), {1, "x\n", ""}) == "exit code 1 instead of 0\n");
}

TEST_CASE("a case that expects nothing is not as expected") {
    const GoldenFolder folder;
    folder.write("cli/a/args", "x");
    CHECK_FALSE(compare(folder.only(), {0, "", ""}).empty());
}

TEST_CASE("rules may end with 0 or 1, not with 2") {
    const GoldenFolder folder;
    folder.write("rules/a/input.yaml", "");
    folder.write("rules/a/expected.txt", "error[a]\n");
    CHECK(compare(folder.only(), {0, "error[a]\n", ""}).empty());
    CHECK(compare(folder.only(), {1, "error[a]\n", ""}).empty());
    CHECK_FALSE(compare(folder.only(), {2, "error[a]\n", ""}).empty());
}

TEST_CASE("a rule's case has a finding of the rule") {
    const GoldenFolder folder;
    folder.write("rules/a/input.yaml", "");
    folder.write("rules/a/expected.txt", "no findings\n");
    CHECK_FALSE(compare(folder.only(), {0, "no findings\n", ""}).empty());
}

TEST_CASE("an update makes a case as expected") {
    const GoldenFolder folder;
    folder.write("cli/fail_a/args", "usage warn");
    folder.write("cli/fail_a/expected.txt", "old\n");
    const Outcome outcome = run_case(folder.only(), echo);
    CHECK_FALSE(compare(folder.only(), outcome).empty());
    REQUIRE(update(folder.only(), outcome));
    CHECK(compare(folder.only(), outcome).empty());
    CHECK(folder.read("cli/fail_a/expected.txt") == "usage\nwarn\n");
    CHECK(folder.read("cli/fail_a/expected.err") == "warned\n");
    CHECK(folder.read("cli/fail_a/exit") == "2\n");
}

TEST_CASE("an update removes what is expected no longer") {
    const GoldenFolder folder;
    folder.write("cli/a/args", "x");
    folder.write("cli/a/expected.err", "old\n");
    REQUIRE(update(folder.only(), {0, "x\n", ""}));
    CHECK_FALSE(folder.has("cli/a/expected.err"));
    CHECK(folder.read("cli/a/expected.txt") == "x\n");
}

TEST_CASE("an update refuses an exit code that contradicts the name") {
    const GoldenFolder folder;
    folder.write("cli/a/args", "fail");
    CHECK_FALSE(update(folder.only(), run_case(folder.only(), echo)));
    CHECK_FALSE(folder.has("cli/a/expected.txt"));
}

/// Prints a finding; with --fix, replaces what the input says.
Command fixer(const std::string& after) {
    return [after](std::span<const std::string> words, cli::Streams& streams) {
        streams.out << "error[a]\n";
        if (words[words.size() - 3] == "--fix") REQUIRE(write_file(words.back(), after));
        return 0;
    };
}

TEST_CASE("fixes are applied to a copy of the input and compared") {
    const GoldenFolder folder;
    folder.write("rules/a/input.yaml", "bad\n");
    folder.write("rules/a/expected.txt", "error[a]\n");
    const Outcome outcome = run_case(folder.only(), fixer("good\n"));
    CHECK(folder.read("rules/a/input.yaml") == "bad\n");
    CHECK(compare(folder.only(), outcome) ==
          "--- rules/a/expected.fixed.yaml\n+++ fixed input\n@@ -0,0 +1 @@\n+good\n");
    REQUIRE(update(folder.only(), outcome));
    CHECK(folder.read("rules/a/expected.fixed.yaml") == "good\n");
    CHECK(compare(folder.only(), outcome).empty());
    CHECK_FALSE(compare(folder.only(), run_case(folder.only(), fixer("bad\n"))).empty());
}

TEST_CASE("fixes that never end are found") {
    const GoldenFolder folder;
    folder.write("rules/a/input.yaml", "bad\n");
    folder.write("rules/a/expected.txt", "");
    int n_calls = 0;
    const Command command = [&](std::span<const std::string> words, cli::Streams&) {
        if (words[words.size() - 3] == "--fix")
            REQUIRE(write_file(words.back(), std::to_string(++n_calls)));
        return 0;
    };
    const Outcome outcome = run_case(folder.only(), command);
    CHECK(outcome.fixes_go_on);
    CHECK_FALSE(update(folder.only(), outcome));
}

TEST_CASE("a case runs in its folder, and the runner returns") {
    const GoldenFolder folder;
    folder.write("cli/a/args", "x");
    const fs::path before = fs::current_path();
    const Command where = [](std::span<const std::string>, cli::Streams& streams) {
        streams.out << fs::current_path().filename().string();
        return 0;
    };
    CHECK(run_case(folder.only(), where).out == "a");
    CHECK(fs::current_path() == before);
}

TEST_CASE("times are masked where a suite has them") {
    CHECK(mask_times("a 1.2s b (350ms)\nc 1m30.5s\n") == "a <time> b (<time>)\nc <time>\n");
    CHECK(mask_times("12:01:59.123 x 2026-01-02T03:04:05Z y") == "<time> x <time> y");
    CHECK(mask_times("x     9s\nx    10s") == "x <time>\nx <time>");
    CHECK(mask_times("v1.2s step-2m 3 steps 5 s 4sx 2h") ==
          "v1.2s step-2m 3 steps <time> 4sx <time>");
}

} // namespace
} // namespace tiphys::golden
