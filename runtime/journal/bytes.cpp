// Numbers in groups of seven bits, the lowest first.

#include "runtime/journal/bytes.h"

namespace tiphys::run {

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
