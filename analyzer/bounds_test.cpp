// Bounds of workflows: the widest set of tasks, times, and whole workflows.
#include <catch2/catch.hpp>

#include "analyzer/facts.h"
#include "analyzer/known_times.h"
#include "analyzer/number_text.h"
#include "analyzer/widest_set.h"
#include "compiler/front/load.h"

namespace tiphys::analyze {
namespace {

WorkflowBounds bounds_of(const std::string& spec, const Assumptions& assumptions = {}) {
    SourceMap sources;
    const std::string text = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n"
                             "metadata: {name: w}\nspec:\n" +
                             spec;
    const front::InputFile file{sources.add("w.yaml", text), true};
    const ir::Project project = front::load_project(sources, {&file, 1}, 1);
    Facts facts(project);
    const auto& flows = facts.flows(project.units().front().documents.front());
    REQUIRE(flows.size() == 1);
    WorkflowBounds bounds = Bounds(facts, *flows.front(), assumptions).workflow();
    // What points into the project ends with it.
    bounds.total.calls.clear();
    bounds.entrypoint = nullptr;
    return bounds;
}

const std::string kWork = "  - name: work\n    container: {image: a, command: [work]}\n";

} // namespace

TEST_CASE("the widest set takes what may run together") {
    const auto in_order = [](std::size_t a, std::size_t b) { return a < b; };
    const auto never = [](std::size_t, std::size_t) { return false; };
    CHECK(widest_set({1, 100, 1}, in_order) == 100);
    CHECK(widest_set({1, 100, 1}, never) == 102);
    // A diamond with a wide and a narrow side.
    const auto diamond = [](std::size_t a, std::size_t b) { return a < b && !(a == 1 && b == 2); };
    CHECK(widest_set({1, 30, 12, 40}, diamond) == 42);
    CHECK(widest_set({1, 30, 12, 43}, diamond) == 43);
    CHECK(widest_set({}, never) == 0);
}

TEST_CASE("loops multiply and parallelism caps them") {
    const std::string loops = "  entrypoint: main\n  templates:\n  - name: main\n    steps:\n"
                              "    - - {name: a, template: inner, withSequence: {count: '100'}}\n"
                              "  - name: inner\n    dag:\n      tasks:\n"
                              "      - {name: b, template: work, withItems: [1, 2, 3, 4, 5]}\n"
                              "      - {name: c, template: work, depends: b}\n" +
                              kWork;
    const WorkflowBounds free = bounds_of(loops);
    CHECK(free.total.pods.least == 600);
    CHECK(free.total.pods.most == 600);
    CHECK(free.total.most_at_once == 500);
    CHECK(free.total.depth == 3);
    CHECK(free.api_calls == 6'000);
    const WorkflowBounds capped = bounds_of("  parallelism: 50\n" + loops);
    CHECK(capped.total.pods.most == 600);
    CHECK(capped.total.most_at_once == 50);
}

TEST_CASE("lists of unknown length have no bound but the one that is asked for") {
    const std::string loop = "  entrypoint: main\n  templates:\n  - name: main\n    steps:\n"
                             "    - - name: a\n        template: work\n"
                             "        withParam: '{{workflow.parameters.list}}'\n" +
                             kWork;
    const WorkflowBounds unknown = bounds_of(loop);
    CHECK(unknown.total.pods.least == 0);
    CHECK(unknown.total.pods.usual == 1);
    CHECK(unknown.total.pods.most == kUnbounded);
    Assumptions assumptions{.items = 5'000, .pod_seconds = 30, .parallelism = 50};
    const WorkflowBounds asked = bounds_of(loop, assumptions);
    CHECK(asked.total.pods.most == 5'000);
    CHECK(asked.total.most_at_once == 50);
    CHECK(asked.total.least_seconds == 3'000);
    assumptions.parallelism.reset();
    assumptions.slots = 800;
    CHECK(bounds_of(loop, assumptions).total.least_seconds == 210);
}

TEST_CASE("retries and recursion are told as worst cases") {
    const WorkflowBounds retried =
        bounds_of("  entrypoint: main\n  templates:\n  - name: main\n"
                  "    retryStrategy: {limit: 4}\n    steps:\n"
                  "    - - {name: a, template: work, withItems: [1, 2]}\n"
                  "  - name: work\n    retryStrategy: {limit: '3'}\n"
                  "    activeDeadlineSeconds: 10\n    container: {image: a, command: [work]}\n");
    CHECK(retried.total.pods.most == 2);
    CHECK(retried.total.most_attempts == 40);
    CHECK(retried.total.most_seconds == 200);
    const WorkflowBounds recursive =
        bounds_of("  entrypoint: main\n  templates:\n  - name: main\n    steps:\n"
                  "    - - {name: a, template: work}\n"
                  "    - - {name: again, template: main, when: 'true'}\n" +
                  kWork);
    CHECK(recursive.total.pods.least == 1);
    CHECK(recursive.total.pods.most == kUnbounded);
}

TEST_CASE("times are those of sleeps that are certain") {
    CHECK(slept_seconds_of_script("echo a\nsleep 10; sleep 1m && echo b") == 70);
    CHECK(slept_seconds_of_script("if true; then sleep 10; fi") == 0);
    CHECK(slept_seconds_of_script("sleep 10 &\nsleep 2") == 2);
    CHECK(slept_seconds_of_script("sleep $N") == 0);
    CHECK(seconds_of("90") == 90);
    CHECK(seconds_of("1h30m") == 5'400);
    CHECK_FALSE(seconds_of("1d").has_value());
}

TEST_CASE("numbers are written for people") {
    CHECK(grouped_number(10'000) == "10,000");
    CHECK(grouped_number(100) == "100");
    CHECK(grouped_number(kUnbounded) == "no bound");
    CHECK(time_words(3'000) == "50 minutes");
    CHECK(time_words(5'401) == "1 hour 30 minutes");
    CHECK(byte_words(1'572'864) == "1.5 MiB");
}

} // namespace tiphys::analyze
