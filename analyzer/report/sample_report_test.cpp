// Findings that the tests of all formats print.
#include "analyzer/report/sample_report.h"
#include "compiler/base/assert.h"

namespace tiphys::report {
namespace {

constexpr std::string_view kFlow = R"(apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: hello, namespace: ci}
spec:
  entrypoint: main
  templates:
    - name: main
      dag:
        tasks:
          - {name: a, template: work}
          - {name: b, template: wrok, dependencies: [a, c]}
    - name: work
      container:
        image: alpine
        command: [echo]
)";

constexpr std::string_view kLibrary = R"(kind: WorkflowTemplate
spec:
  templates:
    - name: work
      inputs:
        parameters:
          - name: message
)";

// A tab, a combining accent, wide characters, and one outside the basic plane.
constexpr std::string_view kWide = "key:\t{e\u0301: 名前, \U0001F680: x}\n";
constexpr std::string_view kMarkAndCrlf = "\xef\xbb\xbfkind: Sensor\r\nspec: \r\n  name: a\r\n";

// Two labels on one line, a related line, two fixes.
Diagnostic unknown_template(const SampleReport& sample, FileId flow) {
    Diagnostic found;
    found.rule = "unknown-template";
    found.severity = Severity::kError;
    found.message = "task `b` calls template `wrok`, which does not exist";
    found.span = sample.find(flow, "wrok");
    found.label = "no template has this name";
    found.related = {{sample.find(flow, "b, template"), "in this task"},
                     {sample.find(flow, "work", sample.find(flow, "- name: work").begin),
                      "a template with a similar name"}};
    found.notes = {"templates of this workflow: `main`, `work`"};
    found.help = "did you mean `work`?";
    found.fixes = {
        {"call `work`", true, {{found.span, "work"}}},
        {"remove the task",
         false,
         {{sample.find(flow, "          - {name: b, template: wrok, dependencies: [a, c]}\n"),
           ""}}}};
    found.object = {"Workflow", "ci", "hello"};
    return found;
}

// A span over several lines, and a related place in another file.
Diagnostic missing_limits(const SampleReport& sample, FileId flow, FileId library) {
    Diagnostic found;
    found.rule = "container-without-limits";
    found.severity = Severity::kWarning;
    found.message = "template `work` has no limits";
    found.span = sample.find(flow, "image: alpine\n        command: [echo]\n");
    found.label = "nothing bounds it";
    found.related = {{sample.find(library, "work"), "also called from here"}};
    found.object = {"Workflow", "ci", "hello"};
    return found;
}

// What formats must escape, in a rule that the table of rules does not know.
Diagnostic odd_message(const SampleReport& sample, FileId wide) {
    Diagnostic found;
    found.rule = "odd-message";
    found.severity = Severity::kInfo;
    found.message = "100% <of> a::b, \"c\" & [d](e)\nsecond line\x1b[0m";
    found.span = sample.find(wide, "名前");
    found.label = "wide";
    found.related = {{sample.find(wide, "x"), ""}};
    return found;
}

} // namespace

Span SampleReport::find(FileId file, std::string_view text, std::size_t from) const {
    const std::size_t at = sources.file(file).text.find(text, from);
    TIPHYS_ASSERT(at != std::string::npos, "text of the sample");
    return {file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + text.size())};
}

Report SampleReport::report() const {
    return {sources, diagnostics, summarize(diagnostics, sources.size())};
}

Report SampleReport::report_of(std::string_view rule) const {
    for (const Diagnostic& diagnostic : diagnostics) {
        if (diagnostic.rule != rule) continue;
        const std::span<const Diagnostic> one(&diagnostic, 1);
        return {sources, one, summarize(one, 1)};
    }
    return {sources, {}, summarize({}, sources.size())};
}

SampleReport make_sample() {
    SampleReport sample;
    const FileId flow = sample.sources.add("ci/flow.yaml", std::string(kFlow));
    const FileId library = sample.sources.add("lib/templates.yaml", std::string(kLibrary));
    const FileId wide = sample.sources.add("./odd name%,:1.yaml", std::string(kWide));
    const FileId marked = sample.sources.add("crlf.yaml", std::string(kMarkAndCrlf));
    const FileId empty = sample.sources.add("empty.yaml", "");
    sample.diagnostics.push_back(unknown_template(sample, flow));
    sample.diagnostics.push_back(missing_limits(sample, flow, library));
    sample.diagnostics.push_back(odd_message(sample, wide));
    Diagnostic found;
    found.rule = "missing-kind";
    found.message = "the file has no object";
    found.span = {empty, 0, 0};
    sample.diagnostics.push_back(found);
    found.rule = "syntax";
    found.message = "expected a value, found the end of the file";
    const auto size = static_cast<std::uint32_t>(sample.sources.file(marked).text.size());
    found.span = {marked, size, size};
    found.related = {{sample.find(marked, "kind"), "after the byte order mark"},
                     {sample.find(marked, "spec:"), "before CR LF"}};
    sample.diagnostics.push_back(found);
    found = {};
    found.rule = "no-input";
    found.message = "nothing to read";
    sample.diagnostics.push_back(found);
    return sample;
}

Options sample_options() {
    Options options;
    options.tool_version = "0.1.0";
    options.home_url = "https://example.org/tiphys";
    options.rules_url = "https://example.org/tiphys/rules";
    options.rule = [](std::string_view name) -> std::optional<RuleInfo> {
        if (name == "unknown-template") {
            return RuleInfo{name,
                            "ref",
                            Severity::kError,
                            "a call of a template that does not exist",
                            "Argo rejects the workflow.\n\n```yaml bad\ntemplate: wrok\n```\n",
                            "0.1"};
        }
        if (name == "container-without-limits") {
            return RuleInfo{name, "sec", Severity::kWarning, "a container without limits",
                            "",   "0.1"};
        }
        return std::nullopt;
    };
    return options;
}

std::string written(const Report& report, const Options& options, Format format) {
    std::ostringstream out;
    write(out, report, options, format);
    return out.str();
}

} // namespace tiphys::report
