#pragma once
// Counts and measures, and their text for Prometheus. One thread owns a registry.

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/base/result.h"

namespace tiphys::metrics {

enum class MetricKind : std::uint8_t { kCounter, kGauge, kHistogram };

/// Series of one metric beyond this many are not kept: labels that differ with each workflow would
/// fill the memory here and in Prometheus.
inline constexpr std::size_t kSeriesPerMetric = 10'000;
/// Nor are more metrics of workflows: their names may hold tags, and differ with each workflow too.
inline constexpr std::size_t kCustomMetrics = 1'000;

/// What is known of a metric before there is a value.
struct Description {
    /// With its prefix: `argo_workflows_total_count`.
    std::string name;
    MetricKind kind = MetricKind::kCounter;
    std::string help;
    std::vector<std::string> labels;
    /// Upper bounds of a histogram, ascending; +Inf goes without saying.
    std::vector<double> buckets;
    /// Not collected and not shown. Argo: metricsConfig.modifiers.
    bool is_disabled = false;
};

using MetricId = std::size_t;
using Labels = std::vector<std::pair<std::string, std::string>>;

/// A metric that a workflow declares: each use brings its own labels. Argo: spec.metrics.
struct CustomValue {
    /// Without prefix.
    std::string name;
    std::string help;
    MetricKind kind = MetricKind::kGauge;
    Labels labels;
    std::vector<double> buckets;
    double value = 0;
    /// Of a gauge: `value` is added. Argo: gauge.operation.
    bool is_added = false;
    /// Of a gauge: instead of `value` the seconds since that Unix time, for as long as there is no
    /// other update; 0: `value`. Argo: gauge.realtime.
    std::int64_t since_ms = 0;
    /// Whose series it is, with which it goes: see forget(); empty: nobody's.
    std::string owner;
};

class Registry {
public:
    /// Names must differ. The ids are 0, 1, 2, … in the order of the calls.
    MetricId add(Description description);

    /// `labels` are the values, in the order of the description; what is missing is "".
    void increase(MetricId id, std::span<const std::string_view> labels = {}, double by = 1);
    void set(MetricId id, std::span<const std::string_view> labels, double value);
    void observe(MetricId id, std::span<const std::string_view> labels, double value);
    /// Forgets all series, so that those which are set next are the only ones.
    void clear(MetricId id);

    /// Errors, as Argo has them: a name of the metric or of a label that Prometheus does not take;
    /// the same name with another help or kind; as Prometheus' client has them: names that mix with
    /// the lines of a histogram. `now_ms` is Unix time, as that of the others.
    Result<Done> update(const CustomValue& custom, std::int64_t now_ms);
    /// Forgets custom series without an update since then, unless they count the time.
    /// Argo: metricsConfig.metricsTTL.
    void expire_custom(std::int64_t since_ms);
    /// Forgets the series of an owner that is gone.
    void forget(const std::string& owner);
    /// A disabled metric is not collected any more; other buckets, where there are some, begin
    /// anew.
    void modify(MetricId id, bool is_disabled, const std::vector<double>& buckets);

    /// Text format 0.0.4. Metrics in the order in which they were added, series ordered by labels.
    [[nodiscard]] std::string text(std::int64_t now_ms = 0) const;
    /// Values that were not kept: see kSeriesPerMetric, kCustomMetrics.
    [[nodiscard]] std::uint64_t n_dropped() const { return n_dropped_; }

private:
    struct Series {
        double value = 0; ///< of a histogram: the sum
        std::vector<std::uint64_t> buckets;
        std::uint64_t n_observed = 0;
        std::int64_t updated_ms = 0;
        std::int64_t since_ms = 0;
        std::string owner;
    };
    struct Family {
        Description description;
        bool is_custom = false;
        /// By labels as they are written: `phase="Running"`.
        std::map<std::string, Series> series;
    };

    /// Null where the metric is disabled or has too many series.
    Series* series_of(Family& family, const std::string& labels);
    Series* series_of(MetricId id, std::span<const std::string_view> labels);
    static void count(const Family& family, Series& series, double value);
    [[nodiscard]] Result<Done> check_lines(const CustomValue& custom,
                                           const std::string& name) const;
    static void write(const Family& family, std::int64_t now_ms, std::string& text);

    std::vector<Family> families_;
    std::map<std::string, MetricId, std::less<>> by_name_;
    std::size_t n_custom_ = 0;
    std::uint64_t n_dropped_ = 0;
};

} // namespace tiphys::metrics
