// Keys from passwords. RFC 7914, RFC 8018.
#include "compiler/expr/scrypt.h"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "compiler/expr/digest.h"

namespace tiphys::expr {
namespace {

constexpr std::size_t kBlockSize = 8;
constexpr std::size_t kLaneWords = 32 * kBlockSize;

using Salsa = std::array<std::uint32_t, 16>;
using Lane = std::array<std::uint32_t, kLaneWords>;

/// PBKDF2 with HMAC-SHA256 and one iteration.
std::string derive(std::string_view password, std::string_view salt, std::size_t n_bytes) {
    std::string key;
    for (std::uint32_t i = 1; key.size() < n_bytes; ++i) {
        std::string message(salt);
        for (int shift = 24; shift >= 0; shift -= 8)
            message += static_cast<char>(static_cast<unsigned char>(i >> shift));
        key += hmac_sha256(password, message);
    }
    key.resize(n_bytes);
    return key;
}

void turn(Salsa& x, std::size_t a, std::size_t b, std::size_t c, std::size_t d) {
    x[b] ^= std::rotl(x[a] + x[d], 7);
    x[c] ^= std::rotl(x[b] + x[a], 9);
    x[d] ^= std::rotl(x[c] + x[b], 13);
    x[a] ^= std::rotl(x[d] + x[c], 18);
}

void mix_salsa(Salsa& block) {
    Salsa x = block;
    for (int round = 0; round < 8; round += 2) {
        turn(x, 0, 4, 8, 12);
        turn(x, 5, 9, 13, 1);
        turn(x, 10, 14, 2, 6);
        turn(x, 15, 3, 7, 11);
        turn(x, 0, 1, 2, 3);
        turn(x, 5, 6, 7, 4);
        turn(x, 10, 11, 8, 9);
        turn(x, 15, 12, 13, 14);
    }
    for (std::size_t i = 0; i < x.size(); ++i)
        block[i] += x[i];
}

/// Mixes the blocks of a lane; those with even index come to lie before the odd ones.
void mix_lane(Lane& lane) {
    Lane mixed{};
    Salsa current{};
    std::copy(lane.end() - 16, lane.end(), current.begin());
    for (std::size_t i = 0; i < 2 * kBlockSize; ++i) {
        for (std::size_t k = 0; k < 16; ++k)
            current[k] ^= lane[16 * i + k];
        mix_salsa(current);
        const std::size_t place = i / 2 + (i % 2 == 0 ? 0 : kBlockSize);
        std::copy(current.begin(), current.end(),
                  mixed.begin() + static_cast<std::ptrdiff_t>(16 * place));
    }
    lane = mixed;
}

void mix_with_memory(Lane& lane, std::uint32_t cost) {
    std::vector<Lane> memory(cost);
    for (Lane& kept : memory) {
        kept = lane;
        mix_lane(lane);
    }
    for (std::uint32_t i = 0; i < cost; ++i) {
        const Lane& kept = memory[lane[kLaneWords - 16] & (cost - 1)];
        for (std::size_t k = 0; k < kLaneWords; ++k)
            lane[k] ^= kept[k];
        mix_lane(lane);
    }
}

} // namespace

std::string scrypt(std::string_view password, std::string_view salt, std::uint32_t cost,
                   std::uint32_t n_lanes, std::size_t n_bytes) {
    constexpr std::size_t kLaneBytes = 4 * kLaneWords;
    std::string bytes = derive(password, salt, n_lanes * kLaneBytes);
    for (std::size_t n = 0; n < n_lanes; ++n) {
        Lane lane{};
        for (std::size_t i = 0; i < kLaneBytes; ++i) {
            const auto byte = static_cast<unsigned char>(bytes[n * kLaneBytes + i]);
            lane[i / 4] |= static_cast<std::uint32_t>(byte) << (8 * (i % 4));
        }
        mix_with_memory(lane, cost);
        for (std::size_t i = 0; i < kLaneBytes; ++i) {
            bytes[n * kLaneBytes + i] =
                static_cast<char>(static_cast<unsigned char>(lane[i / 4] >> (8 * (i % 4))));
        }
    }
    return derive(password, bytes, n_bytes);
}

} // namespace tiphys::expr
