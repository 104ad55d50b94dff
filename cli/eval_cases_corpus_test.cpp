// YAML scalars against recorded answers of Kubernetes' own reader.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/eval_cases.h"

namespace tiphys::cli {
namespace {

using nlohmann::json;

std::filesystem::path recording(const char* name) {
    const char* shared = std::getenv("TIPHYS_SHARED");
    const char* source = std::getenv("TIPHYS_SOURCE_DIR");
    const std::filesystem::path root = source == nullptr ? "." : source;
    const std::filesystem::path folder = shared == nullptr ? root / ".." / "shared" : shared;
    return folder / "oracle" / "expressions" / name;
}

bool is_equal(const json& recorded, const json& ours) {
    if (recorded.contains("error") || ours.contains("error")) {
        return recorded.contains("error") == ours.contains("error");
    }
    const json theirs = json::parse(recorded.value("json", "null"), nullptr, false);
    return theirs == json::parse(ours.value("json", ""), nullptr, false);
}

TEST_CASE("YAML comes out as in Kubernetes' reader") {
    std::ifstream file(recording("yaml-scalars.jsonl"));
    if (!file) {
        std::cout << "skipped: no TIPHYS_SHARED/oracle/expressions/yaml-scalars\n";
        return;
    }
    std::size_t n_lines = 0;
    std::size_t n_equal = 0;
    std::string differences;
    for (std::string line; std::getline(file, line);) {
        const json recorded = json::parse(line);
        if (recorded.value("nondeterministic", false)) continue;
        ++n_lines;
        const std::string ours = rerun_case(line);
        if (is_equal(recorded, json::parse(ours))) {
            ++n_equal;
        } else {
            differences += line + "\n  ours: " + ours + "\n";
        }
    }
    INFO(n_equal << " of " << n_lines << "\n" << differences);
    CHECK(n_lines > 100);
    CHECK(static_cast<double>(n_equal) >= 0.99 * static_cast<double>(n_lines));
}

TEST_CASE("merge keys win over what stands before them") {
    const auto json_of = [](const char* yaml) {
        const json outcome = json::parse(rerun_case(json{{"yaml", yaml}}.dump()));
        return outcome.value("json", outcome.value("error", ""));
    };
    CHECK(json_of("{a: &x {k: 1}, b: {k: 3, <<: *x}}") == R"({"a":{"k":1},"b":{"k":1}})");
    CHECK(json_of("{a: &x {k: 1}, b: {<<: *x, k: 3}}") == R"({"a":{"k":1},"b":{"k":3}})");
    CHECK(json_of("{a: &x {k: 1}, b: {<<: *x, <<: {k: 2}}}") == R"({"a":{"k":1},"b":{"k":2}})");
    CHECK(json_of("{a: &x {k: 1}, b: {<<: [*x, {k: 2}]}}") == R"({"a":{"k":1},"b":{"k":1}})");
    CHECK(json_of("v: !!binary /w==\n") == R"({"v":"\ufffd"})");
    CHECK(json_of("---\n---\na: 1\n") == "null");
}

TEST_CASE("a case keeps its input and gets our outcome") {
    const json ours =
        json::parse(rerun_case(R"({"group":"g","expr":"1 + 1","env":{},"result":3})"));
    CHECK(ours == json{{"group", "g"},
                       {"expr", "1 + 1"},
                       {"env", json::object()},
                       {"tree", "(+ 1 1)"},
                       {"result", 2},
                       {"type", "int"}});
    CHECK(rerun_case(R"({"kind":"duration","text":"1d"})") ==
          R"({"kind":"duration","text":"1d","valid":false})");
    CHECK(json::parse(rerun_case("no json")).contains("caseError"));
    CHECK(json::parse(rerun_case("[1]")).contains("caseError"));
}

} // namespace
} // namespace tiphys::cli
