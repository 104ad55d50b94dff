// The shell scripts of containers.
#include "analyzer/scripts.h"

#include <algorithm>

#include "compiler/expr/tags.h"

namespace tiphys::analyze {
namespace {

std::string_view file_name(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == path.npos ? path : path.substr(slash + 1);
}

/// Shells whose grammar is known here. Others (zsh, fish, ksh) have their own.
bool is_posix_shell(std::string_view name) {
    return name == "sh" || name == "dash" || name == "ash";
}

/// Programs that run the rest of their arguments.
bool is_wrapper(std::string_view name) {
    return name == "tini" || name == "dumb-init" || name == "env" || name == "busybox" ||
           name == "--" || name == "-s" || name == "-g" || name == "-S";
}

/// How a shell was called.
struct ShellCall {
    bool is_bash = false;
    bool has_errexit = false;
    bool has_pipefail = false;
    bool takes_text = false; ///< `-c`
    std::size_t n_words = 0; ///< up to the script
};

/// Reads the options of a shell; `word(i)` gives the i-th word after its name, or nothing.
template <class WordAt>
void read_options(ShellCall& call, const WordAt& word) {
    std::size_t at = 0;
    for (std::string_view text = word(at); text.size() > 1; text = word(++at)) {
        if (text.front() != '-' && text.front() != '+') break;
        if (text == "--") {
            ++at;
            break;
        }
        const bool is_on = text.front() == '-';
        if (text.starts_with("--")) continue;
        if (is_on && text.find('e') != text.npos) call.has_errexit = true;
        if (is_on && text.find('c') != text.npos) call.takes_text = true;
        if (!text.ends_with("o")) continue;
        const std::string_view option = word(++at);
        if (option == "errexit") call.has_errexit = is_on;
        if (option == "pipefail") call.has_pipefail = is_on;
    }
    call.n_words = at;
}

/// A call of a shell in a list of words; nothing where another program is run.
std::optional<ShellCall> shell_call(const std::vector<std::string_view>& words) {
    std::size_t at = 0;
    while (at < words.size() && is_wrapper(file_name(words[at])))
        ++at;
    if (at >= words.size()) return std::nullopt;
    const std::string_view name = file_name(words[at]);
    if (name != "bash" && !is_posix_shell(name)) return std::nullopt;
    ShellCall call;
    call.is_bash = name == "bash";
    const std::size_t first = at + 1;
    read_options(call, [&](std::size_t i) {
        return first + i < words.size() ? words[first + i] : std::string_view{};
    });
    call.n_words += first;
    return call;
}

void fill(std::string& text, std::size_t begin, std::size_t end, char c) {
    for (std::size_t i = begin; i < end && i < text.size(); ++i)
        text[i] = c;
}

/// Kubernetes: third_party/forked/golang/expansion/expand.go.
void mask_kubernetes(std::string& text, const ContainerView& container) {
    for (std::size_t at = text.find('$'); at != text.npos; at = text.find('$', at + 1)) {
        if (at + 1 == text.size()) return;
        if (text[at + 1] == '$') {
            text[at] = ' ';
            ++at;
            continue;
        }
        if (text[at + 1] != '(') continue;
        const std::size_t end = text.find(')', at);
        if (end == text.npos) return;
        const std::string name = text.substr(at + 2, end - at - 2);
        for (const k8s::EnvVar* variable : container.env()) {
            if (ir::text_of(variable->name()) == name) fill(text, at, end + 1, 'x');
        }
    }
}

std::unique_ptr<ShellScript> make_script(const ContainerView& container, const ir::Scalar& scalar,
                                         const ShellCall& call, bool is_source) {
    const expr::TagList tags = expr::scan_tags(scalar.text);
    if (tags.unclosed) return nullptr;
    auto result = std::make_unique<ShellScript>();
    result->scalar = &scalar;
    result->text = scalar.text;
    for (const expr::Tag& tag : tags.tags)
        fill(result->text, tag.range.begin, tag.range.end, 'x');
    if (!is_source) mask_kubernetes(result->text, container);
    result->is_source = is_source;
    result->is_bash = call.is_bash;
    result->has_errexit = call.has_errexit;
    result->has_pipefail = call.has_pipefail;
    result->script = shell::parse(result->text, shell::Dialect::kBash);
    if (!call.is_bash && result->script.error) {
        shell::Script posix = shell::parse(result->text, shell::Dialect::kPosix);
        if (!posix.error) result->script = std::move(posix);
    }
    return result;
}

/// Words of the `#!` line; empty where there is none.
std::vector<std::string_view> shebang_words(std::string_view source) {
    std::vector<std::string_view> words;
    if (!source.starts_with("#!")) return words;
    const std::string_view line = source.substr(0, source.find('\n')).substr(2);
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t begin = line.find_first_not_of(" \t\r", at);
        if (begin == line.npos) break;
        const std::size_t end = std::min(line.find_first_of(" \t\r", begin), line.size());
        words.push_back(line.substr(begin, end - begin));
        at = end;
    }
    return words;
}

std::unique_ptr<ShellScript> read_source(const ContainerView& container,
                                         const std::vector<std::string_view>& words) {
    const ir::Scalar& source = *container.source();
    // The command is given the file, so its own `#!` line is a comment, but for `sh -c <file>`.
    const bool has_command = !words.empty();
    auto call = shell_call(has_command ? words : shebang_words(source.text));
    if (call && call->takes_text) call = shell_call(shebang_words(source.text));
    if (!call) return nullptr;
    return make_script(container, source, *call, true);
}

} // namespace

std::unique_ptr<ShellScript> read_script(const ContainerView& container) {
    std::vector<const ir::Scalar*> scalars = container.words();
    std::vector<std::string_view> words;
    words.reserve(scalars.size());
    for (const ir::Scalar* word : scalars)
        words.push_back(word->text);
    if (container.source() != nullptr) return read_source(container, words);
    // Without a command the image's entrypoint decides what the arguments are.
    if (container.command().size() == 0) return nullptr;
    const auto call = shell_call(words);
    if (!call || !call->takes_text || call->n_words >= scalars.size()) return nullptr;
    return make_script(container, *scalars[call->n_words], *call, false);
}

const ShellScript* Scripts::of(const ContainerView& container) {
    const auto [at, is_new] = by_container_.try_emplace(&container.object());
    if (is_new) at->second = read_script(container);
    return at->second.get();
}

} // namespace tiphys::analyze
