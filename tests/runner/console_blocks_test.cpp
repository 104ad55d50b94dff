// Commands shown in pages.
#include <ostream>

#include <catch2/catch.hpp>

#include "cli/run_command.h"
#include "tests/runner/console_blocks.h"

namespace tiphys::golden {
namespace {

std::string with_echo(const std::string& page) {
    const Command echo = [](std::span<const std::string> words, cli::Streams& streams) {
        for (const std::string& word : words) {
            streams.out << word << "\n";
        }
        streams.err << "in " << std::filesystem::current_path().filename().string();
        return 0;
    };
    const std::filesystem::path folder = std::filesystem::temp_directory_path();
    return with_real_output(page, folder.parent_path(), echo);
}

TEST_CASE("the output of commands is replaced by what they print") {
    const std::string folder = std::filesystem::temp_directory_path().filename().string();
    const std::string page = "# T\n```console in=" + folder + "\n$ tiphys a 'b c'\n";
    CHECK(with_echo(page + "old\n$ ls\nfile\n```\ntext\n") ==
          page + "a\nb c\nin " + folder + "\n$ ls\nfile\n```\ntext\n");
}

TEST_CASE("output that differs in times only stays as it is") {
    const std::string folder = std::filesystem::temp_directory_path().filename().string();
    const std::string page =
        "```console in=" + folder + "\n$ tiphys 1.5s\n2.7s\nin " + folder + "\n```\n";
    CHECK(with_echo(page) == page);
}

TEST_CASE("only console blocks are looked at") {
    const std::string page = "$ tiphys a\n```sh\n$ tiphys a\nold\n```\n";
    CHECK(with_echo(page) == page);
    CHECK(with_echo("").empty());
}

} // namespace
} // namespace tiphys::golden
