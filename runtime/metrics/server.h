#pragma once
// The HTTP server for metrics and probes. It never blocks, and whoever owns it does the waiting.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "compiler/base/result.h"

namespace tiphys::metrics {

/// A client gets this long from its connection to the last byte of its answer.
inline constexpr std::int64_t kClientMs = 10'000;
/// Connections at a time; who comes then waits in the kernel's queue.
inline constexpr std::size_t kClients = 64;
/// Bytes of a request up to the end of its headers.
inline constexpr std::size_t kRequestBytes = 16 * 1024;

struct Answer {
    int status = 200;
    std::string body;
    /// The text format of Prometheus is plain text, too.
    std::string content_type = "text/plain; version=0.0.4; charset=utf-8";
};

class Server {
public:
    /// Answers GET and HEAD of a path, which comes without its query; called within serve().
    using Handler = std::function<Answer(std::string_view path)>;

    /// `address`: `127.0.0.1:9090`, `[::1]:9090`, `:9090` for all of this machine's; port 0: one
    /// that is free. Errors: who has the address, or that it is none.
    [[nodiscard]] static Result<std::unique_ptr<Server>> listen(const std::string& address,
                                                                Handler handler);
    /// For listen(): owns both files.
    Server(int listener, int poll, Handler handler);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    [[nodiscard]] int port() const { return port_; }
    /// Can be read when there is something for serve() to do.
    [[nodiscard]] int file() const { return poll_; }
    /// Does what can be done now. `now_ms` of a clock that only goes forward.
    void serve(std::int64_t now_ms);
    /// When serve() is to be called although file() is silent; INT64_MAX: never.
    [[nodiscard]] std::int64_t next_timer_ms() const;

private:
    struct Client {
        std::int64_t deadline_ms = 0;
        std::string request;
        std::string answer;
        std::size_t n_sent = 0;
        /// Everything is sent; waits for the client to have read it.
        bool is_done = false;
    };

    void accept_clients(std::int64_t now_ms);
    /// False: the connection is over.
    bool read_from(int file, Client& client);
    bool write_to(int file, Client& client) const;
    void close_client(int file);
    void watch_listener(bool is_watched);

    int listener_;
    int poll_;
    int port_ = 0;
    bool is_listening_ = false;
    Handler handler_;
    std::map<int, Client> clients_;
};

} // namespace tiphys::metrics
