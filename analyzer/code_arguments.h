#pragma once
// Which words of a container's command line are a program text: the word after `sh -c`,
// `python -c` and their like, and the source of a script.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "compiler/ir/object.h"

namespace tiphys::analyze {

enum class CodeLanguage : std::uint8_t { kShell, kPython, kOther };

/// "shell", "Python" or "script".
[[nodiscard]] std::string_view name_of(CodeLanguage language);

/// The language that a program runs, by the last part of its path; nothing where it is no
/// interpreter.
[[nodiscard]] std::optional<CodeLanguage> interpreter_language(std::string_view program);

/// A text that is executed, and its language.
struct CodeText {
    const ir::Scalar* text = nullptr;
    CodeLanguage language = CodeLanguage::kOther;
};

/// The word of a container's `command` and `args` that an interpreter executes.
[[nodiscard]] std::optional<CodeText> code_argument(const ir::Object& container);

/// The `source` of a script, in the language of its `command`; a script without a known
/// interpreter counts as code of some other language.
[[nodiscard]] std::optional<CodeText> code_source(const ir::Object& script);

/// Whether an object of that type has `command` and `args` of a container.
[[nodiscard]] bool is_container(const ir::Object& object);

} // namespace tiphys::analyze
