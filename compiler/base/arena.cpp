// Memory that lives as long as the files that were read into it.
#include "compiler/base/arena.h"

#include <algorithm>

namespace tiphys {
namespace {

// What is small must stay small, what is large must not need many blocks: each block is as large as
// all before it, within these bounds.
constexpr std::size_t kFirstBlockBytes = 1024;
constexpr std::size_t kLargestBlockBytes = std::size_t{256} * 1024;

} // namespace

void* Arena::allocate(std::size_t size_bytes, std::size_t alignment) {
    void* place = next_;
    if (next_ == nullptr || std::align(alignment, size_bytes, place, left_bytes_) == nullptr) {
        const std::size_t usual_bytes =
            std::clamp(reserved_bytes_, kFirstBlockBytes, kLargestBlockBytes);
        const std::size_t block_bytes = std::max(usual_bytes, size_bytes + alignment);
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
