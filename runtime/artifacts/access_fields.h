#pragma once
// The fields of ArtifactSpec::access.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/plan/json_text.h"
#include "runtime/plan/plan.h"

namespace tiphys::run {

using Secrets = std::map<std::string, ObjectData>;

/// An object in a JSON text that outlives it.
class AccessFields {
public:
    /// Text that is no JSON object has no fields.
    AccessFields(std::string_view json, const Secrets& secrets);

    [[nodiscard]] bool has(std::string_view name) const;
    /// Strings without quotes, other values as JSON; empty where there is no such field.
    [[nodiscard]] std::string text(std::string_view name) const;
    [[nodiscard]] bool is_true(std::string_view name) const { return text(name) == "true"; }
    [[nodiscard]] std::optional<std::int64_t> number(std::string_view name) const;
    [[nodiscard]] AccessFields object(std::string_view name) const;
    /// The elements of a list; empty where there is none.
    [[nodiscard]] std::vector<JsonValue> list(std::string_view name) const;
    /// The name of the Secret that a field refers to; empty where there is no such field.
    [[nodiscard]] std::string secret_name(std::string_view name) const;
    /// The value that a field refers to; nothing where the Secret or its key is not given.
    [[nodiscard]] std::optional<std::string> secret(std::string_view name) const;
    /// As above, for values that must be given; empty where there is no such field.
    [[nodiscard]] Result<std::string> needed_secret(std::string_view name) const;

private:
    std::vector<std::pair<std::string, JsonValue>> members_;
    const Secrets* secrets_;
};

} // namespace tiphys::run
