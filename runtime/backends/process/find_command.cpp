// Searching PATH.

#include "runtime/backends/process/find_command.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

namespace tiphys::run {
namespace {

bool is_executable(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           ::access(path.c_str(), X_OK) == 0;
}

std::string_view path_of(const std::vector<std::string>& env) {
    std::string_view path = kDefaultPath;
    for (const std::string_view variable : env) {
        if (variable.starts_with("PATH=")) path = variable.substr(5);
    }
    return path;
}

std::string lower_case_error(int error) {
    std::string text = std::strerror(error);
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') {
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    }
    return text;
}

} // namespace

FoundCommand find_command(const std::vector<std::string>& argv,
                          const std::vector<std::string>& env) {
    const std::string name = argv.empty() ? "" : argv[0];
    if (name.find('/') != name.npos) return {name, ""};
    std::string_view path = path_of(env);
    while (!path.empty() && !name.empty()) {
        const std::size_t end = std::min(path.find(':'), path.size());
        std::string candidate = std::string(path.substr(0, end)) + "/" + name;
        if (is_executable(candidate)) return {std::move(candidate), ""};
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return {"", "exec: \"" + name + "\": executable file not found in $PATH"};
}

FoundCommand CommandFinder::find(const std::vector<std::string>& argv,
                                 const std::vector<std::string>& env) {
    if (argv.empty()) return find_command(argv, env);
    std::string& known = paths_[{argv[0], std::string(path_of(env))}];
    if (!known.empty() && is_executable(known)) return {known, ""};
    FoundCommand found = find_command(argv, env);
    known = found.path;
    return found;
}

std::string exec_error_text(const std::string& path, int error) {
    // A file that is there but cannot be run lacks its interpreter.
    if (error == ENOENT && !is_executable(path)) {
        return "failed to find name in PATH: exec: \"" + path + "\": stat " + path +
               ": no such file or directory";
    }
    if (error == EACCES)
        return "failed to find name in PATH: exec: \"" + path + "\": permission denied";
    return "failed to start command: fork/exec " + path + ": " + lower_case_error(error);
}

} // namespace tiphys::run
