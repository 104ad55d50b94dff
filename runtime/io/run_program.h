#pragma once
// A program of this machine, run to its end.

#include <string>
#include <utility>
#include <vector>

#include "compiler/base/result.h"

namespace tiphys::run {

struct Program {
    /// Its name, looked up in PATH, and its arguments.
    std::vector<std::string> words;
    /// Beside our own variables.
    std::vector<std::pair<std::string, std::string>> environment;
};

struct EndedProgram {
    /// 128 and the signal's number where one ended it.
    int exit_code = 0;
    std::string stdout_text;
    std::string stderr_text;
};

/// Its standard input is empty. An Error means that it could not be started.
[[nodiscard]] Result<EndedProgram> run_program(const Program& program);

} // namespace tiphys::run
