// Fixes of all golden inputs, of the examples, and of the examples in the rules' documentation.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <catch2/catch.hpp>

#include "analyzer/run.h"
#include "cli/apply_fixes.h"
#include "compiler/front/load.h"

namespace tiphys {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The manifests below a folder of the sources, in order.
std::vector<std::pair<std::string, std::string>> manifests(const std::string& folder) {
    const char* source = std::getenv("TIPHYS_SOURCE_DIR");
    REQUIRE(source != nullptr);
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(source) / folder)) {
        const fs::path name = entry.path().filename();
        if (name.extension() != ".yaml" || name.string().starts_with("expected")) continue;
        found.emplace_back(entry.path().string(), read(entry.path()));
    }
    std::sort(found.begin(), found.end());
    return found;
}

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

std::ptrdiff_t count_of(const std::vector<Diagnostic>& found, const Diagnostic& like) {
    return std::count_if(found.begin(), found.end(), [&](const Diagnostic& diagnostic) {
        return diagnostic.rule == like.rule && diagnostic.message == like.message;
    });
}

bool can_be_read(const std::vector<Diagnostic>& found) {
    return std::none_of(found.begin(), found.end(), [](const Diagnostic& diagnostic) {
        return diagnostic.rule == "yaml-syntax";
    });
}

/// The comments of a text, without what stands before them.
std::multiset<std::string> comments_of(const std::string& text) {
    SourceMap sources;
    const front::InputFile file{sources.add("input.yaml", text), true};
    const ir::Project project = front::load_project(sources, {&file, 1}, 1);
    std::multiset<std::string> comments;
    for (const ir::SourceUnit& unit : project.units()) {
        for (const Span comment : unit.comments)
            comments.emplace(sources.text(comment));
    }
    return comments;
}

/// Fixes until nothing changes; the number of rounds.
int fix_all(std::string& text, bool with_unsafe) {
    constexpr int kMostRounds = 20;
    for (int round = 0; round < kMostRounds; ++round) {
        Linted linted;
        lint(text, linted);
        const auto fixed = cli::apply_fixes(linted.found, linted.sources, with_unsafe);
        if (fixed.empty()) return round;
        text = fixed.begin()->second;
    }
    return kMostRounds;
}

void check_each_fix(const std::string& text) {
    Linted linted;
    lint(text, linted);
    for (const Diagnostic& diagnostic : linted.found) {
        for (const Fix& fix : diagnostic.fixes) {
            const std::string fixed_text = apply_edits(text, fix.edits);
            INFO(diagnostic.rule << ": " << diagnostic.message << ": " << fix.title << "\n"
                                 << fixed_text);
            Linted fixed;
            lint(fixed_text, fixed);
            if (can_be_read(linted.found)) CHECK(can_be_read(fixed.found));
            // The finding is cured, not another one like it.
            CHECK(count_of(fixed.found, diagnostic) < count_of(linted.found, diagnostic));
        }
    }
}

void check_all_fixes(const std::string& text) {
    for (const bool with_unsafe : {false, true}) {
        std::string fixed = text;
        CHECK(fix_all(fixed, with_unsafe) < 10);
        if (with_unsafe) continue;
        // Safe fixes leave comments alone, but for suppressions that nothing needs.
        const std::multiset<std::string> after = comments_of(fixed);
        for (const std::string& comment : comments_of(text)) {
            INFO(comment << "\nis gone from\n" << fixed);
            if (comment.find("tiphys: ignore") == std::string::npos) CHECK(after.contains(comment));
        }
    }
}

} // namespace

TEST_CASE("each fix leaves a file that can be read and cures its finding") {
    for (const char* folder : {"tests/golden", "examples"}) {
        for (const auto& [path, text] : manifests(folder)) {
            INFO(path);
            check_each_fix(text);
        }
    }
}

TEST_CASE("fixing comes to an end and keeps comments") {
    for (const char* folder : {"tests/golden", "examples"}) {
        for (const auto& [path, text] : manifests(folder)) {
            INFO(path);
            check_all_fixes(text);
        }
    }
}

TEST_CASE("a rule is silent where it is mended") {
    // The golden case of a rule shows the input after its fixes.
    const char* source = std::getenv("TIPHYS_SOURCE_DIR");
    REQUIRE(source != nullptr);
    int n_fixed = 0;
    for (const auto& entry : fs::directory_iterator(fs::path(source) / "tests/golden/rules")) {
        const fs::path path = entry.path() / "expected.fixed.yaml";
        if (!fs::exists(path)) continue;
        ++n_fixed;
        const std::string rule = entry.path().filename().string();
        INFO(rule);
        const auto count = [&](const fs::path& file) {
            Linted linted;
            lint(read(file), linted);
            return std::count_if(linted.found.begin(), linted.found.end(),
                                 [&](const Diagnostic& diagnostic) {
                                     return diagnostic.rule == rule && !diagnostic.fixes.empty();
                                 });
        };
        CHECK(count(path) < count(entry.path() / "input.yaml"));
    }
    CHECK(n_fixed > 10);
}

} // namespace tiphys
