#pragma once
// Objects of the API: a value with a type of the schema tables. The classes generated from the
// tables (schemas/workflow.gen.h, events.gen.h, k8s.gen.h) are views with a named, typed accessor
// for each field; decoding, comparing and emitting go over the tables and need no code per type.

#include <bit>
#include <iterator>

#include "compiler/ir/value.h"
#include "schemas/tables.h"

namespace tiphys::ir {

/// An object. Only the fields that are present take space: bit i of `present` says whether
/// `type->fields[i]` is; `fields` holds the present ones in that order. A field that holds a value
/// of the wrong kind is present, but its accessor returns null.
struct Object : Value {
    const schema::Type* type = nullptr;
    std::uint64_t present = 0;
    const Entry* fields = nullptr;
    /// Keys that the type does not have, kept so that nothing is lost.
    std::span<const Entry> unknown;

    [[nodiscard]] bool has(std::size_t index) const { return (present >> index & 1U) != 0; }
    /// The entry of field number `index` of the type, or null.
    [[nodiscard]] const Entry* entry(std::size_t index) const {
        if (!has(index)) return nullptr;
        return fields + std::popcount(present & ((std::uint64_t{1} << index) - 1));
    }
    [[nodiscard]] const Value* field(std::size_t index) const {
        const Entry* found = entry(index);
        return found == nullptr ? nullptr : found->value;
    }
    [[nodiscard]] std::span<const Entry> present_fields() const {
        return {fields, static_cast<std::size_t>(std::popcount(present))};
    }
    /// By name; null where the field is absent or unknown to the type.
    [[nodiscard]] const Entry* entry(std::string_view name) const;
    [[nodiscard]] const Value* field(std::string_view name) const;
    /// The span of a present field's key; the object's own span where it is absent.
    [[nodiscard]] Span key_span_of(std::string_view name) const;
};

/// The value as a view of class T; null where it is absent or of another type.
template <class T>
[[nodiscard]] const T* object_as(const Value* value) {
    if (value == nullptr || value->kind != ValueKind::kObject) return nullptr;
    const auto* object = static_cast<const Object*>(value);
    if (object->type->id != T::kType) return nullptr;
    return static_cast<const T*>(object);
}

[[nodiscard]] inline const Object* any_object_as(const Value* value) {
    const bool fits = value != nullptr && value->kind == ValueKind::kObject;
    return fits ? static_cast<const Object*>(value) : nullptr;
}

template <class T>
class ListOf;
template <class T>
class MapOf;

/// How an element of a list or mapping is seen: objects and scalars by pointer (null where it is
/// something else), lists and mappings by their views.
template <class T>
struct ElementOf {
    using View = const T*;
    static View view(const Value* value) { return object_as<T>(value); }
    static bool fits(const Value* value) { return view(value) != nullptr; }
};
template <>
struct ElementOf<Scalar> {
    using View = const Scalar*;
    static View view(const Value* value) { return scalar_as(value); }
    static bool fits(const Value* value) { return view(value) != nullptr; }
};
template <>
struct ElementOf<Value> {
    using View = const Value*;
    static View view(const Value* value) { return value; }
    static bool fits(const Value* value) { return value != nullptr; }
};
template <class T>
struct ElementOf<ListOf<T>> {
    using View = ListOf<T>;
    static View view(const Value* value) { return ListOf<T>(value); }
    static bool fits(const Value* value) { return list_as(value) != nullptr; }
};

/// A list field. Iteration passes over elements of the wrong kind: they have a finding already.
template <class T>
class ListOf {
public:
    explicit ListOf(const Value* value) : list_(list_as(value)) {}

    /// True where the field is present and a list, be it empty.
    explicit operator bool() const { return list_ != nullptr; }
    [[nodiscard]] const List* list() const { return list_; }
    /// Number of elements as written.
    [[nodiscard]] std::size_t size() const { return list_ == nullptr ? 0 : list_->items.size(); }

    class Iterator {
    public:
        using value_type = typename ElementOf<T>::View;
        using difference_type = std::ptrdiff_t;
        Iterator(const Value* const* at, const Value* const* end) : at_(at), end_(end) { skip(); }
        value_type operator*() const { return ElementOf<T>::view(*at_); }
        Iterator& operator++() {
            ++at_;
            skip();
            return *this;
        }
        friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

    private:
        void skip() {
            while (at_ != end_ && !ElementOf<T>::fits(*at_))
                ++at_;
        }
        const Value* const* at_;
        const Value* const* end_;
    };
    [[nodiscard]] Iterator begin() const { return {first(), last()}; }
    [[nodiscard]] Iterator end() const { return {last(), last()}; }

private:
    [[nodiscard]] const Value* const* first() const {
        return list_ == nullptr ? nullptr : list_->items.data();
    }
    [[nodiscard]] const Value* const* last() const { return first() + size(); }
    const List* list_;
};

/// A mapping field from names to values of one kind.
template <class T>
class MapOf {
public:
    explicit MapOf(const Value* value) : map_(map_as(value)) {}

    explicit operator bool() const { return map_ != nullptr; }
    [[nodiscard]] const Map* map() const { return map_; }
    [[nodiscard]] std::span<const Entry> entries() const {
        return map_ == nullptr ? std::span<const Entry>{} : map_->entries;
    }
    [[nodiscard]] typename ElementOf<T>::View find(std::string_view key) const {
        return ElementOf<T>::view(map_ == nullptr ? nullptr : map_->find(key));
    }
    [[nodiscard]] static typename ElementOf<T>::View view(const Entry& entry) {
        return ElementOf<T>::view(entry.value);
    }

private:
    const Map* map_;
};

} // namespace tiphys::ir
