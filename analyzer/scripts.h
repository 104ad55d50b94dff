#pragma once
// The shell scripts of containers: sources of script templates, and texts given to `sh -c`.

#include <memory>
#include <string>
#include <unordered_map>

#include "analyzer/containers.h"
#include "analyzer/shell/script.h"

namespace tiphys::analyze {

/// A script as its shell gets it, but with letters in place of tags and of `$(NAME)`, which
/// Kubernetes replaces in arguments. Bytes of it are bytes of the scalar's value.
struct ShellScript {
    const ir::Scalar* scalar = nullptr;
    std::string text;
    /// As its shell reads it; what runs as `sh` may be dash, ash or bash: the most lenient counts.
    shell::Script script;
    bool is_source = false;
    bool is_bash = false;
    /// By options of the shell, in the command or on the `#!` line: `-e`, `-o pipefail`.
    bool has_errexit = false;
    bool has_pipefail = false;

    [[nodiscard]] std::string_view slice(shell::Range range) const {
        return std::string_view(text).substr(range.begin, range.end - range.begin);
    }
    /// The place in the file.
    [[nodiscard]] Span span(shell::Range range, const Context& context) const {
        return context.span_in(*scalar, range.begin, range.end);
    }
};

/// The script that a container runs; null where it runs none, or another language's.
[[nodiscard]] std::unique_ptr<ShellScript> read_script(const ContainerView& container);

/// The scripts of a file, each read when it is first asked for.
class Scripts {
public:
    [[nodiscard]] const ShellScript* of(const ContainerView& container);

private:
    std::unordered_map<const ir::Object*, std::unique_ptr<ShellScript>> by_container_;
};

} // namespace tiphys::analyze
