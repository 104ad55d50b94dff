// Metrics as Prometheus reads them.
#include <array>
#include <limits>

#include <catch2/catch.hpp>

#include "runtime/metrics/controller_metrics.h"
#include "runtime/metrics/registry.h"

namespace tiphys::metrics {
namespace {

using Values = std::array<std::string_view, 2>;

TEST_CASE("series are written in the order of their labels") {
    Registry registry;
    const MetricId id =
        registry.add({"jobs", MetricKind::kCounter, "Jobs", {"phase", "namespace"}, {}});
    registry.increase(id, Values{"Running", "b"});
    registry.increase(id, Values{"Failed", "a"}, 2.5);
    registry.increase(id, Values{"Running", "b"});
    CHECK(registry.text() == "# HELP jobs Jobs\n"
                             "# TYPE jobs counter\n"
                             "jobs{phase=\"Failed\",namespace=\"a\"} 2.5\n"
                             "jobs{phase=\"Running\",namespace=\"b\"} 2\n");
}

TEST_CASE("what stands in labels and help cannot break the text") {
    Registry registry;
    const MetricId id = registry.add({"jobs", MetricKind::kGauge, "a\\b\nc \"d\"", {"name"}, {}});
    registry.set(id, std::array<std::string_view, 1>{"a\\b\n\"c\""},
                 std::numeric_limits<double>::infinity());
    CHECK(registry.text() == "# HELP jobs a\\\\b\\nc \"d\"\n"
                             "# TYPE jobs gauge\n"
                             "jobs{name=\"a\\\\b\\n\\\"c\\\"\"} +Inf\n");
}

TEST_CASE("the buckets of a histogram add up") {
    Registry registry;
    const MetricId id = registry.add({"t", MetricKind::kHistogram, "T", {}, {0.5, 1, 2}});
    for (const double value : {0.25, 0.5, 1.5, 3.0})
        registry.observe(id, {}, value);
    CHECK(registry.text() == "# HELP t T\n# TYPE t histogram\n"
                             "t_bucket{le=\"0.5\"} 2\nt_bucket{le=\"1\"} 2\n"
                             "t_bucket{le=\"2\"} 3\nt_bucket{le=\"+Inf\"} 4\n"
                             "t_sum 5.25\nt_count 4\n");
}

TEST_CASE("a metric keeps only so many series") {
    Registry registry;
    const MetricId id = registry.add({"jobs", MetricKind::kCounter, "Jobs", {"name"}, {}});
    for (std::size_t i = 0; i < kSeriesPerMetric + 5; ++i) {
        const std::string name = std::to_string(i);
        registry.increase(id, std::array<std::string_view, 1>{name});
    }
    CHECK(registry.n_dropped() == 5);
}

CustomValue custom(std::string name, MetricKind kind, double value) {
    CustomValue custom;
    custom.name = std::move(name);
    custom.help = "Runs";
    custom.kind = kind;
    custom.labels = {{"name", "x"}};
    custom.value = value;
    return custom;
}

TEST_CASE("metrics of workflows grow by use and expire") {
    Registry registry;
    CHECK(registry.update(custom("runs", MetricKind::kCounter, 1), 10).has_value());
    CHECK(registry.update(custom("runs", MetricKind::kCounter, 2), 20).has_value());
    CHECK(registry.text() == "# HELP argo_workflows_runs Runs\n"
                             "# TYPE argo_workflows_runs counter\n"
                             "argo_workflows_runs{name=\"x\"} 3\n");
    registry.expire_custom(20);
    CHECK(!registry.text().empty());
    registry.expire_custom(21);
    CHECK(registry.text().empty());
}

TEST_CASE("a gauge of a workflow is set or added to") {
    Registry registry;
    CustomValue value = custom("depth", MetricKind::kGauge, 5);
    CHECK(registry.update(value, 0).has_value());
    value.is_added = true;
    value.value = -2;
    CHECK(registry.update(value, 0).has_value());
    CHECK(registry.text().find("argo_workflows_depth{name=\"x\"} 3\n") != std::string::npos);
}

TEST_CASE("a metric of a workflow cannot change what a name means") {
    ControllerMetrics metrics;
    Registry& registry = metrics.registry();
    CHECK(registry.update(custom("runs", MetricKind::kCounter, 1), 0).has_value());
    CHECK(!registry.update(custom("runs", MetricKind::kGauge, 1), 0).has_value());
    CHECK(!registry.update(custom("total_count", MetricKind::kCounter, 1), 0).has_value());
    CHECK(!registry.update(custom("1st", MetricKind::kCounter, 1), 0).has_value());
    CustomValue other = custom("runs", MetricKind::kCounter, 1);
    other.help = "Other";
    CHECK(!registry.update(other, 0).has_value());
}

TEST_CASE("what a workflow declares leaves a page that Prometheus can read") {
    Registry registry;
    CustomValue value = custom("runs", MetricKind::kCounter, 1);
    value.labels = {{"b", "1"}, {"a", "2"}, {"b", "3"}};
    CHECK(registry.update(value, 0).has_value());
    CHECK(registry.text().find("argo_workflows_runs{a=\"2\",b=\"3\"} 1\n") != std::string::npos);
    value.labels = {{"team-name", "x"}};
    CHECK(registry.update(value, 0).error().message ==
          "metric `runs` has a label `team-name`, which Prometheus does not take: only letters, "
          "digits and `_`, and no digit first");
    CustomValue took = custom("took", MetricKind::kHistogram, 2);
    took.buckets = {5, 1, 5};
    CHECK(registry.update(took, 0).has_value());
    const std::string text = registry.text();
    CHECK(text.find("le=\"1\"} 0\n") < text.find("le=\"5\"} 1\n"));
    CHECK(text.find("le=\"5\"} 1\n") != std::string::npos);
    CHECK(text.find("le=\"5\"") == text.rfind("le=\"5\""));
}

TEST_CASE("names cannot mix with the lines of a histogram") {
    ControllerMetrics metrics;
    Registry& registry = metrics.registry();
    CustomValue took = custom("took", MetricKind::kHistogram, 2);
    took.labels = {{"le", "x"}};
    CHECK(registry.update(took, 0).error().message ==
          "metric `took` is a histogram with a label `le`, which is that of its buckets");
    took.labels.clear();
    CHECK(registry.update(took, 0).has_value());
    for (const char* name : {"took_count", "took_sum", "took_bucket"}) {
        INFO(name);
        CHECK(registry.update(custom(name, MetricKind::kGauge, 1), 0).error().message ==
              "metric `" + std::string(name) + "` has the name of a line of the histogram `took`");
    }
    CHECK(registry.update(custom("runs_count", MetricKind::kCounter, 1), 0).has_value());
    CHECK(registry.update(custom("runs", MetricKind::kHistogram, 1), 0).error().message ==
          "metric `runs` is a histogram, whose `runs_count` is the name of another metric");
    CHECK(registry.update(custom("runs", MetricKind::kCounter, 1), 0).has_value());
    // Lines of the controller's own, and a label that means nothing to a gauge.
    CHECK(!registry.update(custom("operation_duration_seconds_sum", MetricKind::kGauge, 1), 0)
               .has_value());
    CustomValue gauge = custom("height", MetricKind::kGauge, 1);
    gauge.labels = {{"le", "x"}};
    CHECK(registry.update(gauge, 0).has_value());
}

TEST_CASE("a gauge may count the time, until its value is known or its owner is gone") {
    Registry registry;
    CustomValue value = custom("age", MetricKind::kGauge, 0);
    value.since_ms = 1'000;
    value.owner = "uid";
    CHECK(registry.update(value, 1'000).has_value());
    CHECK(registry.text(3'500).find("argo_workflows_age{name=\"x\"} 2.5\n") != std::string::npos);
    registry.expire_custom(5'000);
    CHECK(registry.text(6'000).find("} 5\n") != std::string::npos);
    value.since_ms = 0;
    value.value = 7;
    CHECK(registry.update(value, 8'000).has_value());
    CHECK(registry.text(9'000).find("} 7\n") != std::string::npos);
    registry.forget("another");
    CHECK(!registry.text(9'000).empty());
    registry.forget("uid");
    CHECK(registry.text(9'000).empty());
}

TEST_CASE("metrics whose names differ with each workflow do not fill the memory") {
    Registry registry;
    for (std::size_t i = 0; i < kCustomMetrics + 5; ++i) {
        const std::string name = "runs_" + std::to_string(i);
        CHECK(registry.update(custom(name, MetricKind::kCounter, 1), 0).has_value());
    }
    CHECK(registry.n_dropped() == 5);
    CHECK(registry.update(custom("runs_0", MetricKind::kCounter, 1), 0).has_value());
    CHECK(registry.n_dropped() == 5);
}

TEST_CASE("the controller's metrics have the names that dashboards ask for") {
    ControllerMetrics metrics;
    metrics.increase(Metric::kTotalCount, {"Succeeded", "argo"});
    metrics.set(Metric::kWorkflowsGauge, {"Running"}, 3);
    metrics.observe(Metric::kK8sRequestDuration, {"pods", "Create", "201"}, 0.15);
    metrics.set(Metric::kIsLeader, {}, 1);
    const std::string text = metrics.text();
    const auto has = [&](const char* part) { return text.find(part) != std::string::npos; };
    CHECK(has("argo_workflows_total_count{phase=\"Succeeded\",namespace=\"argo\"} 1\n"));
    CHECK(has("argo_workflows_gauge{phase=\"Running\"} 3\n"));
    CHECK(has("argo_workflows_k8s_request_duration_bucket{kind=\"pods\",verb=\"Create\","
              "status_code=\"201\",le=\"0.2\"} 1\n"));
    CHECK(has("argo_workflows_is_leader 1\n"));
    CHECK(has("process_resident_memory_bytes "));
    CHECK(has("tiphys_metric_series_dropped_total 0\n"));
}

TEST_CASE("a later configuration counts instead of the one before") {
    ControllerMetrics metrics;
    metrics.increase(Metric::kTotalCount, {"Succeeded", "argo"});
    Modifiers modifiers;
    modifiers["total_count"].is_disabled = true;
    metrics.modify(modifiers);
    CHECK(metrics.text().find("total_count") == std::string::npos);
    metrics.modify({});
    metrics.increase(Metric::kTotalCount, {"Succeeded", "argo"});
    CHECK(metrics.text().find("total_count{phase=\"Succeeded\",namespace=\"argo\"} 1\n") !=
          std::string::npos);
}

TEST_CASE("the configuration turns metrics off and changes buckets") {
    Modifiers modifiers;
    modifiers["total_count"].is_disabled = true;
    modifiers["workflowtemplate_runtime"].buckets = {7};
    ControllerMetrics metrics(modifiers);
    metrics.increase(Metric::kTotalCount, {"Succeeded", "argo"});
    metrics.observe(Metric::kWorkflowtemplateRuntime, {"t", "argo", "false"}, 3);
    const std::string text = metrics.text();
    CHECK(text.find("total_count") == std::string::npos);
    CHECK(text.find("argo_workflows_workflowtemplate_runtime_bucket{name=\"t\",namespace=\"argo\","
                    "cluster_scope=\"false\",le=\"7\"} 1\n") != std::string::npos);
}

} // namespace
} // namespace tiphys::metrics
