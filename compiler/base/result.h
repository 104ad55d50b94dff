#pragma once
// The outcome of an operation on the world (files, processes, network) that may fail. What users
// wrote wrongly is not an Error: it goes into Diagnostics.

#include <string>
#include <utility>
#include <variant>

#include "compiler/base/assert.h"

namespace tiphys {

/// Why an operation failed, in words for the user: lower case, no full stop, names the thing
/// (``cannot read `a.yaml`: permission denied``).
struct Error {
    std::string message;
};

/// A value or the Error that prevented it, with the names of std::expected so that it can become
/// an alias of it.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::move(value)) {}     // NOLINT(google-explicit-constructor)
    Result(Error error) : state_(std::move(error)) {} // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T& value() {
        TIPHYS_ASSERT(has_value(), "value of a failed result");
        return *std::get_if<0>(&state_);
    }
    const T& value() const {
        TIPHYS_ASSERT(has_value(), "value of a failed result");
        return *std::get_if<0>(&state_);
    }
    T& operator*() { return value(); }
    const T& operator*() const { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    [[nodiscard]] const Error& error() const {
        TIPHYS_ASSERT(!has_value(), "error of a successful result");
        return *std::get_if<1>(&state_);
    }

private:
    std::variant<T, Error> state_;
};

/// For operations without a value: `return Done{};`.
struct Done {};

} // namespace tiphys

#define TIPHYS_TRY_JOIN2(a, b) a##b
#define TIPHYS_TRY_JOIN(a, b) TIPHYS_TRY_JOIN2(a, b)
/// Declares `name` with the value of `expression` (a Result), or returns its Error.
#define TIPHYS_TRY(name, expression)                                                               \
    auto TIPHYS_TRY_JOIN(result_of_, __LINE__) = (expression);                                     \
    if (!TIPHYS_TRY_JOIN(result_of_, __LINE__).has_value())                                        \
        return TIPHYS_TRY_JOIN(result_of_, __LINE__).error();                                      \
    auto name = std::move(*TIPHYS_TRY_JOIN(result_of_, __LINE__))
