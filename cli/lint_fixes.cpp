// `tiphys lint --fix` and `--diff`.
#include "cli/lint_fixes.h"

#include <ostream>

#include "analyzer/report/unified_diff.h"
#include "cli/apply_fixes.h"
#include "cli/write_file.h"

namespace tiphys::cli {
namespace {

/// Fixes can make room for others: rounds go on until nothing changes, and never without end.
constexpr int kMostRounds = 10;

} // namespace

int show_fixes(const LintOptions& options, const LintSession& session, const LintResult& result,
               Streams& streams) {
    const SourceMap& map = session.sources().map;
    const auto fixed = apply_fixes(result.verdict.shown, map, options.is_unsafe_fix);
    for (const auto& [file, text] : fixed) {
        const SourceFile& source = map.file(file);
        streams.out << report::unified_diff(source.text, text, source.path, source.path);
    }
    return fixed.empty() ? kExitFine : kExitFindings;
}

Result<Done> fix_files(const LintOptions& options, LintSession& session, LintResult& result,
                       Streams& streams) {
    for (int round = 0; round < kMostRounds; ++round) {
        const auto fixed =
            apply_fixes(result.verdict.shown, session.sources().map, options.is_unsafe_fix);
        if (fixed.empty()) break;
        for (const auto& [file, text] : fixed) {
            if (file != session.stdin_file()) {
                TIPHYS_TRY(written, write_text(session.sources().map.file(file).path, text));
                static_cast<void>(written);
            }
            session.reread(file, text);
        }
        result = session.judge();
    }
    if (session.stdin_file() != FileId::kNone) {
        streams.out << session.sources().map.file(session.stdin_file()).text;
    }
    return Done{};
}

} // namespace tiphys::cli
