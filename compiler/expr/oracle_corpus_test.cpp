// Expressions, conditions, tags and paths against recorded answers of Argo's own libraries.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iostream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "compiler/expr/case_runner.h"

namespace tiphys::expr {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

fs::path recordings() {
    const char* shared = std::getenv("TIPHYS_SHARED");
    const char* source = std::getenv("TIPHYS_SOURCE_DIR");
    const fs::path root = source == nullptr ? fs::current_path() : fs::path(source);
    const fs::path folder = shared == nullptr ? root.parent_path() / "shared" : fs::path(shared);
    return folder / "oracle" / "expressions";
}

bool is_refused(const json& outcome) {
    return outcome.contains("compileError") || outcome.contains("runtimeError") ||
           outcome.contains("error") || outcome.contains("panic");
}

/// Refused where the recording refuses, else the same value of the same type.
bool is_equal(const json& recorded, const json& ours) {
    if (is_refused(recorded) || is_refused(ours)) return is_refused(recorded) == is_refused(ours);
    if (recorded.contains("type") && ours.value("type", "") != recorded["type"]) return false;
    return recorded.value("result", json()) == ours.value("result", json());
}

/// The same value, in each of the fields that the outcome of such a case has.
bool agrees(const json& recorded, const json& ours, std::initializer_list<const char*> fields) {
    if (is_refused(recorded) || is_refused(ours)) return is_refused(recorded) == is_refused(ours);
    return std::all_of(fields.begin(), fields.end(), [&](const char* field) {
        return !recorded.contains(field) || recorded[field] == ours.value(field, json());
    });
}

bool is_equal_schedule(const json& recorded, const json& ours) {
    return agrees(recorded, ours, {"next"});
}

/// Amounts that do not fit into 63 bits wrap around in Go.
bool is_equal_quantity(const json& recorded, const json& ours) {
    return agrees(recorded, ours,
                  {"canonical", "recomputed", "milli", "value", "sign", "format", "float", "dec"});
}

bool is_equal_name(const json& recorded, const json& ours) {
    return agrees(recorded, ours, {"valid", "nanoseconds", "string"});
}

bool is_equal_function(const json& recorded, const json& ours) {
    return agrees(recorded, ours, {"signature", "argoExpr", "sensorTemplate", "hermetic"});
}

/// Only the syntax of these is looked at.
bool is_same_program(const json& recorded, const json& ours) {
    return recorded.contains("parseError") == ours.contains("parseError");
}

bool is_same_template(const json& recorded, const json& ours) {
    return (recorded.value("stage", "") == "parse") == (ours.value("stage", "") == "parse");
}

bool is_same_edit(const json& recorded, const json& ours) {
    return recorded.contains("error") == ours.contains("error");
}

bool is_read(const json&, const json& ours) {
    return !is_refused(ours) && !ours.contains("caseError");
}

struct Recording {
    const char* name;
    bool (*is_equal)(const json& recorded, const json& ours);
    double least_share;
};
constexpr std::array kRecordings{Recording{"expr", is_equal, 0.99},
                                 Recording{"govaluate-when", is_equal, 0.99},
                                 Recording{"tags", is_equal, 0.99},
                                 Recording{"depends", is_equal, 0.99},
                                 Recording{"jsonpath", is_equal, 0.99},
                                 Recording{"cron", is_equal_schedule, 0.99},
                                 Recording{"quantities", is_equal_quantity, 0.99},
                                 Recording{"names", is_equal_name, 0.99},
                                 Recording{"sprig-functions", is_equal_function, 0.99},
                                 Recording{"jq", is_same_program, 0.99},
                                 Recording{"sensor-templates", is_same_template, 0.99},
                                 Recording{"sjson", is_same_edit, 0.99},
                                 Recording{"gjson", is_read, 1.0}};

/// How many lines are equal, and the first that are not.
struct Tally {
    std::size_t n_lines = 0;
    std::size_t n_equal = 0;
    std::string differences;
};

Tally compare_lines(std::istream& file, const Recording& recording) {
    constexpr std::size_t kMostShown = 5;
    Tally tally;
    for (std::string line; std::getline(file, line);) {
        const json recorded = json::parse(line);
        if (recorded.value("nondeterministic", false)) continue;
        ++tally.n_lines;
        const std::string outcome = run_case(line);
        if (recording.is_equal(recorded, json::parse(outcome))) {
            ++tally.n_equal;
        } else if (tally.n_lines - tally.n_equal <= kMostShown) {
            tally.differences += line + "\n  ours: " + outcome + "\n";
        }
    }
    return tally;
}

TEST_CASE("expressions come out as in Argo's libraries") {
    for (const Recording& recording : kRecordings) {
        std::ifstream file(recordings() / (std::string(recording.name) + ".jsonl"));
        if (!file) {
            std::cout << "skipped: no TIPHYS_SHARED/oracle/expressions/" << recording.name << "\n";
            continue;
        }
        const Tally tally = compare_lines(file, recording);
        INFO(recording.name << ": " << tally.n_equal << " of " << tally.n_lines << "\n"
                            << tally.differences);
        CHECK(tally.n_lines > 100);
        CHECK(static_cast<double>(tally.n_equal) >=
              recording.least_share * static_cast<double>(tally.n_lines));
    }
}

} // namespace
} // namespace tiphys::expr
