#pragma once
// Frames of WebSocket (RFC 6455), as a client reads and writes them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tiphys::kube {

struct Frame {
    enum class Kind : std::uint8_t { kData, kPing, kPong, kClose };
    Kind kind = Kind::kData;
    std::string payload;
};

/// Puts frames together from the bytes that come.
class FrameReader {
public:
    void add(std::string_view bytes) { bytes_ += bytes; }
    /// The next whole message; fragments are joined. Nothing while bytes are missing.
    [[nodiscard]] std::optional<Frame> next();
    /// The peer has sent what is no frame, or one that is too long to keep.
    [[nodiscard]] bool is_broken() const { return is_broken_; }

private:
    struct Head {
        bool is_final = false;
        std::uint8_t opcode = 0;
        std::size_t size = 0;
        std::uint64_t payload_size = 0;
    };
    [[nodiscard]] std::optional<Head> head() const;

    std::string bytes_;
    std::string fragments_;
    bool is_broken_ = false;
};

/// A frame with a masked payload of at most 125 bytes. `mask`: four bytes of chance.
[[nodiscard]] std::string control_frame(Frame::Kind kind, std::string_view payload,
                                        std::uint32_t mask);

} // namespace tiphys::kube
