// AES-256 in CBC mode. FIPS 197, NIST SP 800-38A.
#include "compiler/expr/aes.h"

#include <array>
#include <cstdint>

#include "compiler/base/assert.h"

namespace tiphys::expr {
namespace {

using Byte = std::uint8_t;
using Block = std::array<Byte, kAesBlock>;

constexpr std::size_t kRounds = 14;
constexpr std::size_t kKeyBytes = 32;

/// Product of polynomials modulo x^8 + x^4 + x^3 + x + 1.
constexpr Byte multiply(Byte a, Byte b) {
    Byte product = 0;
    for (int bit = 0; bit < 8; ++bit) {
        if ((b >> bit & 1) != 0) product = static_cast<Byte>(product ^ a);
        a = static_cast<Byte>(a << 1 ^ ((a & 0x80) != 0 ? 0x1b : 0));
    }
    return product;
}

constexpr Byte invert(Byte a) {
    // a^254 is the inverse of a.
    Byte power = 1;
    for (int i = 0; i < 254; ++i)
        power = multiply(power, a);
    return a == 0 ? Byte{0} : power;
}

struct Boxes {
    std::array<Byte, 256> forward{};
    std::array<Byte, 256> backward{};
};

Boxes make_boxes() {
    Boxes boxes;
    for (int i = 0; i < 256; ++i) {
        const Byte inverse = invert(static_cast<Byte>(i));
        Byte box = 0x63;
        for (int turn = 0; turn < 5; ++turn)
            box = static_cast<Byte>(box ^ (inverse << turn | inverse >> (8 - turn)));
        boxes.forward[static_cast<std::size_t>(i)] = box;
        boxes.backward[box] = static_cast<Byte>(i);
    }
    return boxes;
}

const Boxes& boxes() {
    static const Boxes made = make_boxes();
    return made;
}

class Cipher {
public:
    explicit Cipher(std::string_view key) {
        TIPHYS_ASSERT(key.size() == kKeyBytes, "AES-256 takes 32 bytes of key");
        for (std::size_t i = 0; i < kKeyBytes; ++i)
            keys_[i] = static_cast<Byte>(key[i]);
        Byte constant = 1;
        for (std::size_t i = kKeyBytes; i < keys_.size(); i += 4) {
            std::array<Byte, 4> word{keys_[i - 4], keys_[i - 3], keys_[i - 2], keys_[i - 1]};
            const std::size_t phase = i % kKeyBytes;
            if (phase == 0) word = {word[1], word[2], word[3], word[0]};
            if (phase == 0 || phase == kKeyBytes / 2) {
                for (Byte& byte : word)
                    byte = boxes().forward[byte];
            }
            if (phase == 0) {
                word[0] = static_cast<Byte>(word[0] ^ constant);
                constant = multiply(constant, 2);
            }
            for (std::size_t k = 0; k < 4; ++k)
                keys_[i + k] = static_cast<Byte>(keys_[i + k - kKeyBytes] ^ word[k]);
        }
    }

    void encrypt(Block& block) const {
        add_key(block, 0);
        for (std::size_t round = 1; round <= kRounds; ++round) {
            for (Byte& byte : block)
                byte = boxes().forward[byte];
            shift_rows(block, 1);
            if (round < kRounds) mix_columns(block, {2, 3, 1, 1});
            add_key(block, round);
        }
    }

    void decrypt(Block& block) const {
        for (std::size_t round = kRounds; round >= 1; --round) {
            add_key(block, round);
            if (round < kRounds) mix_columns(block, {14, 11, 13, 9});
            shift_rows(block, 3);
            for (Byte& byte : block)
                byte = boxes().backward[byte];
        }
        add_key(block, 0);
    }

private:
    void add_key(Block& block, std::size_t round) const {
        for (std::size_t i = 0; i < kAesBlock; ++i)
            block[i] = static_cast<Byte>(block[i] ^ keys_[round * kAesBlock + i]);
    }

    /// Row r moves by r * `step` columns to the left.
    static void shift_rows(Block& block, std::size_t step) {
        const Block old = block;
        for (std::size_t column = 0; column < 4; ++column) {
            for (std::size_t row = 0; row < 4; ++row)
                block[4 * column + row] = old[4 * ((column + row * step) % 4) + row];
        }
    }

    static void mix_columns(Block& block, const std::array<Byte, 4>& factors) {
        const Block old = block;
        for (std::size_t i = 0; i < kAesBlock; ++i) {
            const std::size_t column = i / 4 * 4;
            Byte mixed = 0;
            for (std::size_t k = 0; k < 4; ++k)
                mixed = static_cast<Byte>(mixed ^ multiply(old[column + (i + k) % 4], factors[k]));
            block[i] = mixed;
        }
    }

    std::array<Byte, (kRounds + 1) * kAesBlock> keys_{};
};

Block block_at(std::string_view text, std::size_t at) {
    Block block{};
    for (std::size_t i = 0; i < kAesBlock; ++i)
        block[i] = static_cast<Byte>(text[at + i]);
    return block;
}

void combine(Block& block, const Block& with) {
    for (std::size_t i = 0; i < kAesBlock; ++i)
        block[i] = static_cast<Byte>(block[i] ^ with[i]);
}

} // namespace

std::string encrypt_cbc(std::string_view key, std::string_view start, std::string_view text) {
    const Cipher cipher(key);
    Block previous = block_at(start, 0);
    std::string encrypted;
    for (std::size_t at = 0; at < text.size(); at += kAesBlock) {
        combine(previous, block_at(text, at));
        cipher.encrypt(previous);
        encrypted.append(previous.begin(), previous.end());
    }
    return encrypted;
}

std::string decrypt_cbc(std::string_view key, std::string_view start, std::string_view text) {
    const Cipher cipher(key);
    Block previous = block_at(start, 0);
    std::string decrypted;
    for (std::size_t at = 0; at < text.size(); at += kAesBlock) {
        const Block current = block_at(text, at);
        Block block = current;
        cipher.decrypt(block);
        combine(block, previous);
        decrypted.append(block.begin(), block.end());
        previous = current;
    }
    return decrypted;
}

} // namespace tiphys::expr
