// Whatever the file: a fix leaves it readable where it was, and cures the finding that it is for.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/run.h"
#include "compiler/base/assert.h"
#include "compiler/front/load.h"

namespace {

using namespace tiphys;

/// Each fix costs a run of all rules.
constexpr std::size_t kMostBytes = 4'000;
constexpr std::size_t kMostFixes = 6;

struct Linted {
    SourceMap sources;
    std::vector<Diagnostic> found;
};

void lint(const std::string& text, Linted& linted) {
    const front::InputFile file{linted.sources.add("input.yaml", text), true};
    const ir::Project project = front::load_project(linted.sources, {&file, 1}, 1);
    analyze::Options options;
    options.with_info = true;
    linted.found = analyze::run_rules(project, options);
}

bool can_be_read(const std::vector<Diagnostic>& found) {
    return std::none_of(found.begin(), found.end(), [](const Diagnostic& diagnostic) {
        return diagnostic.rule == "yaml-syntax" || diagnostic.rule == "duplicate-key";
    });
}

std::ptrdiff_t count_of(const std::vector<Diagnostic>& found, const Diagnostic& like) {
    return std::count_if(found.begin(), found.end(), [&](const Diagnostic& diagnostic) {
        return diagnostic.rule == like.rule && diagnostic.message == like.message;
    });
}

void check_fix(const std::string& text, const Linted& linted, const Diagnostic& diagnostic,
               const Fix& fix) {
    Linted fixed;
    lint(apply_edits(text, fix.edits), fixed);
    TIPHYS_ASSERT(can_be_read(fixed.found), "a fix leaves the file readable");
    TIPHYS_ASSERT(count_of(fixed.found, diagnostic) < count_of(linted.found, diagnostic),
                  "a fix cures the finding");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > kMostBytes) return 0;
    const std::string text(reinterpret_cast<const char*>(data), size);
    Linted linted;
    lint(text, linted);
    // What a fix makes of a file that cannot be read is not known.
    if (!can_be_read(linted.found)) return 0;
    std::size_t n_fixes = 0;
    for (const Diagnostic& diagnostic : linted.found) {
        for (const Fix& fix : diagnostic.fixes) {
            if (++n_fixes > kMostFixes) return 0;
            check_fix(text, linted, diagnostic, fix);
        }
    }
    return 0;
}
