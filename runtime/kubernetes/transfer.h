#pragma once
// One request on its way through libcurl.

#include <cstdint>
#include <curl/curl.h>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/kubernetes/access.h"
#include "runtime/kubernetes/request.h"

namespace tiphys::kube {

/// How a request is sent, besides what it is.
struct TransferOptions {
    std::string user_agent;
    /// Of the whole; 0: it may last.
    std::int64_t timeout_ms = 0;
    /// It is over when nothing came for so long; 0: never.
    std::int64_t silence_ms = 0;
    /// Over a connection that no other request has used.
    bool has_new_connection = false;
    /// Connects and no more: the bytes are somebody else's.
    bool is_bare = false;
};

/// Lives at one address.
class Transfer {
public:
    /// `access` outlives it. `credentials`: lines of the head.
    Transfer(const Access& access, const Request& request,
             const std::vector<std::string>& credentials, const TransferOptions& options);
    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    [[nodiscard]] CURL* easy() const { return easy_; }
    /// The head and what came of the body. Status and error are there when it is over.
    Response& response() { return response_; }
    [[nodiscard]] int status() const;
    /// It is over.
    void finish(CURLcode code);
    /// Nothing of the request has reached the server.
    [[nodiscard]] bool was_not_sent() const { return was_not_sent_; }

    /// Is called for parts of a 2xx body, which are then not kept.
    std::function<void(std::string_view)> on_bytes;
    std::function<void(Transfer&)> on_end;
    std::int64_t begun_ms = 0;

private:
    static std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* target);
    static std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* target);
    void set_security(const Access& access);
    void set_address(const Access& access, const std::string& path);
    void set_method(const Request& request);
    void add_header(const std::string& line);
    [[nodiscard]] std::string error_text(CURLcode code) const;

    CURL* easy_ = nullptr;
    curl_slist* headers_ = nullptr;
    curl_slist* connect_to_ = nullptr;
    std::string url_;
    std::string server_;
    std::string body_;
    Response response_;
    std::string details_;
    bool was_not_sent_ = false;
};

} // namespace tiphys::kube
