#pragma once
// A connection to a web server, with TLS where the scheme asks for it. OpenSSL sets itself up when
// the first TLS connection is made.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "compiler/base/result.h"
#include "runtime/io/descriptor.h"

struct ssl_st;
struct ssl_ctx_st;

namespace tiphys::executor {

/// Whom to talk to, and whom to believe.
struct Endpoint {
    bool is_secure = false;
    std::string host;
    std::string port;
    /// Certificates (PEM) that are trusted in place of the machine's.
    std::string authority;
    bool is_verified = true;

    [[nodiscard]] bool operator==(const Endpoint&) const = default;
};

class Connection {
public:
    /// Not open yet: open() makes what can be used.
    Connection(Endpoint endpoint, std::int64_t end_ms)
        : endpoint_(std::move(endpoint)), end_ms_(end_ms) {}

    /// Errors have Go's words. `end_ms`: of steady_ms(), for all that follows; 0: none, but no
    /// single wait takes longer than five minutes.
    [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const Endpoint& endpoint,
                                                                  std::int64_t end_ms);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] Result<Done> write(std::string_view bytes);
    /// At least one byte; nothing at the end of the stream.
    [[nodiscard]] Result<std::string_view> read();
    [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }
    void set_end(std::int64_t end_ms) { end_ms_ = end_ms; }

private:
    [[nodiscard]] Result<Done> dial();
    [[nodiscard]] Result<Done> start_tls();
    /// For the socket; `events` as of poll().
    [[nodiscard]] Result<Done> wait(short events) const;
    /// After an operation of OpenSSL that did not finish; an Error when it cannot.
    [[nodiscard]] Result<Done> wait_for_tls(int code) const;
    [[nodiscard]] Error tls_error() const;

    Endpoint endpoint_;
    std::int64_t end_ms_;
    std::unique_ptr<run::Descriptor> socket_;
    ssl_ctx_st* context_ = nullptr;
    ssl_st* tls_ = nullptr;
    std::string buffer_;
};

} // namespace tiphys::executor
