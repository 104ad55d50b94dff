// From the `s3` of a manifest to a bucket that can be asked.

#include "runtime/artifacts/s3_place.h"

#include <cstdlib>

#include "compiler/expr/base64.h"
#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// Argo: encryptionOptions in workflow/artifacts/s3/s3.go.
Result<NamedTexts> encryption_headers(const AccessFields& options) {
    NamedTexts headers;
    const std::string prefix = "x-amz-server-side-encryption";
    const std::string kms_key = options.text("kmsKeyId");
    if (options.has("serverSideCustomerKeySecret")) {
        return Error{"encryption with a key of one's own (`serverSideCustomerKeySecret`) is not "
                     "supported"};
    }
    if (!kms_key.empty()) {
        headers.emplace_back(prefix, "aws:kms");
        headers.emplace_back(prefix + "-aws-kms-key-id", kms_key);
        const std::string context = options.text("kmsEncryptionContext");
        if (!context.empty()) {
            headers.emplace_back(prefix + "-context",
                                 expr::to_base64(context, expr::kStandardBase64));
        }
    } else if (options.is_true("enableEncryption")) {
        headers.emplace_back(prefix, "AES256");
    }
    return headers;
}

std::optional<S3Keys> keys_of_file(const Environment& environment) {
    std::string path = environment("AWS_SHARED_CREDENTIALS_FILE");
    if (path.empty()) path = environment("HOME") + "/.aws/credentials";
    const auto text = read_file(path);
    if (!text) return std::nullopt;
    const std::string profile = environment("AWS_PROFILE");
    return keys_of_profile(*text, profile.empty() ? "default" : profile);
}

/// In the order of AWS's own tools.
std::optional<S3Keys> keys_of_machine(const Environment& environment) {
    S3Keys keys{environment("AWS_ACCESS_KEY_ID"), environment("AWS_SECRET_ACCESS_KEY"),
                environment("AWS_SESSION_TOKEN")};
    if (!keys.access_key.empty()) return keys;
    return keys_of_file(environment);
}

std::optional<S3Keys> keys_of_secrets(const AccessFields& fields) {
    const auto access = fields.secret("accessKeySecret");
    const auto secret = fields.secret("secretKeySecret");
    if (!access || !secret) return std::nullopt;
    return S3Keys{*access, *secret, fields.secret("sessionTokenSecret").value_or("")};
}

} // namespace

std::string own_environment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? "" : value;
}

std::optional<S3Keys> keys_of_profile(std::string_view text, std::string_view profile) {
    S3Keys keys;
    bool is_inside = false;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.substr(0, 1) == "[") {
            is_inside = trimmed(line.substr(1, line.find(']') - 1)) == profile;
            continue;
        }
        const std::size_t equals = line.find('=');
        if (!is_inside || equals == line.npos) continue;
        const std::string_view name = trimmed(line.substr(0, equals));
        const std::string value(trimmed(line.substr(equals + 1)));
        if (name == "aws_access_key_id") keys.access_key = value;
        if (name == "aws_secret_access_key") keys.secret_key = value;
        if (name == "aws_session_token") keys.session_token = value;
    }
    if (keys.access_key.empty() || keys.secret_key.empty()) return std::nullopt;
    return keys;
}

Result<FoundPlace> find_place(const std::string& access, const Secrets& secrets,
                              const Environment& environment) {
    const AccessFields fields(access, secrets);
    FoundPlace found;
    S3Place& place = found.place;
    place.bucket = fields.text("bucket");
    place.is_secure = !fields.is_true("insecure");
    if (fields.has("endpoint")) place.endpoint = fields.text("endpoint");
    place.region = fields.text("region");
    for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
        if (place.region.empty()) place.region = environment(name);
    }
    if (place.region.empty()) place.region = "us-east-1";
    const std::string style = fields.text("addressingStyle");
    if (style == "path") place.style = S3Style::kPath;
    if (style == "virtual-hosted") place.style = S3Style::kVirtualHost;
    place.may_create_bucket = fields.has("createBucketIfNotPresent");
    if (fields.has("roleARN")) {
        return Error{"roles are not assumed here; give keys in place of `roleARN`"};
    }
    TIPHYS_TRY(headers, encryption_headers(fields.object("encryptionOptions")));
    place.object_headers = std::move(headers);
    TIPHYS_TRY(authority, fields.needed_secret("caSecret"));
    place.authority = std::move(authority);
    found.secret = fields.secret_name("accessKeySecret");
    std::optional<S3Keys> keys = keys_of_secrets(fields);
    if (!keys) keys = keys_of_machine(environment);
    found.has_keys = keys.has_value();
    if (keys) place.keys = std::move(*keys);
    return found;
}

} // namespace tiphys::run
