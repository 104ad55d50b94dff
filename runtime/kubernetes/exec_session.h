#pragma once
// A command in a container, over a WebSocket. kubectl: client-go/tools/remotecommand/websocket.go.

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>

#include "runtime/kubernetes/client.h"
#include "runtime/kubernetes/loop.h"
#include "runtime/kubernetes/web_socket.h"

namespace tiphys::kube {

class ExecSession {
public:
    using Output = std::function<void(std::string_view)>;
    using Ended = std::function<void(Result<int>)>;

    ExecSession(Client::Loop& loop, std::uint64_t id, ExecRequest request, Output on_output,
                Ended ended);
    ~ExecSession();
    ExecSession(const ExecSession&) = delete;
    ExecSession& operator=(const ExecSession&) = delete;

    void begin();

private:
    void connected(Transfer& transfer);
    void ready();
    bool write();
    void read();
    void take_handshake();
    void take_frames();
    void take_message(std::string_view message);
    void refuse();
    void end(Result<int> outcome);

    Client::Loop& loop_;
    std::uint64_t id_;
    ExecRequest request_;
    Request http_;
    Output on_output_;
    Ended ended_;
    std::uint64_t transfer_ = 0;
    std::string to_write_;
    /// Of the handshake's answer.
    std::string head_;
    FrameReader frames_;
    std::random_device chance_;
    std::int64_t begun_ms_ = 0;
    bool is_open_ = false;
    bool has_ended_ = false;
};

/// The exit code in the Status that a command ends with. Errors: it was not run.
[[nodiscard]] Result<int> exit_code_of(std::string_view status);

} // namespace tiphys::kube
