#pragma once
// Regular expressions as Go's package regexp has them.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/tree.h"

namespace tiphys::expr {

/// A compiled pattern. Its time is linear in the text, whatever the pattern.
class Regex {
public:
    ~Regex();
    Regex(Regex&&) noexcept;
    Regex& operator=(Regex&&) noexcept;

    /// Nothing where Go refuses the pattern; `reason` says why.
    [[nodiscard]] static std::optional<Regex> compile(std::string_view pattern,
                                                      std::string* reason = nullptr);

    /// Whether the pattern occurs anywhere in `text`.
    [[nodiscard]] bool matches(std::string_view text) const;

    /// The groups of the first match at or after `from`, the whole match first; groups that take
    /// no part have begin > end. Empty where there is no match.
    [[nodiscard]] std::vector<Range> find(std::string_view text, std::size_t from) const;

    /// The whole of each match, at most `limit` of them; they do not overlap.
    [[nodiscard]] std::vector<std::vector<Range>> find_all(std::string_view text,
                                                           std::size_t limit) const;

    /// `text` with every match replaced; `$1`, `${name}` stand for groups unless `literal`.
    [[nodiscard]] std::string replace_all(std::string_view text, std::string_view replacement,
                                          bool literal) const;

private:
    struct Compiled;
    explicit Regex(std::unique_ptr<Compiled> compiled);
    std::unique_ptr<Compiled> compiled_;
};

} // namespace tiphys::expr
