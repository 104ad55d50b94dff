#pragma once
// Objects in a bucket with the S3 interface.

#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/artifacts/s3_signature.h"
#include "runtime/core/step.h"

namespace tiphys::run {

/// Whether the bucket is part of the path or of the host's name. Argo: addressingStyle.
enum class S3Style : std::uint8_t { kAuto, kPath, kVirtualHost };

struct S3Place {
    /// Host, and port where it is not the usual one.
    std::string endpoint = "s3.amazonaws.com";
    bool is_secure = true;
    std::string region = "us-east-1";
    std::string bucket;
    S3Style style = S3Style::kAuto;
    S3Keys keys;
    /// Certificates (PEM) to trust in place of the machine's.
    std::string authority;
    /// Headers of new objects: how the server encrypts them.
    NamedTexts object_headers;
    bool may_create_bucket = false;
    /// The pause before the second attempt; later ones take longer.
    std::int64_t retry_pause_ms = 250;
    /// Larger files go up in parts of this size.
    std::size_t part_bytes = std::size_t{16} * 1024 * 1024;
};

/// Errors name bucket and endpoint and begin as Argo's do. What may pass (a busy or unreachable
/// server) is tried four times.
class S3Client {
public:
    explicit S3Client(S3Place place) : place_(std::move(place)) {}

    /// Fetches an object, or all objects below `key/` as a folder. False: there is neither.
    [[nodiscard]] Result<bool> load(const std::string& key, const std::string& path);
    /// Stores a file, or all files of a folder below `key/`.
    [[nodiscard]] Result<Done> save(const std::string& path, const std::string& key);
    /// An absent object is no error. A key that ends with a slash is that of a folder.
    [[nodiscard]] Result<Done> remove(const std::string& key);
    /// Keys that begin with `prefix`, sorted.
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string& prefix);

private:
    /// The answer to one request, or why there is none worth having.
    struct Answer {
        HttpResponse response;
        /// `NoSuchKey`; empty on success, "-" where nobody answered.
        std::string code;
        std::string message;
        [[nodiscard]] bool good() const { return code.empty(); }
    };

    [[nodiscard]] Answer ask(S3Request request, const std::string& key,
                             const std::string& answer_path = "");
    [[nodiscard]] Answer ask_once(S3Request request, const std::string& answer_path);
    [[nodiscard]] bool learns_region(const Answer& answer);
    [[nodiscard]] std::string host() const;
    [[nodiscard]] bool has_bucket_in_host() const;
    [[nodiscard]] Error failed(const std::string& what, const Answer& answer) const;
    [[nodiscard]] Result<bool> load_object(const std::string& key, const std::string& path);
    [[nodiscard]] Result<Done> save_object(const std::string& path, const std::string& key);
    [[nodiscard]] Result<Done> save_in_parts(const std::string& path, const std::string& key,
                                             std::size_t size);
    [[nodiscard]] Result<std::string> save_parts(int file, const std::string& path,
                                                 const std::string& key, const std::string& upload,
                                                 std::size_t part_bytes);
    [[nodiscard]] Result<Done> create_bucket();

    S3Place place_;
};

} // namespace tiphys::run
