#pragma once
// The words of Go's text/template.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/parse.h"

namespace tiphys::expr {

enum class TemplateToken : std::uint8_t {
    kOpen,  ///< `{{`
    kClose, ///< `}}`
    kBool,
    kConstant, ///< number, string or character
    kNil,
    kDot,
    kField,    ///< `.x`
    kVariable, ///< `$x`
    kIdentifier,
    kKeyword,
    kPipe,
    kLeft,
    kRight,
    kDeclare, ///< `:=`
    kAssign,
    kComma,
    kSpace,
    kEnd,
};

struct TemplateWord {
    TemplateToken token = TemplateToken::kEnd;
    Range range;
    std::string_view text;
};

struct TemplateWords {
    std::vector<TemplateWord> words; ///< ends with kEnd; plain text is left out
    std::optional<ParseError> error; ///< stands where the words stop
};

/// Go: text/template/parse/lex.go.
[[nodiscard]] TemplateWords lex_go_template(std::string_view text);

} // namespace tiphys::expr
