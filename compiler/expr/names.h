#pragma once
// The shapes of names that Kubernetes and the container tools accept.
// Kubernetes: k8s.io/apimachinery/pkg/util/validation.

#include <cstdint>
#include <optional>
#include <string_view>

namespace tiphys::expr {

/// Lower-case letters, digits and `-`; at most 63 bytes; `-` not at an end.
[[nodiscard]] bool is_dns1123_label(std::string_view text);

/// Labels joined by `.`; at most 253 bytes. Names of most objects.
[[nodiscard]] bool is_dns1123_subdomain(std::string_view text);

/// A DNS-1123 label that begins with a letter. Names of Services.
[[nodiscard]] bool is_dns1035_label(std::string_view text);

/// `*.` and a subdomain.
[[nodiscard]] bool is_wildcard_subdomain(std::string_view text);

/// What `generateName` may hold: a subdomain that may end in `-`.
[[nodiscard]] bool is_generate_name(std::string_view text);

/// `[prefix/]name`, the form of label keys, finalizers and resource names.
[[nodiscard]] bool is_qualified_name(std::string_view text);

/// Like a qualified name, but the prefix may hold upper-case letters.
[[nodiscard]] bool is_annotation_key(std::string_view text);

/// At most 63 letters, digits, `-`, `_`, `.`, with a letter or digit at both ends; may be empty.
[[nodiscard]] bool is_label_value(std::string_view text);

/// Name of an environment variable as Kubernetes takes it (`-` and `.` are allowed).
[[nodiscard]] bool is_env_var_name(std::string_view text);

/// Key of a ConfigMap or Secret.
[[nodiscard]] bool is_config_map_key(std::string_view text);

[[nodiscard]] bool is_http_header_name(std::string_view text);

/// Name of a container port: at most 15 lower-case letters, digits and single `-`, one letter.
[[nodiscard]] bool is_port_name(std::string_view text);

[[nodiscard]] bool is_port_number(std::int64_t number);

/// A letter or `_`, then letters, digits and `_` (ASCII).
[[nodiscard]] bool is_identifier(std::string_view text);

/// What Argo allows as name of a parameter or artifact: letters, digits, `-`, `_`.
/// Argo: workflow/validate/validate.go paramOrArtifactNameRegex.
[[nodiscard]] bool is_parameter_name(std::string_view text);

/// An image reference taken apart; absent parts are empty.
struct ImageReference {
    std::string_view registry;   ///< `localhost:5000`, empty for Docker Hub
    std::string_view repository; ///< path below the registry
    std::string_view tag;
    std::string_view digest; ///< `sha256:…`
};

/// Parses `[registry[:port]/]path[:tag][@digest]`, the grammar of distribution/reference
/// (normalised names: a first part without `.`, `:` or upper case belongs to the path).
[[nodiscard]] std::optional<ImageReference> parse_image_reference(std::string_view text);

[[nodiscard]] bool is_image_reference(std::string_view text);

} // namespace tiphys::expr
