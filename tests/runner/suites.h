#pragma once
// Which command a suite of golden cases runs, and which committed documents a command writes.

#include <span>
#include <string_view>

namespace tiphys::golden {

/// A folder below tests/golden.
struct Suite {
    std::string_view name;
    /// Words of the command line, separated by spaces; `{case}` is the case's name. The case's
    /// inputs and args follow.
    std::string_view command;
    /// Ending of `expected.*` for standard output where the case's args do not tell.
    std::string_view ending;
    /// Times and durations in the output are replaced by `<time>` before it is compared.
    bool has_times = false;
    /// `args` holds several command lines.
    bool is_session = false;
    /// Words of a command that changes the input in place, to be compared with
    /// `expected.fixed.yaml`; empty where there is none.
    std::string_view fix_command = {};
    /// The case's name is a rule's: the output must hold a finding of it, and the exit code, 0 or
    /// 1, says nothing that the output does not say.
    bool is_for_rules = false;
};

[[nodiscard]] std::span<const Suite> all_suites();
/// The suite of that name, or null.
[[nodiscard]] const Suite* find_suite(std::string_view name);

/// A committed file that is the output of a command.
struct Document {
    std::string_view path;
    /// Words of the command line, separated by spaces.
    std::string_view command;
};

[[nodiscard]] std::span<const Document> all_documents();

} // namespace tiphys::golden
