// run::make_request for a static program: HTTP/1.1 over sockets and OpenSSL in place of libcurl,
// which is loaded at run time elsewhere (runtime/io/http.cpp).

#include <array>
#include <cstdio>
#include <memory>
#include <sys/stat.h>

#include "runtime/executor/connection.h"
#include "runtime/executor/events.h"
#include "runtime/executor/http_answer.h"
#include "runtime/executor/paths.h"
#include "runtime/io/files.h"
#include "runtime/io/http.h"

namespace tiphys::executor {
namespace {

constexpr int kMostRedirections = 10;

struct Url {
    Endpoint endpoint;
    /// Path and query.
    std::string target;
    /// `user:password`; empty where there is none.
    std::string user;
    [[nodiscard]] std::string host_header() const {
        const bool is_long = endpoint.host.find(':') != std::string::npos;
        const std::string host = is_long ? "[" + endpoint.host + "]" : endpoint.host;
        const bool is_usual = endpoint.port == (endpoint.is_secure ? "443" : "80");
        return is_usual ? host : host + ":" + endpoint.port;
    }
};

Result<Url> parse_url(const std::string& text) {
    Url url;
    const std::size_t scheme = text.find("://");
    const std::string name = text.substr(0, std::min(scheme, text.size()));
    if (scheme == text.npos || (name != "http" && name != "https")) {
        return Error{"unsupported protocol scheme \"" + (scheme == text.npos ? "" : name) + "\""};
    }
    url.endpoint.is_secure = name == "https";
    const std::size_t begin = scheme + 3;
    const std::size_t end = std::min(text.find_first_of("/?#", begin), text.size());
    std::string place = text.substr(begin, end - begin);
    url.target = text.substr(end, text.find('#', end) - end);
    if (!url.target.starts_with('/')) url.target.insert(0, "/");
    if (const std::size_t at = place.rfind('@'); at != place.npos) {
        url.user = place.substr(0, at);
        place.erase(0, at + 1);
    }
    const std::size_t bracket = place.rfind(']');
    const std::size_t colon = place.find(':', bracket == place.npos ? 0 : bracket);
    url.endpoint.port = url.endpoint.is_secure ? "443" : "80";
    if (colon != place.npos) url.endpoint.port = place.substr(colon + 1);
    url.endpoint.host = place.substr(0, colon);
    if (url.endpoint.host.starts_with('[')) {
        url.endpoint.host = url.endpoint.host.substr(1, url.endpoint.host.size() - 2);
    }
    if (url.endpoint.host.empty()) return Error{"no Host in request URL"};
    return url;
}

std::string request_head(const run::HttpRequest& request, const Url& url) {
    std::string head =
        request.method + " " + url.target + " HTTP/1.1\r\nHost: " + url.host_header() + "\r\n";
    bool has_agent = false;
    for (const auto& [name, value] : request.headers) {
        has_agent = has_agent || name == "User-Agent";
        head += name + ": " + value + "\r\n";
    }
    if (!has_agent) head += "User-Agent: tiphys\r\n";
    const bool has_body =
        !request.body.empty() || request.method == "POST" || request.method == "PUT";
    if (has_body) head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    return head + "\r\n";
}

/// Where the body of an answer goes: into a file when it is what was asked for.
class Sink {
public:
    explicit Sink(std::string path) : path_(std::move(path)) {}

    Result<Done> take(const HttpAnswer& answer, std::string& piece, std::string& body) {
        if (!answer.has_head()) return Done{};
        const int status = answer.response().status;
        if (path_.empty() || status < 200 || status >= 300) {
            body += piece;
        } else {
            // An empty answer is an empty file.
            if (!file_) file_ = std::make_unique<run::Descriptor>(path_, kFlags, 0666);
            if (file_->number() < 0) return open_error(path_);
            TIPHYS_TRY(written, run::write_all(file_->number(), piece, path_));
            static_cast<void>(written);
        }
        piece.clear();
        return Done{};
    }

private:
    static constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC;
    std::string path_;
    std::unique_ptr<run::Descriptor> file_;
};

/// One connection is kept: what follows goes mostly to the same server.
std::unique_ptr<Connection>& kept_connection() {
    static std::unique_ptr<Connection> connection;
    return connection;
}

struct Exchange {
    const run::HttpRequest& request;
    const run::HttpOptions& options;
    std::int64_t end_ms;
};

/// `has_answered`: whether anything came back.
Result<run::HttpResponse> converse(Connection& connection, const Url& url, const Exchange& exchange,
                                   bool& has_answered, bool& keeps_connection) {
    TIPHYS_TRY(head_written, connection.write(request_head(exchange.request, url)));
    static_cast<void>(head_written);
    TIPHYS_TRY(body_written, connection.write(exchange.request.body));
    static_cast<void>(body_written);
    HttpAnswer answer(exchange.request.method != "HEAD");
    Sink sink(exchange.options.answer_path);
    std::string body;
    std::string piece;
    while (!answer.is_whole()) {
        TIPHYS_TRY(bytes, connection.read());
        has_answered = has_answered || !bytes.empty();
        TIPHYS_TRY(done, bytes.empty() ? answer.end() : answer.take(bytes, piece));
        static_cast<void>(done);
        TIPHYS_TRY(kept, sink.take(answer, piece, body));
        static_cast<void>(kept);
    }
    keeps_connection = answer.keeps_connection();
    run::HttpResponse response = answer.response();
    response.body = std::move(body);
    return response;
}

Result<run::HttpResponse> exchange_once(const Url& url, const Exchange& exchange) {
    std::unique_ptr<Connection> connection = std::move(kept_connection());
    const bool is_kept = connection && connection->endpoint() == url.endpoint;
    while (true) {
        const bool is_reused = is_kept && connection;
        if (is_reused) {
            connection->set_end(exchange.end_ms);
        } else {
            TIPHYS_TRY(opened, Connection::open(url.endpoint, exchange.end_ms));
            connection = std::move(opened);
        }
        bool has_answered = false;
        bool keeps_connection = false;
        auto response = converse(*connection, url, exchange, has_answered, keeps_connection);
        if (!response && is_reused && !has_answered) {
            // The server closed it meanwhile.
            connection.reset();
            continue;
        }
        if (response && keeps_connection) kept_connection() = std::move(connection);
        return response;
    }
}

bool is_redirection(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string location_of(const run::HttpResponse& response, const Url& from) {
    for (const auto& [name, value] : response.headers) {
        if (name != "Location") continue;
        if (!value.starts_with('/')) return value;
        const std::string scheme = from.endpoint.is_secure ? "https:" : "http:";
        return value.starts_with("//") ? scheme + value
                                       : scheme + "//" + from.host_header() + value;
    }
    return "";
}

/// Credentials are for the server that was asked.
void forget_credentials(run::HttpRequest& request) {
    std::erase_if(request.headers, [](const auto& header) {
        return header.first == "Authorization" || header.first == "Cookie";
    });
}

Result<run::HttpResponse> follow(run::HttpRequest request, const run::HttpOptions& options,
                                 std::string& url_text) {
    const std::int64_t end_ms = request.timeout_ms > 0 ? steady_ms() + request.timeout_ms : 0;
    std::string host;
    for (int n = 0; n <= kMostRedirections; ++n) {
        TIPHYS_TRY(url, parse_url(url_text));
        url.endpoint.authority = options.authority;
        url.endpoint.is_verified = !request.insecure;
        if (!host.empty() && url.endpoint.host != host) forget_credentials(request);
        host = url.endpoint.host;
        TIPHYS_TRY(response, exchange_once(url, {request, options, end_ms}));
        const std::string location = location_of(response, url);
        if (!options.follow || !is_redirection(response.status) || location.empty()) {
            return response;
        }
        const bool keeps_method = response.status == 307 || response.status == 308;
        if (!keeps_method && request.method != "HEAD") {
            request.method = "GET";
            request.body.clear();
        }
        url_text = location;
    }
    return Error{"stopped after 10 redirects"};
}

/// `Get`, `Put`: as Go's errors begin.
std::string verb(const std::string& method) {
    std::string text = method;
    for (std::size_t i = 1; i < text.size(); ++i) {
        text[i] = static_cast<char>(text[i] - 'A' + 'a');
    }
    return text;
}

} // namespace
} // namespace tiphys::executor

namespace tiphys::run {

HttpResponse make_request(const HttpRequest& request, const HttpOptions& options) {
    std::string url = request.url;
    auto response = executor::follow(request, options, url);
    if (response) return std::move(*response);
    HttpResponse none;
    none.error = executor::verb(request.method) + " \"" + url + "\": " + response.error().message;
    return none;
}

} // namespace tiphys::run
