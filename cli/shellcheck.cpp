// ShellCheck in one process for all scripts.
#include "cli/shellcheck.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <set>
#include <spawn.h>
#include <sstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "analyzer/scripts.h"
#include "analyzer/walk.h"
#include "cli/scratch_folder.h"
#include "compiler/doc/scalar_text.h"

namespace tiphys::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// Variables come from `env`, files from the image, and words in place of tags are constants.
constexpr const char* kExcluded = "--exclude=SC1090,SC1091,SC1128,SC2034,SC2043,SC2050,SC2078,"
                                  "SC2148,SC2154,SC2157,SC2161,SC2193,SC2194,SC2242";
/// Findings about what POSIX leaves out: the shell of the image may well have it.
constexpr std::int64_t kFirstOfPosix = 3000;
/// More would not fit into the arguments of a process.
constexpr std::size_t kMostScripts = 20'000;

struct Script {
    const ir::Document* document = nullptr;
    std::unique_ptr<analyze::ShellScript> script;
};

bool is_container(schema::TypeId type) {
    return type == k8s::Container::kType || type == wf::UserContainer::kType ||
           type == wf::ScriptTemplate::kType || type == wf::ContainerNode::kType;
}

std::vector<Script> collect_scripts(const ir::Project& project) {
    std::vector<Script> scripts;
    for (const ir::SourceUnit& unit : project.units()) {
        for (const ir::Document& document : unit.documents) {
            if (document.root == nullptr) continue;
            std::unordered_set<const ir::Object*> seen;
            analyze::for_each_field(*document.root, [&](const analyze::PresentField& present) {
                const bool is_new =
                    is_container(present.owner->type->id) && seen.insert(present.owner).second;
                if (!is_new || scripts.size() >= kMostScripts) return;
                auto script = analyze::read_script(analyze::ContainerView(*present.owner));
                // A script that cannot be read has a finding of its own.
                if (script == nullptr || script->script.error) return;
                scripts.push_back({&document, std::move(script)});
            });
        }
    }
    return scripts;
}

/// Runs it over the files; its findings are written to `output`. Nothing where it is not installed.
Result<bool> run_process(std::vector<std::string> arguments, const fs::path& output) {
    std::vector<char*> words;
    words.reserve(arguments.size() + 1);
    for (std::string& argument : arguments)
        words.push_back(argument.data());
    words.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, S_IRUSR | S_IWUSR);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    pid_t child = 0;
    const int error = posix_spawnp(&child, words.front(), &actions, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error == ENOENT) return false;
    if (error != 0) return Error{"cannot start shellcheck: " + std::string(std::strerror(error))};
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    // 1: it found something; above, something else went wrong.
    const bool is_done = WIFEXITED(status) && WEXITSTATUS(status) <= 1;
    if (!is_done) return Error{"shellcheck ended before it was done"};
    return true;
}

/// The byte of a line and column (from 1, in characters) of a text.
std::size_t byte_at(std::string_view text, std::size_t line, std::size_t column) {
    std::size_t at = 0;
    for (; line > 1 && at < text.size(); --line) {
        const std::size_t end = text.find('\n', at);
        if (end == text.npos) return text.size();
        at = end + 1;
    }
    for (; column > 1 && at < text.size() && text[at] != '\n'; --column) {
        ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U)
            ++at;
    }
    return at;
}

/// Names of rules live as long as the program: findings only view them.
std::string_view rule_name(std::int64_t code) {
    static std::set<std::string> names;
    return *names.insert("shellcheck-SC" + std::to_string(code)).first;
}

Diagnostic to_diagnostic(const Json& comment, const Script& script, const ir::Project& project) {
    const std::string& text = script.script->text;
    const auto number = [&](const char* key) { return comment.value(key, std::size_t{1}); };
    // The first line of the file is the directive.
    const std::size_t begin = byte_at(text, number("line") - 1, number("column"));
    const std::size_t end = byte_at(text, number("endLine") - 1, number("endColumn"));
    const ir::Scalar& scalar = *script.script->scalar;
    Diagnostic diagnostic;
    const std::int64_t code = comment.value("code", std::int64_t{0});
    diagnostic.rule = rule_name(code);
    const std::string level = comment.value("level", "warning");
    const bool is_hint = level == "info" || level == "style" || code >= kFirstOfPosix;
    diagnostic.severity = is_hint ? Severity::kInfo : Severity::kWarning;
    diagnostic.message = comment.value("message", "");
    while (diagnostic.message.ends_with('.'))
        diagnostic.message.pop_back();
    diagnostic.span = doc::span_in_scalar(project.sources().file(scalar.span.file).text,
                                          scalar.span, scalar.style, begin, std::max(end, begin));
    diagnostic.help = "ShellCheck explains SC" + std::to_string(code) + " in its wiki";
    diagnostic.object = {std::string(script.document->kind),
                         std::string(script.document->namespace_name),
                         std::string(script.document->name)};
    return diagnostic;
}

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

} // namespace

Result<std::vector<Diagnostic>> run_shellcheck(const ir::Project& project, ShellCheck when) {
    std::vector<Diagnostic> found;
    if (when == ShellCheck::kNever) return found;
    const std::vector<Script> scripts = collect_scripts(project);
    const ScratchFolder folder;
    if (folder.path().empty()) return Error{"cannot make a folder for shellcheck"};
    std::vector<std::string> arguments{"shellcheck", "--norc", "--format=json1", kExcluded, "--"};
    for (std::size_t i = 0; i < scripts.size(); ++i) {
        const fs::path path = folder.path() / (std::to_string(i) + ".sh");
        std::ofstream out(path, std::ios::binary);
        const bool is_bash = scripts[i].script->is_bash;
        out << "# shellcheck shell=" << (is_bash ? "bash" : "sh") << "\n"
            << scripts[i].script->text;
        arguments.push_back(path.string());
    }
    if (scripts.empty()) return found;
    const fs::path output = folder.path() / "findings.json";
    const auto is_done = run_process(std::move(arguments), output);
    if (!is_done.has_value()) return is_done.error();
    if (!*is_done) {
        if (when == ShellCheck::kAuto) return found;
        return Error{"shellcheck is not installed"};
    }
    const Json json = Json::parse(read_file(output), nullptr, false);
    if (json.is_discarded() || !json.contains("comments")) {
        return Error{"shellcheck wrote something else than its findings"};
    }
    for (const Json& comment : json["comments"]) {
        const fs::path file = comment.value("file", "");
        const std::size_t index = std::strtoul(file.stem().c_str(), nullptr, 10);
        if (index >= scripts.size() || comment.value("line", 0) < 2) continue;
        found.push_back(to_diagnostic(comment, scripts[index], project));
    }
    return found;
}

} // namespace tiphys::cli
