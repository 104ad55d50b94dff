// Frames of WebSocket.

#include <catch2/catch.hpp>

#include "runtime/kubernetes/exec_session.h"
#include "runtime/kubernetes/web_socket.h"

using namespace tiphys;
using namespace tiphys::kube;

namespace {

std::string bytes(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) {
        text += static_cast<char>(value);
    }
    return text;
}

} // namespace

TEST_CASE("frames are put together from whatever pieces come") {
    FrameReader reader;
    const std::string sent = bytes({0x82, 2}) + "ab" + bytes({0x02, 1}) + "c" + bytes({0x89, 1}) +
                             "p" + bytes({0x80, 1}) + "d" + bytes({0x88, 0});
    std::vector<std::string> seen;
    for (const char c : sent) {
        reader.add(std::string_view(&c, 1));
        while (const auto frame = reader.next()) {
            seen.push_back(std::to_string(static_cast<int>(frame->kind)) + frame->payload);
        }
    }
    CHECK(seen == std::vector<std::string>{"0ab", "1p", "0cd", "3"});
    CHECK(!reader.is_broken());
}

TEST_CASE("long frames are read, endless ones refused") {
    FrameReader reader;
    reader.add(bytes({0x82, 126, 1, 0}) + std::string(256, 'x'));
    const auto frame = reader.next();
    REQUIRE(frame.has_value());
    CHECK(frame->payload == std::string(256, 'x'));
    reader.add(bytes({0x82, 127, 0, 0, 0, 0, 0x7f, 0, 0, 0}));
    CHECK(!reader.next().has_value());
    CHECK(reader.is_broken());
}

TEST_CASE("what is no frame of a server is refused") {
    for (const std::string& sent : {bytes({0x82, 0x81, 1, 2, 3, 4, 5}), bytes({0x83, 0})}) {
        FrameReader reader;
        reader.add(sent);
        CHECK(!reader.next().has_value());
        CHECK(reader.is_broken());
    }
}

TEST_CASE("control frames are masked") {
    CHECK(control_frame(Frame::Kind::kPong, "ab", 0x01020304U) ==
          bytes({0x8a, 0x82, 4, 3, 2, 1, 'a' ^ 4, 'b' ^ 3}));
    CHECK(control_frame(Frame::Kind::kClose, std::string(200, 'x'), 0).size() == 2 + 4 + 125);
}

TEST_CASE("a command's end is read from its status") {
    CHECK(*exit_code_of(R"({"status":"Success"})") == 0);
    CHECK(*exit_code_of(R"({"status":"Failure","reason":"NonZeroExitCode",
        "details":{"causes":[{"reason":"ExitCode","message":"7"}]}})") == 7);
    CHECK(exit_code_of(R"({"status":"Failure","message":"no such container"})").error().message ==
          "no such container");
    CHECK(!exit_code_of("nothing").has_value());
    CHECK(exit_code_of(R"({"status":5,"message":[]})").error().message == "the command failed");
    CHECK(exit_code_of(R"({"reason":"NonZeroExitCode","details":{"causes":"x"},"message":"m"})")
              .error()
              .message == "m");
}
