// The API server of the pod's cluster.

#include "runtime/executor/api_server.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <thread>

#include <nlohmann/json.hpp>

#include "runtime/executor/log.h"
#include "runtime/io/files.h"
#include "runtime/io/http.h"

namespace tiphys::executor {
namespace {

constexpr std::int64_t kAnswerTimeoutMs = 30'000;
constexpr std::int64_t kFirstPauseMs = 1000;
constexpr std::int64_t kLongestPauseMs = 30'000;

std::string without_blanks(std::string text) {
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') {
        text.pop_back();
    }
    return text;
}

std::string header(const run::HttpResponse& response, std::string_view wanted) {
    for (const auto& [name, value] : response.headers) {
        if (name == wanted) return value;
    }
    return "";
}

/// Argo: IsTransientErr in util/errors/errors.go.
bool may_pass(const run::HttpResponse& response) {
    // Whoever it is, waiting does not make it the right one.
    if (response.error.find("x509:") != std::string::npos) return false;
    const int status = response.status;
    if (!response.error.empty() || status == 429 || status == 502 || status == 503 ||
        status == 504) {
        return true;
    }
    if (status == 500) return true;
    const bool is_quota = response.body.find("exceeded quota") != std::string::npos ||
                          response.body.find("on resourcequota") != std::string::npos;
    return (status == 403 || status == 409) && is_quota;
}

std::int64_t wanted_pause_ms(const run::HttpResponse& response) {
    const std::string text = header(response, "Retry-After");
    std::int64_t seconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return std::clamp<std::int64_t>(seconds * 1000, 0, kLongestPauseMs);
}

std::string own_server() {
    std::string host = variable("KUBERNETES_SERVICE_HOST");
    std::string port = variable("KUBERNETES_SERVICE_PORT");
    if (host.empty()) return "";
    if (host.find(':') != host.npos) host = "[" + host + "]";
    return "https://" + host + ":" + (port.empty() ? "443" : port);
}

} // namespace

Result<ApiServer> ApiServer::find(const ApiOptions& options, const PodPaths& paths) {
    ApiServer server(paths);
    server.url_ = options.server.empty() ? own_server() : options.server;
    while (server.url_.ends_with('/')) {
        server.url_.pop_back();
    }
    if (server.url_.empty()) {
        return Error{"unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and "
                     "KUBERNETES_SERVICE_PORT must be defined"};
    }
    server.name_space_ = options.name_space;
    if (server.name_space_.empty()) {
        const auto text = run::read_file(paths.service_account("namespace"));
        server.name_space_ = text ? without_blanks(*text) : "default";
    }
    server.token_ = options.token;
    const std::string file =
        options.authority_file.empty() ? paths.service_account("ca.crt") : options.authority_file;
    if (server.url_.starts_with("https:")) {
        TIPHYS_TRY(authority, read_needed(file));
        server.authority_ = std::move(authority);
    }
    return server;
}

run::HttpResponse ApiServer::ask(const std::string& method, const std::string& path,
                                 const std::string& body, const std::string& content_type) const {
    run::HttpRequest request;
    request.method = method;
    request.url = url_ + path;
    request.body = body;
    request.timeout_ms = kAnswerTimeoutMs;
    std::string token = token_;
    if (token.empty()) {
        const auto text = run::read_file(paths_.service_account("token"));
        if (text) token = without_blanks(*text);
    }
    request.headers = {{"Accept", "application/json"}, {"User-Agent", "tiphys-executor"}};
    if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
    if (!content_type.empty()) request.headers.emplace_back("Content-Type", content_type);
    run::HttpOptions options;
    options.authority = authority_;
    options.follow = false;
    return run::make_request(request, options);
}

run::HttpResponse ApiServer::insist(const std::string& method, const std::string& path,
                                    const std::string& body,
                                    const std::string& content_type) const {
    std::int64_t pause_ms = kFirstPauseMs;
    for (int attempt = 1;; ++attempt) {
        run::HttpResponse response = ask(method, path, body, content_type);
        if (!may_pass(response)) return response;
        if (attempt % 20 == 1) {
            log(LogLevel::kWarn, "the API server did not answer; trying again",
                {{"error", refusal(response)}});
        }
        const std::int64_t wanted_ms = std::max(pause_ms, wanted_pause_ms(response));
        std::this_thread::sleep_for(std::chrono::milliseconds(wanted_ms));
        pause_ms = std::min(pause_ms * 2, kLongestPauseMs);
    }
}

std::string refusal(const run::HttpResponse& response) {
    if (!response.error.empty()) return response.error;
    const auto json = nlohmann::json::parse(response.body, nullptr, false);
    if (json.is_object() && json.contains("message") && json["message"].is_string()) {
        return json["message"].get<std::string>();
    }
    return "the API server answered with status " + std::to_string(response.status);
}

} // namespace tiphys::executor
