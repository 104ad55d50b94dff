// Reading and writing of frames.

#include "runtime/kubernetes/web_socket.h"

#include <algorithm>

#include "compiler/base/assert.h"

namespace tiphys::kube {
namespace {

constexpr std::uint8_t kContinuation = 0;
constexpr std::uint8_t kText = 1;
constexpr std::uint8_t kBinary = 2;
constexpr std::uint8_t kClose = 8;
constexpr std::uint8_t kPing = 9;
constexpr std::uint8_t kPong = 10;

/// API servers send 32 KiB at once.
constexpr std::uint64_t kLongestPayload = 16 * 1024 * 1024;
constexpr std::size_t kLongestControl = 125;

std::uint8_t byte_at(std::string_view bytes, std::size_t index) {
    return static_cast<std::uint8_t>(bytes[index]);
}

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        value = value << 8U | byte_at(bytes, i);
    }
    return value;
}

std::uint8_t opcode_of(Frame::Kind kind) {
    switch (kind) {
    case Frame::Kind::kData:
        return kBinary;
    case Frame::Kind::kPing:
        return kPing;
    case Frame::Kind::kPong:
        return kPong;
    case Frame::Kind::kClose:
        return kClose;
    }
    TIPHYS_ASSERT(false, "kind of a frame");
    return 0;
}

} // namespace

std::optional<FrameReader::Head> FrameReader::head() const {
    if (bytes_.size() < 2) return std::nullopt;
    Head head;
    head.is_final = (byte_at(bytes_, 0) & 0x80U) != 0;
    head.opcode = byte_at(bytes_, 0) & 0x0fU;
    head.payload_size = byte_at(bytes_, 1) & 0x7fU;
    const std::size_t n_size_bytes = head.payload_size == 126   ? 2
                                     : head.payload_size == 127 ? 8
                                                                : 0;
    head.size = 2 + n_size_bytes;
    if (bytes_.size() < head.size) return std::nullopt;
    if (n_size_bytes > 0) {
        head.payload_size = big_endian(std::string_view(bytes_).substr(2, n_size_bytes));
    }
    return head;
}

std::optional<Frame> FrameReader::next() {
    while (!is_broken_) {
        const std::optional<Head> head = this->head();
        if (!head) return std::nullopt;
        // Servers do not mask.
        const bool is_masked = (byte_at(bytes_, 1) & 0x80U) != 0;
        if (is_masked || head->payload_size > kLongestPayload - fragments_.size()) {
            is_broken_ = true;
            return std::nullopt;
        }
        const std::size_t size = head->size + static_cast<std::size_t>(head->payload_size);
        if (bytes_.size() < size) return std::nullopt;
        std::string payload = bytes_.substr(head->size, size - head->size);
        bytes_.erase(0, size);
        if (head->opcode == kPing) return Frame{Frame::Kind::kPing, std::move(payload)};
        if (head->opcode == kPong) return Frame{Frame::Kind::kPong, std::move(payload)};
        if (head->opcode == kClose) return Frame{Frame::Kind::kClose, std::move(payload)};
        if (head->opcode > kBinary) {
            is_broken_ = true;
            return std::nullopt;
        }
        static_assert(kContinuation < kText && kText < kBinary);
        fragments_ += payload;
        if (!head->is_final) continue;
        Frame frame{Frame::Kind::kData, std::move(fragments_)};
        fragments_.clear();
        return frame;
    }
    return std::nullopt;
}

std::string control_frame(Frame::Kind kind, std::string_view payload, std::uint32_t mask) {
    payload = payload.substr(0, std::min(payload.size(), kLongestControl));
    std::string frame;
    frame += static_cast<char>(0x80U | opcode_of(kind));
    frame += static_cast<char>(0x80U | payload.size());
    for (unsigned shift = 0; shift < 32; shift += 8) {
        frame += static_cast<char>(mask >> shift & 0xffU);
    }
    for (std::size_t i = 0; i < payload.size(); ++i) {
        frame += static_cast<char>(byte_at(payload, i) ^ (mask >> (8 * (i % 4)) & 0xffU));
    }
    return frame;
}

} // namespace tiphys::kube
