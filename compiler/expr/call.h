#pragma once
// What a native function sees of its call.

#include <cstdint>
#include <span>
#include <string>

#include "compiler/expr/environment.h"
#include "compiler/expr/operators.h"
#include "compiler/expr/value.h"

namespace tiphys::expr {

class Call {
public:
    /// `made` counts elements that the evaluation has made so far.
    Call(const Environment& environment, std::span<const Value> arguments,
         std::span<const Value> bound, std::uint64_t& made);

    [[nodiscard]] std::size_t size() const { return arguments_.size(); }
    [[nodiscard]] const Value& operator[](std::size_t index) const { return arguments_[index]; }
    [[nodiscard]] std::span<const Value> arguments() const { return arguments_; }
    [[nodiscard]] const std::string& text(std::size_t index) const;
    [[nodiscard]] std::int64_t integer(std::size_t index) const;

    /// What a method was taken from.
    [[nodiscard]] const Value& receiver() const;

    [[nodiscard]] const Environment& environment() const { return environment_; }

    /// The first failure counts. Returns nil.
    Value fail(Fault fault);
    Value fail(std::string message);
    [[nodiscard]] bool failed() const { return !fault_.empty(); }
    [[nodiscard]] const Fault& fault() const { return fault_; }

    /// Counts elements that are made; too many are a failure.
    bool grow(std::uint64_t n_elements);

    /// Whether a text of so many bytes may be made; if not, that is a failure.
    bool allows_text(std::uint64_t n_bytes);

private:
    const Environment& environment_;
    std::span<const Value> arguments_;
    std::span<const Value> bound_;
    std::uint64_t& made_;
    Fault fault_;
};

/// Calls `function` as Go's reflection would: the number and types of the arguments are checked
/// against its type, and nil becomes the zero value of the parameter.
[[nodiscard]] Value call_function(const Function& function, std::span<const Value> arguments,
                                  const Environment& environment, std::uint64_t& made,
                                  Fault& fault);

} // namespace tiphys::expr
