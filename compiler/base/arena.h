#pragma once
// Memory that lives as long as the files that were read into it: allocation is a pointer bump,
// freeing is one step for all of it.

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tiphys {

/// Hands out memory that is freed with the arena. Only trivially destructible types may live in
/// it. Not thread-safe; one arena belongs to one thread. Moving an arena keeps its addresses.
class Arena {
public:
    Arena() = default;
    Arena(Arena&&) = default;
    Arena& operator=(Arena&&) = default;

    [[nodiscard]] void* allocate(std::size_t size_bytes, std::size_t alignment);

    template <class T, class... Args>
    T* make(Args&&... args) {
        static_assert(std::is_trivially_destructible_v<T>, "an arena runs no destructors");
        return ::new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
    }

    /// A copy of `text` that lives as long as the arena.
    [[nodiscard]] std::string_view copy(std::string_view text);

    /// A copy of `items` that lives as long as the arena.
    template <class T>
    [[nodiscard]] std::span<T> copy(const std::vector<T>& items) {
        static_assert(std::is_trivially_copyable_v<T>, "items are copied as bytes");
        if (items.empty()) return {};
        void* memory = allocate(sizeof(T) * items.size(), alignof(T));
        std::memcpy(memory, items.data(), sizeof(T) * items.size());
        return {static_cast<T*>(memory), items.size()};
    }

    /// Bytes taken from the system.
    [[nodiscard]] std::size_t reserved_bytes() const { return reserved_bytes_; }

private:
    std::vector<std::unique_ptr<std::byte[]>> blocks_;
    std::size_t left_bytes_ = 0;
    std::byte* next_ = nullptr;
    std::size_t reserved_bytes_ = 0;
};

} // namespace tiphys
