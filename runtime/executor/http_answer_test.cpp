// The bytes of an answer of HTTP/1.1.
#include <catch2/catch.hpp>

#include "runtime/executor/http_answer.h"

namespace tiphys::executor {
namespace {

/// The body, taken in pieces of `size` bytes.
Result<std::string> body_of(HttpAnswer& answer, std::string_view bytes, std::size_t size) {
    std::string body;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
        TIPHYS_TRY(taken, answer.take(bytes.substr(at, size), body));
        static_cast<void>(taken);
    }
    return body;
}

constexpr std::string_view kChunked = "HTTP/1.1 100 Continue\r\n\r\n"
                                      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
                                      "5\r\nhello\r\nA;x=y\r\n, world: 1\r\n0\r\nT: 1\r\n\r\n";

TEST_CASE("chunks are joined, however they come") {
    for (const std::size_t size : {1U, 2U, 7U, 1000U}) {
        HttpAnswer answer(true);
        const auto body = body_of(answer, kChunked, size);
        REQUIRE(body);
        CHECK(*body == "hello, world: 1");
        CHECK(answer.response().status == 200);
        CHECK(answer.header("Transfer-Encoding") == "chunked");
        CHECK(answer.keeps_connection());
    }
}

TEST_CASE("a length ends the body") {
    HttpAnswer answer(true);
    const auto body = body_of(answer, "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", 3);
    REQUIRE(body);
    CHECK(*body == "no");
    CHECK(answer.is_whole());
}

TEST_CASE("without a length the connection's end ends the body") {
    HttpAnswer answer(true);
    const auto body = body_of(answer, "HTTP/1.0 200 OK\r\n\r\nall of it", 4);
    REQUIRE(body);
    CHECK(*body == "all of it");
    CHECK_FALSE(answer.is_whole());
    CHECK(answer.end());
    CHECK(answer.is_whole());
    CHECK_FALSE(answer.keeps_connection());
}

TEST_CASE("answers that stop too early are errors") {
    HttpAnswer nothing(true);
    CHECK(nothing.end().error().message == "EOF");
    HttpAnswer half(true);
    REQUIRE(body_of(half, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", 99));
    CHECK(half.end().error().message == "unexpected EOF");
}

TEST_CASE("what is no HTTP is an error") {
    for (const std::string_view bytes :
         {"SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
        HttpAnswer answer(true);
        CHECK_FALSE(body_of(answer, bytes, 1000));
    }
}

TEST_CASE("some answers have no body") {
    HttpAnswer to_head(false);
    REQUIRE(body_of(to_head, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 1000));
    CHECK(to_head.keeps_connection());
    HttpAnswer empty(true);
    REQUIRE(body_of(empty, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", 1000));
    CHECK(empty.is_whole());
    CHECK_FALSE(empty.keeps_connection());
}

} // namespace
} // namespace tiphys::executor
