// tiphys fmt: the one style of the language.
#include <algorithm>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "analyzer/report/unified_diff.h"
#include "cli/command.h"
#include "cli/find_files.h"
#include "cli/read_sources.h"
#include "cli/write_file.h"
#include "compiler/syntax/format.h"
#include "compiler/syntax/parse.h"

namespace tiphys::cli {
namespace {

struct FmtOptions {
    std::vector<std::string> paths;
    bool is_check = false;
    bool is_diff = false;
    bool is_stdin = false;
};

constexpr const char* kStandardInput = "<stdin>";

struct Counts {
    std::size_t n_changed = 0;
    std::size_t n_broken = 0;
    std::size_t n_files = 0;
};

/// Says that something could not be read, and is therefore as it was. Whether it is so.
bool warn_of_mistakes(const std::string& path, const std::string& text, Streams& streams) {
    Arena arena;
    const std::size_t n_mistakes = syntax::parse(FileId{0}, text, arena).defects.size();
    if (n_mistakes == 0) return false;
    const bool is_stdin = path == kStandardInput;
    streams.err << "tiphys: " << (is_stdin ? "standard input" : "`" + path + "`") << " has "
                << n_mistakes << (n_mistakes == 1 ? " mistake" : " mistakes")
                << ", what could not be read is left as it is; see `tiphys lint "
                << (is_stdin ? "-" : path) << "`\n";
    return true;
}

/// Shows, reports or writes what changes.
Result<Done> take(const FmtOptions& options, const std::string& path, const std::string& text,
                  Counts& counts, Streams& streams) {
    if (warn_of_mistakes(path, text, streams)) ++counts.n_broken;
    const std::string formatted = syntax::format_source(text);
    ++counts.n_files;
    if (formatted == text) return Done{};
    ++counts.n_changed;
    if (options.is_diff) streams.out << report::unified_diff(text, formatted, path, path);
    if (options.is_check && !options.is_diff) streams.out << path << "\n";
    if (options.is_check || options.is_diff) return Done{};
    return write_text(path, formatted);
}

int format_stdin(const FmtOptions& options, Streams& streams) {
    const Result<std::string> read = read_standard_input(streams.in);
    if (!read.has_value()) return fail(streams, read.error().message);
    const std::string& text = *read;
    if (!options.is_check && !options.is_diff) {
        streams.out << syntax::format_source(text);
        return warn_of_mistakes(kStandardInput, text, streams) ? kExitFindings : kExitFine;
    }
    Counts counts;
    const Result<Done> done = take(options, kStandardInput, text, counts, streams);
    if (!done.has_value()) return fail(streams, done.error().message);
    return counts.n_changed + counts.n_broken == 0 ? kExitFine : kExitFindings;
}

int format_files(const FmtOptions& options, Streams& streams) {
    Result<std::vector<FoundFile>> files =
        find_files(options.paths.empty() ? std::vector<std::string>{"."} : options.paths);
    if (!files.has_value()) return fail(streams, files.error().message);
    Counts counts;
    for (const FoundFile& file : *files) {
        if (!syntax::is_source_name(file.path)) {
            if (!file.is_explicit) continue;
            return fail(streams, "`" + file.path + "` is no .tiphys file");
        }
        const Result<std::string> text = read_file(file.path);
        if (!text.has_value()) return fail(streams, text.error().message);
        const Result<Done> done = take(options, file.path, *text, counts, streams);
        if (!done.has_value()) return fail(streams, done.error().message);
    }
    if (counts.n_files == 0) return fail(streams, "no .tiphys file here");
    const bool is_dry = options.is_check || options.is_diff;
    if (!is_dry) {
        streams.out << counts.n_files << (counts.n_files == 1 ? " file, " : " files, ")
                    << counts.n_changed << " changed\n";
    }
    const bool is_fine = counts.n_broken == 0 && (!is_dry || counts.n_changed == 0);
    return is_fine ? kExitFine : kExitFindings;
}

int run_fmt(const FmtOptions& options, Streams& streams) {
    const bool has_stdin = options.is_stdin || std::find(options.paths.begin(), options.paths.end(),
                                                         "-") != options.paths.end();
    if (!has_stdin) return format_files(options, streams);
    if (options.paths.size() > (options.is_stdin ? 0U : 1U)) {
        return fail(streams, "standard input is formatted alone, without other files");
    }
    return format_stdin(options, streams);
}

} // namespace

void add_fmt(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand("fmt", "Format .tiphys files: one style, no options");
    auto options = std::make_shared<FmtOptions>();
    command->add_option("PATH", options->paths,
                        "Files and folders; `-` is standard input (default: the current folder)");
    command->add_flag("--check", options->is_check,
                      "Write nothing, name the files that would change, and exit with 1 if any");
    command->add_flag("--diff", options->is_diff,
                      "Write nothing, print what would change, and exit with 1 if anything");
    command->add_flag("--stdin", options->is_stdin,
                      "Format standard input to standard output, as `-` does");
    command->footer(
        "Example: tiphys fmt --check flows/\n"
        "Exit codes: 0 formatted, 1 something would change or cannot be read, 2 nothing "
        "to format");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_fmt(*options, streams); };
    });
}

} // namespace tiphys::cli
