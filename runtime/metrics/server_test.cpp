// Scrapers, probes, and clients that mean no good.
#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "runtime/metrics/server.h"

namespace tiphys::metrics {
namespace {

Answer answer(std::string_view path) {
    if (path == "/metrics") return {200, std::string(1'000'000, 'x')};
    if (path == "/healthz") return {200, "ok\n"};
    return {404, "there is no such page\n"};
}

std::unique_ptr<Server> open_server() {
    auto server = Server::listen("127.0.0.1:0", answer);
    REQUIRE(server.has_value());
    return std::move(*server);
}

int connect_to(const Server& server) {
    const int file = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(static_cast<std::uint16_t>(server.port()));
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(file, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0);
    return file;
}

/// Waits for the server to have something to do, and lets it.
void serve(Server& server, std::int64_t now_ms) {
    pollfd wait{server.file(), POLLIN, 0};
    ::poll(&wait, 1, 1000);
    server.serve(now_ms);
}

std::string reply_to(Server& server, const std::string& request) {
    const int file = connect_to(server);
    REQUIRE(::send(file, request.data(), request.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(request.size()));
    std::string reply;
    std::array<char, 65536> buffer{};
    while (true) {
        const ssize_t n_read = ::recv(file, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (n_read == 0) break;
        if (n_read > 0) {
            reply.append(buffer.data(), static_cast<std::size_t>(n_read));
            continue;
        }
        if (errno != EAGAIN) break;
        serve(server, 0);
    }
    ::close(file);
    serve(server, 0);
    return reply;
}

TEST_CASE("a scraper gets the whole page") {
    const auto server = open_server();
    const std::string reply = reply_to(*server, "GET /metrics?a=b HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(reply.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(reply.find("Content-Length: 1000000\r\n") != std::string::npos);
    CHECK(reply.size() > 1'000'000);
}

TEST_CASE("probes are answered, other pages and methods are not") {
    const auto server = open_server();
    CHECK(reply_to(*server, "GET /healthz HTTP/1.0\r\n\r\n").ends_with("\r\n\r\nok\n"));
    CHECK(reply_to(*server, "HEAD /healthz HTTP/1.1\r\n\r\n").ends_with("\r\n\r\n"));
    CHECK(reply_to(*server, "GET /x HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
    CHECK(reply_to(*server, "POST /x HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
    CHECK(reply_to(*server, "\x16\x03\x01 \r\n\r\n").starts_with("HTTP/1.1 400 "));
}

TEST_CASE("a request without end is refused") {
    const auto server = open_server();
    CHECK(reply_to(*server, "GET / HTTP/1.1\r\nX: " + std::string(kRequestBytes, 'x'))
              .starts_with("HTTP/1.1 431 "));
}

TEST_CASE("slow clients lose their place, and others get it") {
    const auto server = open_server();
    std::array<int, kClients> files{};
    for (int& file : files)
        file = connect_to(*server);
    serve(*server, 0);
    CHECK(server->next_timer_ms() == kClientMs);
    const int late = connect_to(*server);
    REQUIRE(::send(late, "GET /healthz HTTP/1.1\r\n\r\n", 25, MSG_NOSIGNAL) == 25);
    server->serve(1);
    std::array<char, 256> buffer{};
    CHECK(::recv(late, buffer.data(), buffer.size(), MSG_DONTWAIT) < 0);
    server->serve(kClientMs);
    serve(*server, kClientMs);
    serve(*server, kClientMs);
    CHECK(::recv(late, buffer.data(), buffer.size(), 0) > 0);
    for (const int file : files)
        ::close(file);
    ::close(late);
}

TEST_CASE("an address that cannot be had is named") {
    const auto server = open_server();
    const auto taken = Server::listen("127.0.0.1:" + std::to_string(server->port()), answer);
    REQUIRE(!taken.has_value());
    CHECK(taken.error().message.find("Address already in use") != std::string::npos);
    for (const char* wrong : {"", "9090", "localhost:", "localhost:http", ":123456"})
        CHECK(!Server::listen(wrong, answer).has_value());
}

} // namespace
} // namespace tiphys::metrics
