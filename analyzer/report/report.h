#pragma once
// Findings as people and other programs want to read them: one call, twelve formats.

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/diagnostics.h"
#include "compiler/base/source_map.h"

namespace tiphys::report {

enum class Format : std::uint8_t {
    kFull,
    kConcise,
    kGrouped,
    kJson,
    kJsonLines,
    kSarif,
    kGithub,
    kGitlab,
    kJunit,
    kRdjson,
    kCheckstyle,
    kMarkdown,
};

/// The format called `name` by `--format`.
[[nodiscard]] std::optional<Format> format_by_name(std::string_view name);
/// The names of all formats, in the order in which help shows them.
[[nodiscard]] std::vector<std::string_view> format_names();

/// What a run found. Errors, warnings and infos are those shown.
struct Summary {
    std::size_t files = 0;
    std::size_t errors = 0;
    std::size_t warnings = 0;
    std::size_t infos = 0;
    /// Findings silenced by comments, the configuration or a baseline.
    std::size_t suppressed = 0;
    /// Findings beyond limits::kDiagnosticsPerFile.
    std::size_t left_out = 0;
    /// Findings with a safe fix, and those with unsafe fixes alone.
    std::size_t fixable = 0;
    std::size_t fixable_unsafely = 0;
};

/// Counts `diagnostics`; `suppressed` and `left_out` are the caller's to fill.
[[nodiscard]] Summary summarize(std::span<const Diagnostic> diagnostics, std::size_t n_files);

/// "2 errors, 1 warning in 3 files", and a second line where something can be fixed.
[[nodiscard]] std::string summary_text(const Summary& summary);

/// What is known about a rule apart from its findings.
struct RuleInfo {
    std::string_view name;
    /// Short group name, as the folders of the rules are called: "sec", "dag".
    std::string_view group;
    Severity severity = Severity::kError;
    /// One line.
    std::string_view summary;
    /// Markdown.
    std::string_view doc;
    /// The version that brought the rule.
    std::string_view since;
};

/// Finds a rule by name; nothing for the names of compiler errors that are no rules.
using RuleLookup = std::function<std::optional<RuleInfo>(std::string_view name)>;

/// The findings of one run, in the order in which they are shown.
struct Report {
    const SourceMap& sources;
    std::span<const Diagnostic> diagnostics;
    Summary summary;
    /// Findings that comments silence, and those that the configuration or a baseline does, for
    /// formats that know of such ones.
    std::span<const Diagnostic> suppressed = {};
    std::span<const Diagnostic> excluded = {};
};

struct Options {
    bool colour = false;
    /// Columns count UTF-16 code units instead of UTF-8 bytes, in formats that leave the choice.
    bool utf16_columns = false;
    /// Display columns of source text that `full` shows of one line.
    std::uint32_t width = 140;
    /// Absolute path of the project. Formats read by other tools name files below it by their
    /// relative path, however the files were given. May be empty.
    std::string root;
    std::string tool_version;
    /// The tool's home page, and the page whose anchors are the rules' names. Both may be empty.
    std::string home_url;
    std::string rules_url;
    RuleLookup rule;
};

/// Writes the whole report, and nothing else, to `out`.
void write(std::ostream& out, const Report& report, const Options& options, Format format);

} // namespace tiphys::report
