// Which words of a container's command line are a program text.
#include "analyzer/code_arguments.h"

#include <algorithm>
#include <array>

#include "analyzer/containers.h"
#include "schemas/k8s.gen.h"
#include "schemas/workflow.gen.h"

namespace tiphys::analyze {
namespace {

std::string_view last_part(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == path.npos ? path : path.substr(slash + 1);
}

/// `python3.11` is `python`.
std::string_view without_version(std::string_view name) {
    const std::size_t end = name.find_last_not_of("0123456789.");
    return end == name.npos ? name : name.substr(0, end + 1);
}

/// Whether an option takes the next word as its program: `-c`, `-ec`, `-e`, `--eval`.
bool takes_code(std::string_view option, CodeLanguage language) {
    if (option.starts_with("--")) return option == "--eval" || option == "--print";
    const char letter = option.back();
    switch (language) {
    case CodeLanguage::kShell:
        // The letter may stand anywhere among those without a value.
        return option.find('c') != option.npos;
    case CodeLanguage::kPython:
        return letter == 'c';
    case CodeLanguage::kOther:
        return letter == 'e' || letter == 'r' || letter == 'p' || letter == 'E';
    }
    return false;
}

} // namespace

std::string_view name_of(CodeLanguage language) {
    switch (language) {
    case CodeLanguage::kShell:
        return "shell";
    case CodeLanguage::kPython:
        return "Python";
    case CodeLanguage::kOther:
        return "script";
    }
    return {};
}

std::optional<CodeLanguage> interpreter_language(std::string_view program) {
    constexpr std::array<std::string_view, 6> kShells{"sh", "bash", "ash", "dash", "ksh", "zsh"};
    constexpr std::array<std::string_view, 8> kOthers{"node", "nodejs", "perl", "ruby",
                                                      "php",  "lua",    "deno", "Rscript"};
    const std::string_view name = without_version(last_part(program));
    if (std::find(kShells.begin(), kShells.end(), name) != kShells.end()) {
        return CodeLanguage::kShell;
    }
    if (name == "python" || name == "pypy") return CodeLanguage::kPython;
    if (std::find(kOthers.begin(), kOthers.end(), name) != kOthers.end()) {
        return CodeLanguage::kOther;
    }
    return std::nullopt;
}

std::optional<CodeText> code_argument(const ir::Object& container) {
    const std::vector<const ir::Scalar*> words = ContainerView(container).words();
    // An interpreter may stand behind `env`, `tini --`, `timeout 60` and their like.
    for (std::size_t at = 0; at < words.size(); ++at) {
        const auto language = interpreter_language(words[at]->text);
        if (!language.has_value()) continue;
        for (std::size_t next = at + 1; next + 1 < words.size(); ++next) {
            const std::string_view option = words[next]->text;
            if (option.size() < 2 || (option[0] != '-' && option[0] != '+')) return std::nullopt;
            if (takes_code(option, *language)) return CodeText{words[next + 1], *language};
        }
        return std::nullopt;
    }
    return std::nullopt;
}

std::optional<CodeText> code_source(const ir::Object& script) {
    const ir::Scalar* source = ir::scalar_as(script.field("source"));
    if (source == nullptr) return std::nullopt;
    for (const ir::Scalar* word : ContainerView(script).words()) {
        const auto language = interpreter_language(word->text);
        if (language.has_value()) return CodeText{source, *language};
    }
    return CodeText{source, CodeLanguage::kOther};
}

bool is_container(const ir::Object& object) {
    const schema::TypeId type = object.type->id;
    return type == k8s::Container::kType || type == wf::ScriptTemplate::kType ||
           type == wf::UserContainer::kType || type == wf::ContainerNode::kType;
}

} // namespace tiphys::analyze
