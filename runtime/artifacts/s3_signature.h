#pragma once
// Signatures of requests to S3: AWS Signature Version 4, in headers.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tiphys::run {

struct S3Keys {
    std::string access_key;
    std::string secret_key;
    /// Of temporary keys; else empty.
    std::string session_token;
};

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

/// A request as it is before it is signed; nothing in it is percent-encoded.
struct S3Request {
    std::string method;
    /// With the port where it is not the usual one.
    std::string host;
    /// Begins with a slash.
    std::string path;
    NamedTexts query;
    NamedTexts headers;
    std::string body;
};

/// RFC 3986: everything but letters, digits and `-._~`, and slashes if `keep_slashes`.
[[nodiscard]] std::string percent_encoded(std::string_view text, bool keep_slashes);

/// `path?query` as it must be sent.
[[nodiscard]] std::string request_target(const S3Request& request);

/// All headers that must be sent beside `Host`, the signature among them. Without an access key the
/// request stays unsigned.
[[nodiscard]] NamedTexts signed_headers(const S3Request& request, const S3Keys& keys,
                                        std::string_view region, std::int64_t now_ms);

} // namespace tiphys::run
