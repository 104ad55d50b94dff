#pragma once
// Tags in texts: `{{inputs.parameters.x}}` and `{{=expression}}`.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "compiler/expr/tree.h"

namespace tiphys::expr {

/// One tag, found as Argo's fasttemplate finds it: from `{{` to the first `}}`.
struct Tag {
    Range range;   ///< with its braces
    Range content; ///< between them, of expressions after the `=`
    bool is_expression = false;

    /// Of a simple tag: the name, without white space around it. Where the content holds another
    /// `{{` (`{{inputs.parameters.{{item}}}}`), the innermost name, which is replaced first; the
    /// outer tag exists in the next pass only.
    Range name;
    bool is_nested = false;
};

struct TagList {
    std::vector<Tag> tags;
    /// Where a `{{` without `}}` stands. Argo refuses such a text as a whole.
    std::optional<std::uint32_t> unclosed;
};

/// `{{ =a}}` is a simple tag called `=a`; only `{{=` begins an expression.
/// Argo: util/template/template.go, kind.go; valyala/fasttemplate.
[[nodiscard]] TagList scan_tags(std::string_view text);

} // namespace tiphys::expr
