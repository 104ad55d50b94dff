// What a secret looks like.
#include "analyzer/secrets.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>

namespace tiphys::analyze {
namespace {

bool is_alnum(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}
char lower(char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}
std::string lower_case(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

/// A form of secret: how it begins, and how many characters of which set must follow.
struct Form {
    std::string_view prefix;
    std::size_t least = 0;
    bool upper_only = false;
    std::string_view kind;
};
constexpr std::array kForms{
    Form{"AKIA", 16, true, "an AWS access key"},
    Form{"ASIA", 16, true, "an AWS access key"},
    Form{"ghp_", 36, false, "a GitHub token"},
    Form{"gho_", 36, false, "a GitHub token"},
    Form{"ghu_", 36, false, "a GitHub token"},
    Form{"ghs_", 36, false, "a GitHub token"},
    Form{"ghr_", 36, false, "a GitHub token"},
    Form{"github_pat_", 22, false, "a GitHub token"},
    Form{"glpat-", 20, false, "a GitLab token"},
    Form{"xoxb-", 20, false, "a Slack token"},
    Form{"xoxp-", 20, false, "a Slack token"},
    Form{"xoxa-", 20, false, "a Slack token"},
    Form{"xapp-", 20, false, "a Slack token"},
    Form{"sk_live_", 16, false, "a Stripe key"},
    Form{"rk_live_", 16, false, "a Stripe key"},
    Form{"sk-ant-", 20, false, "an Anthropic key"},
    Form{"sk-proj-", 20, false, "an OpenAI key"},
    Form{"AIza", 35, false, "a Google API key"},
    Form{"ya29.", 20, false, "a Google token"},
    Form{"GOCSPX-", 20, false, "a Google client secret"},
    Form{"npm_", 36, false, "an npm token"},
    Form{"pypi-AgEI", 16, false, "a PyPI token"},
    Form{"hf_", 30, false, "a Hugging Face token"},
    Form{"dckr_pat_", 20, false, "a Docker Hub token"},
    Form{"dop_v1_", 40, false, "a DigitalOcean token"},
    Form{"SG.", 40, false, "a SendGrid key"},
    Form{"hvs.", 20, false, "a Vault token"},
};

bool is_token_char(char c) {
    return is_alnum(c) || c == '_' || c == '-' || c == '.';
}

bool fits(const Form& form, std::string_view token) {
    if (!token.starts_with(form.prefix)) return false;
    const std::string_view rest = token.substr(form.prefix.size());
    if (rest.size() < form.least) return false;
    if (!form.upper_only) return true;
    return rest.size() == form.least && std::all_of(rest.begin(), rest.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
           });
}

/// Bits per character.
double entropy(std::string_view text) {
    std::array<std::size_t, 256> counts{};
    for (char c : text)
        ++counts[static_cast<unsigned char>(c)];
    double bits = 0;
    for (std::size_t count : counts) {
        if (count == 0) continue;
        const double share = static_cast<double>(count) / static_cast<double>(text.size());
        bits -= share * std::log2(share);
    }
    return bits;
}

/// `ghp_xxxxxxxxxxxx` in an example.
bool is_filler(std::string_view token) {
    return entropy(token) < 2.5;
}

std::optional<FoundSecret> find_token(std::string_view text, std::size_t begin, std::size_t end) {
    const std::string_view token = text.substr(begin, end - begin);
    for (const Form& form : kForms) {
        if (fits(form, token) && !is_filler(token.substr(form.prefix.size()))) {
            return FoundSecret{form.kind, begin, end};
        }
    }
    // A JSON web token: three parts, of which the first two are JSON in base64.
    const std::size_t dot = token.find(".eyJ");
    if (token.starts_with("eyJ") && dot != token.npos && token.find('.', dot + 4) != token.npos) {
        return FoundSecret{"a JSON web token", begin, end};
    }
    return std::nullopt;
}

/// `scheme://user:password@host`; `at` is the place of `://`.
std::optional<FoundSecret> find_url_password(std::string_view text, std::size_t at) {
    const std::size_t begin = at + 3;
    const std::size_t end = std::min(text.find_first_of("/ \t\n\"'`<>?#", begin), text.size());
    const std::string_view authority = text.substr(begin, end - begin);
    const std::size_t sign = authority.rfind('@');
    const std::size_t colon = authority.find(':');
    if (sign == authority.npos || colon == authority.npos || colon > sign) return std::nullopt;
    const std::string_view user = authority.substr(0, colon);
    const std::string_view password = authority.substr(colon + 1, sign - colon - 1);
    // Brokers' own defaults (`guest:guest`) are in every manual.
    if (user == password || !is_secret_value(password)) return std::nullopt;
    return FoundSecret{"a password in a URL", begin + colon + 1, begin + sign};
}

std::optional<FoundSecret> find_private_key(std::string_view text) {
    constexpr std::string_view kBegin = "-----BEGIN ";
    const std::size_t at = text.find(kBegin);
    if (at == text.npos) return std::nullopt;
    const std::size_t end = text.find("-----", at + kBegin.size());
    const bool is_key =
        end != text.npos && text.substr(at, end - at).find("PRIVATE KEY") != text.npos;
    if (!is_key) return std::nullopt;
    return FoundSecret{"a private key", at, end + 5};
}

constexpr std::array<std::string_view, 17> kSecretWords{
    "password",    "passwd",      "passphrase", "secret",     "token",      "apikey",
    "api_key",     "api-key",     "accesskey",  "access_key", "access-key", "privatekey",
    "private_key", "private-key", "credential", "auth_key",   "auth-key"};
/// Words at the end of a name that make it a name of something about a secret.
constexpr std::array<std::string_view, 38> kOtherEnds{
    "name",      "file",     "path",   "url",        "uri",     "endpoint",   "host",   "port",
    "user",      "id",       "ref",    "type",       "ttl",     "length",     "size",   "count",
    "enabled",   "dir",      "mount",  "bucket",     "issuer",  "audience",   "tokens", "secrets",
    "version",   "region",   "scope",  "algorithm",  "policy",  "provider",   "store",  "manager",
    "namespace", "key_name", "expiry", "expiration", "timeout", "credentials"};

constexpr std::array<std::string_view, 16> kPlaceholders{
    "changeme", "change-me", "change_me", "replace", "your", "example", "dummy", "placeholder",
    "todo",     "redacted",  "sample",    "fake",    "xxx",  "***",     "...",   "insert"};

bool has_upper_lower_digit(std::string_view text) {
    bool has_upper = false;
    bool has_lower = false;
    bool has_digit = false;
    for (char c : text) {
        has_upper = has_upper || (c >= 'A' && c <= 'Z');
        has_lower = has_lower || (c >= 'a' && c <= 'z');
        has_digit = has_digit || (c >= '0' && c <= '9');
    }
    return has_upper && has_lower && has_digit;
}

/// `github-access-token`: the name of a Secret, not its content.
bool is_object_name(std::string_view lower_value) {
    const bool has_hyphen = lower_value.find('-') != lower_value.npos;
    const bool is_plain = std::all_of(lower_value.begin(), lower_value.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || c == '-' || c == '.';
    });
    return has_hyphen && is_plain;
}

/// A value in a program: only what is surely a literal counts there.
bool is_strong_value(std::string_view value) {
    const bool is_one_word = std::all_of(value.begin(), value.end(), [](char c) {
        return is_alnum(c) || std::string_view("_-+/=.!@#%^&*~").find(c) != std::string_view::npos;
    });
    const bool has_digit =
        std::any_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    return is_one_word && has_digit && value.size() >= 12 && entropy(value) > 3.0 &&
           is_secret_value(value);
}

std::size_t begin_of_name(std::string_view text, std::size_t end) {
    while (end > 0 && (is_alnum(text[end - 1]) || text[end - 1] == '_' || text[end - 1] == '-'))
        --end;
    return end;
}

/// The value that begins at `at`, behind quotes and blanks.
FoundSecret value_at(std::string_view text, std::size_t at) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '"' || text[at] == '\''))
        ++at;
    const std::size_t end = std::min(text.find_first_of(" \t\n\"',;)}]", at), text.size());
    return {"a secret", at, end};
}

} // namespace

std::optional<FoundSecret> find_vendor_secret(std::string_view text) {
    // The shortest of them has twenty characters; a URL with a password about as many.
    if (text.size() < 12) return std::nullopt;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == ':' && text.substr(at, 3) == "://") {
            if (auto found = find_url_password(text, at)) return found;
        }
        if (!is_token_char(text[at])) {
            ++at;
            continue;
        }
        const std::size_t begin = at;
        while (at < text.size() && is_token_char(text[at]))
            ++at;
        if (at - begin < 20) continue;
        if (auto found = find_token(text, begin, at)) return found;
    }
    return find_private_key(text);
}

bool is_secret_name(std::string_view name) {
    const std::string lower_name = lower_case(name);
    const auto ends = [&](std::string_view word) { return lower_name.ends_with(word); };
    if (std::any_of(kOtherEnds.begin(), kOtherEnds.end(), ends)) return false;
    const auto occurs = [&](std::string_view word) {
        return lower_name.find(word) != lower_name.npos;
    };
    return lower_name == "pwd" || ends("_pwd") || ends("-pwd") ||
           std::any_of(kSecretWords.begin(), kSecretWords.end(), occurs);
}

bool is_secret_value(std::string_view value) {
    if (value.size() < 4 || value.find_first_of(" \t\n$<>(){}") != value.npos) return false;
    if (value.front() == '/' || value.front() == '.' || value.find("://") != value.npos) {
        return false;
    }
    const std::string lower_value = lower_case(value);
    if (lower_value == "true" || lower_value == "false" || lower_value == "null" ||
        lower_value == "none") {
        return false;
    }
    // Mixed letters and digits are no words, whatever they contain.
    if (has_upper_lower_digit(value) && value.size() >= 16) return entropy(value) > 3.0;
    const bool is_placeholder =
        std::any_of(kPlaceholders.begin(), kPlaceholders.end(), [&](std::string_view word) {
            return lower_value.find(word) != lower_value.npos;
        });
    const bool is_word_itself =
        std::any_of(kSecretWords.begin(), kSecretWords.end(),
                    [&](std::string_view word) { return lower_value == word; });
    return !is_placeholder && !is_word_itself && !is_object_name(lower_value);
}

std::optional<FoundSecret> find_assigned_secret(std::string_view text, std::size_t from) {
    for (std::size_t at = text.find_first_of("=: ", from); at != text.npos;
         at = text.find_first_of("=: ", at + 1)) {
        std::size_t name_end = at;
        // `password = …`
        while (text[at] != ' ' && name_end > 0 && text[name_end - 1] == ' ')
            --name_end;
        // `"password": …`
        if (name_end > 0 && (text[name_end - 1] == '"' || text[name_end - 1] == '\'')) --name_end;
        const std::size_t name_begin = begin_of_name(text, name_end);
        const std::string_view name = text.substr(name_begin, name_end - name_begin);
        // Behind a blank only flags have their value.
        if (name.size() < 3 || (text[at] == ' ' && !name.starts_with("--"))) continue;
        if (!is_secret_name(name)) continue;
        const FoundSecret value = value_at(text, at + 1);
        if (is_strong_value(text.substr(value.begin, value.end - value.begin))) return value;
    }
    return std::nullopt;
}

} // namespace tiphys::analyze
