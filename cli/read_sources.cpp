// The commands' way of reading manifests.
#include "cli/read_sources.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <set>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "cli/find_files.h"
#include "cli/find_neighbours.h"
#include "cli/standard_modules.h"
#include "compiler/base/limits.h"
#include "compiler/base/nearest.h"
#include "compiler/front/language.h"
#include "compiler/front/references.h"
#include "compiler/syntax/parse.h"

namespace tiphys::cli {
namespace {

namespace fs = std::filesystem;

Error cannot_read(const std::string& path, const std::string& reason) {
    return Error{"cannot read `" + path + "`: " + reason};
}

Result<std::string> read_descriptor(const std::string& path, int descriptor) {
    struct stat status {};
    if (fstat(descriptor, &status) != 0) return cannot_read(path, std::strerror(errno));
    if (S_ISDIR(status.st_mode)) return cannot_read(path, "it is a folder");
    if (static_cast<std::size_t>(status.st_size) > limits::kFileBytes) {
        return cannot_read(path, "it is larger than 64 MiB");
    }
    // Pipes and devices have no size: read on until nothing comes.
    std::string text(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t size = 0;
    const auto last_wait =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(limits::kPipeWaitMs);
    while (true) {
        if (size == text.size()) text.resize(std::max<std::size_t>(4096, size + size / 2));
        const ssize_t got = read(descriptor, text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) {
            // Somebody writes to the pipe; how long that takes is their business.
            if (fcntl(descriptor, F_SETFL, 0) == 0) continue;
        }
        if (got < 0) return cannot_read(path, std::strerror(errno));
        if (got == 0 && size == 0 && S_ISFIFO(status.st_mode)) {
            if (std::chrono::steady_clock::now() > last_wait) {
                return cannot_read(path, "nobody writes to this pipe");
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            continue;
        }
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
        if (size > limits::kFileBytes) return cannot_read(path, "it is larger than 64 MiB");
        if (S_ISREG(status.st_mode) && size == static_cast<std::size_t>(status.st_size)) break;
    }
    text.resize(size);
    return text;
}

/// A misspelt kind is of interest too, as long as the API group is Argo's.
bool is_of_argo(const ir::Document& document, const SourceMap& sources) {
    if (document.type != nullptr) return document.type->api_version.starts_with("argoproj.io/");
    return !front::is_other_argo_kind(document.kind) &&
           sources.text(document.span).find("argoproj.io") != std::string_view::npos;
}

std::size_t count_relevant(const ir::Project& project) {
    std::size_t n_relevant = 0;
    for (const ir::SourceUnit& unit : project.units()) {
        if (unit.is_known) continue;
        const bool has_argo = std::any_of(
            unit.documents.begin(), unit.documents.end(),
            [&](const ir::Document& document) { return is_of_argo(document, project.sources()); });
        if (has_argo || !unit.defects.empty()) ++n_relevant;
    }
    return n_relevant;
}

/// Files that are used by what is read already, and by each other. What cannot be read is reported
/// where it is used.
void add_modules(SourceMap& sources, std::vector<front::InputFile>& inputs) {
    std::set<std::string> known;
    for (const front::InputFile& input : inputs)
        known.insert(fs::path(sources.file(input.file).path).lexically_normal().generic_string());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const SourceFile& file = std::as_const(sources).file(inputs[i].file);
        if (!syntax::is_source_name(file.path)) continue;
        for (const std::string& path : front::used_files(file.path, file.text)) {
            if (!known.insert(path).second) continue;
            if (path.starts_with(front::kStandardFolder)) {
                const fs::path name = fs::path(path).stem();
                const std::string_view module = standard_module(name.string());
                if (module.empty()) continue;
                inputs.push_back({sources.add(path, std::string(module)), false, false, true});
                continue;
            }
            Result<std::string> text = read_file(path);
            if (!text.has_value()) continue;
            // A WorkflowTemplate in YAML is there to be referred to.
            const bool is_module = syntax::is_source_name(path);
            inputs.push_back({sources.add(path, std::move(*text)), false, !is_module, is_module});
        }
    }
}

bool is_same_path(const std::string& a, const std::string& b) {
    std::error_code error;
    return std::filesystem::absolute(a, error).lexically_normal() ==
           std::filesystem::absolute(b, error).lexically_normal();
}

/// Adds the files beside those that were named which may define WorkflowTemplates, for what they
/// define. False where there are none.
bool add_neighbours(const std::vector<std::string>& neighbours, SourceMap& map,
                    std::vector<front::InputFile>& inputs) {
    bool has_added = false;
    for (const std::string& path : neighbours) {
        Result<std::string> text = read_file(path);
        if (!text.has_value() || text->find("WorkflowTemplate") == std::string::npos) continue;
        inputs.push_back({map.add(path, std::move(*text)), false, true});
        has_added = true;
    }
    return has_added;
}

/// Whether there are sources in the language, and none has the overlay; `known` are those they
/// have.
bool lacks_overlay(const Sources& sources, std::string_view name, std::vector<std::string>& known) {
    bool has_source = false;
    for (const front::InputFile& input : sources.inputs) {
        const SourceFile& file = sources.map.file(input.file);
        if (!syntax::is_source_name(file.path)) continue;
        has_source = true;
        if (file.text.find("overlay") == std::string::npos) continue;
        Arena arena;
        const syntax::Parsed parsed = syntax::parse(input.file, file.text, arena);
        for (const ast::Statement& statement : parsed.file.statements) {
            const auto* overlay = ast::as<ast::OverlayDecl>(&statement);
            if (overlay == nullptr) continue;
            if (overlay->name.text == name) return false;
            known.emplace_back(overlay->name.text);
        }
    }
    return has_source;
}

Result<Done> require_overlay(const Sources& sources, const std::string& name) {
    std::vector<std::string> known;
    if (name.empty() || !lacks_overlay(sources, name, known)) return Done{};
    const std::vector<std::string_view> names(known.begin(), known.end());
    const std::string_view near = nearest_name(name, names);
    return Error{"no file has an overlay `" + name + "`" +
                 (near.empty() ? "" : "; did you mean `" + std::string(near) + "`")};
}

/// Loads the inputs; where a WorkflowTemplate is missing then, looks for it beside the files.
void load(Sources& sources, const ReadRequest& request) {
    const unsigned n_threads = request.n_threads == 0 ? default_threads() : request.n_threads;
    sources.project =
        front::load_project(sources.map, sources.inputs, n_threads, request.environment);
    const std::vector<std::string> neighbours = find_neighbours(request.paths);
    const bool is_searching = !neighbours.empty() && front::has_missing_templates(sources.project);
    if (is_searching && add_neighbours(neighbours, sources.map, sources.inputs))
        sources.project =
            front::load_project(sources.map, sources.inputs, n_threads, request.environment);
    sources.n_relevant = count_relevant(sources.project);
}

} // namespace

Result<std::string> read_file(const std::string& path) {
    // Opening a pipe that nobody writes to must not block.
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return cannot_read(path, std::strerror(errno));
    Result<std::string> text = read_descriptor(path, descriptor);
    close(descriptor);
    return text;
}

Result<std::string> read_standard_input(std::istream& in) {
    std::string text;
    std::array<char, 65536> part;
    while (in.read(part.data(), part.size()) || in.gcount() > 0)
        text.append(part.data(), static_cast<std::size_t>(in.gcount()));
    // It is closed, or a folder.
    if (in.bad()) return Error{"cannot read standard input"};
    if (text.size() > limits::kFileBytes) {
        return Error{"cannot read standard input: it is larger than 64 MiB"};
    }
    return text;
}

unsigned default_threads() {
    return std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
}

Result<FileId> read_into(Sources& sources, const ReadRequest& request, Streams& streams) {
    FileId stdin_file = FileId::kNone;
    std::vector<std::string> on_disk;
    sources.inputs = request.loaded;
    for (const std::string& path : request.paths) {
        if (path != "-") {
            on_disk.push_back(path);
            continue;
        }
        TIPHYS_TRY(text, read_standard_input(streams.in));
        stdin_file = sources.map.add(request.stdin_name, std::move(text));
        sources.inputs.push_back({stdin_file, true});
    }
    if (request.paths.empty()) on_disk.emplace_back(".");
    if (!request.surroundings.empty()) on_disk.push_back(request.surroundings);
    TIPHYS_TRY(files, find_files(on_disk));
    std::vector<FoundFile> known_files;
    if (!request.known.empty()) {
        TIPHYS_TRY(found, find_files(request.known));
        known_files = std::move(found);
    }
    for (const FoundFile& file : files) {
        if (stdin_file != FileId::kNone && is_same_path(file.path, request.stdin_name)) continue;
        Result<std::string> text = read_file(file.path);
        if (!text.has_value()) {
            if (file.is_explicit) return text.error();
            sources.unreadable.push_back(text.error().message);
            continue;
        }
        // Most files of a repository are of no interest: their text is not kept.
        const bool is_wanted =
            file.is_explicit || syntax::is_source_name(file.path) || front::is_of_interest(*text);
        if (!is_wanted) continue;
        sources.inputs.push_back({sources.map.add(file.path, std::move(*text)), file.is_explicit});
    }
    for (const FoundFile& file : known_files) {
        TIPHYS_TRY(text, read_file(file.path));
        sources.inputs.push_back(
            {sources.map.add(file.path, std::move(text)), file.is_explicit, true});
    }
    add_modules(sources.map, sources.inputs);
    TIPHYS_TRY(has_overlay, require_overlay(sources, request.environment));
    static_cast<void>(has_overlay);
    load(sources, request);
    return stdin_file;
}

Result<std::unique_ptr<Sources>> read_sources(const std::vector<std::string>& paths,
                                              Streams& streams, const std::string& stdin_name,
                                              unsigned n_threads, const std::string& environment) {
    auto sources = std::make_unique<Sources>();
    ReadRequest request;
    request.paths = paths;
    request.stdin_name = stdin_name;
    request.n_threads = n_threads;
    request.environment = environment;
    TIPHYS_TRY(stdin_file, read_into(*sources, request, streams));
    static_cast<void>(stdin_file);
    return sources;
}

} // namespace tiphys::cli
