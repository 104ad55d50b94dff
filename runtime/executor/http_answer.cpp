// The bytes of an answer of HTTP/1.1.

#include "runtime/executor/http_answer.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace tiphys::executor {
namespace {

/// Nobody sends longer heads or chunk lines in earnest.
constexpr std::size_t kLongestHead = std::size_t{256} * 1024;

std::string canonical(std::string_view name) {
    std::string written;
    bool first = true;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        written += static_cast<char>(first ? std::toupper(byte) : std::tolower(byte));
        first = c == '-';
    }
    return written;
}

std::string_view without_blanks(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) {
        text.remove_suffix(1);
    }
    return text;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

} // namespace

std::string HttpAnswer::header(std::string_view wanted) const {
    for (const auto& [name, value] : response_.headers) {
        if (name == wanted) return value;
    }
    return "";
}

std::optional<std::string> HttpAnswer::take_line() {
    const std::size_t end = pending_.find('\n');
    if (end == pending_.npos) return std::nullopt;
    std::string line = pending_.substr(0, end);
    if (line.ends_with('\r')) line.pop_back();
    pending_.erase(0, end + 1);
    return line;
}

Result<Done> HttpAnswer::read_head() {
    const std::size_t end = pending_.find("\r\n\r\n");
    if (end == pending_.npos) {
        if (pending_.size() > kLongestHead) return Error{"net/http: server headers are too long"};
        return Done{};
    }
    std::string_view head = std::string_view(pending_).substr(0, end);
    response_ = {};
    const std::size_t space = head.find(' ');
    if (!head.starts_with("HTTP/1.") || space + 4 > head.size()) {
        return Error{"malformed HTTP response"};
    }
    keeps_connection_ = head.starts_with("HTTP/1.1");
    std::from_chars(head.data() + space + 1, head.data() + space + 4, response_.status);
    while (!head.empty()) {
        const std::size_t line_end = std::min(head.find('\n'), head.size());
        const std::string_view line = head.substr(0, line_end);
        head.remove_prefix(std::min(line_end + 1, head.size()));
        const std::size_t colon = line.find(':');
        if (line.starts_with("HTTP/") || colon == line.npos) continue;
        response_.headers.emplace_back(canonical(line.substr(0, colon)),
                                       without_blanks(line.substr(colon + 1)));
    }
    pending_.erase(0, end + 4);
    // What comes before the answer proper, such as `100 Continue`.
    if (response_.status >= 100 && response_.status < 200) return read_head();
    return begin_body();
}

Result<Done> HttpAnswer::begin_body() {
    if (lower(header("Connection")).find("close") != std::string::npos) keeps_connection_ = false;
    const int status = response_.status;
    if (!may_have_body_ || status == 204 || status == 304) {
        stage_ = Stage::kEnd;
        return Done{};
    }
    if (lower(header("Transfer-Encoding")).find("chunked") != std::string::npos) {
        stage_ = Stage::kChunkSize;
        return Done{};
    }
    const std::string length = header("Content-Length");
    if (length.empty()) {
        stage_ = Stage::kRest;
        keeps_connection_ = false;
        return Done{};
    }
    const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), left_);
    if (error != std::errc() || end != length.data() + length.size()) {
        return Error{"bad Content-Length \"" + length + "\""};
    }
    stage_ = left_ == 0 ? Stage::kEnd : Stage::kLength;
    return Done{};
}

Result<Done> HttpAnswer::read_chunk_size() {
    const auto line = take_line();
    if (!line) return Done{};
    // After each chunk stands an end of line.
    if (line->empty()) return Done{};
    const auto [end, error] = std::from_chars(line->data(), line->data() + line->size(), left_, 16);
    const bool is_whole = end == line->data() + line->size() || *end == ';' || *end == ' ';
    if (error != std::errc() || !is_whole) return Error{"malformed chunked encoding"};
    stage_ = left_ == 0 ? Stage::kTrailer : Stage::kChunk;
    return Done{};
}

Result<Done> HttpAnswer::step(std::string& body, bool& is_stuck) {
    const std::size_t before = pending_.size();
    const Stage stage = stage_;
    Result<Done> done = Done{};
    switch (stage_) {
    case Stage::kHead:
        done = read_head();
        break;
    case Stage::kChunkSize:
        done = read_chunk_size();
        break;
    case Stage::kTrailer:
        if (const auto line = take_line(); line && line->empty()) stage_ = Stage::kEnd;
        break;
    case Stage::kRest:
        body += pending_;
        pending_.clear();
        break;
    case Stage::kLength:
    case Stage::kChunk: {
        const std::size_t size =
            static_cast<std::size_t>(std::min<std::uint64_t>(left_, pending_.size()));
        body.append(pending_, 0, size);
        pending_.erase(0, size);
        left_ -= size;
        if (left_ == 0) stage_ = stage == Stage::kLength ? Stage::kEnd : Stage::kChunkSize;
        break;
    }
    case Stage::kEnd:
        break;
    }
    is_stuck = stage == stage_ && before == pending_.size();
    return done;
}

Result<Done> HttpAnswer::take(std::string_view bytes, std::string& body) {
    pending_ += bytes;
    bool is_stuck = false;
    while (!is_stuck && stage_ != Stage::kEnd) {
        TIPHYS_TRY(done, step(body, is_stuck));
        static_cast<void>(done);
    }
    return Done{};
}

Result<Done> HttpAnswer::end() {
    if (stage_ == Stage::kRest) stage_ = Stage::kEnd;
    if (stage_ == Stage::kEnd) return Done{};
    return Error{has_head() ? "unexpected EOF" : "EOF"};
}

} // namespace tiphys::executor
