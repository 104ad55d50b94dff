// Our own JSON, GitLab's and Reviewdog's.
#include <set>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "analyzer/report/sample_report.h"

namespace tiphys::report {
namespace {

using Json = nlohmann::ordered_json;

TEST_CASE("json") {
    const SampleReport sample = make_sample();
    CHECK("\n" + written(sample.report_of("container-without-limits"), sample_options(),
                         Format::kJson) ==
          R"(
{
  "version": 1,
  "diagnostics": [
    {
      "rule": "container-without-limits",
      "severity": "warning",
      "message": "template `work` has no limits",
      "file": "ci/flow.yaml",
      "range": {
        "start": {
          "line": 14,
          "column": 9
        },
        "end": {
          "line": 15,
          "column": 24
        }
      },
      "object": {
        "kind": "Workflow",
        "namespace": "ci",
        "name": "hello"
      },
      "help": "",
      "fixes": [],
      "related": [
        {
          "message": "also called from here",
          "file": "lib/templates.yaml",
          "range": {
            "start": {
              "line": 4,
              "column": 13
            },
            "end": {
              "line": 4,
              "column": 17
            }
          }
        }
      ],
      "url": "https://example.org/tiphys/rules#container-without-limits"
    }
  ],
  "summary": {
    "files": 1,
    "errors": 0,
    "warnings": 1,
    "infos": 0
  }
}
)");
}

TEST_CASE("json: fixes") {
    const SampleReport sample = make_sample();
    const Json json =
        Json::parse(written(sample.report_of("unknown-template"), sample_options(), Format::kJson));
    CHECK(json["diagnostics"][0]["fixes"].dump() ==
          "[{\"title\":\"call "
          "`work`\",\"safe\":true,\"edits\":[{\"range\":{\"start\":{\"line\":11,\"colum"
          "n\":33},\"end\":{\"line\":11,\"column\":37}},\"text\":\"work\"}]},{\"title\":\"remove "
          "the task"
          "\",\"safe\":false,\"edits\":[{\"range\":{\"start\":{\"line\":11,\"column\":1},\"end\":{"
          "\"line\":1"
          "2,\"column\":1}},\"text\":\"\"}]}]");
}

TEST_CASE("json-lines: a diagnostic on each line, then the summary") {
    const SampleReport sample = make_sample();
    Report report = sample.report();
    report.diagnostics = report.diagnostics.subspan(2);
    CHECK(
        "\n" + written(report, sample_options(), Format::kJsonLines) ==
        "\n"
        "{\"rule\":\"odd-message\",\"severity\":\"info\",\"message\":\"100% <of> a::b, \\\"c\\\" & "
        "[d](e"
        ")\\nsecond line\\u001b[0m\",\"file\":\"./odd "
        "name%,:1.yaml\",\"range\":{\"start\":{\"line\":1"
        ",\"column\":12},\"end\":{\"line\":1,\"column\":18}},\"object\":null,\"help\":\"\","
        "\"fixes\":[],\""
        "related\":[{\"message\":\"\",\"file\":\"./odd "
        "name%,:1.yaml\",\"range\":{\"start\":{\"line\":1,"
        "\"column\":26},\"end\":{\"line\":1,\"column\":27}}}],\"url\":null}\n"
        "{\"rule\":\"missing-kind\",\"severity\":\"error\",\"message\":\"the file has no "
        "object\",\"fi"
        "le\":\"empty.yaml\",\"range\":{\"start\":{\"line\":1,\"column\":1},\"end\":{\"line\":1,"
        "\"column\""
        ":1}},\"object\":null,\"help\":\"\",\"fixes\":[],\"related\":[],\"url\":null}\n"
        "{\"rule\":\"syntax\",\"severity\":\"error\",\"message\":\"expected a value, found the end "
        "o"
        "f the "
        "file\",\"file\":\"crlf.yaml\",\"range\":{\"start\":{\"line\":4,\"column\":1},\"end\":{\"li"
        "ne\":4,\"column\":1}},\"object\":null,\"help\":\"\",\"fixes\":[],\"related\":[{"
        "\"message\":\"aft"
        "er the byte order "
        "mark\",\"file\":\"crlf.yaml\",\"range\":{\"start\":{\"line\":1,\"column\":1"
        "},\"end\":{\"line\":1,\"column\":5}}},{\"message\":\"before CR "
        "LF\",\"file\":\"crlf.yaml\",\"ra"
        "nge\":{\"start\":{\"line\":2,\"column\":1},\"end\":{\"line\":2,\"column\":6}}}],\"url\":"
        "null}\n"
        "{\"rule\":\"no-input\",\"severity\":\"error\",\"message\":\"nothing to "
        "read\",\"file\":null,\"r"
        "ange\":null,\"object\":null,\"help\":\"\",\"fixes\":[],\"related\":[],\"url\":null}\n"
        "{\"version\":1,\"summary\":{\"files\":5,\"errors\":4,\"warnings\":1,\"infos\":1}}\n");
}

TEST_CASE("json: both forms say the same") {
    const SampleReport sample = make_sample();
    const Json whole = Json::parse(written(sample.report(), sample_options(), Format::kJson));
    std::istringstream lines(written(sample.report(), sample_options(), Format::kJsonLines));
    std::string line;
    for (const Json& diagnostic : whole["diagnostics"]) {
        REQUIRE(std::getline(lines, line));
        CHECK(Json::parse(line) == diagnostic);
    }
    REQUIRE(std::getline(lines, line));
    CHECK(Json::parse(line)["summary"] == whole["summary"]);
    CHECK_FALSE(std::getline(lines, line));
}

TEST_CASE("json: columns follow the option") {
    const SampleReport sample = make_sample();
    Options options = sample_options();
    const auto columns = [&] {
        const Json json =
            Json::parse(written(sample.report_of("odd-message"), options, Format::kJson));
        const Json& range = json["diagnostics"][0]["range"];
        return std::make_pair(range["start"]["column"].get<int>(),
                              range["end"]["column"].get<int>());
    };
    CHECK(columns() == std::make_pair(12, 18));
    options.utf16_columns = true;
    CHECK(columns() == std::make_pair(11, 13));
}

TEST_CASE("json: bytes that are not UTF-8 are replaced") {
    SampleReport sample;
    Diagnostic found;
    found.rule = "some-rule";
    found.message = "\xff";
    found.span = {sample.sources.add("\xfe.yaml", "a"), 0, 1};
    sample.diagnostics.push_back(found);
    for (const Format format :
         {Format::kJson, Format::kJsonLines, Format::kGitlab, Format::kRdjson, Format::kSarif}) {
        const std::string text = written(sample.report(), sample_options(), format);
        CHECK(text.find("\uFFFD") != text.npos);
        CHECK(text.find('\xff') == text.npos);
    }
}

TEST_CASE("json: an edit in another file names it") {
    SampleReport sample;
    const FileId a = sample.sources.add("a.yaml", "a");
    const FileId b = sample.sources.add("b.yaml", "b");
    Diagnostic found;
    found.rule = "some-rule";
    found.span = {a, 0, 1};
    found.fixes = {{"both", true, {{{a, 0, 1}, "x"}, {{b, 0, 1}, "y"}}}};
    sample.diagnostics.push_back(found);
    const Json json = Json::parse(written(sample.report(), sample_options(), Format::kJson));
    const Json& edits = json["diagnostics"][0]["fixes"][0]["edits"];
    CHECK_FALSE(edits[0].contains("file"));
    CHECK(edits[1]["file"] == "b.yaml");
}

TEST_CASE("gitlab") {
    const SampleReport sample = make_sample();
    Report report = sample.report();
    report.diagnostics = report.diagnostics.subspan(0, 2);
    CHECK("\n" + written(report, sample_options(), Format::kGitlab) ==
          "\n"
          "[\n"
          "  {\n"
          "    \"description\": \"unknown-template: task `b` calls template `wrok`, which does"
          " not exist; did you mean `work`?\",\n"
          "    \"check_name\": \"unknown-template\",\n"
          "    \"fingerprint\": \"bc9d88498fc8f49d:1\",\n"
          "    \"severity\": \"major\",\n"
          "    \"location\": {\n"
          "      \"path\": \"ci/flow.yaml\",\n"
          "      \"positions\": {\n"
          "        \"begin\": {\n"
          "          \"line\": 11,\n"
          "          \"column\": 33\n"
          "        },\n"
          "        \"end\": {\n"
          "          \"line\": 11,\n"
          "          \"column\": 37\n"
          "        }\n"
          "      }\n"
          "    }\n"
          "  },\n"
          "  {\n"
          "    \"description\": \"container-without-limits: template `work` has no limits\",\n"
          "    \"check_name\": \"container-without-limits\",\n"
          "    \"fingerprint\": \"2513b9c56862a242:1\",\n"
          "    \"severity\": \"minor\",\n"
          "    \"location\": {\n"
          "      \"path\": \"ci/flow.yaml\",\n"
          "      \"positions\": {\n"
          "        \"begin\": {\n"
          "          \"line\": 14,\n"
          "          \"column\": 9\n"
          "        },\n"
          "        \"end\": {\n"
          "          \"line\": 15,\n"
          "          \"column\": 24\n"
          "        }\n"
          "      }\n"
          "    }\n"
          "  }\n"
          "]\n");
}

TEST_CASE("gitlab: fingerprints are unique and do not depend on lines") {
    SampleReport sample;
    const FileId file = sample.sources.add("a.yaml", "x: 1\n\n\nx: 1\n");
    for (const std::uint32_t at : {0U, 7U}) {
        Diagnostic found;
        found.rule = "some-rule";
        found.span = {file, at, at + 1};
        sample.diagnostics.push_back(found);
    }
    const Json json = Json::parse(written(sample.report(), sample_options(), Format::kGitlab));
    const std::string first = json[0]["fingerprint"];
    const std::string second = json[1]["fingerprint"];
    CHECK(first.ends_with(":1"));
    CHECK(second == first.substr(0, first.size() - 1) + "2");
}

TEST_CASE("gitlab: no findings are an empty list") {
    const SampleReport sample = make_sample();
    CHECK(written(sample.report_of("none"), sample_options(), Format::kGitlab) == "[]\n");
}

TEST_CASE("rdjson") {
    const SampleReport sample = make_sample();
    Report report = sample.report_of("unknown-template");
    CHECK(
        Json::parse(written(report, sample_options(), Format::kRdjson)).dump() ==
        "{\"source\":{\"name\":\"tiphys\",\"url\":\"https://example.org/"
        "tiphys\"},\"diagnostics\":[{\""
        "message\":\"task `b` calls template `wrok`, which does not exist\\nnote: templates "
        "of this workflow: `main`, `work`\\nhelp: did you mean `work`?\",\"location\":{\"path\""
        ":\"ci/"
        "flow.yaml\",\"range\":{\"start\":{\"line\":11,\"column\":33},\"end\":{\"line\":11,\"colum"
        "n\":37}}},\"severity\":\"ERROR\",\"code\":{\"value\":\"unknown-template\",\"url\":\"https:"
        "//ex"
        "ample.org/tiphys/rules#unknown-template\"},\"suggestions\":[{\"range\":{\"start\":{\"lin"
        "e\":11,\"column\":33},\"end\":{\"line\":11,\"column\":37}},\"text\":\"work\"},{\"range\":{"
        "\"star"
        "t\":{\"line\":11,\"column\":1},\"end\":{\"line\":12,\"column\":1}},\"text\":\"\"}],"
        "\"related_loc"
        "ations\":[{\"message\":\"in this "
        "task\",\"location\":{\"path\":\"ci/flow.yaml\",\"range\":{\"s"
        "tart\":{\"line\":11,\"column\":20},\"end\":{\"line\":11,\"column\":31}}}},{\"message\":"
        "\"a tem"
        "plate with a similar "
        "name\",\"location\":{\"path\":\"ci/flow.yaml\",\"range\":{\"start\":{\""
        "line\":12,\"column\":13},\"end\":{\"line\":12,\"column\":17}}}}]}]}");
}

TEST_CASE("rdjson: the edits of a fix become one suggestion") {
    SampleReport sample;
    const FileId file = sample.sources.add("a.yaml", "one: 1\ntwo: 2\n");
    Diagnostic found;
    found.rule = "some-rule";
    found.span = sample.find(file, "one");
    found.fixes = {{"swap", true, {{sample.find(file, "2"), "1"}, {sample.find(file, "1"), "2"}}}};
    sample.diagnostics.push_back(found);
    const Json json = Json::parse(written(sample.report(), sample_options(), Format::kRdjson));
    const Json& suggestions = json["diagnostics"][0]["suggestions"];
    REQUIRE(suggestions.size() == 1);
    CHECK(suggestions[0]["text"] == "2\ntwo: 1");
    CHECK(suggestions[0]["range"]["start"] == Json({{"line", 1}, {"column", 6}}));
    CHECK(suggestions[0]["range"]["end"] == Json({{"line", 2}, {"column", 7}}));
}

} // namespace
} // namespace tiphys::report
