#pragma once
// URLs as Go's package net/url reads and writes them.

#include <optional>
#include <string>
#include <string_view>

namespace tiphys::expr {

struct UrlUser {
    std::string name;
    std::optional<std::string> password;
};

/// The parts of a URL, without escapes but for `query`.
struct Url {
    std::string scheme;
    std::string opaque; ///< what follows the scheme where there is no `/`
    std::optional<UrlUser> user;
    std::string host; ///< with its port
    std::string path;
    std::string query;
    std::string fragment;
};

/// Nothing where Go refuses; `reason` says why.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text, std::string& reason);

/// The host without port and brackets.
[[nodiscard]] std::string host_name(const Url& url);

[[nodiscard]] std::string to_text(const Url& url);
[[nodiscard]] std::string to_text(const UrlUser& user);

} // namespace tiphys::expr
