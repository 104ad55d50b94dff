// HTTP/1.1 as far as scrapers and probes need it: one request for each connection.

#include "runtime/metrics/server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace tiphys::metrics {
namespace {

constexpr int kEventsAtOnce = 32;
constexpr int kBacklog = 128;

struct Address {
    std::string host;
    std::string port;
};

Result<Address> split(const std::string& address) {
    const std::size_t colon = address.rfind(':');
    const bool has_digits = colon != address.npos && colon + 1 < address.size() &&
                            address.find_first_not_of("0123456789", colon + 1) == address.npos;
    if (!has_digits || address.size() - colon > 6) {
        return Error{"`" + address + "` is no address to listen on: write HOST:PORT, or :PORT"};
    }
    std::string host = address.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    return Address{host, address.substr(colon + 1)};
}

/// A socket that listens, or -1 with errno set.
int open_listener(const addrinfo& found) {
    const int file = ::socket(found.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (file < 0) return -1;
    const int on = 1;
    ::setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(file, found.ai_addr, found.ai_addrlen) == 0 && ::listen(file, kBacklog) == 0) {
        return file;
    }
    const int reason = errno;
    ::close(file);
    errno = reason;
    return -1;
}

int port_of(int file) {
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    if (::getsockname(file, reinterpret_cast<sockaddr*>(&name), &size) != 0) return 0;
    if (name.ss_family == AF_INET) {
        return ntohs(reinterpret_cast<const sockaddr_in*>(&name)->sin_port);
    }
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&name)->sin6_port);
}

bool watch(int poll, int operation, int file, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = file;
    return ::epoll_ctl(poll, operation, file, &event) == 0;
}

std::string_view reason_of(int status) {
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 431:
        return "Request Header Fields Too Large";
    case 503:
        return "Service Unavailable";
    default:
        return "Unknown";
    }
}

std::string response_text(const Answer& answer, bool with_body) {
    std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " ";
    text += reason_of(answer.status);
    text += "\r\nContent-Type: " + answer.content_type +
            "\r\nContent-Length: " + std::to_string(answer.body.size()) +
            "\r\nConnection: close\r\n";
    if (answer.status == 405) text += "Allow: GET, HEAD\r\n";
    text += "\r\n";
    if (with_body) text += answer.body;
    return text;
}

std::string answer_text(std::string_view request, const Server::Handler& handler) {
    const std::string_view line = request.substr(0, request.find("\r\n"));
    const std::size_t first = line.find(' ');
    const std::size_t second = first == line.npos ? first : line.find(' ', first + 1);
    if (second == line.npos || !line.substr(second + 1).starts_with("HTTP/1.")) {
        return response_text({400, "this is no request of HTTP/1.1\n"}, true);
    }
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, second - first - 1);
    if (method != "GET" && method != "HEAD") {
        return response_text({405, "only GET and HEAD are answered here\n"}, true);
    }
    return response_text(handler(target.substr(0, target.find('?'))), method == "GET");
}

} // namespace

Result<std::unique_ptr<Server>> Server::listen(const std::string& address, Handler handler) {
    TIPHYS_TRY(parts, split(address));
    addrinfo wanted{};
    wanted.ai_family = parts.host.empty() ? AF_INET6 : AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const char* host = parts.host.empty() ? nullptr : parts.host.c_str();
    const int failed = ::getaddrinfo(host, parts.port.c_str(), &wanted, &found);
    if (failed != 0) {
        return Error{"cannot listen on `" + address + "`: " + ::gai_strerror(failed)};
    }
    int listener = open_listener(*found);
    ::freeaddrinfo(found);
    if (listener < 0 && errno == EAFNOSUPPORT && parts.host.empty()) {
        return listen("0.0.0.0:" + parts.port, std::move(handler)); // a machine without IPv6
    }
    if (listener < 0) {
        return Error{"cannot listen on `" + address + "`: " + std::strerror(errno)};
    }
    const int poll = ::epoll_create1(EPOLL_CLOEXEC);
    return std::make_unique<Server>(listener, poll, std::move(handler));
}

Server::Server(int listener, int poll, Handler handler)
    : listener_(listener), poll_(poll), port_(port_of(listener)), handler_(std::move(handler)) {
    watch_listener(true);
}

Server::~Server() {
    for (const auto& [file, client] : clients_)
        ::close(file);
    ::close(listener_);
    ::close(poll_);
}

void Server::watch_listener(bool is_watched) {
    if (is_watched == is_listening_) return;
    is_listening_ = is_watched;
    watch(poll_, is_watched ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, listener_, EPOLLIN);
}

void Server::accept_clients(std::int64_t now_ms) {
    while (clients_.size() < kClients) {
        const int file = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (file < 0) return;
        if (!watch(poll_, EPOLL_CTL_ADD, file, EPOLLIN)) {
            ::close(file);
            continue;
        }
        clients_[file].deadline_ms = now_ms + kClientMs;
    }
}

bool Server::read_from(int file, Client& client) {
    std::array<char, 4096> buffer{};
    while (true) {
        const ssize_t n_read = ::recv(file, buffer.data(), buffer.size(), 0);
        if (n_read < 0 && errno == EINTR) continue;
        if (n_read < 0) return errno == EAGAIN;
        if (n_read == 0) return false;
        // What comes after the request's headers is of no interest.
        if (!client.answer.empty()) continue;
        client.request.append(buffer.data(), static_cast<std::size_t>(n_read));
        if (client.request.find("\r\n\r\n") != std::string::npos) {
            client.answer = answer_text(client.request, handler_);
        } else if (client.request.size() > kRequestBytes) {
            client.answer = response_text({431, "the request is too large\n"}, true);
        }
    }
}

bool Server::write_to(int file, Client& client) const {
    while (client.n_sent < client.answer.size()) {
        const ssize_t n_sent = ::send(file, client.answer.data() + client.n_sent,
                                      client.answer.size() - client.n_sent, MSG_NOSIGNAL);
        if (n_sent < 0 && errno == EINTR) continue;
        if (n_sent < 0 && errno == EAGAIN) {
            return watch(poll_, EPOLL_CTL_MOD, file, EPOLLIN | EPOLLOUT);
        }
        if (n_sent < 0) return false;
        client.n_sent += static_cast<std::size_t>(n_sent);
    }
    if (client.answer.empty() || client.is_done) return true;
    client.is_done = true;
    // Closing with something unread would take the answer back.
    ::shutdown(file, SHUT_WR);
    return watch(poll_, EPOLL_CTL_MOD, file, EPOLLIN);
}

void Server::close_client(int file) {
    ::close(file);
    clients_.erase(file);
}

void Server::serve(std::int64_t now_ms) {
    std::array<epoll_event, kEventsAtOnce> events{};
    const int n_events = ::epoll_wait(poll_, events.data(), kEventsAtOnce, 0);
    for (int i = 0; i < n_events; ++i) {
        const int file = events[static_cast<std::size_t>(i)].data.fd;
        if (file == listener_) {
            accept_clients(now_ms);
            continue;
        }
        const auto client = clients_.find(file);
        if (client == clients_.end()) continue;
        if (!read_from(file, client->second) || !write_to(file, client->second)) {
            close_client(file);
        }
    }
    std::vector<int> late;
    for (const auto& [file, client] : clients_) {
        if (client.deadline_ms <= now_ms) late.push_back(file);
    }
    for (const int file : late)
        close_client(file);
    watch_listener(clients_.size() < kClients);
}

std::int64_t Server::next_timer_ms() const {
    std::int64_t next = std::numeric_limits<std::int64_t>::max();
    for (const auto& [file, client] : clients_)
        next = std::min(next, client.deadline_ms);
    return next;
}

} // namespace tiphys::metrics
