// Every rule's documentation holds examples; they are run here, so that none of them lies.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "analyzer/run.h"
#include "analyzer/versions.h"
#include "compiler/front/load.h"

namespace tiphys::analyze {
namespace {

struct Example {
    bool is_bad = false;
    bool is_language = false;
    /// As in the settings; 0 for their default.
    int argo_version = 0;
    std::string text;
    /// Line in the documentation, from 1.
    int line = 0;
};

/// The blocks that begin with "```yaml bad" or "```yaml good", perhaps with "argo-version=3.5", and
/// those in the language ("```tiphys bad").
std::vector<Example> examples_of(std::string_view doc) {
    std::vector<Example> examples;
    bool is_inside = false;
    int number = 0;
    for (std::size_t at = 0; at < doc.size();) {
        const std::size_t end = std::min(doc.find('\n', at), doc.size());
        const std::string_view line = doc.substr(at, end - at);
        at = end + 1;
        ++number;
        if (is_inside) {
            is_inside = line != "```";
            if (is_inside) examples.back().text += std::string(line) + "\n";
        } else if (line.starts_with("```yaml") || line.starts_with("```tiphys")) {
            constexpr std::string_view kVersion = "argo-version=";
            Example example;
            example.is_bad = line.find(" bad") != line.npos;
            example.is_language = line.starts_with("```tiphys");
            example.line = number;
            const std::size_t version = line.find(kVersion);
            if (version != line.npos) {
                example.argo_version = version_of(line.substr(version + kVersion.size()));
            }
            REQUIRE((example.is_bad || line.find(" good") != line.npos));
            examples.push_back(std::move(example));
            is_inside = true;
        }
    }
    REQUIRE_FALSE(is_inside);
    return examples;
}

std::vector<Diagnostic> lint(const Example& example, SourceMap& sources) {
    const front::InputFile file{
        sources.add(example.is_language ? "example.tiphys" : "example.yaml", example.text), true};
    const ir::Project project = front::load_project(sources, {&file, 1}, 1);
    Options options;
    options.with_info = true;
    if (example.argo_version != 0) options.settings.argo_version = example.argo_version;
    return run_rules(project, options);
}

/// "3:5 [rule] message" for each finding.
std::string listing(const std::vector<Diagnostic>& found, const SourceMap& sources) {
    std::string text;
    for (const Diagnostic& diagnostic : found) {
        const Position at = sources.position(diagnostic.span.file, diagnostic.span.begin);
        text += std::to_string(at.line) + ":" + std::to_string(at.column) + " [" +
                std::string(diagnostic.rule) + "] " + diagnostic.message + "\n";
    }
    return text;
}

bool has_finding(const std::vector<Diagnostic>& found, std::string_view rule) {
    return std::any_of(found.begin(), found.end(),
                       [&](const Diagnostic& diagnostic) { return diagnostic.rule == rule; });
}

bool has_error(const std::vector<Diagnostic>& found) {
    return std::any_of(found.begin(), found.end(), [](const Diagnostic& diagnostic) {
        return diagnostic.severity == Severity::kError;
    });
}

/// Places of a finding lie in the file and are not empty; fixes leave something else behind.
void check_places(const std::vector<Diagnostic>& found, const SourceMap& sources) {
    for (const Diagnostic& diagnostic : found) {
        const std::string& text = sources.file(diagnostic.span.file).text;
        CHECK(diagnostic.span.begin < diagnostic.span.end);
        CHECK(diagnostic.span.end <= text.size());
        for (const Fix& fix : diagnostic.fixes) {
            CHECK_FALSE(fix.title.empty());
            CHECK(apply_edits(text, fix.edits) != text);
        }
    }
}

/// A safe fix of the rule cures its finding and brings no new error of that rule.
void check_fixes(const RegisteredRule& rule, const Example& example,
                 const std::vector<Diagnostic>& found, const SourceMap& sources) {
    const auto count = [&](const std::vector<Diagnostic>& all) {
        return std::count_if(all.begin(), all.end(), [&](const Diagnostic& diagnostic) {
            return diagnostic.rule == rule.name;
        });
    };
    for (const Diagnostic& diagnostic : found) {
        if (diagnostic.rule != rule.name) continue;
        for (const Fix& fix : diagnostic.fixes) {
            if (!fix.safe) continue;
            Example fixed = example;
            fixed.text = apply_edits(sources.file(diagnostic.span.file).text, fix.edits);
            SourceMap fixed_sources;
            const std::vector<Diagnostic> left = lint(fixed, fixed_sources);
            INFO("after the fix `" << fix.title << "`:\n" << fixed.text);
            INFO(listing(left, fixed_sources));
            CHECK(count(left) < count(found));
            CHECK_FALSE(has_finding(left, "yaml-syntax"));
        }
    }
}

void check_example(const RegisteredRule& rule, const Example& example) {
    SourceMap sources;
    const std::vector<Diagnostic> found = lint(example, sources);
    INFO((example.is_bad ? "bad" : "good")
         << " example at line " << example.line << " of the documentation of " << rule.name);
    INFO(listing(found, sources));
    check_places(found, sources);
    if (example.is_bad) {
        CHECK(has_finding(found, rule.name));
        check_fixes(rule, example, found, sources);
    } else {
        CHECK_FALSE(has_finding(found, rule.name));
        CHECK_FALSE(has_error(found));
    }
}

} // namespace

TEST_CASE("rules have names and metadata in order") {
    std::string_view before;
    for (const RegisteredRule& registered : rules()) {
        INFO(registered.group << "/" << registered.name);
        const Rule& rule = *registered.rule;
        CHECK(find_rule(registered.name) == &registered);
        CHECK_FALSE(rule.since.empty());
        REQUIRE_FALSE(rule.summary.empty());
        CHECK(rule.summary.size() <= 80);
        CHECK(rule.summary.back() != '.');
        const bool is_word = rule.summary.size() > 1 &&
                             std::isupper(static_cast<unsigned char>(rule.summary[1])) == 0;
        // Names may begin a summary (`Helm`, `DAG`), sentences may not: "The …", "A …".
        if (is_word)
            CHECK_FALSE((rule.summary.starts_with("The ") || rule.summary.starts_with("A ")));
        CHECK(rule.checks[0].subject != Check::Subject::kNone);
        CHECK(registered.group >= before);
        before = registered.group;
    }
}

TEST_CASE("examples of rules do what they say") {
    for (const RegisteredRule& rule : rules()) {
        INFO(rule.group << "/" << rule.name);
        const std::vector<Example> examples = examples_of(rule.rule->doc);
        const auto n_bad = std::count_if(examples.begin(), examples.end(),
                                         [](const Example& example) { return example.is_bad; });
        CHECK(n_bad > 0);
        CHECK(static_cast<std::size_t>(n_bad) < examples.size());
        for (const Example& example : examples)
            check_example(rule, example);
    }
}

TEST_CASE("each rule has a golden case") {
    const char* source = std::getenv("TIPHYS_SOURCE_DIR");
    REQUIRE(source != nullptr);
    const std::filesystem::path folder = std::filesystem::path(source) / "tests/golden/rules";
    for (const RegisteredRule& rule : rules()) {
        INFO(rule.group << "/" << rule.name);
        CHECK(std::filesystem::exists(folder / rule.name));
    }
}

} // namespace tiphys::analyze
