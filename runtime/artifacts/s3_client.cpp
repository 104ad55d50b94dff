// Objects in a bucket with the S3 interface. Argo: workflow/artifacts/s3/s3.go.

#include "runtime/artifacts/s3_client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "runtime/io/descriptor.h"
#include "runtime/io/files.h"
#include "runtime/io/http.h"

namespace tiphys::run {
namespace {

constexpr int kAttempts = 4;
/// S3 takes no more parts of one object.
constexpr std::size_t kMostParts = 10'000;
constexpr std::string_view kNobody = "-";

std::int64_t now_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::string decoded_xml(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, char>, 5> kEntities = {
        {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}}};
    std::string out;
    while (!text.empty()) {
        const auto* known = std::find_if(kEntities.begin(), kEntities.end(), [&](const auto& one) {
            return text.starts_with(one.first);
        });
        out += known == kEntities.end() ? text.front() : known->second;
        text.remove_prefix(known == kEntities.end() ? 1 : known->first.size());
    }
    return out;
}

/// The content of the first element of that name at or after `at`, which moves behind it.
std::optional<std::string> take_element(std::string_view xml, std::string_view name,
                                        std::size_t& at) {
    const std::string begin = "<" + std::string(name) + ">";
    const std::string end = "</" + std::string(name) + ">";
    const std::size_t from = xml.find(begin, at);
    if (from == xml.npos) return std::nullopt;
    const std::size_t to = xml.find(end, from);
    if (to == xml.npos) return std::nullopt;
    at = to + end.size();
    return decoded_xml(xml.substr(from + begin.size(), to - from - begin.size()));
}

std::string element(std::string_view xml, std::string_view name) {
    std::size_t at = 0;
    return take_element(xml, name, at).value_or("");
}

std::string header(const HttpResponse& response, std::string_view wanted) {
    for (const auto& [name, value] : response.headers) {
        if (name == wanted) return value;
    }
    return "";
}

/// Of an answer without a body, as HEAD and some servers give it.
std::string code_of_status(int status) {
    switch (status) {
    case 301:
    case 307:
        return "PermanentRedirect";
    case 403:
        return "AccessDenied";
    case 404:
        return "NoSuchKey";
    case 503:
        return "SlowDown";
    default:
        return "status " + std::to_string(status);
    }
}

bool may_pass(int status, const std::string& code) {
    constexpr std::array<std::string_view, 4> kCodes = {kNobody, "SlowDown", "RequestTimeout",
                                                        "InternalError"};
    return status == 429 || status == 500 || status == 502 || status == 503 || status == 504 ||
           std::find(kCodes.begin(), kCodes.end(), code) != kCodes.end();
}

/// What a user can do about it.
std::string advice(const std::string& code) {
    if (code == "RequestTimeTooSkewed") return "; set the clock of this machine";
    if (code == "SignatureDoesNotMatch") return "; check the secret key";
    if (code == "InvalidAccessKeyId") return "; check the access key";
    if (code == "PermanentRedirect") return "; give the bucket's own region or endpoint";
    return "";
}

Error world_error(const std::string& what, const std::string& path) {
    return {"cannot " + what + " `" + path + "`: " + std::strerror(errno)};
}

/// Fills `part`, which becomes shorter at the end of the file.
Result<Done> read_part(int file, const std::string& path, std::string& part) {
    std::size_t filled = 0;
    while (filled < part.size()) {
        const ssize_t n = ::read(file, part.data() + filled, part.size() - filled);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return world_error("read", path);
        if (n == 0) break;
        filled += static_cast<std::size_t>(n);
    }
    part.resize(filled);
    return Done{};
}

S3Request request_of(std::string method, NamedTexts query = {}) {
    S3Request request;
    request.method = std::move(method);
    request.query = std::move(query);
    return request;
}

} // namespace

/// Names with dots have no certificate below the provider's; others than AWS may know one host
/// only.
bool S3Client::has_bucket_in_host() const {
    if (place_.style != S3Style::kAuto) return place_.style == S3Style::kVirtualHost;
    const bool is_aws = place_.endpoint.find("amazonaws.com") != std::string::npos;
    return is_aws && place_.bucket.find('.') == std::string::npos;
}

std::string S3Client::host() const {
    std::string endpoint = place_.endpoint;
    // The common endpoint knows the buckets of one region.
    if (endpoint == "s3.amazonaws.com" && place_.region != "us-east-1") {
        endpoint = "s3." + place_.region + ".amazonaws.com";
    }
    return has_bucket_in_host() ? place_.bucket + "." + endpoint : endpoint;
}

S3Client::Answer S3Client::ask_once(S3Request request, const std::string& answer_path) {
    request.host = host();
    HttpRequest http;
    http.method = request.method;
    http.url = (place_.is_secure ? "https://" : "http://") + request.host + request_target(request);
    http.headers = signed_headers(request, place_.keys, place_.region, now_ms());
    http.body = std::move(request.body);
    HttpOptions options;
    options.answer_path = answer_path;
    options.authority = place_.authority;
    options.follow = false;
    Answer answer;
    answer.response = make_request(http, options);
    const HttpResponse& response = answer.response;
    if (!response.error.empty()) {
        answer.code = kNobody;
        answer.message = response.error;
        return answer;
    }
    const bool is_success = response.status >= 200 && response.status < 300;
    // CompleteMultipartUpload tells of late failures in a successful answer.
    const bool has_error = response.body.find("<Error>") != std::string::npos;
    if (is_success && !has_error) return answer;
    answer.code = element(response.body, "Code");
    answer.message = element(response.body, "Message");
    if (answer.code.empty()) answer.code = code_of_status(response.status);
    return answer;
}

/// Whether a second attempt in another region may succeed.
bool S3Client::learns_region(const Answer& answer) {
    std::string region = header(answer.response, "X-Amz-Bucket-Region");
    if (region.empty()) region = element(answer.response.body, "Region");
    if (region.empty() || region == place_.region) return false;
    place_.region = region;
    return true;
}

S3Client::Answer S3Client::ask(S3Request request, const std::string& key,
                               const std::string& answer_path) {
    request.path =
        has_bucket_in_host() ? "/" + key : "/" + place_.bucket + (key.empty() ? "" : "/") + key;
    std::int64_t pause_ms = place_.retry_pause_ms;
    for (int attempt = 1;; ++attempt) {
        Answer answer = ask_once(request, answer_path);
        if (answer.good() || attempt == kAttempts) return answer;
        if (learns_region(answer)) continue;
        if (!may_pass(answer.response.status, answer.code)) return answer;
        std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
        pause_ms *= 2;
    }
}

Error S3Client::failed(const std::string& what, const Answer& answer) const {
    if (answer.code == kNobody) return {what + ": " + answer.message};
    const std::string words = answer.message.empty() ? answer.code : answer.message;
    return {what + ": " + words + " (" + answer.code + ", bucket `" + place_.bucket + "` at `" +
            place_.endpoint + "`)" + advice(answer.code)};
}

Result<bool> S3Client::load_object(const std::string& key, const std::string& path) {
    const Answer answer = ask(request_of("GET"), key, path);
    if (answer.good()) return true;
    if (answer.code == "NoSuchKey") return false;
    return failed("failed to get file", answer);
}

Result<bool> S3Client::load(const std::string& key, const std::string& path) {
    // Some servers list folders under their own key; such an object is no file.
    if (key.empty() || key.back() != '/') {
        TIPHYS_TRY(is_object, load_object(key, path));
        if (is_object) return true;
    }
    const std::string folder = key.empty() || key.back() == '/' ? key : key + "/";
    TIPHYS_TRY(keys, list(folder));
    if (keys.empty()) return false;
    TIPHYS_TRY(made, make_folders(path));
    static_cast<void>(made);
    for (const std::string& each : keys) {
        const std::string place = path + clean_path("/" + each.substr(folder.size()));
        if (each.back() == '/') {
            TIPHYS_TRY(folder_made, make_folders(place));
            static_cast<void>(folder_made);
            continue;
        }
        TIPHYS_TRY(above, make_folders_above(place));
        static_cast<void>(above);
        TIPHYS_TRY(loaded, load_object(each, place));
        static_cast<void>(loaded);
    }
    return true;
}

Result<Done> S3Client::create_bucket() {
    S3Request request = request_of("PUT");
    if (place_.region != "us-east-1") {
        request.body = "<CreateBucketConfiguration><LocationConstraint>" + place_.region +
                       "</LocationConstraint></CreateBucketConfiguration>";
    }
    const Answer answer = ask(std::move(request), "");
    const bool is_there = answer.good() || answer.code == "BucketAlreadyExists" ||
                          answer.code == "BucketAlreadyOwnedByYou";
    if (!is_there) return failed("failed to create bucket " + place_.bucket, answer);
    place_.may_create_bucket = false;
    return Done{};
}

Result<Done> S3Client::save(const std::string& path, const std::string& key) {
    if (place_.may_create_bucket) {
        TIPHYS_TRY(created, create_bucket());
        static_cast<void>(created);
    }
    if (!is_directory(path)) return save_object(path, key);
    std::vector<std::string> files = files_below(path);
    std::sort(files.begin(), files.end());
    for (const std::string& file : files) {
        // Links to folders, sockets and the like have no bytes of their own.
        std::error_code error;
        if (!std::filesystem::is_regular_file(file, error)) continue;
        TIPHYS_TRY(saved, save_object(file, key + file.substr(path.size())));
        static_cast<void>(saved);
    }
    return Done{};
}

Result<Done> S3Client::save_object(const std::string& path, const std::string& key) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return world_error("read", path);
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > place_.part_bytes) return save_in_parts(path, key, size);
    TIPHYS_TRY(content, read_file(path));
    S3Request request = request_of("PUT");
    request.headers = place_.object_headers;
    request.body = std::move(content);
    const Answer answer = ask(std::move(request), key);
    if (!answer.good()) return failed("failed to put file", answer);
    return Done{};
}

/// The list of the parts that the server wants in the end.
Result<std::string> S3Client::save_parts(int file, const std::string& path, const std::string& key,
                                         const std::string& upload, std::size_t part_bytes) {
    std::string list;
    for (std::size_t number = 1;; ++number) {
        S3Request request =
            request_of("PUT", {{"partNumber", std::to_string(number)}, {"uploadId", upload}});
        request.body.resize(part_bytes);
        TIPHYS_TRY(read, read_part(file, path, request.body));
        static_cast<void>(read);
        if (request.body.empty()) return list;
        const Answer answer = ask(std::move(request), key);
        if (!answer.good()) return failed("failed to put file", answer);
        list += "<Part><PartNumber>" + std::to_string(number) + "</PartNumber><ETag>" +
                header(answer.response, "Etag") + "</ETag></Part>";
    }
}

Result<Done> S3Client::save_in_parts(const std::string& path, const std::string& key,
                                     std::size_t size) {
    const std::size_t part_bytes = std::max(place_.part_bytes, size / kMostParts + 1);
    const Descriptor file(path, O_RDONLY);
    if (file.number() < 0) return world_error("read", path);
    S3Request begin = request_of("POST", {{"uploads", ""}});
    begin.headers = place_.object_headers;
    const Answer begun = ask(std::move(begin), key);
    if (!begun.good()) return failed("failed to put file", begun);
    const std::string upload = element(begun.response.body, "UploadId");
    const auto parts = save_parts(file.number(), path, key, upload, part_bytes);
    if (!parts) {
        // Parts of an upload that nobody ends cost money.
        static_cast<void>(ask(request_of("DELETE", {{"uploadId", upload}}), key));
        return parts.error();
    }
    S3Request end = request_of("POST", {{"uploadId", upload}});
    end.body = "<CompleteMultipartUpload>" + *parts + "</CompleteMultipartUpload>";
    const Answer ended = ask(std::move(end), key);
    if (!ended.good()) return failed("failed to put file", ended);
    return Done{};
}

Result<Done> S3Client::remove(const std::string& key) {
    std::vector<std::string> keys = {key};
    if (!key.empty() && key.back() == '/') {
        TIPHYS_TRY(listed, list(key));
        keys = std::move(listed);
    }
    for (const std::string& each : keys) {
        const Answer answer = ask(request_of("DELETE"), each);
        if (!answer.good() && answer.code != "NoSuchKey") {
            return failed("failed to delete `" + each + "`", answer);
        }
    }
    return Done{};
}

Result<std::vector<std::string>> S3Client::list(const std::string& prefix) {
    std::vector<std::string> keys;
    std::string token;
    while (true) {
        S3Request request = request_of("GET", {{"list-type", "2"}, {"prefix", prefix}});
        if (!token.empty()) request.query.emplace_back("continuation-token", token);
        const Answer answer = ask(std::move(request), "");
        if (!answer.good()) return failed("failed to list directory", answer);
        const std::string& xml = answer.response.body;
        std::size_t at = 0;
        while (auto key = take_element(xml, "Key", at)) {
            keys.push_back(std::move(*key));
        }
        token = element(xml, "NextContinuationToken");
        if (token.empty() || element(xml, "IsTruncated") != "true") break;
    }
    std::sort(keys.begin(), keys.end());
    return keys;
}

} // namespace tiphys::run
