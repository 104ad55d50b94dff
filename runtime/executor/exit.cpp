// How a command of the executor ends.

#include "runtime/executor/exit.h"

#include "runtime/executor/log.h"
#include "runtime/io/files.h"

namespace tiphys::executor {

Exit failed(const Error& error) {
    return {kExecutorFailed, error.message};
}

void write_termination_message(const PodPaths& paths, const std::string& message) {
    const auto written = run::write_file(paths.termination_log(), message, 0600);
    if (!written) log(LogLevel::kWarn, written.error().message);
}

} // namespace tiphys::executor
