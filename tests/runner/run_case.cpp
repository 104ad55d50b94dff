// Runs and compares golden cases.
#include "tests/runner/run_case.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "analyzer/report/unified_diff.h"
#include "cli/run_command.h"

namespace tiphys::golden {
namespace {

namespace fs = std::filesystem;

/// An empty folder until the end of the scope.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (fs::temp_directory_path() / "golden-fix-XXXXXX").string();
        if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

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

std::string expected_text(const Case& golden, std::string_view file) {
    const auto found = golden.expected.find(std::string(file));
    return found == golden.expected.end() ? std::string() : found->second;
}

std::string exit_problem(const Case& golden, int exit_code) {
    if (golden.suite->is_for_rules ? exit_code <= 1 : exit_code == golden.exit_code) return {};
    return "exit code " + std::to_string(exit_code) + " instead of " +
           std::to_string(golden.exit_code) + "\n";
}

/// Runs the suite's fixes on a copy of the input, and once more on the result.
void run_fixes(const Case& golden, const Command& command, Outcome& outcome) {
    if (golden.suite->fix_command.empty() || golden.inputs.size() != 1) return;
    const std::string& input = golden.inputs[0];
    if (fs::is_directory(golden.folder / input)) return;
    const TemporaryFolder folder;
    const std::string before = read_file(golden.folder / input);
    if (!write_file(folder.path() / input, before)) return;
    std::vector<std::string> command_line = golden.words_of(golden.suite->fix_command);
    command_line.push_back(input);
    static_cast<void>(run_in(folder.path(), command_line, "", command));
    const std::string fixed = read_file(folder.path() / input);
    if (fixed == before) return;
    static_cast<void>(run_in(folder.path(), command_line, "", command));
    outcome.fixes_go_on = read_file(folder.path() / input) != fixed;
    outcome.fixed = fixed;
}

/// The command lines of `args`, each after a `$`. Inputs are named where they are needed.
std::vector<std::vector<std::string>> session_of(const Case& golden) {
    std::vector<std::vector<std::string>> session;
    for (const std::string& word : golden.args) {
        if (word == "$") {
            session.emplace_back();
        } else if (!session.empty()) {
            session.back().push_back(word);
        }
    }
    return session;
}

/// What one sees who types them. The exit code is the last one's.
Outcome run_session(const Case& golden, const Command& command) {
    const TemporaryFolder state;
    Outcome whole;
    for (std::vector<std::string>& line : session_of(golden)) {
        whole.out += "$ tiphys";
        for (const std::string& word : line) {
            whole.out += " " + word;
        }
        line.insert(line.end(), {"--state", state.path().string()});
        const Outcome outcome = run_in(golden.folder, line, "", command);
        whole.out += "\n" + outcome.out + outcome.err;
        whole.exit_code = outcome.exit_code;
        if (outcome.exit_code != 0) {
            whole.out += "(exit code " + std::to_string(outcome.exit_code) + ")\n";
        }
    }
    return whole;
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
    Outcome outcome = golden.suite->is_session
                          ? run_session(golden, command)
                          : run_in(golden.folder, golden.command_line(), in, command);
    if (golden.suite->has_times) {
        outcome.out = mask_times(outcome.out);
        outcome.err = mask_times(outcome.err);
    }
    run_fixes(golden, command, outcome);
    return outcome;
}

std::string compare(const Case& golden, const Outcome& outcome) {
    std::string problems = exit_problem(golden, outcome.exit_code);
    const std::string file = golden.output_file();
    const std::string path = golden.id() + "/" + file;
    problems +=
        report::unified_diff(expected_text(golden, file), outcome.out, path, "standard output");
    problems += report::unified_diff(expected_text(golden, kErrorFile), outcome.err,
                                     golden.id() + "/" + std::string(kErrorFile), "standard error");
    problems += report::unified_diff(expected_text(golden, kFixedFile), outcome.fixed,
                                     golden.id() + "/" + std::string(kFixedFile), "fixed input");
    if (outcome.fixes_go_on) problems += "the fixes of the fixed input change it again\n";
    if (golden.suite->is_for_rules &&
        outcome.out.find("[" + golden.name + "]") == std::string::npos) {
        problems += "the output has no finding of the rule that the case is for\n";
    }
    if (golden.expected.empty()) problems += "the case expects nothing; write it with --update\n";
    return problems;
}

Result<Done> update(const Case& golden, const Outcome& outcome) {
    if (outcome.fixes_go_on) return Error{"the fixes of the fixed input change it again"};
    const bool failed = outcome.exit_code != 0;
    if (!golden.suite->is_for_rules && failed != golden.must_fail()) {
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
    fs::remove(golden.folder / kFixedFile, ignored);
    if (has_error_file) {
        TIPHYS_TRY(written, write_file(golden.folder / kErrorFile, outcome.err));
        static_cast<void>(written);
    }
    if (!outcome.fixed.empty()) {
        TIPHYS_TRY(written, write_file(golden.folder / kFixedFile, outcome.fixed));
        static_cast<void>(written);
    }
    if (golden.suite->is_for_rules || outcome.exit_code <= 1) return Done{};
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
