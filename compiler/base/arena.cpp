// Memory that lives as long as the file it was read from.
#include "compiler/base/arena.h"

#include <algorithm>

namespace tiphys {
namespace {

// Small files must stay small (20,000 of them are held at once), large ones must not need many
// blocks: each block is twice the one before, within these bounds.
constexpr std::size_t kFirstBlockBytes = 1024;
constexpr std::size_t kLargestBlockBytes = std::size_t{256} * 1024;

} // namespace

void* Arena::allocate(std::size_t size_bytes, std::size_t alignment) {
    void* place = next_;
    if (next_ == nullptr || std::align(alignment, size_bytes, place, left_bytes_) == nullptr) {
        const std::size_t doubled =
            std::clamp(reserved_bytes_, kFirstBlockBytes, kLargestBlockBytes);
        const std::size_t block_bytes = std::max(doubled, size_bytes + alignment);
        blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(block_bytes));
        reserved_bytes_ += block_bytes;
        left_bytes_ = block_bytes;
        place = blocks_.back().get();
        place = std::align(alignment, size_bytes, place, left_bytes_);
    }
    next_ = static_cast<std::byte*>(place) + size_bytes;
    left_bytes_ -= size_bytes;
    return place;
}

std::string_view Arena::copy(std::string_view text) {
    if (text.empty()) return {};
    char* memory = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(memory, text.data(), text.size());
    return {memory, text.size()};
}

} // namespace tiphys
