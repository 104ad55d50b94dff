#pragma once
// Structures as bytes and back. A structure names its fields once, in a function `fields`, that
// both directions go through.

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tiphys::run {

/// `T` is `Wanted`, const or not: how `fields` is written once for reading and writing.
template <class T, class Wanted>
concept Same = std::same_as<std::remove_const_t<T>, Wanted>;

/// The bytes with what shows later whether they, and what is kept beside them, are still the same:
/// disks and people change them, and SQLite does not notice all of it.
[[nodiscard]] std::string sealed(const std::string& bytes, std::string_view beside = "");
/// Nothing where they are not. What earlier versions wrote has no seal, and is taken as it is.
[[nodiscard]] std::optional<std::string_view> unsealed(std::string_view bytes,
                                                       std::string_view beside = "");

/// Appends values to a text. Numbers take as many bytes as they need.
class ByteWriter {
public:
    template <class... Values>
    void operator()(const Values&... values) {
        (put(values), ...);
    }
    [[nodiscard]] std::string take() { return std::move(bytes_); }

private:
    void put_number(std::uint64_t number);

    template <class Value>
    void put(const Value& value) {
        if constexpr (std::is_enum_v<Value>) {
            put_number(static_cast<std::uint64_t>(value));
        } else if constexpr (std::is_integral_v<Value>) {
            put_number(static_cast<std::uint64_t>(value));
        } else {
            fields(*this, value);
        }
    }
    void put(const std::string& text) {
        put_number(text.size());
        bytes_ += text;
    }
    template <class Value>
    void put(const std::optional<Value>& value) {
        put(value.has_value());
        if (value) put(*value);
    }
    template <class Value>
    void put(const std::vector<Value>& values) {
        put_number(values.size());
        for (const Value& value : values) {
            put(value);
        }
    }
    template <class First, class Second>
    void put(const std::pair<First, Second>& pair) {
        put(pair.first);
        put(pair.second);
    }
    template <class Key, class Value>
    void put(const std::map<Key, Value>& map) {
        put_number(map.size());
        for (const auto& entry : map) {
            put(entry.first);
            put(entry.second);
        }
    }

    std::string bytes_;
};

/// Takes values from bytes that a ByteWriter has made. After bytes that cannot be right `good()` is
/// false and all values are empty.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : left_(bytes) {}

    template <class... Values>
    void operator()(Values&... values) {
        (get(values), ...);
    }
    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] bool at_end() const { return left_.empty(); }

private:
    [[nodiscard]] std::uint64_t get_number();
    /// A number of things of which each takes a byte at least.
    [[nodiscard]] std::size_t get_count();
    [[nodiscard]] std::string_view get_bytes(std::size_t n_bytes);

    template <class Value>
    void get(Value& value) {
        if constexpr (std::is_enum_v<Value> || std::is_integral_v<Value>) {
            value = static_cast<Value>(get_number());
        } else {
            fields(*this, value);
        }
    }
    void get(std::string& text) { text = get_bytes(get_count()); }
    template <class Value>
    void get(std::optional<Value>& value) {
        bool has_value = false;
        get(has_value);
        value.reset();
        if (has_value && good_) get(value.emplace());
    }
    template <class Value>
    void get(std::vector<Value>& values) {
        values.clear();
        for (std::size_t n = get_count(); n > 0 && good_; --n) {
            get(values.emplace_back());
        }
    }
    template <class First, class Second>
    void get(std::pair<First, Second>& pair) {
        get(pair.first);
        get(pair.second);
    }
    template <class Key, class Value>
    void get(std::map<Key, Value>& map) {
        map.clear();
        for (std::size_t n = get_count(); n > 0 && good_; --n) {
            Key key{};
            get(key);
            get(map[key]);
        }
    }

    std::string_view left_;
    bool good_ = true;
};

} // namespace tiphys::run
