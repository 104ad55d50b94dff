#pragma once
// What a secret looks like: by the form that a vendor gives it, or by its name and value.

#include <optional>
#include <string_view>

namespace tiphys::analyze {

/// A secret in a text: its kind in words ("a GitHub token") and its bytes.
struct FoundSecret {
    std::string_view kind;
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// The first token in a text that has the form of some vendor's secret, a private key, or a URL
/// with a password. Linear in the text.
[[nodiscard]] std::optional<FoundSecret> find_vendor_secret(std::string_view text);

/// Whether something of that name is a secret: `DB_PASSWORD`, `api-key`, `githubToken`; names of
/// things about a secret (`password-file`, `secret_name`, `max_tokens`) are not.
[[nodiscard]] bool is_secret_name(std::string_view name);

/// Whether a text that stands for a secret is one: no placeholder, no reference, no path, no name
/// of a Kubernetes object.
[[nodiscard]] bool is_secret_value(std::string_view value);

/// A secret that a text of another language assigns, gives to a flag or sends as a header:
/// `export TOKEN=…`, `--password …`, `"api_key": "…"`. Begins looking at `from`.
[[nodiscard]] std::optional<FoundSecret> find_assigned_secret(std::string_view text,
                                                              std::size_t from = 0);

} // namespace tiphys::analyze
