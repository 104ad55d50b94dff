// The shapes of names that Kubernetes and the container tools accept.
#include "compiler/expr/names.h"

#include <algorithm>
#include <array>
#include <string>

namespace tiphys::expr {
namespace {

constexpr std::size_t kLabelBytes = 63;
constexpr std::size_t kSubdomainBytes = 253;

constexpr bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

constexpr bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr bool is_letter_or_digit(char c) {
    return is_lower(c) || is_upper(c) || is_digit(c);
}

bool is_one_of(char c, std::string_view set) {
    return set.find(c) != set.npos;
}

/// Whether `text` is a DNS label of any length.
bool has_label_shape(std::string_view text) {
    const auto is_inner = [](char c) { return is_lower(c) || is_digit(c) || c == '-'; };
    return !text.empty() && std::all_of(text.begin(), text.end(), is_inner) &&
           text.front() != '-' && text.back() != '-';
}

bool has_subdomain_shape(std::string_view text) {
    for (;;) {
        const std::size_t dot = text.find('.');
        if (!has_label_shape(text.substr(0, dot))) return false;
        if (dot == text.npos) return true;
        text.remove_prefix(dot + 1);
    }
}

/// Letters, digits, `-`, `_`, `.`, with a letter or digit at both ends.
bool has_name_shape(std::string_view text) {
    const auto is_inner = [](char c) { return is_letter_or_digit(c) || is_one_of(c, "-_."); };
    return !text.empty() && std::all_of(text.begin(), text.end(), is_inner) &&
           is_letter_or_digit(text.front()) && is_letter_or_digit(text.back());
}

/// ConfigMap keys and environment variables may become file names.
bool names_parent_folder(std::string_view text) {
    return text == "." || text.substr(0, 2) == "..";
}

bool has_digest_shape(std::string_view digest) {
    const std::size_t colon = digest.find(':');
    if (colon == digest.npos) return false;
    std::string_view algorithm = digest.substr(0, colon);
    const std::string_view hex = digest.substr(colon + 1);
    const auto is_hex = [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    if (hex.size() < 32 || !std::all_of(hex.begin(), hex.end(), is_hex)) return false;
    bool at_start = true;
    for (const char c : algorithm) {
        if (at_start && !is_lower(c) && !is_upper(c)) return false;
        if (!is_letter_or_digit(c) && !is_one_of(c, "-_+.")) return false;
        at_start = is_one_of(c, "-_+.");
    }
    return !algorithm.empty() && !at_start;
}

bool has_tag_shape(std::string_view tag) {
    const auto is_inner = [](char c) { return is_letter_or_digit(c) || is_one_of(c, "_.-"); };
    return !tag.empty() && tag.size() <= 128 && std::all_of(tag.begin(), tag.end(), is_inner) &&
           tag.front() != '.' && tag.front() != '-';
}

/// Lower-case letters and digits, separated by one `.`, one or two `_`, or any number of `-`.
bool has_path_component_shape(std::string_view part) {
    std::size_t at = 0;
    const auto skip_word = [&] {
        const std::size_t from = at;
        while (at < part.size() && (is_lower(part[at]) || is_digit(part[at])))
            ++at;
        return at > from;
    };
    if (!skip_word()) return false;
    while (at < part.size()) {
        const std::size_t from = at;
        while (at < part.size() && part[at] == part[from] && is_one_of(part[at], "._-"))
            ++at;
        const std::size_t n = at - from;
        const bool separates = (part[from] == '-' && n > 0) || (part[from] == '.' && n == 1) ||
                               (part[from] == '_' && (n == 1 || n == 2));
        if (!separates || !skip_word()) return false;
    }
    return true;
}

bool has_registry_shape(std::string_view registry) {
    std::string_view host = registry;
    if (host.substr(0, 1) == "[") { // IPv6
        const std::size_t close = host.find(']');
        if (close == host.npos) return false;
        const std::string_view address = host.substr(1, close - 1);
        const auto is_inner = [](char c) {
            return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':';
        };
        if (address.empty() || !std::all_of(address.begin(), address.end(), is_inner)) return false;
        host.remove_prefix(close + 1);
        if (host.empty()) return true;
        if (host.front() != ':') return false;
        host.remove_prefix(1);
        return !host.empty() && std::all_of(host.begin(), host.end(), is_digit);
    }
    const std::size_t colon = host.find(':');
    if (colon != host.npos) {
        const std::string_view port = host.substr(colon + 1);
        if (port.empty() || !std::all_of(port.begin(), port.end(), is_digit)) return false;
        host = host.substr(0, colon);
    }
    for (;;) {
        const std::size_t dot = host.find('.');
        const std::string_view part = host.substr(0, dot);
        const auto is_inner = [](char c) { return is_letter_or_digit(c) || c == '-'; };
        if (part.empty() || part.front() == '-' || part.back() == '-' ||
            !std::all_of(part.begin(), part.end(), is_inner)) {
            return false;
        }
        if (dot == host.npos) return true;
        host.remove_prefix(dot + 1);
    }
}

bool is_registry(std::string_view first_part) {
    return first_part == "localhost" || first_part.find_first_of(".:[") != first_part.npos ||
           std::any_of(first_part.begin(), first_part.end(), is_upper);
}

} // namespace

bool is_dns1123_label(std::string_view text) {
    return text.size() <= kLabelBytes && has_label_shape(text);
}

bool is_dns1123_subdomain(std::string_view text) {
    return text.size() <= kSubdomainBytes && has_subdomain_shape(text);
}

bool is_dns1035_label(std::string_view text) {
    return is_dns1123_label(text) && is_lower(text.front());
}

bool is_wildcard_subdomain(std::string_view text) {
    return text.size() <= kSubdomainBytes && text.substr(0, 2) == "*." &&
           has_subdomain_shape(text.substr(2));
}

bool is_generate_name(std::string_view text) {
    std::string masked(text);
    // The API server's generated suffix follows; it masks the hyphen and the byte before it.
    if (masked.size() > 1 && masked.back() == '-') {
        masked.resize(masked.size() - 1);
        masked.back() = 'a';
    }
    return is_dns1123_subdomain(masked);
}

bool is_qualified_name(std::string_view text) {
    const std::size_t slash = text.find('/');
    std::string_view name = text;
    if (slash != text.npos) {
        if (!is_dns1123_subdomain(text.substr(0, slash))) return false;
        name = text.substr(slash + 1);
    }
    return name.size() <= kLabelBytes && has_name_shape(name);
}

bool is_annotation_key(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
    }
    return is_qualified_name(lower);
}

bool is_label_value(std::string_view text) {
    return text.empty() || (text.size() <= kLabelBytes && has_name_shape(text));
}

bool is_env_var_name(std::string_view text) {
    const auto is_inner = [](char c) { return is_letter_or_digit(c) || is_one_of(c, "-_."); };
    return !text.empty() && !is_digit(text.front()) && !names_parent_folder(text) &&
           std::all_of(text.begin(), text.end(), is_inner);
}

bool is_config_map_key(std::string_view text) {
    const auto is_inner = [](char c) { return is_letter_or_digit(c) || is_one_of(c, "-_."); };
    return !text.empty() && text.size() <= kSubdomainBytes && !names_parent_folder(text) &&
           std::all_of(text.begin(), text.end(), is_inner);
}

bool is_http_header_name(std::string_view text) {
    const auto is_inner = [](char c) { return is_letter_or_digit(c) || c == '-'; };
    return !text.empty() && std::all_of(text.begin(), text.end(), is_inner);
}

bool is_port_name(std::string_view text) {
    constexpr std::size_t kPortNameBytes = 15;
    return text.size() <= kPortNameBytes && has_label_shape(text) && text.find("--") == text.npos &&
           std::any_of(text.begin(), text.end(), is_lower);
}

bool is_port_number(std::int64_t number) {
    return number >= 1 && number <= 65535;
}

bool is_identifier(std::string_view text) {
    const auto is_inner = [](char c) { return is_letter_or_digit(c) || c == '_'; };
    return !text.empty() && !is_digit(text.front()) &&
           std::all_of(text.begin(), text.end(), is_inner);
}

bool is_parameter_name(std::string_view text) {
    const auto is_inner = [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; };
    return !text.empty() && std::all_of(text.begin(), text.end(), is_inner);
}

std::optional<ImageReference> parse_image_reference(std::string_view text) {
    ImageReference reference;
    std::string_view rest = text;
    const std::size_t at_sign = rest.find('@');
    if (at_sign != rest.npos) {
        reference.digest = rest.substr(at_sign + 1);
        if (!has_digest_shape(reference.digest)) return std::nullopt;
        rest = rest.substr(0, at_sign);
    }
    const std::size_t last_slash = rest.rfind('/');
    const std::size_t colon = rest.find(':', last_slash == rest.npos ? 0 : last_slash + 1);
    if (colon != rest.npos) {
        reference.tag = rest.substr(colon + 1);
        if (!has_tag_shape(reference.tag)) return std::nullopt;
        rest = rest.substr(0, colon);
    }
    const std::size_t slash = rest.find('/');
    if (slash != rest.npos && is_registry(rest.substr(0, slash))) {
        reference.registry = rest.substr(0, slash);
        if (!has_registry_shape(reference.registry)) return std::nullopt;
        rest.remove_prefix(slash + 1);
    }
    reference.repository = rest;
    if (rest.size() > 255) return std::nullopt;
    for (;;) {
        const std::size_t end = rest.find('/');
        if (!has_path_component_shape(rest.substr(0, end))) return std::nullopt;
        if (end == rest.npos) return reference;
        rest.remove_prefix(end + 1);
    }
}

bool is_image_reference(std::string_view text) {
    return parse_image_reference(text).has_value();
}

} // namespace tiphys::expr
