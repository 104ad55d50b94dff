// Reading files that are none, or too large.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <thread>

#include <catch2/catch.hpp>

#include "cli/folder_for_test.h"
#include "cli/read_sources.h"
#include "compiler/base/limits.h"

namespace tiphys::cli {
namespace {

std::string pipe_in(const FolderForTest& folder) {
    std::string path = folder.at("pipe");
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    return path;
}

TEST_CASE("a named pipe is read to its end, however late its writer comes") {
    const FolderForTest folder;
    const std::string path = pipe_in(folder);
    std::thread writer([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        std::ofstream out(path);
        out << "first " << std::flush;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        out << "second";
    });
    const Result<std::string> text = read_file(path);
    writer.join();
    REQUIRE(text.has_value());
    CHECK(*text == "first second");
}

TEST_CASE("a named pipe that nobody writes to is an error, not a wait without end") {
    const FolderForTest folder;
    const std::string path = pipe_in(folder);
    const Result<std::string> text = read_file(path);
    REQUIRE_FALSE(text.has_value());
    CHECK(text.error().message == "cannot read `" + path + "`: nobody writes to this pipe");
}

TEST_CASE("a file beyond the limit is refused before it is read") {
    const FolderForTest folder;
    folder.write("large.yaml", "");
    const std::string path = folder.at("large.yaml");
    std::filesystem::resize_file(path, limits::kFileBytes + 1);
    const Result<std::string> text = read_file(path);
    REQUIRE_FALSE(text.has_value());
    CHECK(text.error().message == "cannot read `" + path + "`: it is larger than 64 MiB");
}

TEST_CASE("folders and absent files are named with the reason") {
    const FolderForTest folder;
    CHECK(read_file(folder.path()).error().message ==
          "cannot read `" + folder.path() + "`: it is a folder");
    CHECK(read_file(folder.at("x")).error().message ==
          "cannot read `" + folder.at("x") + "`: No such file or directory");
}

TEST_CASE("standard input is read whole, or named where that fails") {
    const FolderForTest folder;
    std::istringstream text(std::string(100'000, 'x'));
    CHECK(read_standard_input(text).value().size() == 100'000);
    std::ifstream unreadable(folder.path());
    const Result<std::string> none = read_standard_input(unreadable);
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().message == "cannot read standard input");
}

} // namespace
} // namespace tiphys::cli
