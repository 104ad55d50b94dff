#pragma once
// Comments that silence findings: `# tiphys: ignore[rule, rule2] reason`.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "analyzer/rule.h"
#include "compiler/base/source_map.h"

namespace tiphys::analyze {

/// A name between the brackets of a suppression.
struct SuppressedRule {
    std::string_view name;
    Span span;
    /// Null where there is no rule of that name.
    const RegisteredRule* rule = nullptr;
    /// True once a finding was silenced by it.
    bool is_used = false;
};

/// One comment. It silences the findings that begin on its lines: those of the line that it stands
/// behind, or, on a line of its own, of the next line that is neither blank nor a comment. Where
/// that line opens a block scalar, the scalar's lines count too. `ignore-file` is for all lines.
struct Suppression {
    /// From the comment's marker to the end of its line.
    Span comment;
    /// What stands after `tiphys:`; `ignore` or `ignore-file`, or something near to them.
    std::string_view word;
    Span word_span;
    std::uint32_t first_line = 0;
    std::uint32_t last_line = 0;
    bool on_own_line = false;
    bool has_reason = false;
    std::vector<SuppressedRule> rules;

    [[nodiscard]] bool is_for_file() const { return word == "ignore-file"; }
    [[nodiscard]] bool is_understood() const { return word == "ignore" || is_for_file(); }
};

/// The suppressions of a file, in source order. The text alone counts, so that they work in
/// documents that cannot be read and in the comments of scripts (`#`; `//` and `--` at the start of
/// a line) within block scalars.
[[nodiscard]] std::vector<Suppression> find_suppressions(const SourceMap& sources, FileId file);

/// Whether a suppression of `suppressions` silences findings of a rule on a line; those that do are
/// marked as used.
[[nodiscard]] bool is_suppressed(std::span<Suppression> suppressions, std::string_view rule,
                                 std::uint32_t line);

/// True for what another tool calls a rule: `shellcheck-SC2086`. Whether it is of use shows only
/// where that tool runs.
[[nodiscard]] bool is_foreign_rule(std::string_view name);

/// The edit that removes one name of a suppression, or the whole comment where it is the only one.
[[nodiscard]] TextEdit remove_from(const Suppression& suppression, const SuppressedRule& rule,
                                   const SourceMap& sources);

} // namespace tiphys::analyze
