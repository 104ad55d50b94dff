// What a native function sees of its call.
#include "compiler/expr/call.h"

#include <utility>
#include <vector>

#include "compiler/base/assert.h"
#include "compiler/expr/limits.h"
#include "compiler/expr/types.h"

namespace tiphys::expr {

Call::Call(const Environment& environment, std::span<const Value> arguments,
           std::span<const Value> bound, std::uint64_t& made)
    : environment_(environment), arguments_(arguments), bound_(bound), made_(made) {}

const std::string& Call::text(std::size_t index) const {
    return arguments_[index].as_string();
}

std::int64_t Call::integer(std::size_t index) const {
    return arguments_[index].as_int().value;
}

const Value& Call::receiver() const {
    TIPHYS_ASSERT(!bound_.empty(), "a method is bound to its receiver");
    return bound_.front();
}

Value Call::fail(Fault fault) {
    if (fault_.empty()) fault_ = std::move(fault);
    return {};
}

Value Call::fail(std::string message) {
    return fail(Fault{std::move(message)});
}

bool Call::grow(std::uint64_t n_elements) {
    made_ += n_elements;
    if (made_ < limits::kMemoryBudget) return true;
    fail("the evaluation makes too many values");
    return false;
}

bool Call::allows_text(std::uint64_t n_bytes) {
    if (n_bytes <= limits::kTextBytes) return true;
    fail("the text is too long");
    return false;
}

Value call_function(const Function& function, std::span<const Value> arguments,
                    const Environment& environment, std::uint64_t& made, Fault& fault) {
    const Signature& signature = signature_of(function.type);
    const std::size_t n_fixed = signature.parameters.size() - (signature.is_variadic ? 1 : 0);
    const bool fits =
        signature.is_variadic ? arguments.size() >= n_fixed : arguments.size() == n_fixed;
    if (!fits) {
        fault = "`" + function.name + "` takes " + (signature.is_variadic ? "at least " : "") +
                std::to_string(n_fixed) + " arguments, not " + std::to_string(arguments.size());
        return {};
    }
    std::vector<Value> values(arguments.begin(), arguments.end());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const Type& parameter = signature.parameters[std::min(i, signature.parameters.size() - 1)];
        if (parameter.kind == TypeKind::kUnknown) continue;
        if (values[i].is_nil()) {
            values[i] = zero_value(parameter);
        } else if (!is_assignable(type_of(values[i]), parameter)) {
            fault = "`" + function.name + "` takes " + describe(parameter) + ", not " +
                    describe(type_of(values[i]));
            return {};
        }
    }
    Call call(environment, values, function.bound, made);
    Value result = function.run(call);
    fault = call.fault();
    return fault.empty() ? result : Value();
}

} // namespace tiphys::expr
