// AWS Signature Version 4.

#include "runtime/artifacts/s3_signature.h"

#include <algorithm>
#include <cctype>
#include <ctime>

#include "compiler/expr/digest.h"

namespace tiphys::run {
namespace {

std::string lower(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return out;
}

/// `20130524T000000Z`.
std::string time_text(std::int64_t now_ms) {
    const auto seconds = static_cast<std::time_t>(now_ms / 1000);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[32];
    const std::size_t n = std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
    return {text, n};
}

std::string canonical_query(NamedTexts query) {
    for (auto& [name, value] : query) {
        name = percent_encoded(name, false);
        value = percent_encoded(value, false);
    }
    std::sort(query.begin(), query.end());
    std::string text;
    for (const auto& [name, value] : query) {
        text += (text.empty() ? "" : "&") + name + "=" + value;
    }
    return text;
}

std::string signing_key(const S3Keys& keys, const std::string& day, std::string_view region) {
    std::string key = expr::hmac_sha256("AWS4" + keys.secret_key, day);
    key = expr::hmac_sha256(key, region);
    key = expr::hmac_sha256(key, "s3");
    return expr::hmac_sha256(key, "aws4_request");
}

} // namespace

std::string percent_encoded(std::string_view text, bool keep_slashes) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    constexpr std::string_view kPlain = "-._~";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = (byte < 128 && std::isalnum(byte) != 0) ||
                              kPlain.find(c) != kPlain.npos || (keep_slashes && c == '/');
        if (is_plain) {
            out += c;
        } else {
            out += '%';
            out += kDigits[byte >> 4U];
            out += kDigits[byte & 15U];
        }
    }
    return out;
}

std::string request_target(const S3Request& request) {
    const std::string query = canonical_query(request.query);
    return percent_encoded(request.path, true) + (query.empty() ? "" : "?" + query);
}

NamedTexts signed_headers(const S3Request& request, const S3Keys& keys, std::string_view region,
                          std::int64_t now_ms) {
    if (keys.access_key.empty()) return request.headers;
    const std::string time = time_text(now_ms);
    const std::string day = time.substr(0, 8);
    const std::string body_hash = expr::to_hex(expr::sha256(request.body));
    NamedTexts headers = request.headers;
    headers.emplace_back("x-amz-content-sha256", body_hash);
    headers.emplace_back("x-amz-date", time);
    if (!keys.session_token.empty()) {
        headers.emplace_back("x-amz-security-token", keys.session_token);
    }
    NamedTexts canonical = {{"host", request.host}};
    for (const auto& [name, value] : headers) {
        canonical.emplace_back(lower(name), value);
    }
    std::sort(canonical.begin(), canonical.end());
    std::string lines;
    std::string names;
    for (const auto& [name, value] : canonical) {
        lines += name + ":" + value + "\n";
        names += (names.empty() ? "" : ";") + name;
    }
    const std::string whole = request.method + "\n" + percent_encoded(request.path, true) + "\n" +
                              canonical_query(request.query) + "\n" + lines + "\n" + names + "\n" +
                              body_hash;
    const std::string scope = day + "/" + std::string(region) + "/s3/aws4_request";
    const std::string to_sign =
        "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + expr::to_hex(expr::sha256(whole));
    const std::string signature =
        expr::to_hex(expr::hmac_sha256(signing_key(keys, day, region), to_sign));
    headers.emplace_back("Authorization", "AWS4-HMAC-SHA256 Credential=" + keys.access_key + "/" +
                                              scope + ",SignedHeaders=" + names +
                                              ",Signature=" + signature);
    return headers;
}

} // namespace tiphys::run
