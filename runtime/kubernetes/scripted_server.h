#pragma once
// An API server that answers by a script, for tests of what talks to one.

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tiphys::kube {

/// What it does with one request. An empty answer cuts the connection.
struct ScriptedAnswer {
    int status = 200;
    std::string body;
    /// More lines of the head, each with its line end.
    std::string headers;
    /// Pieces sent after the head, with pauses of `pause_ms`; then the connection is cut. Empty:
    /// the body is sent whole.
    std::vector<std::string> pieces;
    int pause_ms = 0;
    /// Gives what is sent after the head, piece by piece; nothing: that was all. It may block, but
    /// not for ever.
    std::function<std::optional<std::string>()> more;
    bool is_cut = false;
};

/// Plain HTTP on a port of this machine. The script runs in threads of the server.
class ScriptedServer {
public:
    /// `request`: the first line, `GET /api/v1/pods HTTP/1.1`, and the body.
    using Script =
        std::function<ScriptedAnswer(const std::string& request_line, const std::string& body)>;
    explicit ScriptedServer(Script script);
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    /// `http://127.0.0.1:port`.
    [[nodiscard]] std::string address() const;
    /// The first lines of all requests so far.
    [[nodiscard]] std::vector<std::string> requests() const;

private:
    void accept_all();
    void serve(int file);

    Script script_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> is_over_{false};
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::vector<int> files_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

} // namespace tiphys::kube
