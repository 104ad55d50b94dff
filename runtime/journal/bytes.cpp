// Numbers in groups of seven bits, the lowest first.

#include "runtime/journal/bytes.h"

#include "runtime/core/state.h"

namespace tiphys::run {
namespace {

/// No structure begins so: it would be a number of thousands.
constexpr std::string_view kSeal = "\xff\xff";
constexpr std::size_t kSumBytes = 4;

std::string sum_of(std::string_view bytes, std::string_view beside) {
    std::uint32_t sum = fnv1a(beside, fnv1a(bytes));
    std::string text;
    while (text.size() < kSumBytes) {
        text += static_cast<char>(sum & 0xffU);
        sum >>= 8U;
    }
    return text;
}

} // namespace

std::string sealed(const std::string& bytes, std::string_view beside) {
    return std::string(kSeal) + bytes + sum_of(bytes, beside);
}

std::optional<std::string_view> unsealed(std::string_view bytes, std::string_view beside) {
    if (!bytes.starts_with(kSeal)) return bytes;
    if (bytes.size() < kSeal.size() + kSumBytes) return std::nullopt;
    const std::string_view sum = bytes.substr(bytes.size() - kSumBytes);
    bytes.remove_prefix(kSeal.size());
    bytes.remove_suffix(kSumBytes);
    if (sum != sum_of(bytes, beside)) return std::nullopt;
    return bytes;
}

void ByteWriter::put_number(std::uint64_t number) {
    constexpr std::uint64_t kMore = 0x80;
    while (number >= kMore) {
        bytes_ += static_cast<char>(number | kMore);
        number >>= 7U;
    }
    bytes_ += static_cast<char>(number);
}

std::uint64_t ByteReader::get_number() {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64 && !left_.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(left_.front());
        left_.remove_prefix(1);
        number |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
        if ((byte & 0x80U) == 0) return number;
    }
    good_ = false;
    left_ = {};
    return 0;
}

std::size_t ByteReader::get_count() {
    const std::uint64_t count = get_number();
    if (count <= left_.size()) return count;
    good_ = false;
    left_ = {};
    return 0;
}

std::string_view ByteReader::get_bytes(std::size_t n_bytes) {
    const std::string_view bytes = left_.substr(0, n_bytes);
    left_.remove_prefix(bytes.size());
    return bytes;
}

} // namespace tiphys::run
