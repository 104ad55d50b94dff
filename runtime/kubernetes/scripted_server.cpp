// A small HTTP/1.1 server: a thread for each connection.

#include "runtime/kubernetes/scripted_server.h"

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <chrono>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tiphys::kube {
namespace {

/// Bytes up to the end of the head, and the body that follows; empty at the connection's end.
std::string read_request(int file, std::string& rest) {
    std::array<char, 16 * 1024> block{};
    while (true) {
        const std::size_t end = rest.find("\r\n\r\n");
        if (end != rest.npos) {
            std::size_t length = 0;
            const std::size_t field = rest.find("Content-Length: ");
            if (field < end) {
                std::from_chars(rest.data() + field + 16, rest.data() + end, length);
            }
            if (rest.size() >= end + 4 + length) {
                std::string request = rest.substr(0, end + 4 + length);
                rest.erase(0, request.size());
                return request;
            }
        }
        const ssize_t n = ::recv(file, block.data(), block.size(), 0);
        if (n <= 0) return "";
        rest.append(block.data(), static_cast<std::size_t>(n));
    }
}

/// False: the other side is gone.
bool send_text(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::send(file, text.data(), text.size(), MSG_NOSIGNAL);
        if (n <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

} // namespace

ScriptedServer::ScriptedServer(Script script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    static_cast<void>(::bind(listener_, generic, size));
    static_cast<void>(::listen(listener_, 128));
    static_cast<void>(::getsockname(listener_, generic, &size));
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
    is_over_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const int file : files_) {
            ::shutdown(file, SHUT_RDWR);
        }
    }
    for (std::thread& thread : threads_) {
        thread.join();
    }
    for (const int file : files_) {
        ::close(file);
    }
    ::close(listener_);
}

std::string ScriptedServer::address() const {
    return "http://127.0.0.1:" + std::to_string(port_);
}

std::vector<std::string> ScriptedServer::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

void ScriptedServer::accept_all() {
    while (!is_over_) {
        const int file = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (file < 0) return;
        const int on = 1;
        static_cast<void>(::setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
        const std::lock_guard lock(mutex_);
        files_.push_back(file);
        threads_.emplace_back([this, file] { serve(file); });
    }
}

void ScriptedServer::serve(int file) {
    std::string rest;
    while (!is_over_) {
        const std::string request = read_request(file, rest);
        if (request.empty()) break;
        const std::string line = request.substr(0, request.find("\r\n"));
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(line);
        }
        const ScriptedAnswer answer = script_(line, request.substr(request.find("\r\n\r\n") + 4));
        if (answer.is_cut) break;
        std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " Scripted\r\n" +
                           answer.headers + "Content-Type: application/json\r\n";
        if (answer.more) {
            bool is_there = send_text(file, head + "Connection: close\r\n\r\n");
            while (is_there && !is_over_) {
                const std::optional<std::string> piece = answer.more();
                if (!piece) break;
                is_there = send_text(file, *piece);
            }
            break;
        }
        if (answer.pieces.empty()) {
            head += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n";
            send_text(file, head + answer.body);
            continue;
        }
        send_text(file, head + "Connection: close\r\n\r\n");
        for (const std::string& piece : answer.pieces) {
            send_text(file, piece);
            std::this_thread::sleep_for(std::chrono::milliseconds(answer.pause_ms));
        }
        break;
    }
    ::shutdown(file, SHUT_RDWR);
}

} // namespace tiphys::kube
