// What pages show.
#include <ostream>

#include <catch2/catch.hpp>

#include "cli/run_command.h"
#include "tests/runner/shown_text.h"

namespace tiphys::golden {
namespace {

namespace fs = std::filesystem;

/// The folder of temporary files, which every block here runs in.
const std::string kFolder = fs::temp_directory_path().filename().string();

std::string with_echo(const std::string& page) {
    const Command echo = [](std::span<const std::string> words, cli::Streams& streams) {
        for (const std::string& word : words) {
            streams.out << word << "\n";
        }
        streams.err << "in " << fs::current_path().filename().string();
        return 0;
    };
    return with_shown_text(page, fs::temp_directory_path().parent_path(), echo);
}

TEST_CASE("the output of commands is replaced by what they print") {
    const std::string page = "# T\n```console in=" + kFolder + "\n$ tiphys a 'b c'\n";
    CHECK(with_echo(page + "old\n$ ls\nfile\n```\ntext\n") ==
          page + "a\nb c\nin " + kFolder + "\n$ ls\nfile\n```\ntext\n");
}

TEST_CASE("output that differs in times only stays as it is") {
    const std::string page =
        "```console in=" + kFolder + "\n$ tiphys 1.5s\n2.7s\nin " + kFolder + "\n```\n";
    CHECK(with_echo(page) == page);
}

TEST_CASE("only console blocks are run") {
    const std::string page = "$ tiphys a\n```sh\n$ tiphys a\nold\n```\n`x`\n";
    CHECK(with_echo(page) == page);
    CHECK(with_echo("").empty());
    CHECK(with_echo("```console") == "```console");
}

TEST_CASE("files are shown as they are") {
    const fs::path file = fs::temp_directory_path() / "shown-text-test";
    REQUIRE(write_file(file, "a\n```\nb\n"));
    const std::string opening = "````cpp file=" + kFolder + "/shown-text-test\n";
    CHECK(with_echo(opening + "old\n```\n````\ntext\n") == opening + "a\n```\nb\n````\ntext\n");
    fs::remove(file);
    CHECK(with_echo(opening + "old\n````\n") == opening + "````\n");
}

} // namespace
} // namespace tiphys::golden
