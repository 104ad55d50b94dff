// The human format, drawn exactly.
#include <catch2/catch.hpp>

#include "analyzer/report/sample_report.h"

namespace tiphys::report {
namespace {

// A report over one file with one finding that marks `text`.
SampleReport one_finding(std::string content, std::string_view text) {
    SampleReport sample;
    const FileId file = sample.sources.add("a.yaml", std::move(content));
    Diagnostic found;
    found.rule = "some-rule";
    found.message = "message";
    found.label = "main";
    found.span = sample.find(file, text);
    sample.diagnostics.push_back(found);
    return sample;
}

// What `full` prints, without the summary.
std::string drawn(const Report& report, const Options& options = sample_options()) {
    const std::string text = written(report, options, Format::kFull);
    const std::size_t summary = text.rfind("\n\n");
    return "\n" + text.substr(0, summary == text.npos ? 0 : summary + 1);
}

std::string drawn(const SampleReport& sample, const Options& options = sample_options()) {
    return drawn(sample.report(), options);
}

TEST_CASE("full: two labels on a line, notes, help and fixes") {
    const SampleReport sample = make_sample();
    CHECK(drawn(sample.report_of("unknown-template")) == R"(
error[unknown-template]: task `b` calls template `wrok`, which does not exist
  --> ci/flow.yaml:11:33
   |
11 |           - {name: b, template: wrok, dependencies: [a, c]}
   |                    -----------  ^^^^ no template has this name
   |                    |
   |                    in this task
12 |     - name: work
   |             ---- a template with a similar name
   |
   = note: templates of this workflow: `main`, `work`
   = help: did you mean `work`?
   = fix: call `work`
   |
11 -           - {name: b, template: wrok, dependencies: [a, c]}
11 +           - {name: b, template: work, dependencies: [a, c]}
   |
   = unsafe fix: remove the task
   |
11 -           - {name: b, template: wrok, dependencies: [a, c]}
)");
}

TEST_CASE("full: a span over lines, and a related place in another file") {
    const SampleReport sample = make_sample();
    CHECK(drawn(sample.report_of("container-without-limits")) == R"(
warning[container-without-limits]: template `work` has no limits
  --> ci/flow.yaml:14:9
   |
14 | /         image: alpine
15 | |         command: [echo]
   | |_______________________^ nothing bounds it
  ::: lib/templates.yaml:4:13
   |
 4 |     - name: work
   |             ---- also called from here
)");
}

TEST_CASE("full: tabs, combining and wide characters, escapes in a message") {
    const SampleReport sample = make_sample();
    CHECK(drawn(sample.report_of("odd-message")) == R"(
info[odd-message]: 100% <of> a::b, "c" & [d](e)
    second line␛[0m
 --> ./odd name%,:1.yaml:1:12
  |
1 | key:    {é: 名前, 🚀: x}
  |             ^^^^      -
  |             |
  |             wide
)");
}

TEST_CASE("full: an empty file has a line to point at") {
    const SampleReport sample = make_sample();
    CHECK(drawn(sample.report_of("missing-kind")) == R"(
error[missing-kind]: the file has no object
 --> empty.yaml:1:1
  |
1 |
  | ^
)");
}

TEST_CASE("full: byte order mark, CR LF and the end of the file") {
    const SampleReport sample = make_sample();
    CHECK(drawn(sample.report_of("syntax")) == R"(
error[syntax]: expected a value, found the end of the file
 --> crlf.yaml:4:1
  |
1 | kind: Sensor
  | ---- after the byte order mark
2 | spec:
  | ----- before CR LF
3 |   name: a
4 |
  | ^
)");
}

TEST_CASE("full: a finding without a place") {
    const SampleReport sample = make_sample();
    CHECK(drawn(sample.report_of("no-input")) == R"(
error[no-input]: nothing to read
)");
}

TEST_CASE("full: findings are parted by a blank line and end with the summary") {
    const SampleReport sample = make_sample();
    Report report = sample.report();
    report.diagnostics = report.diagnostics.subspan(3, 1);
    CHECK("\n" + written(report, sample_options(), Format::kFull) == R"(
error[missing-kind]: the file has no object
 --> empty.yaml:1:1
  |
1 |
  | ^

4 errors, 1 warning, 1 info in 5 files
1 fixable with `--fix`
)");
    report.diagnostics = {};
    report.summary = summarize({}, 217);
    CHECK(written(report, sample_options(), Format::kFull) == "no findings in 217 files\n");
}

TEST_CASE("full: a long span shows its ends, others inside it show their lines") {
    std::string content = "tasks:\n";
    for (int i = 0; i < 12; ++i) {
        content += "  - name: t" + std::to_string(i) + "\n    x: " + std::to_string(i) + "\n";
    }
    SampleReport sample = one_finding(content, "name: t1\n");
    Diagnostic& found = sample.diagnostics.front();
    found.span.end = sample.find(found.span.file, "t9\n").end;
    Span inner = sample.find(found.span.file, "t3");
    inner.end = sample.find(found.span.file, "name: t4").end;
    found.related = {{inner, "inner"}, {sample.find(found.span.file, "t10"), "later"}};
    CHECK(drawn(sample) == R"(
error[some-rule]: message
  --> a.yaml:4:5
   |
 4 | /    - name: t1
 5 | |      x: 1
...  |
 8 | |    - name: t3
   | | ___________^
 9 | ||     x: 3
10 | ||   - name: t4
   | ||____________^ inner
...  |
19 | |      x: 8
20 | |    - name: t9
   | |_____________^ main
21 |        x: 9
22 |      - name: t10
   |              --- later
)");
}

TEST_CASE("full: a line that would be alone between two shown ones is shown") {
    SampleReport sample = one_finding("a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n", "c");
    const FileId file = sample.diagnostics.front().span.file;
    sample.diagnostics.front().related = {{sample.find(file, "a"), ""},
                                          {sample.find(file, "f"), "related"}};
    CHECK(drawn(sample) == R"(
error[some-rule]: message
 --> a.yaml:3:1
  |
1 | a: 1
  | -
2 | b: 2
3 | c: 3
  | ^ main
...
6 | f: 6
  | - related
)");
}

TEST_CASE("full: labels within the main place hang below it") {
    SampleReport sample = one_finding("entrypoint: main\n", "entrypoint: main");
    const FileId file = sample.diagnostics.front().span.file;
    sample.diagnostics.front().related = {{sample.find(file, "entrypoint"), "key"},
                                          {sample.find(file, "main"), "value"}};
    CHECK(drawn(sample) == R"(
error[some-rule]: message
 --> a.yaml:1:1
  |
1 | entrypoint: main
  | ----------^^---- main
  | |           |
  | |           value
  | key
)");
}

TEST_CASE("full: a long line is cut around the main place") {
    std::string content = "cmd: ";
    for (int i = 0; i < 800; ++i) {
        content += "word" + std::to_string(i) + " ";
    }
    Options options = sample_options();
    options.width = 60;
    for (const std::string_view word : {"word0", "word400", "word799"}) {
        SampleReport sample = one_finding(content, word);
        Diagnostic& found = sample.diagnostics.front();
        found.related = {{sample.find(found.span.file, "cmd"), "far"}};
        found.fixes = {{"change the word", true, {{found.span, "other"}}}};
        const std::string text = drawn(sample, options);
        CAPTURE(text);
        CHECK(text.find(word) != text.npos);
        CHECK(text.size() < 900);
        if (word == "word400") {
            CHECK(text == R"(
error[some-rule]: message
 --> a.yaml:1:3096
  |
1 | …97 word398 word399 word400 word401 word402 word403 word404…
  |  -                  ^^^^^^^ main
  |  |
  |  far
  |
  = fix: change the word
  |
1 - …97 word398 word399 word400 word401 word402 word403 word404…
1 + …97 word398 word399 other word401 word402 word403 word404 w…
)");
        }
    }
}

TEST_CASE("full: a span longer than the line's room is underlined as far as it is shown") {
    SampleReport sample = one_finding("key: " + std::string(5000, 'x') + "\n", "xxx");
    sample.diagnostics.front().span.end = 5005;
    Options options = sample_options();
    options.width = 40;
    CHECK(drawn(sample, options) == R"(
error[some-rule]: message
 --> a.yaml:1:6
  |
1 | key: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
  |      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ main
)");
}

TEST_CASE("full: bytes that are not UTF-8 and characters that hide text are made visible") {
    const SampleReport sample = one_finding("a: \xff\xc3(\x01 \xe2\x80\xae"
                                            "b\xe2\x80\x8b"
                                            "c\n",
                                            "c\n");
    CHECK(drawn(sample) == R"(
error[some-rule]: message
 --> a.yaml:1:16
  |
1 | a: ��(␁ �b�c
  |            ^ main
)");
}

TEST_CASE("full: a tab that is the finding itself is underlined whole") {
    CHECK(drawn(one_finding("a:\n\tb: 1\n", "\t")) == R"(
error[some-rule]: message
 --> a.yaml:2:1
  |
2 |     b: 1
  | ^^^^ main
)");
}

TEST_CASE("full: spans beyond the file are cut down to it") {
    SampleReport sample = one_finding("a: 1\n", "a");
    sample.diagnostics.front().span.begin = 4000;
    sample.diagnostics.front().span.end = 3;
    CHECK(drawn(sample) == R"(
error[some-rule]: message
 --> a.yaml:2:1
  |
2 |
  | ^ main
)");
}

TEST_CASE("full: fixes in several places and files") {
    SampleReport sample = one_finding("a: 1\nb: 2\nc: 3\nd: 4\n", "a");
    const FileId file = sample.diagnostics.front().span.file;
    const FileId other = sample.sources.add("b.yaml", "x: 1\ny: 2");
    sample.diagnostics.front().fixes = {{"change both",
                                         false,
                                         {{sample.find(file, "d: 4"), "d: four\ne: 5"},
                                          {sample.find(other, "2"), "two"},
                                          {sample.find(file, "a: 1\n"), ""}}},
                                        {"say so by hand", false, {}}};
    CHECK(drawn(sample) == R"(
error[some-rule]: message
 --> a.yaml:1:1
  |
1 | a: 1
  | ^ main
  |
  = unsafe fix: change both
  |
1 - a: 1
...
4 - d: 4
3 + d: four
4 + e: 5
 ::: b.yaml:2
  |
2 - y: 2
2 + y: two
  |
  = unsafe fix: say so by hand
)");
}

TEST_CASE("full: a long fix is cut") {
    SampleReport sample = one_finding("a: 1\n", "a");
    std::string lines;
    for (int i = 0; i < 50; ++i) {
        lines += "b" + std::to_string(i) + ": 1\n";
    }
    Span end = sample.diagnostics.front().span;
    end.begin = end.end = 5;
    sample.diagnostics.front().fixes = {{"add much", true, {{end, lines}}}};
    const std::string text = drawn(sample);
    CHECK(text.find("b18: 1\n21 + b19: 1\n...  30 more changed lines\n") != text.npos);
    CHECK(text.find("b20") == text.npos);
}

TEST_CASE("full: colours") {
    SampleReport sample = one_finding("a: b\n", "b");
    const FileId file = sample.diagnostics.front().span.file;
    sample.diagnostics.front().severity = Severity::kWarning;
    sample.diagnostics.front().related = {{sample.find(file, "a"), "key"}};
    sample.diagnostics.front().fixes = {{"fix it", true, {{sample.find(file, "b"), "c"}}}};
    Options options = sample_options();
    options.colour = true;
    CHECK(drawn(sample, options) ==
          "\n"
          "\x1b[1;33mwarning[some-rule]\x1b[0m\x1b[1m: message\x1b[0m\n"
          " \x1b[1;34m-->\x1b[0m a.yaml:1:4\n"
          "\x1b[1;34m  |\x1b[0m\n"
          "\x1b[1;34m1\x1b[0m \x1b[1;34m|\x1b[0m a: b\n"
          "\x1b[1;34m  |\x1b[0m \x1b[1;34m-\x1b[0m  \x1b[1;33m^\x1b[0m \x1b[1;33mmain\x1b[0m\n"
          "\x1b[1;34m  |\x1b[0m \x1b[1;34m|\x1b[0m\n"
          "\x1b[1;34m  |\x1b[0m \x1b[1;34mkey\x1b[0m\n"
          "\x1b[1;34m  |\x1b[0m\n"
          "  \x1b[1;34m=\x1b[0m \x1b[1mfix:\x1b[0m fix it\n"
          "\x1b[1;34m  |\x1b[0m\n"
          "\x1b[1;34m1\x1b[0m \x1b[31m-\x1b[0m \x1b[31ma: b\x1b[0m\n"
          "\x1b[1;34m1\x1b[0m \x1b[32m+\x1b[0m \x1b[32ma: c\x1b[0m\n");
}

TEST_CASE("full: columns follow the option") {
    SampleReport sample = one_finding("\xf0\x9f\x9a\x80: b\n", "b");
    Options options = sample_options();
    CHECK(drawn(sample, options).find("a.yaml:1:7\n") != std::string::npos);
    options.utf16_columns = true;
    CHECK(drawn(sample, options).find("a.yaml:1:5\n") != std::string::npos);
}

} // namespace
} // namespace tiphys::report
