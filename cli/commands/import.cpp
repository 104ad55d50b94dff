// tiphys import: YAML to the language, proved by compiling it again.
#include "codegen/tiphys/import.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "analyzer/report/report.h"
#include "analyzer/run.h"
#include "cli/command.h"
#include "cli/read_sources.h"
#include "cli/report_options.h"
#include "cli/write_file.h"
#include "compiler/syntax/parse.h"

namespace tiphys::cli {
namespace {

namespace fs = std::filesystem;

struct ImportOptions {
    std::vector<std::string> paths;
    std::string output;
    bool has_report = false;
    bool is_check = false;
};

/// A source with what became of it.
struct ImportedFile {
    std::string source;
    std::string target;
    codegen::Imported imported;
};

/// What keeps documents from being read: everything else is the linter's business.
std::vector<Diagnostic> unreadable_parts(const Sources& sources) {
    analyze::Options options;
    options.n_threads = default_threads();
    for (const analyze::RegisteredRule& rule : analyze::rules()) {
        if (rule.group == "syn") options.only.push_back(rule.name);
    }
    std::vector<Diagnostic> found = analyze::run_rules(sources.project, options);
    const auto is_readable = [&](const Diagnostic& finding) {
        for (const ir::SourceUnit& unit : sources.project.units()) {
            if (unit.file != finding.span.file) continue;
            const std::vector<const ir::Document*> documents = codegen::importable(unit);
            return std::any_of(documents.begin(), documents.end(), [&](const auto* document) {
                return document->span.begin <= finding.span.begin &&
                       finding.span.begin <= document->span.end;
            });
        }
        return false;
    };
    std::erase_if(found, [&](const Diagnostic& finding) {
        return finding.severity != Severity::kError || is_readable(finding);
    });
    return found;
}

/// `flows/ci.yaml` becomes `ci.tiphys`; two of the same name are told apart by a number.
std::string target_name(const std::string& source, std::map<std::string, int>& taken) {
    const std::string stem = source == "<stdin>" ? "stdin" : fs::path(source).stem().string();
    const int number = ++taken[stem];
    return stem + (number == 1 ? "" : "-" + std::to_string(number)) + ".tiphys";
}

void write_report(const std::vector<ImportedFile>& files, std::ostream& out) {
    std::size_t n_nodes = 0;
    std::size_t n_fallen = 0;
    std::size_t n_objects = 0;
    for (const ImportedFile& file : files) {
        n_nodes += file.imported.n_nodes;
        n_objects += file.imported.n_objects;
        for (const codegen::Fallback& fallback : file.imported.fallbacks) {
            n_fallen += fallback.n_nodes;
            out << file.source << ": " << fallback.path << ": " << fallback.reason << "\n";
        }
    }
    const std::size_t permille = n_nodes == 0 ? 0 : (n_fallen * 1000 + n_nodes / 2) / n_nodes;
    out << n_objects << (n_objects == 1 ? " object, " : " objects, ") << n_nodes << " nodes, "
        << n_fallen << " fell back (" << permille / 10 << "." << permille % 10 << " %)\n";
}

int check_files(const std::vector<ImportedFile>& files, Streams& streams) {
    int code = kExitFine;
    for (const ImportedFile& file : files) {
        std::error_code error;
        const bool is_there = fs::exists(file.target, error);
        const Result<std::string> present =
            is_there ? read_file(file.target) : Result<std::string>(std::string{});
        if (!present.has_value()) return fail(streams, present.error().message);
        if (is_there && *present == file.imported.text) continue;
        streams.out << file.target << (is_there ? ": stale\n" : ": missing\n");
        code = kExitFindings;
    }
    return code;
}

int write_files(const std::vector<ImportedFile>& files, Streams& streams) {
    for (const ImportedFile& file : files) {
        std::error_code error;
        const fs::path folder = fs::path(file.target).parent_path();
        if (!folder.empty()) fs::create_directories(folder, error);
        const Result<bool> is_written = write_if_changed(file.target, file.imported.text);
        if (!is_written.has_value()) return fail(streams, is_written.error().message);
        streams.out << file.target << (*is_written ? ": written\n" : ": up to date\n");
    }
    return kExitFine;
}

void print_files(const std::vector<ImportedFile>& files, std::ostream& out) {
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (i > 0) out << "\n";
        if (files.size() > 1) out << "# " << files[i].source << "\n";
        out << files[i].imported.text;
    }
}

/// Imports all sources that are YAML; returns how many documents were passed over.
std::size_t import_all(const Sources& sources, const ImportOptions& options, Streams& streams,
                       std::vector<ImportedFile>& files) {
    std::map<std::string, int> taken;
    std::size_t n_passed_over = 0;
    for (const ir::SourceUnit& unit : sources.project.units()) {
        const std::string& path = sources.map.file(unit.file).path;
        if (unit.is_known || syntax::is_source_name(path)) continue;
        ImportedFile file{path, {}, codegen::import_unit(unit, sources.map)};
        n_passed_over += unit.documents.size() - file.imported.n_objects;
        for (const std::string& object : file.imported.impossible) {
            streams.err << "tiphys: `" << object << "` in `" << path
                        << "` holds a text that is not UTF-8\n";
        }
        if (file.imported.n_objects == 0) continue;
        const std::string name = target_name(path, taken);
        const bool is_file = syntax::is_source_name(options.output);
        file.target = is_file ? options.output : (fs::path(options.output) / name).string();
        files.push_back(std::move(file));
    }
    return n_passed_over;
}

/// Prints or writes what was made, as the options ask for.
int deliver(const std::vector<ImportedFile>& files, const ImportOptions& options,
            Streams& streams) {
    const bool is_stream = options.output.empty() || options.output == "-";
    const bool is_report_only = options.has_report && options.output.empty();
    int code = kExitFine;
    if (is_stream) {
        if (!options.is_check && !is_report_only) print_files(files, streams.out);
    } else {
        code = options.is_check ? check_files(files, streams) : write_files(files, streams);
    }
    if (options.has_report) write_report(files, options.output == "-" ? streams.err : streams.out);
    return code;
}

int run_import(const ImportOptions& options, Streams& streams) {
    const auto loaded = read_sources(options.paths, streams, "<stdin>", 0);
    if (!loaded.has_value()) return fail(streams, loaded.error().message);
    const Sources& sources = **loaded;
    for (const std::string& message : sources.unreadable)
        streams.err << "tiphys: " << message << "\n";
    std::vector<ImportedFile> files;
    const std::size_t n_passed_over = import_all(sources, options, streams, files);
    const std::vector<Diagnostic> broken = unreadable_parts(sources);
    if (!broken.empty()) {
        const report::Report report{sources.map, broken,
                                    report::summarize(broken, sources.n_relevant)};
        report::write(streams.err, report, report_options("never", "utf8", streams),
                      report::Format::kFull);
    }
    if (files.empty()) {
        const std::string where = options.paths.empty() ? "." : options.paths.front();
        return broken.empty() ? fail(streams, "no manifest in `" + where + "`") : kExitFindings;
    }
    if (syntax::is_source_name(options.output) && files.size() > 1) {
        return fail(streams, "several files do not go into `" + options.output +
                                 "`; name a folder with `-o`");
    }
    const int code = deliver(files, options, streams);
    if (code != kExitFine) return code;
    if (!broken.empty() || n_passed_over > 0) return kExitFindings;
    return sources.unreadable.empty() ? kExitFine : kExitUsage;
}

} // namespace

void add_import(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand(
        "import", "Write YAML in the language; the result compiles to the same objects");
    auto options = std::make_shared<ImportOptions>();
    command->add_option("PATH", options->paths,
                        "Files and folders; `-` is standard input (default: the current folder)");
    command->add_option("-o,--output", options->output,
                        "Folder, or a file that ends in `.tiphys`; without it the text is printed");
    command->add_flag(
        "--report", options->has_report,
        "List what is written as raw YAML, or in a longer notation than usual because "
        "the usual one would change the object. Alone it writes nothing else");
    command->add_flag("--check", options->is_check,
                      "Write nothing; exit with 1 where what `-o` names is not up to date");
    command->footer("Example: tiphys import ci.yaml -o ci.tiphys\n"
                    "Exit codes: 0 everything was imported, 1 some documents could not be read or "
                    "files are stale, 2 nothing to import");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_import(*options, streams); };
    });
}

} // namespace tiphys::cli
