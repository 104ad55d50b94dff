// sprig's functions that draw on chance, which the environment gives. sprig: strings.go, crypto.go.
#include <array>
#include <limits>
#include <utility>

#include "compiler/expr/base64.h"
#include "compiler/expr/chance.h"
#include "compiler/expr/digest.h"
#include "compiler/expr/sprig_parts.h"
#include "compiler/expr/unicode.h"

namespace tiphys::expr {

std::optional<std::string> draw_bytes(Call& call, std::size_t count) {
    if (!call.environment().random_bytes) {
        call.fail("there is no source of random numbers here");
        return std::nullopt;
    }
    std::vector<std::uint8_t> bytes(count);
    call.environment().random_bytes(bytes);
    return std::string(bytes.begin(), bytes.end());
}

namespace {

constexpr std::string_view kOfInt = "func(int) string";
constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kDigits = "0123456789";

/// A number from 0 to below `end`, each with the same chance.
std::optional<std::uint64_t> draw_below(Call& call, std::uint64_t end) {
    // Numbers above the last multiple of `end` would favour the small ones.
    const std::uint64_t limit = std::numeric_limits<std::uint64_t>::max() / end * end;
    for (;;) {
        const std::optional<std::string> bytes = draw_bytes(call, 8);
        if (!bytes) return std::nullopt;
        std::uint64_t number = 0;
        for (const char c : *bytes)
            number = number << 8 | static_cast<unsigned char>(c);
        if (number < limit) return number % end;
    }
}

/// A text of as many of `characters` as the call asks for.
Value draw_text(Call& call, std::string_view characters) {
    std::string text;
    for (std::int64_t i = 0; i < call.integer(0); ++i) {
        if (!call.grow(1)) return {};
        const std::optional<std::uint64_t> index = draw_below(call, characters.size());
        if (!index) return {};
        text += characters[*index];
    }
    return Value::string(std::move(text));
}

Value draw_letters(Call& call) {
    return draw_text(call, kLetters);
}

Value draw_digits(Call& call) {
    return draw_text(call, kDigits);
}

Value draw_letters_and_digits(Call& call) {
    return draw_text(call, std::string(kLetters) + std::string(kDigits));
}

Value draw_ascii(Call& call) {
    std::string characters;
    for (char c = ' '; c <= '~'; ++c)
        characters += c;
    return draw_text(call, characters);
}

Value draw_base64(Call& call) {
    const std::int64_t count = call.integer(0);
    if (count < 0) return call.fail("the number of bytes is negative");
    if (!call.grow(static_cast<std::uint64_t>(count))) return {};
    const std::optional<std::string> bytes = draw_bytes(call, static_cast<std::size_t>(count));
    return bytes ? Value::string(to_base64(*bytes, kStandardBase64)) : Value();
}

Value draw_int(Call& call) {
    const auto from = static_cast<std::uint64_t>(call.integer(0));
    const std::uint64_t width = static_cast<std::uint64_t>(call.integer(1)) - from;
    if (static_cast<std::int64_t>(width) <= 0)
        return call.fail("the upper bound is not greater than the lower one");
    const std::optional<std::uint64_t> number = draw_below(call, width);
    return number ? Value::integer(static_cast<std::int64_t>(from + *number)) : Value();
}

Value shuffle(Call& call) {
    std::vector<char32_t> runes;
    const std::string& text = call.text(0);
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode_rune(text, at);
        runes.push_back(rune.value);
        at += rune.size;
    }
    if (!call.grow(runes.size())) return {};
    for (std::size_t i = runes.size(); i > 1; --i) {
        const std::optional<std::uint64_t> other = draw_below(call, i);
        if (!other) return {};
        std::swap(runes[i - 1], runes[*other]);
    }
    std::string shuffled;
    for (const char32_t rune : runes)
        append_rune(shuffled, rune);
    return Value::string(std::move(shuffled));
}

/// RFC 9562, version 4.
Value make_uuid(Call& call) {
    std::optional<std::string> bytes = draw_bytes(call, 16);
    if (!bytes) return {};
    (*bytes)[6] = static_cast<char>(((*bytes)[6] & 0x0f) | 0x40);
    (*bytes)[8] = static_cast<char>(((*bytes)[8] & 0x3f) | 0x80);
    std::string text = to_hex(*bytes);
    for (const std::size_t place : {8U, 13U, 18U, 23U})
        text.insert(place, 1, '-');
    return Value::string(std::move(text));
}

constexpr auto kChanceFunctions = std::to_array<SprigFunction>({
    {"randAlpha", kOfInt, draw_letters},
    {"randAlphaNum", kOfInt, draw_letters_and_digits},
    {"randAscii", kOfInt, draw_ascii},
    {"randBytes", "func(int) (string, error)", draw_base64},
    {"randInt", "func(int, int) int", draw_int},
    {"randNumeric", kOfInt, draw_digits},
    {"shuffle", "func(string) string", shuffle},
    {"uuidv4", "func() string", make_uuid},
});

} // namespace

std::span<const SprigFunction> sprig_chance_functions() {
    return kChanceFunctions;
}

} // namespace tiphys::expr
