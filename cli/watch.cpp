// `tiphys lint --watch`.
#include "cli/watch.h"

#include <filesystem>
#include <ostream>

#include "analyzer/config.h"
#include "cli/lint_outputs.h"

namespace tiphys::cli {
namespace {

namespace fs = std::filesystem;

std::string absolute(const std::string& path) {
    std::error_code error;
    return fs::absolute(path, error).lexically_normal().string();
}

} // namespace

Result<LintWatch> LintWatch::open(const LintOptions& options, LintSession session,
                                  Streams& streams) {
    LintWatch watch(options, std::move(session), streams);
    const Result<Done> followed = watch.follow_files();
    if (!followed.has_value()) return followed.error();
    return watch;
}

Result<Done> LintWatch::follow_files() {
    files_.clear();
    std::set<std::string> folders;
    const Sources& sources = session_.sources();
    for (const front::InputFile& input : sources.inputs) {
        const std::string path = absolute(sources.map.file(input.file).path);
        files_[path] = input.file;
        const std::string folder = fs::path(path).parent_path().string();
        std::error_code error;
        if (fs::is_directory(folder, error)) folders.insert(folder);
    }
    for (const std::string& path : options_.paths) {
        std::error_code error;
        if (fs::is_directory(path, error)) folders.insert(absolute(path + "/."));
    }
    if (options_.paths.empty()) folders.insert(absolute("."));
    if (!session_.config_path().empty()) {
        folders.insert(fs::path(absolute(session_.config_path())).parent_path().string());
    }
    std::set<std::string> unique;
    for (const std::string& folder : folders) {
        const bool has_slash = folder.size() > 1 && folder.back() == '/';
        unique.insert(has_slash ? folder.substr(0, folder.size() - 1) : folder);
    }
    TIPHYS_TRY(opened, FileWatch::open(unique));
    watch_.emplace(std::move(opened));
    return Done{};
}

Result<Done> LintWatch::open_again() {
    TIPHYS_TRY(session, LintSession::open(options_, streams_));
    session_ = std::move(session);
    return follow_files();
}

int LintWatch::report() {
    constexpr std::string_view kClearScreen = "\x1b[2J\x1b[H";
    if (streams_.out_is_terminal) streams_.out << kClearScreen;
    const int code = write_reports(options_, session_, session_.judge(), streams_);
    streams_.out.flush();
    return code;
}

/// True where the findings may differ now.
Result<bool> LintWatch::take_change(const std::string& path) {
    const std::string name = fs::path(path).filename().string();
    const auto file = files_.find(path);
    std::error_code error;
    if (file != files_.end() && fs::is_regular_file(path, error)) {
        TIPHYS_TRY(text, read_file(path));
        if (text == session_.sources().map.file(file->second).text) return false;
        session_.reread(file->second, std::move(text));
        return true;
    }
    const bool is_manifest =
        name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
    const bool is_ours = file != files_.end() || is_manifest || name == analyze::kConfigName;
    if (!is_ours) return false;
    TIPHYS_TRY(opened, open_again());
    static_cast<void>(opened);
    return true;
}

Result<bool> LintWatch::step(int timeout_ms) {
    TIPHYS_TRY(changed, watch_->wait(timeout_ms));
    bool is_different = false;
    for (const std::string& path : changed) {
        TIPHYS_TRY(is_taken, take_change(path));
        is_different = is_different || is_taken;
    }
    if (is_different) report();
    return is_different;
}

int watch(const LintOptions& options, LintSession session, Streams& streams) {
    Result<LintWatch> watching = LintWatch::open(options, std::move(session), streams);
    if (!watching.has_value()) return fail(streams, watching.error().message);
    watching->report();
    while (streams.out) {
        const Result<bool> step = watching->step(-1);
        // A half-written configuration is worth a word, and no reason to leave.
        if (!step.has_value()) streams.err << "tiphys: " << step.error().message << "\n";
    }
    return kExitUsage;
}

} // namespace tiphys::cli
