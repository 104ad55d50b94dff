#pragma once
// The words that the executor is started with: those of Argo's argoexec.

#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/executor/api_server.h"
#include "runtime/executor/log.h"

namespace tiphys::executor {

struct CommandLine {
    /// `init`, `wait`, `emissary`, `kill`, `version`, and what follows.
    std::vector<std::string> words;
    /// What stands behind `--`.
    std::vector<std::string> rest;
    ApiOptions api;
    LogSettings log;
    /// A folder in place of `/`, for tests.
    std::string root;
};

[[nodiscard]] Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments);

} // namespace tiphys::executor
