// The scheduler with real runs, a second apart.

#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "cli/command.h"
#include "cli/folder_for_test.h"

namespace tiphys::cli {
namespace {

constexpr const char* kTick = R"(apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: tick}
spec:
  schedules: ["@every 1s"]
  concurrencyPolicy: Forbid
  successfulJobsHistoryLimit: 1
  stopStrategy: {expression: cronworkflow.succeeded >= 2}
  workflowSpec: {entrypoint: main, workflowTemplateRef: {name: work}}
---
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: work}
spec:
  entrypoint: main
  templates:
    - {name: main, container: {image: "alpine:3.20", command: ["true"]}}
)";

std::size_t count(const std::string& text, const std::string& word) {
    std::size_t n = 0;
    for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
        ++n;
    }
    return n;
}

/// Standard output, and standard error where the exit code is not 0.
std::string schedule(const FolderForTest& folder) {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    Streams streams{in, out, err, false};
    const std::vector<std::string> words = {
        "cron", folder.at("cron.yaml"), "--isolation", "none", "--state", folder.at("state")};
    const int exit_code = run_command(words, streams);
    return exit_code == 0 ? out.str() : out.str() + err.str();
}

} // namespace

TEST_CASE("runs start when they are due, until the stop condition comes true") {
    const FolderForTest folder;
    folder.write("cron.yaml", kTick);
    const std::string text = schedule(folder);
    INFO(text);
    CHECK(count(text, " starts\n") == 2);
    CHECK(count(text, " succeeded (") == 2);
    CHECK(count(text, "tick has stopped: its stop condition has come true") == 1);
    // What has stopped for good stays so: the next scheduler ends at once.
    CHECK(schedule(folder).empty());
}

} // namespace tiphys::cli
