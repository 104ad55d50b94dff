// The handshake, and the channels within the frames.

#include "runtime/kubernetes/exec_session.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include <nlohmann/json.hpp>

#include "compiler/expr/base64.h"
#include "runtime/io/curl_library.h"
#include "runtime/io/json_fields.h"

namespace tiphys::kube {
namespace {

using nlohmann::json;
using run::curl_library;
using run::list_at;
using run::member;
using run::text_of;

/// Channels of Kubernetes' protocol: the first byte of each message.
constexpr char kStdout = 1;
constexpr char kStderr = 2;
constexpr char kStatus = 3;

constexpr std::size_t kLongestHead = 64 * 1024;

std::string lower(std::string text) {
    for (char& c : text) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return text;
}

/// `host:port` of `https://host:port/path`, and the path before ours.
std::pair<std::string, std::string> place_of(const std::string& server) {
    const std::size_t begin = server.find("://") + 3;
    const std::size_t slash = server.find('/', begin);
    return {server.substr(begin, slash - begin), slash == server.npos ? "" : server.substr(slash)};
}

} // namespace

Result<int> exit_code_of(std::string_view status) {
    const json object = json::parse(status, nullptr, false);
    if (!object.is_object()) return Error{"the command ended with no status"};
    if (text_of(object, "status") == "Success") return 0;
    if (text_of(object, "reason") == "NonZeroExitCode") {
        for (const json& cause : list_at(member(object, "details"), "causes")) {
            if (text_of(cause, "reason") != "ExitCode") continue;
            const std::string text = text_of(cause, "message");
            int code = 0;
            const auto parsed = std::from_chars(text.data(), text.data() + text.size(), code);
            if (parsed.ec == std::errc()) return code;
        }
    }
    const std::string message = text_of(object, "message");
    return Error{message.empty() ? "the command failed" : message};
}

ExecSession::ExecSession(Client::Loop& loop, std::uint64_t id, ExecRequest request,
                         Output on_output, Ended ended)
    : loop_(loop), id_(id), request_(std::move(request)), on_output_(std::move(on_output)),
      ended_(std::move(ended)) {}

ExecSession::~ExecSession() {
    loop_.sockets.erase(transfer_);
    loop_.cancel(transfer_);
}

void ExecSession::begin() {
    http_.resource = {"v1", "pods", request_.name_space, request_.pod, "exec"};
    for (const std::string& word : request_.command) {
        http_.query.emplace_back("command", word);
    }
    if (!request_.container.empty()) http_.query.emplace_back("container", request_.container);
    http_.query.emplace_back("stderr", "true");
    http_.query.emplace_back("stdout", "true");
    TransferOptions how;
    how.user_agent = loop_.options.user_agent;
    how.is_bare = true;
    begun_ms_ = unix_now_ms();
    transfer_ = loop_.begin(http_, how, {nullptr, [this](Transfer& ended) { connected(ended); }});
    loop_.after(request_.timeout_ms, [loop = &loop_, id = id_, pod = request_.pod] {
        const auto found = loop->sessions.find(id);
        if (found == loop->sessions.end()) return;
        found->second->end(Error{"the command in pod `" + pod + "` did not end in time"});
    });
}

void ExecSession::connected(Transfer& transfer) {
    if (!transfer.response().error.empty()) {
        end(Error{transfer.response().error});
        return;
    }
    auto lines = loop_.credentials.headers(unix_now_ms());
    if (!lines) {
        end(lines.error());
        return;
    }
    std::string key;
    while (key.size() < 16) {
        key += static_cast<char>(chance_() & 0xffU);
    }
    const auto [host, prefix] = place_of(loop_.access.server);
    to_write_ = "GET " + prefix + path_of(http_) + " HTTP/1.1\r\nHost: " + host +
                "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: " +
                expr::to_base64(key, expr::kStandardBase64) +
                "\r\nSec-WebSocket-Protocol: v5.channel.k8s.io, v4.channel.k8s.io\r\n"
                "User-Agent: " +
                loop_.options.user_agent + "\r\n";
    for (const std::string& line : *lines) {
        to_write_ += line + "\r\n";
    }
    to_write_ += "\r\n";
    curl_socket_t file = CURL_SOCKET_BAD;
    curl_library()->easy_getinfo(transfer.easy(), CURLINFO_ACTIVESOCKET, &file);
    loop_.sockets[transfer_] = {file, true, [loop = &loop_, id = id_] {
                                    const auto found = loop->sessions.find(id);
                                    if (found != loop->sessions.end()) found->second->ready();
                                }};
    ready();
}

void ExecSession::ready() {
    if (has_ended_) return;
    if (write()) read();
}

bool ExecSession::write() {
    Transfer* transfer = loop_.find(transfer_);
    while (transfer != nullptr && !to_write_.empty()) {
        std::size_t n = 0;
        const CURLcode code =
            curl_library()->easy_send(transfer->easy(), to_write_.data(), to_write_.size(), &n);
        if (code == CURLE_AGAIN) break;
        if (code != CURLE_OK) {
            end(Error{"the connection to the API server was cut"});
            return false;
        }
        to_write_.erase(0, n);
    }
    loop_.sockets[transfer_].wants_to_write = !to_write_.empty();
    return true;
}

void ExecSession::read() {
    std::array<char, 16 * 1024> block{};
    while (!has_ended_) {
        Transfer* transfer = loop_.find(transfer_);
        if (transfer == nullptr) return;
        std::size_t n = 0;
        const CURLcode code =
            curl_library()->easy_recv(transfer->easy(), block.data(), block.size(), &n);
        if (code == CURLE_AGAIN) return;
        if (code != CURLE_OK || n == 0) {
            if (!is_open_ && !head_.empty()) {
                refuse();
            } else {
                end(Error{"the connection to the API server was cut"});
            }
            return;
        }
        const std::string_view bytes(block.data(), n);
        if (is_open_) {
            frames_.add(bytes);
        } else {
            head_ += bytes;
            take_handshake();
        }
        if (is_open_) take_frames();
    }
}

void ExecSession::take_handshake() {
    const std::size_t end_of_head = head_.find("\r\n\r\n");
    if (end_of_head == head_.npos) {
        if (head_.size() > kLongestHead) end(Error{"the API server gave no answer to `exec`"});
        return;
    }
    if (!head_.starts_with("HTTP/1.1 101")) {
        refuse();
        return;
    }
    is_open_ = true;
    frames_.add(std::string_view(head_).substr(end_of_head + 4));
}

void ExecSession::refuse() {
    // A body whose end is not there yet comes with the next bytes.
    const std::size_t end_of_head = head_.find("\r\n\r\n");
    if (end_of_head == head_.npos) {
        end(Error{"the connection to the API server was cut"});
        return;
    }
    const std::string fields = lower(head_.substr(0, end_of_head));
    const std::size_t length_at = fields.find("content-length:");
    std::size_t length = 0;
    if (length_at != fields.npos) {
        const std::size_t digits = fields.find_first_of("0123456789", length_at);
        std::from_chars(fields.data() + std::min(digits, fields.size()),
                        fields.data() + fields.size(), length);
    }
    if (head_.size() < end_of_head + 4 + length) return;
    Response response;
    const std::size_t blank = head_.find(' ');
    std::from_chars(head_.data() + blank + 1, head_.data() + end_of_head, response.status);
    response.body = head_.substr(end_of_head + 4, length);
    loop_.count(http_, response, begun_ms_);
    end(Error{response.message()});
}

void ExecSession::take_frames() {
    while (!has_ended_) {
        const std::optional<Frame> frame = frames_.next();
        if (frames_.is_broken()) {
            end(Error{"the API server sent something that is no frame of a WebSocket"});
            return;
        }
        if (!frame) return;
        switch (frame->kind) {
        case Frame::Kind::kData:
            take_message(frame->payload);
            break;
        case Frame::Kind::kPing:
            to_write_ += control_frame(Frame::Kind::kPong, frame->payload, chance_());
            if (!write()) return;
            break;
        case Frame::Kind::kPong:
            break;
        case Frame::Kind::kClose:
            end(Error{"the API server ended the connection before the command had"});
            return;
        }
    }
}

void ExecSession::take_message(std::string_view message) {
    if (message.empty()) return;
    const char channel = message.front();
    message.remove_prefix(1);
    if (channel == kStatus) {
        Response switched;
        switched.status = 101;
        loop_.count(http_, switched, begun_ms_);
        end(exit_code_of(message));
        return;
    }
    const bool is_output = channel == kStdout || channel == kStderr;
    if (!is_output || message.empty() || !on_output_) return;
    loop_.push([loop = &loop_, id = id_, text = std::string(message)] {
        const auto found = loop->sessions.find(id);
        if (found != loop->sessions.end()) found->second->on_output_(text);
    });
}

void ExecSession::end(Result<int> outcome) {
    if (has_ended_) return;
    has_ended_ = true;
    loop_.sockets.erase(transfer_);
    // Its own functions may still be on the stack.
    loop_.push([loop = &loop_, id = id_, outcome = std::move(outcome)] {
        const auto found = loop->sessions.find(id);
        if (found == loop->sessions.end()) return;
        const Ended ended = std::move(found->second->ended_);
        loop->sessions.erase(found);
        if (ended) ended(outcome);
    });
}

} // namespace tiphys::kube
