// Files of the sources, and commands run by a shell.
#include "tests/ci/folder_and_shell.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/wait.h>

namespace tiphys {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char letter : text)
        out += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return out + "'";
}

} // namespace

std::string source_folder() {
    return environment("TIPHYS_SOURCE_DIR");
}

std::string program() {
    return environment("TIPHYS_PROGRAM");
}

std::string source_text(const std::string& path) {
    return read(fs::path(source_folder()) / path);
}

ShellOutcome run_shell(const std::string& script, const std::string& folder,
                       const std::map<std::string, std::string>& variables, const std::string& in) {
    const fs::path input = fs::path(folder) / ".shell-input";
    const fs::path output = fs::path(folder) / ".shell-output";
    std::ofstream(input, std::ios::binary) << in;
    std::string command = "cd " + quoted(folder) + " && env";
    command +=
        " PATH=" + quoted(fs::path(program()).parent_path().string() + ":" + environment("PATH"));
    for (const auto& [name, value] : variables)
        command += " " + name + "=" + quoted(value);
    command += " bash -eo pipefail -c " + quoted(script) + " <" + quoted(input.string()) + " >" +
               quoted(output.string()) + " 2>&1";
    const int status = std::system(command.c_str());
    ShellOutcome outcome{WIFEXITED(status) ? WEXITSTATUS(status) : -1, read(output)};
    std::error_code error;
    fs::remove(input, error);
    fs::remove(output, error);
    return outcome;
}

std::string fenced_block(const std::string& page, const std::string& head) {
    const std::string begin = "```" + head + "\n";
    const std::size_t at = page.find(begin);
    if (at == page.npos) return {};
    const std::size_t from = at + begin.size();
    return page.substr(from, page.find("```", from) - from);
}

} // namespace tiphys
