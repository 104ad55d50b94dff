// tiphys.toml: what it sets, and where its errors are.
#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "analyzer/config.h"

namespace tiphys::analyze {
namespace {

struct Outcome {
    Config config;
    /// "2:3-2:7 rule" for each finding.
    std::vector<std::string> findings;
};

Outcome outcome_of(const std::string& text) {
    SourceMap sources;
    const FileId file = sources.add("tiphys.toml", text);
    std::vector<Diagnostic> found;
    Outcome outcome;
    outcome.config = read_config(sources, file, found);
    for (const Diagnostic& diagnostic : found) {
        const Position begin = sources.position(file, diagnostic.span.begin);
        const Position end = sources.position(file, diagnostic.span.end);
        outcome.findings.push_back(std::to_string(begin.line) + ":" + std::to_string(begin.column) +
                                   "-" + std::to_string(end.line) + ":" +
                                   std::to_string(end.column) + " " + std::string(diagnostic.rule));
    }
    return outcome;
}

using Findings = std::vector<std::string>;

} // namespace

TEST_CASE("settings are read") {
    const Outcome outcome = outcome_of("argo-version = '3.6'\nstrict = true\nfail-on = 'never'\n"
                                       "baseline = 'a.json'\nselect = ['dag-cycle', 'crn']\n"
                                       "known = ['../shared']\nmissing-refs = 'warn'\n"
                                       "[limits]\nmax-pods = 7\n"
                                       "[cluster]\nsecrets = [\"it's\"]\n"
                                       "node-memory-bytes = 1024\n");
    CHECK(outcome.findings.empty());
    CHECK(outcome.config.settings.argo_version == 306);
    CHECK(outcome.config.settings.limits.most_pods == 7);
    CHECK(outcome.config.settings.limits.node_memory_bytes == 1024);
    CHECK(outcome.config.strict == true);
    CHECK(outcome.config.fail_on == "never");
    CHECK(outcome.config.baseline == "a.json");
    CHECK(outcome.config.known == std::vector<std::string>{"../shared"});
    CHECK(outcome.config.settings.missing_references == MissingReferences::kWarn);
    CHECK(outcome.config.select.front() == "dag-cycle");
    CHECK(std::count(outcome.config.select.begin(), outcome.config.select.end(), "cron-timezone") ==
          1);
    CHECK(stubs_of(outcome.config.cluster) ==
          "---\nkind: ExternalSecret\nmetadata: {name: 'it''s'}\n");
}

TEST_CASE("an empty file says nothing") {
    const Outcome outcome = outcome_of("");
    CHECK(outcome.findings.empty());
    CHECK(outcome.config.select.empty());
    CHECK_FALSE(outcome.config.strict.has_value());
    CHECK(stubs_of(outcome.config.cluster).empty());
}

TEST_CASE("a rule's own severity counts more than its group's") {
    const Outcome outcome =
        outcome_of("[severity]\ncrn = 'error'\ncron-timezone = 'info'\ndag-cycle = 'off'\n");
    CHECK(outcome.findings.empty());
    CHECK(outcome.config.severities.at("cron-timezone") == Severity::kInfo);
    CHECK(outcome.config.severities.at("cron-allow-overlap") == Severity::kError);
    CHECK(outcome.config.ignore == std::vector<std::string_view>{"dag-cycle"});
}

TEST_CASE("patterns keep their order") {
    const Outcome outcome =
        outcome_of("[per-file-ignores]\n'z/' = ['dag-cycle']\n'a/' = ['all']\n");
    REQUIRE(outcome.config.file_ignores.size() == 2);
    CHECK(outcome.config.file_ignores[0].pattern == "z/");
    CHECK(outcome.config.file_ignores[1].rules.size() == rules().size());
}

TEST_CASE("errors are at their place") {
    CHECK(outcome_of("strict = 1\n").findings == Findings{"1:10-1:11 config-wrong-type"});
    CHECK(outcome_of("# é\nstrct = true\n").findings == Findings{"2:1-2:6 config-unknown-key"});
    CHECK(outcome_of("ignore = ['é', 'nope']\n").findings ==
          Findings{"1:12-1:14 config-unknown-rule", "1:18-1:22 config-unknown-rule"});
    CHECK(outcome_of("\xef\xbb\xbf"
                     "fail-on = 'bad'\n")
              .findings == Findings{"1:11-1:16 config-wrong-value"});
    CHECK(outcome_of("[limits]\nmax-pods = -1\n").findings ==
          Findings{"2:12-2:14 config-wrong-value"});
    CHECK(outcome_of("limits = 3\n").findings == Findings{"1:10-1:11 config-wrong-type"});
}

TEST_CASE("what is no TOML is one finding") {
    CHECK(outcome_of("a = \n").findings == Findings{"1:5-2:1 config-syntax"});
    CHECK(outcome_of("strict = true\nstrict = true\n").findings.size() == 1);
    CHECK(outcome_of("a = [1,\n").findings.size() == 1);
    CHECK(outcome_of("\xff").findings.size() == 1);
    CHECK(outcome_of(std::string(100'000, '[')).findings == Findings{"1:3-1:4 config-syntax"});
    CHECK(outcome_of("a = " + std::string(100'000, '[')).findings.size() == 1);
    CHECK(outcome_of("strict = true\n[[é]]\n").findings == Findings{"2:3-2:4 config-syntax"});
    CHECK(outcome_of("[\n").findings == Findings{"1:2-2:1 config-syntax"});
    CHECK(outcome_of("[.a]\n").findings == Findings{"1:2-1:3 config-syntax"});
}

TEST_CASE("contradictions are found") {
    CHECK(outcome_of("select = ['dag']\nignore = ['dag']\n").findings ==
          Findings{"2:10-2:17 config-contradiction", "2:12-2:15 config-contradiction"});
    CHECK(outcome_of("ignore = ['dag-cycle', 'dag-cycle']\n").findings ==
          Findings{"1:24-1:35 config-contradiction"});
    CHECK(outcome_of("ignore = ['dag-cycle']\n[severity]\ndag-cycle = 'info'\n").findings ==
          Findings{"3:1-3:10 config-contradiction"});
    CHECK(outcome_of("ignore = ['dag-cycle']\n[severity]\ndag = 'info'\n").findings.empty());
}

} // namespace tiphys::analyze
