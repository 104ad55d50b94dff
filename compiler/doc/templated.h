#pragma once
// Recognises the source of a templating tool (Helm), which is no YAML before the tool has run.

#include <cstdint>
#include <optional>
#include <string_view>

#include "compiler/doc/tree.h"

namespace tiphys::doc {

/// Bytes [begin, end) of a `{{…}}`.
struct Braces {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

/// The whole `{{…}}` that begins at `at`, or up to the end of the line.
[[nodiscard]] Braces braces_at(std::string_view text, std::uint32_t at);

/// True if the `{{` at `at` begins what Helm would replace, such as `{{- if`, `{{ .Values` or
/// `{{ include`. Argo's own tags never look so, and the Go templates of Argo Events read `.Input`.
[[nodiscard]] bool is_helm(std::string_view text, std::uint32_t at);

/// The first of Helm's braces on the line of `at`, quoted text and comments left out.
[[nodiscard]] std::optional<Braces> helm_on_line(std::string_view text, std::uint32_t at);

/// The first of Helm's braces in plain scalars of a tree that was read without error.
[[nodiscard]] std::optional<Braces> helm_in_plain(std::string_view text, const Tree& tree);

} // namespace tiphys::doc
