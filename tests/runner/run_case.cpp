// Runs and compares golden cases.
#include "tests/runner/run_case.h"

#include <fstream>
#include <sstream>

#include "analyzer/report/unified_diff.h"
#include "cli/run_command.h"

namespace tiphys::golden {
namespace {

namespace fs = std::filesystem;

/// Changes the working directory until the end of the scope.
class WorkingDirectory {
public:
    explicit WorkingDirectory(const fs::path& path) : before_(fs::current_path()) {
        fs::current_path(path);
    }
    ~WorkingDirectory() {
        std::error_code ignored;
        fs::current_path(before_, ignored);
    }
    WorkingDirectory(const WorkingDirectory&) = delete;
    WorkingDirectory& operator=(const WorkingDirectory&) = delete;

private:
    fs::path before_;
};

std::string expected_text(const Case& golden, const std::string& file) {
    const auto found = golden.expected.find(file);
    return found == golden.expected.end() ? std::string() : found->second;
}

std::string exit_problem(const Case& golden, int exit_code) {
    if (golden.suite->ignores_exit ? exit_code <= 1 : exit_code == golden.exit_code) return {};
    return "exit code " + std::to_string(exit_code) + " instead of " +
           std::to_string(golden.exit_code) + "\n";
}

} // namespace

Outcome run_in(const fs::path& folder, std::span<const std::string> command_line,
               const std::string& in, const Command& command) {
    const WorkingDirectory here(folder);
    std::istringstream in_stream(in);
    std::ostringstream out;
    std::ostringstream err;
    cli::Streams streams{in_stream, out, err, false};
    const int exit_code = command(command_line, streams);
    return {exit_code, std::move(out).str(), std::move(err).str()};
}

Outcome run_case(const Case& golden, const Command& command) {
    const std::string in =
        golden.reads_stdin() ? read_file(golden.folder / golden.inputs[0]) : std::string();
    const std::vector<std::string> command_line = golden.command_line();
    Outcome outcome = run_in(golden.folder, command_line, in, command);
    if (golden.suite->has_times) {
        outcome.out = mask_times(outcome.out);
        outcome.err = mask_times(outcome.err);
    }
    return outcome;
}

std::string compare(const Case& golden, const Outcome& outcome) {
    std::string problems = exit_problem(golden, outcome.exit_code);
    const std::string file = golden.output_file();
    const std::string path = golden.id() + "/" + file;
    problems +=
        report::unified_diff(expected_text(golden, file), outcome.out, path, "standard output");
    const std::string error_file(kErrorFile);
    problems += report::unified_diff(expected_text(golden, error_file), outcome.err,
                                     golden.id() + "/" + error_file, "standard error");
    if (golden.expected.empty()) problems += "the case expects nothing; write it with --update\n";
    return problems;
}

Result<Done> update(const Case& golden, const Outcome& outcome) {
    const bool failed = outcome.exit_code != 0;
    if (!golden.suite->ignores_exit && failed != golden.must_fail()) {
        return Error{"the command exits with " + std::to_string(outcome.exit_code) +
                     ": cases that fail, and no others, are called `fail_*`"};
    }
    const bool has_error_file = !outcome.err.empty();
    const bool writes_output =
        !outcome.out.empty() || !has_error_file || golden.expected.contains(golden.output_file());
    if (writes_output) {
        TIPHYS_TRY(written, write_file(golden.folder / golden.output_file(), outcome.out));
        static_cast<void>(written);
    }
    std::error_code ignored;
    fs::remove(golden.folder / kErrorFile, ignored);
    fs::remove(golden.folder / "exit", ignored);
    if (has_error_file) {
        TIPHYS_TRY(written, write_file(golden.folder / kErrorFile, outcome.err));
        static_cast<void>(written);
    }
    if (golden.suite->ignores_exit || outcome.exit_code <= 1) return Done{};
    return write_file(golden.folder / "exit", std::to_string(outcome.exit_code) + "\n");
}

Result<Done> write_file(const fs::path& path, std::string_view text) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    out.flush();
    if (!out) return Error{"cannot write `" + path.string() + "`"};
    return Done{};
}

} // namespace tiphys::golden
