// Expressions, conditions, tags and paths against recorded answers of Argo's own libraries.
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
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

TEST_CASE("expressions come out as in Argo's libraries") {
    struct Recording {
        const char* name;
        double least_share;
    };
    constexpr std::array kRecordings{Recording{"expr", 0.99}, Recording{"govaluate-when", 0.99},
                                     Recording{"tags", 0.99}, Recording{"depends", 0.99},
                                     Recording{"jsonpath", 0.99}};
    for (const Recording& recording : kRecordings) {
        std::ifstream file(recordings() / (std::string(recording.name) + ".jsonl"));
        if (!file) {
            std::cout << "skipped: no TIPHYS_SHARED/oracle/expressions/" << recording.name << "\n";
            continue;
        }
        std::size_t n_lines = 0;
        std::size_t n_equal = 0;
        std::string first_difference;
        for (std::string line; std::getline(file, line);) {
            const json recorded = json::parse(line);
            if (recorded.value("nondeterministic", false)) continue;
            ++n_lines;
            const bool equal = is_equal(recorded, json::parse(run_case(line)));
            n_equal += equal ? 1 : 0;
            if (!equal && first_difference.empty()) first_difference = line;
        }
        INFO(recording.name << ": " << n_equal << " of " << n_lines << ", " << first_difference);
        CHECK(n_lines > 100);
        CHECK(static_cast<double>(n_equal) >= recording.least_share * static_cast<double>(n_lines));
    }
}

} // namespace
} // namespace tiphys::expr
