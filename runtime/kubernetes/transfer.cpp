// Requests as libcurl wants them.

#include "runtime/kubernetes/transfer.h"

#include <cctype>
#include <charconv>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "runtime/io/curl_library.h"

namespace tiphys::kube {
namespace {

using run::curl_library;

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
    curl_library()->easy_setopt(easy, option, value);
}

void set_blob(CURL* easy, CURLoption option, const std::string& data) {
    const curl_blob blob{const_cast<char*>(data.data()), data.size(), CURL_BLOB_COPY};
    curl_library()->easy_setopt(easy, option, &blob);
}

/// Host and port of `https://host:port/path`.
std::string authority_of(const std::string& url) {
    const std::size_t begin = url.find("://") + 3;
    return url.substr(begin, url.find('/', begin) - begin);
}

bool is_loopback(const std::string& host) {
    return host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]");
}

constexpr long kConnectMs = 10'000;
constexpr long kKeepAliveSeconds = 15;
/// What was sent and is not acknowledged for so long has met a dead connection: all requests share
/// one, and without that each of them would fail for a quarter of an hour.
constexpr unsigned kUnacknowledgedMs = 20'000;

int prepare_socket(void*, curl_socket_t file, curlsocktype) {
    // A kernel that does not know it is none the worse for that.
    static_cast<void>(::setsockopt(file, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUnacknowledgedMs,
                                   sizeof kUnacknowledgedMs));
    return CURL_SOCKOPT_OK;
}

} // namespace

Transfer::Transfer(const Access& access, const Request& request,
                   const std::vector<std::string>& credentials, const TransferOptions& options)
    : easy_(curl_library()->easy_init()), server_(access.server), body_(request.body) {
    set_address(access, path_of(request));
    set_security(access);
    for (const std::string& line : credentials) {
        add_header(line);
    }
    set(easy_, CURLOPT_NOSIGNAL, 1L);
    set(easy_, CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
    set(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
    set(easy_, CURLOPT_TCP_KEEPIDLE, kKeepAliveSeconds);
    set(easy_, CURLOPT_TCP_KEEPINTVL, kKeepAliveSeconds);
    set(easy_, CURLOPT_SOCKOPTFUNCTION, &prepare_socket);
    set(easy_, CURLOPT_USERAGENT, options.user_agent.c_str());
    if (options.timeout_ms > 0) {
        set(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout_ms));
    }
    if (options.silence_ms > 0) {
        set(easy_, CURLOPT_LOW_SPEED_LIMIT, 1L);
        set(easy_, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.silence_ms / 1000));
    }
    set(easy_, CURLOPT_PRIVATE, static_cast<void*>(this));
    if (options.is_bare) {
        set(easy_, CURLOPT_CONNECT_ONLY, 1L);
        set(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        return;
    }
    // A request waits for the connection of the first one instead of making its own.
    set(easy_, CURLOPT_PIPEWAIT, options.has_new_connection ? 0L : 1L);
    set(easy_, CURLOPT_FRESH_CONNECT, options.has_new_connection ? 1L : 0L);
    set(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    set_method(request);
    set(easy_, CURLOPT_HTTPHEADER, headers_);
    set(easy_, CURLOPT_WRITEFUNCTION, &Transfer::take_body);
    set(easy_, CURLOPT_WRITEDATA, static_cast<void*>(this));
    set(easy_, CURLOPT_HEADERFUNCTION, &Transfer::take_header);
    set(easy_, CURLOPT_HEADERDATA, static_cast<void*>(this));
}

Transfer::~Transfer() {
    curl_library()->easy_cleanup(easy_);
    curl_library()->slist_free_all(headers_);
    curl_library()->slist_free_all(connect_to_);
}

int Transfer::status() const {
    long status = 0;
    curl_library()->easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    return static_cast<int>(status);
}

void Transfer::add_header(const std::string& line) {
    headers_ = curl_library()->slist_append(headers_, line.c_str());
}

void Transfer::set_address(const Access& access, const std::string& path) {
    set(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy_, CURLOPT_PATH_AS_IS, 1L);
    url_ = access.server + path;
    const std::string authority = authority_of(access.server);
    if (!access.tls_server_name.empty()) {
        // The name is what the certificate is compared with; the connection goes to the address.
        const std::size_t scheme = access.server.find("://") + 3;
        const std::string rest = access.server.substr(scheme + authority.size());
        url_ = access.server.substr(0, scheme) + access.tls_server_name + rest + path;
        const bool has_port = authority.find_last_of(':') != authority.npos &&
                              authority.find_last_of(':') > authority.find_last_of(']') + 1;
        const std::string target = "::" + authority + (has_port ? "" : ":443");
        connect_to_ = curl_library()->slist_append(nullptr, target.c_str());
        set(easy_, CURLOPT_CONNECT_TO, connect_to_);
        add_header("Host: " + authority);
    }
    set(easy_, CURLOPT_URL, url_.c_str());
    if (!access.proxy_url.empty()) {
        set(easy_, CURLOPT_PROXY, access.proxy_url.c_str());
    } else if (is_loopback(authority)) {
        set(easy_, CURLOPT_NOPROXY, "*");
    }
}

void Transfer::set_security(const Access& access) {
    if (access.is_insecure) {
        set(easy_, CURLOPT_SSL_VERIFYPEER, 0L);
        set(easy_, CURLOPT_SSL_VERIFYHOST, 0L);
    } else if (!access.authority.empty()) {
        set_blob(easy_, CURLOPT_CAINFO_BLOB, access.authority);
        // Nobody else is trusted then.
        set(easy_, CURLOPT_CAPATH, static_cast<char*>(nullptr));
    }
    if (!access.client_certificate.empty()) {
        set_blob(easy_, CURLOPT_SSLCERT_BLOB, access.client_certificate);
        set_blob(easy_, CURLOPT_SSLKEY_BLOB, access.client_key);
    }
}

void Transfer::set_method(const Request& request) {
    // libcurl would wait for the server's leave to send longer bodies.
    add_header("Expect:");
    if (request.resource.subresource != "log") add_header("Accept: application/json");
    if (request.method == "POST" || !body_.empty()) {
        set(easy_, CURLOPT_POST, 1L);
        set(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
        set(easy_, CURLOPT_POSTFIELDS, body_.c_str());
        const bool is_patch = request.method == "PATCH";
        const std::string usual = is_patch ? "application/merge-patch+json" : "application/json";
        add_header("Content-Type: " +
                   (request.content_type.empty() ? usual : request.content_type));
    }
    if (request.method != "POST" && request.method != "GET") {
        set(easy_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
}

std::size_t Transfer::take_body(char* bytes, std::size_t size, std::size_t count, void* target) {
    auto& transfer = *static_cast<Transfer*>(target);
    const std::string_view piece(bytes, size * count);
    const int status = transfer.status();
    if (transfer.on_bytes && status >= 200 && status < 300) {
        transfer.on_bytes(piece);
    } else {
        transfer.response_.body.append(piece);
    }
    return piece.size();
}

std::size_t Transfer::take_header(char* bytes, std::size_t size, std::size_t count, void* target) {
    auto& transfer = *static_cast<Transfer*>(target);
    constexpr std::string_view kRetryAfter = "retry-after:";
    std::string line(bytes, size * count);
    for (char& c : line) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    if (!line.starts_with(kRetryAfter)) return line.size();
    const std::size_t begin = line.find_first_not_of(' ', kRetryAfter.size());
    if (begin == line.npos) return line.size();
    std::int64_t seconds = 0;
    std::from_chars(line.data() + begin, line.data() + line.size(), seconds);
    transfer.response_.retry_after_ms = seconds * 1000;
    return line.size();
}

std::string Transfer::error_text(CURLcode code) const {
    const std::string server = "the API server `" + server_ + "`";
    if (code == CURLE_COULDNT_RESOLVE_HOST) return "cannot find the host of " + server;
    if (code == CURLE_COULDNT_CONNECT) {
        return "cannot reach " + server + ": connection refused or no route";
    }
    if (code == CURLE_OPERATION_TIMEDOUT) return server + " did not answer in time";
    if (code == CURLE_PEER_FAILED_VERIFICATION) {
        return "the certificate of " + server +
               " is not signed by the authority of the kubeconfig, or is not for this host; look "
               "at `certificate-authority` and `server` there";
    }
    return "the connection to " + server + " failed: " + curl_library()->easy_strerror(code);
}

void Transfer::finish(CURLcode code) {
    // A server that refuses before it has read the request cuts what is left of the exchange.
    constexpr long kFirstRefusal = 400;
    const bool is_refusal = code == CURLE_PARTIAL_FILE && status() >= kFirstRefusal;
    if (code == CURLE_OK || is_refusal) {
        response_.status = status();
        return;
    }
    response_.status = 0;
    was_not_sent_ = code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST ||
                    code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR;
    response_.error = error_text(code);
    response_.is_distrusted = code == CURLE_PEER_FAILED_VERIFICATION;
}

} // namespace tiphys::kube
