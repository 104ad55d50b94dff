// gzip by zlib.

#include "runtime/controller/packed_nodes.h"

#include <cstdint>
#include <zlib.h>

#include "runtime/plan/global_variables.h"

namespace tiphys::control {
namespace {

constexpr int kGzip = 15 + 16;
constexpr std::size_t kLongest = std::size_t{256} << 20;

std::string to_base64(std::string_view bytes) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t group = 0;
        const std::size_t n = std::min<std::size_t>(3, bytes.size() - at);
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8U | (i < n ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            text += i <= n ? kDigits[group >> (18U - 6U * i) & 0x3fU] : '=';
        }
    }
    return text;
}

Bytef* writable(std::string_view text) {
    // zlib takes its input as bytes that it does not change.
    return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
}

} // namespace

std::string pack_nodes(std::string_view json) {
    z_stream stream{};
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        return "";
    }
    std::string packed(deflateBound(&stream, static_cast<uLong>(json.size())), '\0');
    stream.next_in = writable(json);
    stream.avail_in = static_cast<uInt>(json.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return to_base64(packed);
}

std::optional<std::string> unpack_nodes(std::string_view packed) {
    const std::string bytes = run::decode_base64(packed);
    z_stream stream{};
    if (bytes.empty() || inflateInit2(&stream, kGzip) != Z_OK) return std::nullopt;
    stream.next_in = writable(bytes);
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string json;
    int outcome = Z_OK;
    while (outcome == Z_OK && json.size() < kLongest) {
        constexpr std::size_t kPiece = std::size_t{1} << 16;
        const std::size_t begin = json.size();
        json.resize(begin + kPiece);
        stream.next_out = reinterpret_cast<Bytef*>(json.data() + begin);
        stream.avail_out = kPiece;
        outcome = inflate(&stream, Z_NO_FLUSH);
        json.resize(begin + kPiece - stream.avail_out);
    }
    inflateEnd(&stream);
    if (outcome != Z_STREAM_END) return std::nullopt;
    return json;
}

} // namespace tiphys::control
