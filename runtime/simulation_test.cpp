// Virtual time: distributions, clusters, figures.

#include <catch2/catch.hpp>

#include "runtime/scripted_run.h"
#include "runtime/simulation.h"
#include "runtime/simulation_report.h"

namespace tiphys::run {
namespace {

std::unique_ptr<TaskSpec> task(std::int64_t cpu_millis, std::int64_t memory_bytes = 0) {
    auto spec = std::make_unique<TaskSpec>();
    spec->requests = {cpu_millis, memory_bytes};
    return spec;
}

/// Begins what may begin; returns the nodes.
std::vector<NodeId> begun(SimulatedBackend& backend) {
    std::vector<NodeId> nodes;
    for (const BackendReport& report : backend.wait(backend.now_ms(), -1)) {
        if (!report.finished) nodes.push_back(report.node);
    }
    return nodes;
}

SimulatedOptions with_cluster(ClusterSize cluster) {
    SimulatedOptions options;
    options.cluster = cluster;
    return options;
}

TEST_CASE("durations are read as they are written, and nothing else is") {
    CHECK(parse_distribution("90s")->first_ms == 90'000);
    CHECK(parse_distribution("45")->first_ms == 45'000);
    CHECK(parse_distribution("uniform(1m, 2m)")->second_ms == 120'000);
    CHECK(parse_distribution("normal(1m,10s)")->kind == Distribution::Kind::kNormal);
    CHECK(parse_distribution("exponential(30s)")->first_ms == 30'000);
    CHECK(parse_distribution("lognormal(10m, 2.5)")->factor == 2.5);
    for (const char* text : {"", "soon", "-5s", "uniform(2m,1m)", "uniform(1m)", "normal(1m,10s",
                             "exponential(1s,2s)", "lognormal(1m,0.5)", "gamma(1s,2s)"}) {
        INFO(text);
        CHECK_FALSE(parse_distribution(text));
    }
}

TEST_CASE("what is drawn stays within its distribution and has its mean") {
    const auto mean_of = [](const char* text) {
        const Distribution from = *parse_distribution(text);
        double sum = 0;
        for (std::uint64_t i = 0; i < 20'000; ++i) {
            const std::int64_t drawn = draw_ms(from, mix_bits(i));
            CHECK(drawn >= 0);
            sum += static_cast<double>(drawn);
        }
        return sum / 20'000;
    };
    CHECK(mean_of("30s") == 30'000);
    CHECK(mean_of("uniform(20s,40s)") == Approx(30'000).epsilon(0.02));
    CHECK(mean_of("normal(30s,5s)") == Approx(30'000).epsilon(0.02));
    CHECK(mean_of("exponential(30s)") == Approx(30'000).epsilon(0.04));
}

TEST_CASE("durations come from the status of a finished run") {
    TaskModel model;
    const auto added = add_durations_of_file(
        R"({"status": {"nodes": {
          "a": {"type": "Pod", "phase": "Succeeded", "templateName": "t",
                "startedAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-01T00:01:30Z"},
          "b": {"type": "Pod", "phase": "Failed", "templateName": "t",
                "startedAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-01T00:00:01Z"},
          "c": {"type": "Pod", "phase": "Succeeded",
                "templateRef": {"name": "lib", "template": "u"},
                "startedAt": "2026-02-28T23:59:59Z", "finishedAt": "2026-03-01T00:00:04Z"},
          "d": {"type": "Steps", "phase": "Succeeded", "templateName": "main",
                "startedAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-01T01:00:00Z"}}}})",
        model);
    REQUIRE(added);
    REQUIRE(model.durations.size() == 2);
    CHECK(model.durations.at("t").recorded == std::vector<std::int64_t>{90'000});
    CHECK(model.durations.at("u").recorded == std::vector<std::int64_t>{5'000});
    CHECK_FALSE(add_durations_of_file(R"({"status": {"nodes": {}}})", model));
    CHECK_FALSE(add_durations_of_file("t: soon\n", model));
    CHECK(add_durations_of_file("v: uniform(1s,2s)\n", model));
    CHECK(model.durations.at("v").kind == Distribution::Kind::kUniform);
}

TEST_CASE("tasks wait for room, and smaller ones pass those that do not fit") {
    SimulatedBackend backend(with_cluster({.n_nodes = 2, .node = {1000, 0}}));
    backend.start(0, task(600));
    backend.start(1, task(600));
    backend.start(2, task(600));
    backend.start(3, task(400));
    CHECK(begun(backend) == std::vector<NodeId>{0, 1, 3});
    CHECK(backend.n_open() == 4);
    const auto reports = backend.wait(backend.now_ms() + 1000, -1);
    CHECK(reports.size() == 3);
    CHECK(begun(backend) == std::vector<NodeId>{2});
}

TEST_CASE("a quota limits pods, processors and memory of all nodes together") {
    SimulatedBackend pods(with_cluster({.quota_pods = 2}));
    for (NodeId node = 0; node < 3; ++node) {
        pods.start(node, task(0));
    }
    CHECK(begun(pods).size() == 2);
    SimulatedBackend memory(with_cluster({.n_nodes = 9, .quota = {0, 1000}}));
    for (NodeId node = 0; node < 3; ++node) {
        memory.start(node, task(0, 400));
    }
    CHECK(begun(memory).size() == 2);
}

TEST_CASE("a task that fits nowhere ends in error") {
    SimulatedBackend backend(with_cluster({.n_nodes = 2, .node = {1000, 0}}));
    backend.start(7, task(1001));
    const auto reports = backend.wait(backend.now_ms() + 1, -1);
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].node == 7);
    CHECK(reports[0].report.phase == Phase::kError);
    CHECK(backend.n_open() == 0);
    CHECK_FALSE(backend.span_of(7).has_begun);
}

TEST_CASE("tasks that are stopped end once, whether they have begun or not") {
    SimulatedOptions options;
    options.max_parallel = 1;
    SimulatedBackend backend(std::move(options));
    backend.start(0, task(0));
    backend.start(1, task(0));
    CHECK(begun(backend) == std::vector<NodeId>{0});
    backend.stop(0, true);
    backend.stop(1, true);
    const auto reports = backend.wait(backend.now_ms() + 5000, -1);
    REQUIRE(reports.size() == 2);
    CHECK(reports[0].report.phase == Phase::kFailed);
    CHECK(backend.n_open() == 0);
    CHECK(backend.wait(backend.now_ms() + 5000, -1).empty());
}

TEST_CASE("figures of a diamond") {
    const ScriptedRun run("apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: wf}\n"
                          "spec:\n  entrypoint: main\n  templates:\n"
                          "  - name: short\n    container: {image: i, command: [short], resources: "
                          "{requests: {cpu: '2', memory: 1Gi}}}\n"
                          "  - name: long\n    container: {image: i, command: [long]}\n"
                          "  - name: main\n    dag:\n      tasks:\n"
                          "      - {name: a, template: short}\n"
                          "      - {name: b, template: short, dependencies: [a]}\n"
                          "      - {name: c, template: long, dependencies: [a]}\n"
                          "      - {name: d, template: short, dependencies: [b, c]}\n",
                          [](const TaskSpec& spec) {
                              SimulatedTask task;
                              task.duration_ms = spec.template_name == "long" ? 60'000 : 10'000;
                              return task;
                          });
    const auto pods = pod_spans(run.state(), run.backend());
    const SimulationReport report = report_of(run.state(), run.backend(), pods, 3,
                                              {.cpu_hour = 6, .gib_hour = 12, .node_hour = 1});
    CHECK(report.makespan_ms == 80'000);
    CHECK(report.n_pods == 4);
    CHECK(report.peak_pods == 2);
    CHECK(report.n_waves == 3);
    CHECK(report.n_waiting == 0);
    CHECK(report.cpu_hours == Approx(3 * 2 * 10.0 / 3600));
    CHECK(report.gib_hours == Approx(3 * 10.0 / 3600));
    CHECK(report.cost == Approx(6 * 60.0 / 3600 + 12 * 30.0 / 3600 + 3 * 80.0 / 3600));
    REQUIRE(report.path.size() == 3);
    CHECK(report.path[1].template_name == "long");
    CHECK(report.path[1].running_ms == 60'000);
}

} // namespace
} // namespace tiphys::run
