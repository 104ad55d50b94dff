// URLs as Go's package net/url reads and writes them.
#include "compiler/expr/url.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <utility>

namespace tiphys::expr {
namespace {

/// Where a text stands decides which characters are escaped there.
enum class Part : std::uint8_t { kUser, kHost, kZone, kPath, kFragment };

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string_view plain_characters(Part part) {
    switch (part) {
    case Part::kUser:
        return "-._~$&+,;=";
    case Part::kHost:
    case Part::kZone:
        return "-._~!\"$&'()*+,:;<=>[]";
    case Part::kPath:
        return "-._~$&+,/:;=@";
    case Part::kFragment:
        return "-._~!$&()*+,/:;=?@";
    }
    return "";
}

bool needs_escape(char c, Part part) {
    return !is_letter_or_digit(c) && plain_characters(part).find(c) == std::string_view::npos;
}

std::optional<unsigned> hex_value(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

std::string escape(std::string_view text, Part part) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string escaped;
    for (const char c : text) {
        if (!needs_escape(c, part)) {
            escaped += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        escaped += {'%', kDigits[byte >> 4], kDigits[byte & 0xf]};
    }
    return escaped;
}

class UrlReader {
public:
    explicit UrlReader(std::string& reason) : reason_(reason) {}

    std::optional<Url> read(std::string_view text) {
        const std::size_t hash = text.find('#');
        const std::string_view before = text.substr(0, hash);
        const bool has_control = std::any_of(before.begin(), before.end(), [](char c) {
            return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
        });
        if (has_control) return fail("it has a control character");
        Url url;
        if (before == "*") {
            url.path = "*";
        } else if (!read_parts(before, url)) {
            return std::nullopt;
        }
        if (hash != text.npos) url.fragment = unescape(text.substr(hash + 1), Part::kFragment);
        if (failed_) return std::nullopt;
        return url;
    }

private:
    std::nullopt_t fail(std::string reason) {
        if (!failed_) reason_ = std::move(reason);
        failed_ = true;
        return std::nullopt;
    }

    bool read_parts(std::string_view text, Url& url) {
        std::string_view rest = take_scheme(text, url.scheme);
        if (failed_) return false;
        const std::size_t question = rest.find('?');
        if (question != rest.npos) url.query = rest.substr(question + 1);
        rest = rest.substr(0, question);
        const bool is_rooted = rest.substr(0, 1) == "/";
        if (!is_rooted && !url.scheme.empty()) {
            url.opaque = rest;
            return true;
        }
        if (!is_rooted && rest.substr(0, rest.find('/')).find(':') != rest.npos) {
            fail("its first part has a `:`");
            return false;
        }
        const bool has_authority =
            rest.substr(0, 2) == "//" && (!url.scheme.empty() || rest.substr(0, 3) != "///");
        if (has_authority) {
            const std::size_t slash = std::min(rest.find('/', 2), rest.size());
            read_authority(rest.substr(2, slash - 2), url);
            rest = rest.substr(slash);
        }
        url.path = unescape(rest, Part::kPath);
        return !failed_;
    }

    /// The text behind the scheme; all of it where there is none.
    std::string_view take_scheme(std::string_view text, std::string& scheme) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char c = text[i];
            if (c == ':') {
                if (i == 0) fail("its scheme is missing");
                for (const char letter : text.substr(0, i)) {
                    const bool is_capital = letter >= 'A' && letter <= 'Z';
                    scheme += static_cast<char>(is_capital ? letter - 'A' + 'a' : letter);
                }
                return text.substr(i + 1);
            }
            const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            const bool may_follow = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
            if (!is_letter && (!may_follow || i == 0)) break;
        }
        return text;
    }

    void read_authority(std::string_view authority, Url& url) {
        const std::size_t at = authority.rfind('@');
        const std::string_view host = at == authority.npos ? authority : authority.substr(at + 1);
        url.host = read_host(host, url.scheme == "http" || url.scheme == "https");
        if (at == authority.npos || failed_) return;
        const std::string_view user = authority.substr(0, at);
        const bool fits = std::all_of(user.begin(), user.end(), [](char c) {
            return is_letter_or_digit(c) ||
                   std::string_view("-._:~!$&'()*+,;=%@").find(c) != std::string_view::npos;
        });
        if (!fits) {
            fail("its user has a character that must be escaped");
            return;
        }
        const std::size_t colon = user.find(':');
        url.user = UrlUser{unescape(user.substr(0, colon), Part::kUser), {}};
        if (colon != user.npos) url.user->password = unescape(user.substr(colon + 1), Part::kUser);
    }

    bool needs_port(std::string_view text) {
        const bool is_port =
            text.empty() || (text.front() == ':' &&
                             text.find_first_not_of("0123456789", 1) == std::string_view::npos);
        if (!is_port) fail("`" + std::string(text) + "` is not a port");
        return is_port;
    }

    std::string read_host(std::string_view host, bool single_colon) {
        const std::size_t bracket = host.rfind('[');
        if (bracket == 0) return read_address(host);
        if (bracket != host.npos) {
            fail("`[` does not begin its host");
            return "";
        }
        const std::size_t colon = single_colon ? host.find(':') : host.rfind(':');
        if (colon != host.npos && !needs_port(host.substr(colon))) return "";
        return unescape(host, Part::kHost);
    }

    /// `[fe80::1%25en0]:80`.
    std::string read_address(std::string_view host) {
        const std::size_t end = host.rfind(']');
        if (end == host.npos) {
            fail("`]` of its host is missing");
            return "";
        }
        const std::string_view port = host.substr(end + 1);
        if (!needs_port(port)) return "";
        const std::string_view name = host.substr(1, end - 1);
        const std::size_t zone = std::min(name.find("%25"), name.size());
        const std::string address = unescape(name.substr(0, zone), Part::kHost);
        const std::string zone_name = unescape(name.substr(zone), Part::kZone);
        std::array<unsigned char, 16> bytes{};
        const std::size_t percent = address.find('%');
        const bool is_address = percent == std::string::npos && zone_name != "%" &&
                                inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1;
        if (!is_address) fail("`" + address + "` is not an IPv6 address");
        return "[" + address + zone_name + "]" + std::string(port);
    }

    std::string unescape(std::string_view text, Part part) {
        const bool in_host = part == Part::kHost || part == Part::kZone;
        std::string plain;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char c = text[i];
            const bool is_ascii = static_cast<unsigned char>(c) < 0x80;
            if (c != '%') {
                if (in_host && is_ascii && needs_escape(c, part))
                    fail("`" + std::string(1, c) + "` is not allowed in its host");
                plain += c;
                continue;
            }
            const auto high = i + 2 < text.size() ? hex_value(text[i + 1]) : std::nullopt;
            const auto low = i + 2 < text.size() ? hex_value(text[i + 2]) : std::nullopt;
            if (!high || !low || !may_escape(*high << 4 | *low, part)) {
                fail("`" + std::string(text.substr(i, 3)) + "` is not an escape");
                return "";
            }
            plain += static_cast<char>(*high << 4 | *low);
            i += 2;
        }
        return plain;
    }

    /// In a host only bytes beyond ASCII are escaped, and the `%` of a zone.
    static bool may_escape(unsigned byte, Part part) {
        if (part == Part::kHost) return byte >= 0x80 || byte == '%';
        if (part == Part::kZone)
            return byte == '%' || byte == ' ' ||
                   !needs_escape(static_cast<char>(byte), Part::kHost);
        return true;
    }

    std::string& reason_;
    bool failed_ = false;
};

} // namespace

std::optional<Url> parse_url(std::string_view text, std::string& reason) {
    return UrlReader(reason).read(text);
}

std::string host_name(const Url& url) {
    std::string_view host = url.host;
    const std::size_t colon = host.rfind(':');
    const bool has_port =
        colon != host.npos && host.find_first_not_of("0123456789", colon + 1) == host.npos;
    if (has_port) host = host.substr(0, colon);
    if (host.size() > 1 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    return std::string(host);
}

std::string to_text(const UrlUser& user) {
    std::string text = escape(user.name, Part::kUser);
    if (user.password) text += ":" + escape(*user.password, Part::kUser);
    return text;
}

std::string to_text(const Url& url) {
    std::string text = url.scheme.empty() ? "" : url.scheme + ":";
    if (!url.opaque.empty()) {
        text += url.opaque;
    } else {
        const bool has_authority =
            !url.host.empty() || url.user.has_value() || (!url.scheme.empty() && !url.path.empty());
        if (has_authority) text += "//";
        if (url.user) text += to_text(*url.user) + "@";
        text += escape(url.host, Part::kHost);
        const std::string path = url.path == "*" ? "*" : escape(url.path, Part::kPath);
        const bool needs_slash = !path.empty() && path.front() != '/' && !url.host.empty();
        if (needs_slash) text += '/';
        // Otherwise the first part would be read as a scheme.
        if (text.empty() && path.substr(0, path.find('/')).find(':') != path.npos) text += "./";
        text += path;
    }
    if (!url.query.empty()) text += "?" + url.query;
    if (!url.fragment.empty()) text += "#" + escape(url.fragment, Part::kFragment);
    return text;
}

} // namespace tiphys::expr
