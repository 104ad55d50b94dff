#pragma once
// Reading objects the way `kubectl -o jsonpath`, jq and the conditions of resource templates do.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"

namespace tiphys::run {

/// `{.metadata.name} is {.data['a b']}`: fields, indexes, `[*]`; values are separated by blanks.
/// kubectl: client-go/util/jsonpath. Errors: other parts of that language, a field that is missing.
[[nodiscard]] Result<std::string> text_at_json_path(std::string_view object, std::string_view path);

/// `.a.b[0] | length`: paths, and after them `length`, `keys`, `tostring`, `tojson`. Errors: other
/// parts of jq.
[[nodiscard]] Result<std::string> text_by_filter(std::string_view object, std::string_view filter);

/// One part of `status.phase == Succeeded, spec.done`. Kubernetes: labels.Parse.
struct Requirement {
    enum class Kind : std::uint8_t { kIn, kNotIn, kExists, kAbsent, kGreater, kLess };
    /// The path of a field: names and indexes with dots between them.
    std::string key;
    Kind kind = Kind::kExists;
    std::vector<std::string> values;
    /// As Kubernetes prints it in messages.
    std::string word;

    [[nodiscard]] bool matches(std::string_view object) const;
    /// As Go prints the requirement: `{data.state == [broken]}`.
    [[nodiscard]] std::string text() const;
};

/// Errors: it is no list of requirements.
[[nodiscard]] Result<std::vector<Requirement>> parse_requirements(std::string_view text);

} // namespace tiphys::run
