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
#include "codegen/source_places.h"

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
    bool names_sources = false;
};

/// The form of manifests. `sources` is null where places in the source are not named.
struct ManifestForm {
    bool is_json = false;
    const SourceMap* sources = nullptr;
};

std::string manifest_text(const ir::Document& document, const ManifestForm& form) {
    Arena arena;
    const ir::Value& root = form.sources == nullptr
                                ? *document.root
                                : codegen::with_source(document, *form.sources, arena);
    std::string text;
    if (form.is_json) {
        codegen::emit_json(root, codegen::JsonLayout::kPretty, text);
        text += "\n";
    } else if (form.sources != nullptr) {
        codegen::emit_yaml(root, codegen::places_in(*form.sources), text);
    } else {
        codegen::emit_yaml(root, text);
    }
    return text;
}

/// All manifests as one stream. JSON has no such thing: several become a List, as with kubectl.
void write_stream(const std::vector<const ir::Document*>& documents, const ManifestForm& form,
                  std::ostream& out) {
    if (!form.is_json) {
        for (std::size_t i = 0; i < documents.size(); ++i)
            out << (i == 0 ? "" : "---\n") << manifest_text(*documents[i], form);
        return;
    }
    if (documents.size() == 1) {
        out << manifest_text(*documents[0], form);
        return;
    }
    out << "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\",\n  \"items\": [";
    for (std::size_t i = 0; i < documents.size(); ++i) {
        std::string text = manifest_text(*documents[i], form);
        text.pop_back();
        out << (i == 0 ? "\n    " : ",\n    ");
        for (const char c : text)
            out << c << (c == '\n' ? "    " : "");
    }
    out << "\n  ]\n}\n";
}

/// File names with their texts, in the order of the names.
std::map<std::string, std::string> manifest_files(const std::vector<const ir::Document*>& documents,
                                                  const ManifestForm& form) {
    std::map<std::string, std::string> files;
    for (const ir::Document* document : documents) {
        const std::string stem = codegen::manifest_name(*document);
        const std::string ending = form.is_json ? ".json" : ".yaml";
        std::string name = stem + ending;
        for (int number = 2; files.contains(name); ++number)
            name = stem + "-" + std::to_string(number) + ending;
        files.emplace(name, manifest_text(*document, form));
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
    if (error || !fs::is_directory(folder)) {
        return fail(streams, "cannot make the folder `" + folder +
                                 "`: " + (error ? error.message() : "a file has this name"));
    }
    std::size_t n_written = 0;
    for (const auto& [name, text] : files) {
        const Result<bool> is_written = write_if_changed(fs::path(folder) / name, text);
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
    const ManifestForm form{options.is_json, options.names_sources ? &sources.map : nullptr};
    if (is_stream) {
        write_stream(documents, form, streams.out);
        return sources.unreadable.empty() ? kExitFine : kExitUsage;
    }
    const auto files = manifest_files(documents, form);
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
    command->add_flag("--sources", options->names_sources,
                      "Name file and line of each declaration: in comments, and of an object in "
                      "the annotation `tiphys.dev/src`");
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
