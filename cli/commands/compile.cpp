// tiphys compile: canonical manifests, one file for each object.
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/read_sources.h"
#include "cli/source_errors.h"
#include "cli/write_file.h"
#include "codegen/emit_json.h"
#include "codegen/emit_yaml.h"
#include "codegen/manifest_name.h"

namespace tiphys::cli {
namespace {

namespace fs = std::filesystem;

struct CompileOptions {
    std::vector<std::string> paths;
    std::string output;
    std::string environment;
    bool is_json = false;
    bool is_check = false;
    bool is_forced = false;
};

std::string manifest_text(const ir::Document& document, bool is_json) {
    std::string text;
    if (is_json) {
        codegen::emit_json(*document.root, codegen::JsonLayout::kPretty, text);
        text += "\n";
    } else {
        codegen::emit_yaml(*document.root, text);
    }
    return text;
}

/// All manifests as one stream. JSON has no such thing: several become a List, as with kubectl.
void write_stream(const std::vector<const ir::Document*>& documents, bool is_json,
                  std::ostream& out) {
    if (!is_json) {
        for (std::size_t i = 0; i < documents.size(); ++i)
            out << (i == 0 ? "" : "---\n") << manifest_text(*documents[i], false);
        return;
    }
    if (documents.size() == 1) {
        out << manifest_text(*documents[0], true);
        return;
    }
    out << "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\",\n  \"items\": [";
    for (std::size_t i = 0; i < documents.size(); ++i) {
        std::string text = manifest_text(*documents[i], true);
        text.pop_back();
        out << (i == 0 ? "\n    " : ",\n    ");
        for (const char c : text)
            out << c << (c == '\n' ? "    " : "");
    }
    out << "\n  ]\n}\n";
}

/// File names with their texts, in the order of the names.
std::map<std::string, std::string> manifest_files(const std::vector<const ir::Document*>& documents,
                                                  bool is_json) {
    std::map<std::string, std::string> files;
    for (const ir::Document* document : documents) {
        const std::string stem = codegen::manifest_name(*document);
        const std::string ending = is_json ? ".json" : ".yaml";
        std::string name = stem + ending;
        for (int number = 2; files.contains(name); ++number)
            name = stem + "-" + std::to_string(number) + ending;
        files.emplace(name, manifest_text(*document, is_json));
    }
    return files;
}

/// Names what a fresh run would write differently.
int check_files(const std::map<std::string, std::string>& files, const std::string& folder,
                Streams& streams) {
    bool is_stale = false;
    for (const auto& [name, text] : files) {
        const fs::path path = fs::path(folder) / name;
        std::error_code error;
        if (!fs::exists(path, error)) {
            streams.out << path.generic_string() << ": missing\n";
            is_stale = true;
            continue;
        }
        const Result<std::string> present = read_file(path.string());
        if (!present.has_value()) return fail(streams, present.error().message);
        if (*present == text) continue;
        streams.out << path.generic_string() << ": stale\n";
        is_stale = true;
    }
    if (is_stale) streams.out << "run tiphys compile without --check to write them\n";
    return is_stale ? kExitFindings : kExitFine;
}

int write_files(const std::map<std::string, std::string>& files, const std::string& folder,
                Streams& streams) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error || !fs::is_directory(folder, error)) {
        return fail(streams, "cannot make the folder `" + folder + "`");
    }
    std::size_t n_written = 0;
    for (const auto& [name, text] : files) {
        const Result<bool> is_written = write_file(fs::path(folder) / name, text);
        if (!is_written.has_value()) return fail(streams, is_written.error().message);
        if (*is_written) ++n_written;
    }
    streams.out << files.size() << (files.size() == 1 ? " manifest" : " manifests") << " in `"
                << folder << "`, " << n_written << " written\n";
    return kExitFine;
}

int run_compile(const CompileOptions& options, Streams& streams) {
    const bool is_stream = options.output == "-";
    if (is_stream && options.is_check) return fail(streams, "`--check` needs a folder, not `-o -`");
    const auto loaded = read_sources(options.paths, streams, "<stdin>", 0, options.environment);
    if (!loaded.has_value()) return fail(streams, loaded.error().message);
    const Sources& sources = **loaded;
    for (const std::string& message : sources.unreadable)
        streams.err << "tiphys: " << message << "\n";
    if (!options.is_forced && report_errors(sources, streams)) return kExitFindings;
    const std::vector<const ir::Document*> documents = all_documents(sources.project);
    if (documents.empty()) {
        const std::string where = options.paths.empty() ? "." : options.paths.front();
        return fail(streams, "no manifest in `" + where + "`");
    }
    if (is_stream) {
        write_stream(documents, options.is_json, streams.out);
        return sources.unreadable.empty() ? kExitFine : kExitUsage;
    }
    const auto files = manifest_files(documents, options.is_json);
    const int code = options.is_check ? check_files(files, options.output, streams)
                                      : write_files(files, options.output, streams);
    return code == kExitFine && !sources.unreadable.empty() ? kExitUsage : code;
}

} // namespace

void add_compile(CLI::App& app, Invocation& invocation) {
    CLI::App* command =
        app.add_subcommand("compile", "Write canonical manifests, one file for each object");
    auto options = std::make_shared<CompileOptions>();
    command->add_option("PATH", options->paths,
                        "Files and folders; `-` is standard input (default: the current folder). "
                        "Objects that have nothing to do with Argo are taken over from files that "
                        "are named, not from folders");
    command
        ->add_option("-o,--output", options->output,
                     "Folder for the manifests; `-` prints them as one stream")
        ->required();
    add_environment(*command, options->environment);
    command->add_flag("--json", options->is_json, "Write JSON");
    command->add_flag("--check", options->is_check,
                      "Write nothing, and exit with 1 where the folder is not up to date");
    command->add_flag("--force", options->is_forced,
                      "Write even what has errors; unknown fields stay as they are");
    command->footer("Example: tiphys compile -o manifests/ workflows/\n"
                    "Exit codes: 0 written or up to date, 1 errors in the input or stale "
                    "manifests, 2 nothing to compile");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_compile(*options, streams); };
    });
}

} // namespace tiphys::cli
