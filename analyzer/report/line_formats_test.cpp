// Formats with a line for each finding: concise, grouped, github; and what all formats share.
#include <catch2/catch.hpp>

#include "analyzer/report/sample_report.h"

namespace tiphys::report {
namespace {

TEST_CASE("concise") {
    const SampleReport sample = make_sample();
    CHECK("\n" + written(sample.report(), sample_options(), Format::kConcise) ==
          "\n"
          "ci/flow.yaml:11:33: error[unknown-template]: task `b` calls template `wrok`, whi"
          "ch does not exist\n"
          "ci/flow.yaml:14:9: warning[container-without-limits]: template `work` has no lim"
          "its\n"
          "./odd name%,:1.yaml:1:12: info[odd-message]: 100% <of> a::b, \"c\" & [d](e) second"
          " line␛[0m\n"
          "empty.yaml:1:1: error[missing-kind]: the file has no object\n"
          "crlf.yaml:4:1: error[syntax]: expected a value, found the end of the file\n"
          "error[no-input]: nothing to read\n");
}

TEST_CASE("concise: nothing to say, nothing written") {
    const SampleReport sample = make_sample();
    CHECK(written(sample.report_of("none"), sample_options(), Format::kConcise).empty());
}

TEST_CASE("grouped") {
    const SampleReport sample = make_sample();
    CHECK("\n" + written(sample.report(), sample_options(), Format::kGrouped) == R"(
ci/flow.yaml
  11:33  error    task `b` calls template `wrok`, which does not exist [unknown-template]
  14:9   warning  template `work` has no limits [container-without-limits]

./odd name%,:1.yaml
  1:12  info  100% <of> a::b, "c" & [d](e) second line␛[0m [odd-message]

empty.yaml
  1:1  error  the file has no object [missing-kind]

crlf.yaml
  4:1  error  expected a value, found the end of the file [syntax]

(no file)
  error  nothing to read [no-input]

4 errors, 1 warning, 1 info in 5 files
1 fixable with `--fix`
)");
}

TEST_CASE("grouped: findings of a file stand together though others come between") {
    SampleReport sample;
    const FileId a = sample.sources.add("a.yaml", "x: 1\n");
    const FileId b = sample.sources.add("b.yaml", "x: 1\n");
    for (const FileId file : {a, b, a}) {
        Diagnostic found;
        found.rule = "some-rule";
        found.message = "message";
        found.span = {file, 0, 1};
        sample.diagnostics.push_back(found);
    }
    CHECK("\n" + written(sample.report(), sample_options(), Format::kGrouped) == R"(
a.yaml
  1:1  error  message [some-rule]
  1:1  error  message [some-rule]

b.yaml
  1:1  error  message [some-rule]

3 errors in 2 files
)");
}

TEST_CASE("github") {
    const SampleReport sample = make_sample();
    CHECK("\n" + written(sample.report(), sample_options(), Format::kGithub) ==
          "\n"
          "::error file=ci/flow.yaml,line=11,endLine=11,col=33,endColumn=37,title=unknown-t"
          "emplate::task `b` calls template `wrok`, which does not exist%0Anote: templates "
          "of this workflow: `main`, `work`%0Ahelp: did you mean `work`?\n"
          "::error file=empty.yaml,line=1,endLine=1,col=1,endColumn=1,title=missing-kind::t"
          "he file has no object\n"
          "::error file=crlf.yaml,line=4,endLine=4,col=1,endColumn=1,title=syntax::expected"
          " a value, found the end of the file\n"
          "::error title=no-input::nothing to read\n"
          "::warning file=ci/flow.yaml,line=14,endLine=15,title=container-without-limits::t"
          "emplate `work` has no limits\n"
          "::notice file=odd name%25%2C%3A1.yaml,line=1,endLine=1,col=11,endColumn=13,title"
          "=odd-message::100%25 <of> a::b, \"c\" & [d](e)%0Asecond line␛[0m\n");
}

TEST_CASE("github: ten of each severity, then how many are left") {
    SampleReport sample;
    const FileId file = sample.sources.add("/project/a.yaml", "x: 1\n");
    for (int i = 0; i < 24; ++i) {
        Diagnostic found;
        found.rule = "some-rule";
        found.severity = i % 2 == 0 ? Severity::kWarning : Severity::kError;
        found.message = std::to_string(i);
        found.span = {file, 0, 1};
        sample.diagnostics.push_back(found);
    }
    Options options = sample_options();
    options.root = "/project/";
    const std::string text = written(sample.report(), options, Format::kGithub);
    std::size_t n_lines = 0;
    for (const char letter : text) {
        if (letter == '\n') ++n_lines;
    }
    CHECK(n_lines == 21);
    CHECK(text.starts_with(
        "::error file=a.yaml,line=1,endLine=1,col=1,endColumn=2,title=some-rule::1\n"));
    CHECK(text.find("::error", text.find("::warning")) == text.npos);
    CHECK(text.ends_with("::18\n2 more errors, 2 more warnings without an annotation: GitHub shows "
                         "ten of each severity\n"));
}

TEST_CASE("the summary counts what is shown, silenced and fixable") {
    const SampleReport sample = make_sample();
    Summary summary = sample.report().summary;
    CHECK(summary.errors == 4);
    CHECK(summary.warnings == 1);
    CHECK(summary.infos == 1);
    CHECK(summary.fixable == 1);
    CHECK(summary_text(summary) ==
          "4 errors, 1 warning, 1 info in 5 files\n1 fixable with `--fix`");
    summary = {};
    summary.files = 1;
    summary.warnings = 2;
    summary.suppressed = 3;
    summary.left_out = 4;
    summary.fixable_unsafely = 2;
    CHECK(summary_text(summary) == "2 warnings in 1 file (3 suppressed, 4 more not shown)\n"
                                   "2 fixable with `--unsafe-fixes`");
    summary.fixable = 1;
    CHECK(
        summary_text(summary).ends_with("\n1 fixable with `--fix`, 2 more with `--unsafe-fixes`"));
}

TEST_CASE("each format has a name") {
    for (const std::string_view name : format_names()) {
        CHECK(format_by_name(name).has_value());
    }
    CHECK(format_names().size() == 12);
    CHECK(format_by_name("json-lines") == Format::kJsonLines);
    CHECK(format_by_name("sarif") == Format::kSarif);
    CHECK_FALSE(format_by_name("SARIF").has_value());
}

} // namespace
} // namespace tiphys::report
