#pragma once
// The bytes of an answer of HTTP/1.1, one piece after the other.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/base/result.h"
#include "runtime/core/step.h"

namespace tiphys::executor {

/// Takes an answer apart; the body is handed out as it comes.
class HttpAnswer {
public:
    /// Of an answer to HEAD, which has no body.
    explicit HttpAnswer(bool has_body) : may_have_body_(has_body) {}

    /// Adds what came; appends what of it belongs to the body.
    [[nodiscard]] Result<Done> take(std::string_view bytes, std::string& body);
    /// The server closed the connection: an Error where more should have come.
    [[nodiscard]] Result<Done> end();

    [[nodiscard]] bool has_head() const { return stage_ != Stage::kHead; }
    [[nodiscard]] bool is_whole() const { return stage_ == Stage::kEnd; }
    /// Whether another request may follow on the same connection.
    [[nodiscard]] bool keeps_connection() const { return keeps_connection_ && is_whole(); }
    /// Status and headers; names are written as Go writes them.
    [[nodiscard]] const run::HttpResponse& response() const { return response_; }
    [[nodiscard]] std::string header(std::string_view name) const;

private:
    enum class Stage : std::uint8_t { kHead, kLength, kChunkSize, kChunk, kTrailer, kRest, kEnd };

    [[nodiscard]] Result<Done> read_head();
    [[nodiscard]] Result<Done> begin_body();
    [[nodiscard]] Result<Done> step(std::string& body, bool& is_stuck);
    [[nodiscard]] std::optional<std::string> take_line();
    [[nodiscard]] Result<Done> read_chunk_size();

    bool may_have_body_;
    bool keeps_connection_ = true;
    Stage stage_ = Stage::kHead;
    std::string pending_;
    std::uint64_t left_ = 0;
    run::HttpResponse response_;
};

} // namespace tiphys::executor
