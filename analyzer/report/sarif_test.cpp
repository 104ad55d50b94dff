// SARIF: the rules of the 2.1.0 schema for the parts that we emit, and what GitHub asks beyond.
#include <set>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "analyzer/report/sample_report.h"

namespace tiphys::report {
namespace {

using Json = nlohmann::ordered_json;

// Looks for what the schema forbids; each problem names its place.
class SarifChecker {
public:
    std::vector<std::string> check(const Json& log) {
        at_ = "log";
        allow(log, {"$schema", "version", "runs"});
        require(log.value("version", "") == "2.1.0", "version");
        require(log.value("$schema", "") == "https://json.schemastore.org/sarif-2.1.0.json",
                "$schema");
        require(log["runs"].is_array() && log["runs"].size() == 1, "runs");
        for (const Json& run : log["runs"]) {
            check_run(run);
        }
        return problems_;
    }

private:
    void require(bool condition, const std::string& what) {
        if (!condition) problems_.push_back(at_ + ": " + what);
    }

    // The schema has `additionalProperties: false` everywhere but in property bags.
    void allow(const Json& json, const std::set<std::string>& names) {
        require(json.is_object(), "is no object");
        for (const auto& [name, value] : json.items()) {
            require(names.count(name) == 1, "has " + name);
        }
    }

    void check_message(const Json& json) {
        allow(json, {"text", "markdown"});
        require(json.contains("text") && json["text"].is_string() && !json["text"].empty() &&
                    json["text"] != "",
                "message without text");
    }

    void check_run(const Json& run) {
        at_ = "run";
        allow(run, {"tool", "invocations", "columnKind", "results"});
        require(run.value("columnKind", "") == "utf16CodeUnits", "columnKind");
        require(run["results"].is_array(), "results");
        const Json& driver = run["tool"]["driver"];
        at_ = "driver";
        allow(driver, {"name", "semanticVersion", "informationUri", "rules"});
        require(driver["name"] == "tiphys", "name");
        std::set<std::string> ids;
        for (const Json& rule : driver["rules"]) {
            check_rule(rule);
            require(ids.insert(rule["id"]).second, "the same rule twice");
        }
        for (const Json& invocation : run["invocations"]) {
            at_ = "invocation";
            allow(invocation, {"executionSuccessful", "toolExecutionNotifications"});
            require(invocation["executionSuccessful"].is_boolean(), "executionSuccessful");
        }
        for (const Json& result : run["results"]) {
            at_ = "result " + result.value("ruleId", "?");
            check_result(result, driver["rules"]);
        }
    }

    void check_rule(const Json& rule) {
        at_ = "rule " + rule.value("id", "?");
        allow(rule, {"id", "name", "shortDescription", "fullDescription", "helpUri", "help",
                     "defaultConfiguration", "properties"});
        require(rule.contains("id") && rule.contains("name"), "id and name");
        require(rule["name"].get<std::string>().size() <= 255, "name is too long");
        for (const char* name : {"shortDescription", "fullDescription", "help"}) {
            require(rule.contains(name), name);
            check_message(rule[name]);
        }
        require(rule["shortDescription"]["text"].get<std::string>().size() <= 1024, "too long");
        require(rule["fullDescription"]["text"].get<std::string>().size() <= 1024, "too long");
        check_level(rule["defaultConfiguration"]["level"]);
        const Json& properties = rule["properties"];
        require(properties["tags"].size() <= 20, "too many tags");
        require(properties["precision"] == "high", "precision");
        const std::set<std::string> severities{"error", "warning", "recommendation"};
        require(severities.count(properties["problem.severity"]) == 1, "problem.severity");
        bool is_security = false;
        for (const Json& tag : properties["tags"]) {
            is_security = is_security || tag == "security";
        }
        require(is_security == properties.contains("security-severity"), "security-severity");
        require(!is_security || properties["security-severity"].is_string(), "is a string");
    }

    void check_level(const Json& level) {
        require(level == "note" || level == "warning" || level == "error", "level");
    }

    void check_result(const Json& result, const Json& rules) {
        allow(result, {"ruleId", "ruleIndex", "level", "message", "locations",
                       "partialFingerprints", "relatedLocations", "fixes", "suppressions"});
        for (const Json& suppression : result.value("suppressions", Json::array())) {
            allow(suppression, {"kind", "status"});
            const bool is_kind =
                suppression["kind"] == "inSource" || suppression["kind"] == "external";
            require(is_kind && suppression["status"] == "accepted", "suppression");
        }
        check_level(result["level"]);
        check_message(result["message"]);
        const std::size_t index = result["ruleIndex"];
        require(index < rules.size() && rules[index]["id"] == result["ruleId"], "ruleIndex");
        require(result["locations"].size() == 1, "locations");
        for (const Json& location : result["locations"]) {
            check_location(location);
        }
        std::int64_t expected_id = 1;
        for (const Json& location : result.value("relatedLocations", Json::array())) {
            check_location(location);
            require(location["id"] == expected_id++, "id");
        }
        allow(result["partialFingerprints"], {"primaryLocationLineHash", "tiphys/v1"});
        for (const Json& print : result["partialFingerprints"]) {
            require(print.is_string() && print.get<std::string>().find(':') != std::string::npos,
                    "fingerprint");
        }
        for (const Json& fix : result.value("fixes", Json::array())) {
            check_fix(fix);
        }
    }

    void check_location(const Json& location) {
        allow(location, {"id", "physicalLocation", "logicalLocations", "message"});
        if (location.contains("message")) check_message(location["message"]);
        const Json& physical = location["physicalLocation"];
        allow(physical, {"artifactLocation", "region"});
        check_artifact(physical["artifactLocation"]);
        check_region(physical["region"]);
    }

    void check_artifact(const Json& artifact) {
        allow(artifact, {"uri", "uriBaseId"});
        const std::string uri = artifact["uri"];
        require(uri.find_first_of(" \\\"<>^`{|}") == std::string::npos, "uri " + uri);
        const bool is_absolute = uri.find("://") != std::string::npos;
        require(is_absolute || uri.find(':') == std::string::npos, "uri " + uri);
        require(is_absolute || artifact["uriBaseId"] == "%SRCROOT%", "uriBaseId");
    }

    void check_region(const Json& region) {
        allow(region, {"startLine", "startColumn", "endLine", "endColumn"});
        for (const char* name : {"startLine", "startColumn", "endLine", "endColumn"}) {
            require(region.contains(name) && region[name].is_number_unsigned() && region[name] >= 1,
                    name);
        }
        const bool is_ordered = std::pair<int, int>(region["startLine"], region["startColumn"]) <=
                                std::pair<int, int>(region["endLine"], region["endColumn"]);
        require(is_ordered, "region ends before it begins");
    }

    void check_fix(const Json& fix) {
        allow(fix, {"description", "artifactChanges", "properties"});
        check_message(fix["description"]);
        require(!fix["artifactChanges"].empty(), "artifactChanges");
        for (const Json& change : fix["artifactChanges"]) {
            allow(change, {"artifactLocation", "replacements"});
            check_artifact(change["artifactLocation"]);
            require(!change["replacements"].empty(), "replacements");
            for (const Json& replacement : change["replacements"]) {
                allow(replacement, {"deletedRegion", "insertedContent"});
                check_region(replacement["deletedRegion"]);
            }
        }
    }

    std::string at_;
    std::vector<std::string> problems_;
};

Json sarif_of(const Report& report, const Options& options = sample_options()) {
    return Json::parse(written(report, options, Format::kSarif));
}

TEST_CASE("sarif: the sample keeps the rules of the schema") {
    const SampleReport sample = make_sample();
    CHECK(SarifChecker().check(sarif_of(sample.report())) == std::vector<std::string>{});
}

TEST_CASE("sarif: without findings and without what is known of the tool") {
    const SampleReport sample = make_sample();
    const Json log = sarif_of(sample.report_of("none"), Options());
    CHECK(SarifChecker().check(log) == std::vector<std::string>{});
    CHECK(log["runs"][0]["results"] == Json::array());
    CHECK(log["runs"][0]["tool"]["driver"]["rules"] == Json::array());
}

TEST_CASE("sarif: silenced findings are results with the reason") {
    const SampleReport sample = make_sample();
    Report report = sample.report_of("unknown-template");
    const Report by_comment = sample.report_of("container-without-limits");
    report.suppressed = by_comment.diagnostics;
    report.excluded = report.diagnostics;
    const Json log = sarif_of(report);
    CHECK(SarifChecker().check(log) == std::vector<std::string>{});
    const Json& results = log["runs"][0]["results"];
    REQUIRE(results.size() == 3);
    CHECK_FALSE(results[0].contains("suppressions"));
    CHECK(results[1]["ruleId"] == "container-without-limits");
    CHECK(results[1]["suppressions"][0]["kind"] == "inSource");
    CHECK(results[2]["suppressions"][0]["kind"] == "external");
}

TEST_CASE("sarif: the checker of this test sees problems") {
    const SampleReport sample = make_sample();
    Json log = sarif_of(sample.report_of("unknown-template"));
    Json& result = log["runs"][0]["results"][0];
    result["locations"][0]["physicalLocation"]["region"]["endColumn"] = 0;
    result["ruleIndex"] = 7;
    result["relatedLocations"][0]["column"] = 1;
    CHECK(SarifChecker().check(log).size() == 4);
}

TEST_CASE("sarif: a result") {
    const SampleReport sample = make_sample();
    const Json log = sarif_of(sample.report_of("container-without-limits"));
    CHECK("\n" + log["runs"][0]["results"][0].dump(1) + "\n" == R"---(
{
 "ruleId": "container-without-limits",
 "ruleIndex": 0,
 "level": "warning",
 "message": {
  "text": "template `work` has no limits.\nsee [also called from here](1)"
 },
 "locations": [
  {
   "physicalLocation": {
    "artifactLocation": {
     "uri": "ci/flow.yaml",
     "uriBaseId": "%SRCROOT%"
    },
    "region": {
     "startLine": 14,
     "startColumn": 9,
     "endLine": 15,
     "endColumn": 24
    }
   },
   "logicalLocations": [
    {
     "name": "hello",
     "fullyQualifiedName": "Workflow/ci/hello",
     "kind": "resource"
    }
   ]
  }
 ],
 "partialFingerprints": {
  "primaryLocationLineHash": "cb7bda63fc9e4a9d:1",
  "tiphys/v1": "c4207a7028af8dbb:1"
 },
 "relatedLocations": [
  {
   "id": 1,
   "physicalLocation": {
    "artifactLocation": {
     "uri": "lib/templates.yaml",
     "uriBaseId": "%SRCROOT%"
    },
    "region": {
     "startLine": 4,
     "startColumn": 13,
     "endLine": 4,
     "endColumn": 17
    }
   },
   "message": {
    "text": "also called from here"
   }
  }
 ]
}
)---");
}

TEST_CASE("sarif: rules") {
    const SampleReport sample = make_sample();
    const Json log = sarif_of(sample.report());
    const Json& driver = log["runs"][0]["tool"]["driver"];
    CHECK(driver["semanticVersion"] == "0.1.0");
    CHECK(driver["informationUri"] == "https://example.org/tiphys");
    const Json& rules = driver["rules"];
    REQUIRE(rules.size() == 5);
    const Json& security = rules[0];
    CHECK(security["id"] == "container-without-limits");
    CHECK(security["name"] == "ContainerWithoutLimits");
    CHECK(security["properties"]["tags"] == Json({"argo", "security"}));
    CHECK(security["properties"]["security-severity"] == "5.0");
    const Json& unknown = rules[2];
    CHECK(unknown["id"] == "odd-message");
    CHECK(unknown["shortDescription"]["text"] == "odd message");
    CHECK(unknown["defaultConfiguration"]["level"] == "note");
    CHECK(unknown["properties"]["problem.severity"] == "recommendation");
    const Json& documented = rules[4];
    CHECK(documented["shortDescription"]["text"] == "a call of a template that does not exist");
    CHECK(documented["fullDescription"]["text"] == "Argo rejects the workflow.");
    CHECK(documented["help"]["markdown"].get<std::string>().ends_with("template: wrok\n```"));
}

TEST_CASE("sarif: messages link related places and make no other links") {
    const SampleReport sample = make_sample();
    const auto message = [&](std::string_view rule) {
        const Json log = sarif_of(sample.report_of(rule));
        return log["runs"][0]["results"][0]["message"]["text"].get<std::string>();
    };
    CHECK(message("unknown-template") == "task `b` calls template `wrok`, which does not exist.\n"
                                         "note: templates of this workflow: `main`, `work`\n"
                                         "help: did you mean `work`?\n"
                                         "see [in this task](1)\n"
                                         "see [a template with a similar name](2)");
    CHECK(message("odd-message") == "100% <of> a::b, \"c\" & \\[d\\](e)\nsecond line\x1b\\[0m.\n"
                                    "see [here](1)");
    CHECK(message("missing-kind") == "the file has no object");
}

TEST_CASE("sarif: columns are UTF-16 code units whatever the options say") {
    const SampleReport sample = make_sample();
    const Json log = sarif_of(sample.report_of("odd-message"));
    const Json& location = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    CHECK(location["region"]["startColumn"] == 11);
    CHECK(location["region"]["endColumn"] == 13);
    CHECK(location["artifactLocation"]["uri"] == "odd%20name%25,%3A1.yaml");
}

TEST_CASE("sarif: a finding without a place is a notification") {
    const SampleReport sample = make_sample();
    const Json run = sarif_of(sample.report_of("no-input"))["runs"][0];
    CHECK(run["results"].empty());
    const Json& notification = run["invocations"][0]["toolExecutionNotifications"][0];
    CHECK(notification["level"] == "error");
    CHECK(notification["message"]["text"] == "nothing to read");
}

TEST_CASE("sarif: absolute paths below the root are relative, others are file URIs") {
    SampleReport sample;
    for (const char* path : {"/project/a.yaml", "/else/b.yaml"}) {
        Diagnostic found;
        found.rule = "some-rule";
        found.message = "message";
        found.span = {sample.sources.add(path, "a"), 0, 1};
        sample.diagnostics.push_back(found);
    }
    Options options = sample_options();
    options.root = "/project";
    const Json log = sarif_of(sample.report(), options);
    CHECK(SarifChecker().check(log) == std::vector<std::string>{});
    const auto artifact = [&](std::size_t i) {
        return log["runs"][0]["results"][i]["locations"][0]["physicalLocation"]["artifactLocation"];
    };
    CHECK(artifact(0)["uri"] == "a.yaml");
    CHECK(artifact(1)["uri"] == "file:///else/b.yaml");
    CHECK_FALSE(artifact(1).contains("uriBaseId"));
}

TEST_CASE("sarif: equal findings have different fingerprints") {
    SampleReport sample;
    const FileId file = sample.sources.add("a.yaml", "x: 1\nx: 1\n");
    for (const std::uint32_t at : {0U, 5U}) {
        Diagnostic found;
        found.rule = "some-rule";
        found.message = "message";
        found.span = {file, at, at + 1};
        sample.diagnostics.push_back(found);
    }
    const Json log = sarif_of(sample.report());
    const Json& results = log["runs"][0]["results"];
    const std::string first = results[0]["partialFingerprints"]["tiphys/v1"];
    CHECK(first.ends_with(":1"));
    CHECK(results[1]["partialFingerprints"]["tiphys/v1"] ==
          first.substr(0, first.size() - 1) + "2");
}

TEST_CASE("sarif: of too many findings the gravest stay, and the rest is counted") {
    SampleReport sample;
    const FileId file = sample.sources.add("a.yaml", "x: 1\n");
    Diagnostic found;
    found.rule = "some-rule";
    found.message = "message";
    found.span = {file, 0, 1};
    found.severity = Severity::kWarning;
    sample.diagnostics.assign(25'001, found);
    sample.diagnostics.back().severity = Severity::kError;
    const Json run = sarif_of(sample.report())["runs"][0];
    CHECK(run["results"].size() == 25'000);
    CHECK(run["results"][0]["level"] == "error");
    CHECK(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] ==
          "1 finding is left out: GitHub takes 25000");
}

} // namespace
} // namespace tiphys::report
