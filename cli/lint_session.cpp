// What one run of `tiphys lint` works on.
#include "cli/lint_session.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "analyzer/versions.h"
#include "cli/find_config.h"
#include "cli/ignore_file.h"
#include "cli/shellcheck.h"
#include "compiler/base/nearest.h"
#include "compiler/front/load.h"

namespace tiphys::cli {
namespace {

namespace fs = std::filesystem;

/// The rules that names of the command line mean, or an error for a name that no rule has.
Result<std::vector<std::string_view>> rules_of(const std::vector<std::string>& names) {
    std::vector<std::string_view> chosen;
    for (const std::string& name : names) {
        if (const analyze::RegisteredRule* rule = analyze::find_rule(name)) {
            chosen.push_back(rule->name);
            continue;
        }
        std::vector<std::string_view> known;
        for (const analyze::RegisteredRule& rule : analyze::rules())
            known.push_back(rule.name);
        const std::string nearest(nearest_name(name, known));
        return Error{"there is no rule `" + name + "`" +
                     (nearest.empty() ? "" : "; did you mean `" + nearest + "`")};
    }
    return chosen;
}

fs::path absolute_path(const std::string& path) {
    std::error_code error;
    return fs::absolute(path, error).lexically_normal();
}

/// Whether a pattern of tiphys.toml is for a file; as in .gitignore, a folder stands for its files.
bool is_for_file(const IgnoreFile& pattern, const fs::path& relative) {
    fs::path path;
    for (auto part = relative.begin(); part != relative.end(); ++part) {
        path /= *part;
        const bool is_folder = std::next(part) != relative.end();
        if (pattern.judge(path.generic_string(), is_folder) == IgnoreFile::Verdict::kIgnored) {
            return true;
        }
    }
    return false;
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == path.npos ? std::string() : path.substr(0, slash + 1);
}

} // namespace

bool LintOptions::reads_stdin() const {
    return std::find(paths.begin(), paths.end(), "-") != paths.end();
}

Result<LintSession> LintSession::open(const LintOptions& options, Streams& streams) {
    LintSession session(options);
    const Result<Done> loaded = session.load(streams);
    if (!loaded.has_value()) return loaded.error();
    return session;
}

Result<Done> LintSession::load(Streams& streams) {
    sources_ = std::make_unique<Sources>();
    TIPHYS_TRY(configured, load_config());
    TIPHYS_TRY(chosen, choose_rules());
    TIPHYS_TRY(accepted, load_baseline());
    static_cast<void>(configured);
    static_cast<void>(chosen);
    static_cast<void>(accepted);
    return load_files(streams);
}

Result<Done> LintSession::load_config() {
    if (options_.is_without_config) return Done{};
    if (options_.config) {
        config_path_ = *options_.config;
    } else {
        std::vector<std::string> starts;
        for (const std::string& path : options_.paths)
            starts.push_back(path == "-" ? options_.stdin_name.value_or(".") : path);
        if (starts.empty()) starts.emplace_back(".");
        TIPHYS_TRY(found, find_config(starts));
        config_path_ = found.value_or("");
    }
    if (config_path_.empty()) return Done{};
    TIPHYS_TRY(text, read_file(config_path_));
    config_file_ = sources_->map.add(config_path_, std::move(text));
    config_ = analyze::read_config(sources_->map, config_file_, config_findings_);
    const std::string stubs = analyze::stubs_of(config_.cluster);
    if (!stubs.empty()) stub_file_ = sources_->map.add(config_path_ + " [cluster]", stubs);
    return Done{};
}

namespace {

analyze::MissingReferences missing_references(const std::string& word) {
    if (word == "warn") return analyze::MissingReferences::kWarn;
    if (word == "ignore") return analyze::MissingReferences::kIgnore;
    return analyze::MissingReferences::kError;
}

} // namespace

Result<Done> LintSession::choose_rules() {
    rules_.settings = config_.settings;
    rules_.only = config_.select;
    rules_.ignored = config_.ignore;
    rules_.severities = config_.severities;
    if (!options_.only.empty()) {
        TIPHYS_TRY(only, rules_of(options_.only));
        rules_.only = std::move(only);
        rules_.ignored.clear();
    }
    TIPHYS_TRY(ignored, rules_of(options_.ignored));
    for (const std::string_view name : ignored) {
        if (std::find(options_.only.begin(), options_.only.end(), name) != options_.only.end()) {
            return Error{"rule `" + std::string(name) + "` is both in --only and in --ignore"};
        }
        rules_.ignored.push_back(name);
    }
    if (options_.argo_version) {
        const std::string& text = *options_.argo_version;
        rules_.settings.argo_version = analyze::version_of(text);
        if (rules_.settings.argo_version == 0) {
            return Error{"`" + text + "` is no version; write `4.1` or `3.6`"};
        }
    }
    if (options_.most_pods) rules_.settings.limits.most_pods = *options_.most_pods;
    if (options_.missing_references) {
        rules_.settings.missing_references = missing_references(*options_.missing_references);
    }
    rules_.with_info = options_.is_strict || config_.strict.value_or(false);
    rules_.n_threads = options_.n_threads == 0 ? default_threads() : options_.n_threads;
    fail_on_ = options_.fail_on.value_or(config_.fail_on.value_or("error"));
    return Done{};
}

Result<Done> LintSession::load_baseline() {
    if (options_.baseline) {
        baseline_path_ = *options_.baseline;
    } else if (config_.baseline) {
        const bool is_absolute = config_.baseline->starts_with("/");
        baseline_path_ = (is_absolute ? "" : folder_of(config_path_)) + *config_.baseline;
    }
    if (options_.writes_baseline && baseline_path_.empty()) {
        return Error{"--write-baseline needs the file: --baseline FILE"};
    }
    if (options_.writes_baseline || baseline_path_.empty()) return Done{};
    TIPHYS_TRY(text, read_file(baseline_path_));
    Result<analyze::Baseline> baseline = analyze::read_baseline(text);
    if (!baseline.has_value()) {
        return Error{"cannot use the baseline `" + baseline_path_ +
                     "`: " + baseline.error().message};
    }
    baseline_ = std::move(*baseline);
    return Done{};
}

Result<Done> LintSession::load_files(Streams& streams) {
    ReadRequest request;
    request.paths = options_.paths;
    request.stdin_name = options_.stdin_words();
    request.n_threads = options_.n_threads;
    request.known = options_.known;
    request.environment = options_.environment;
    for (const std::string& path : config_.known) {
        const bool is_absolute = path.starts_with("/");
        request.known.push_back((is_absolute ? "" : folder_of(config_path_)) + path);
    }
    if (stub_file_ != FileId::kNone) request.loaded.push_back({stub_file_, true});
    if (!options_.known_text.empty()) {
        request.loaded.push_back({sources_->map.add("<cluster>", options_.known_text), true, true});
    }
    is_stdin_alone_ = options_.stdin_name && options_.paths == std::vector<std::string>{"-"};
    // An unsaved buffer is judged within its project.
    if (is_stdin_alone_) request.surroundings = project_folder(*options_.stdin_name);
    TIPHYS_TRY(stdin_file, read_into(*sources_, request, streams));
    stdin_file_ = stdin_file;
    ignore_in_files();
    return Done{};
}

void LintSession::ignore_in_files() {
    const fs::path folder = absolute_path(config_path_).parent_path();
    std::vector<IgnoreFile> patterns;
    for (const analyze::FileIgnores& ignores : config_.file_ignores)
        patterns.emplace_back(ignores.pattern);
    for (const ir::SourceUnit& unit : sources_->project.units()) {
        if (patterns.empty()) return;
        const fs::path path = absolute_path(sources_->map.file(unit.file).path);
        const fs::path relative = path.lexically_relative(folder);
        if (relative.empty() || *relative.begin() == "..") continue;
        for (std::size_t i = 0; i < patterns.size(); ++i) {
            if (!is_for_file(patterns[i], relative)) continue;
            std::vector<std::string_view>& ignored = rules_.ignored_in[unit.file];
            const auto& names = config_.file_ignores[i].rules;
            ignored.insert(ignored.end(), names.begin(), names.end());
        }
    }
}

Result<Done> LintSession::ask_shellcheck() {
    // With `--only` nobody else's rules are wanted.
    const bool is_unwanted = options_.shellcheck == "never" || !options_.only.empty();
    const ShellCheck when = is_unwanted                     ? ShellCheck::kNever
                            : options_.shellcheck == "auto" ? ShellCheck::kAuto
                                                            : ShellCheck::kAlways;
    TIPHYS_TRY(found, run_shellcheck(sources_->project, when));
    rules_.found_elsewhere = std::move(found);
    return Done{};
}

LintResult LintSession::judge(bool with_accepted) const {
    LintResult result;
    result.verdict = analyze::judge(sources_->project, rules_);
    const auto is_of_others = [&](const Diagnostic& diagnostic) {
        const FileId file = diagnostic.span.file;
        return (stub_file_ != FileId::kNone && file == stub_file_) ||
               (is_stdin_alone_ && file != stdin_file_);
    };
    std::erase_if(result.verdict.shown, is_of_others);
    std::erase_if(result.verdict.suppressed, is_of_others);
    std::erase_if(result.verdict.excluded, is_of_others);
    if (baseline_ && !with_accepted) {
        result.n_gone = analyze::apply_baseline(*baseline_, sources_->map, result.verdict);
    }
    if (with_accepted) return result;
    result.verdict.shown.insert(result.verdict.shown.begin(), config_findings_.begin(),
                                config_findings_.end());
    return result;
}

void LintSession::reread(FileId file, std::string text) {
    if (file == config_file_) {
        sources_->map.set_text(file, std::move(text));
        config_findings_.clear();
        config_ = analyze::read_config(sources_->map, file, config_findings_);
        // The command line was understood before.
        static_cast<void>(choose_rules());
        rules_.ignored_in.clear();
        ignore_in_files();
        return;
    }
    const auto input = std::find_if(sources_->inputs.begin(), sources_->inputs.end(),
                                    [&](const front::InputFile& one) { return one.file == file; });
    if (input == sources_->inputs.end()) return;
    sources_->map.set_text(file, std::move(text));
    front::reload_file(sources_->project, sources_->map, *input, options_.environment);
}

} // namespace tiphys::cli
