// Metrics, and the text that Prometheus reads.

#include "runtime/metrics/registry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include "compiler/base/assert.h"

namespace tiphys::metrics {
namespace {

constexpr std::string_view kCustomPrefix = "argo_workflows_";
/// What the lines of a histogram end in.
constexpr std::array<std::string_view, 3> kHistogramEnds = {"_bucket", "_sum", "_count"};

void append_escaped(std::string& text, std::string_view value, bool with_quotes) {
    for (const char c : value) {
        if (c == '\\')
            text += "\\\\";
        else if (c == '\n')
            text += "\\n";
        else if (c == '"' && with_quotes)
            text += "\\\"";
        else
            text += c;
    }
}

void append_label(std::string& text, std::string_view name, std::string_view value) {
    if (!text.empty()) text += ',';
    text += name;
    text += "=\"";
    append_escaped(text, value, true);
    text += '"';
}

std::string number_text(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

void append_line(std::string& text, const std::string& name, const std::string& labels,
                 const std::string& value) {
    text += name;
    if (!labels.empty()) text += "{" + labels + "}";
    text += " " + value + "\n";
}

std::string_view kind_text(MetricKind kind) {
    switch (kind) {
    case MetricKind::kCounter:
        return "counter";
    case MetricKind::kGauge:
        return "gauge";
    case MetricKind::kHistogram:
        return "histogram";
    }
    return "";
}

/// Of a metric or a label. Argo: IsValidMetricName in workflow/metrics/util.go.
bool is_metric_name(std::string_view name) {
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    const auto is_part = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
    return !name.empty() && is_letter(name[0]) && std::all_of(name.begin(), name.end(), is_part);
}

constexpr const char* kNameForm = ": only letters, digits and `_`, and no digit first";

/// Errors: one name that is none would keep Prometheus from reading all the others.
/// Argo: ValidateMetricLabels.
Result<Done> check_names(const CustomValue& custom) {
    if (!is_metric_name(custom.name)) {
        return Error{"metric `" + custom.name + "` has a name that Prometheus does not take" +
                     kNameForm};
    }
    for (const auto& [key, value] : custom.labels) {
        // client_golang: NewHistogram.
        if (custom.kind == MetricKind::kHistogram && key == "le") {
            return Error{"metric `" + custom.name +
                         "` is a histogram with a label `le`, which is that of its buckets"};
        }
        if (is_metric_name(key)) continue;
        return Error{"metric `" + custom.name + "` has a label `" + key +
                     "`, which Prometheus does not take" + kNameForm};
    }
    return Done{};
}

/// As they are written. Of several of one name the last counts, as in Argo's map.
std::string label_text(const Labels& labels) {
    std::map<std::string_view, std::string_view> by_key;
    for (const auto& [key, value] : labels) {
        by_key[key] = value;
    }
    std::string text;
    for (const auto& [key, value] : by_key) {
        append_label(text, key, value);
    }
    return text;
}

void append_heading(std::string& text, const Description& description) {
    text += "# HELP " + description.name + " ";
    append_escaped(text, description.help, false);
    text += "\n# TYPE " + description.name + " ";
    text += kind_text(description.kind);
    text += "\n";
}

} // namespace

MetricId Registry::add(Description description) {
    const MetricId id = families_.size();
    const bool is_new = by_name_.emplace(description.name, id).second;
    TIPHYS_ASSERT(is_new, "two metrics of one name");
    families_.push_back({std::move(description), false, {}});
    return id;
}

Registry::Series* Registry::series_of(Family& family, const std::string& labels) {
    if (family.description.is_disabled) return nullptr;
    const auto known = family.series.find(labels);
    if (known != family.series.end()) return &known->second;
    if (family.series.size() >= kSeriesPerMetric) {
        ++n_dropped_;
        return nullptr;
    }
    Series& series = family.series[labels];
    series.buckets.resize(family.description.buckets.size());
    return &series;
}

Registry::Series* Registry::series_of(MetricId id, std::span<const std::string_view> labels) {
    TIPHYS_ASSERT(id < families_.size(), "a metric of another registry");
    Family& family = families_[id];
    const std::vector<std::string>& names = family.description.labels;
    TIPHYS_ASSERT(labels.size() <= names.size(), "more labels than the metric has");
    std::string text;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (!labels[i].empty()) append_label(text, names[i], labels[i]);
    }
    return series_of(family, text);
}

void Registry::increase(MetricId id, std::span<const std::string_view> labels, double by) {
    Series* series = series_of(id, labels);
    if (series != nullptr) series->value += by;
}

void Registry::set(MetricId id, std::span<const std::string_view> labels, double value) {
    Series* series = series_of(id, labels);
    if (series != nullptr) series->value = value;
}

void Registry::count(const Family& family, Series& series, double value) {
    const std::vector<double>& bounds = family.description.buckets;
    const auto bound = std::lower_bound(bounds.begin(), bounds.end(), value);
    if (bound != bounds.end()) {
        ++series.buckets[static_cast<std::size_t>(bound - bounds.begin())];
    }
    series.value += value;
    ++series.n_observed;
}

void Registry::observe(MetricId id, std::span<const std::string_view> labels, double value) {
    Series* series = series_of(id, labels);
    if (series != nullptr) count(families_[id], *series, value);
}

void Registry::clear(MetricId id) {
    TIPHYS_ASSERT(id < families_.size(), "a metric of another registry");
    families_[id].series.clear();
}

/// Names of lines must not be those of other metrics.
/// client_golang: checkSuffixCollisions.
Result<Done> Registry::check_lines(const CustomValue& custom, const std::string& name) const {
    for (const std::string_view end : kHistogramEnds) {
        const bool is_histogram = custom.kind == MetricKind::kHistogram;
        if (is_histogram && by_name_.contains(name + std::string(end))) {
            return Error{"metric `" + custom.name + "` is a histogram, whose `" + custom.name +
                         std::string(end) + "` is the name of another metric"};
        }
        if (!name.ends_with(end)) continue;
        const auto other = by_name_.find(name.substr(0, name.size() - end.size()));
        const bool is_taken = other != by_name_.end() &&
                              families_[other->second].description.kind == MetricKind::kHistogram;
        if (!is_taken) continue;
        return Error{"metric `" + custom.name + "` has the name of a line of the histogram `" +
                     custom.name.substr(0, custom.name.size() - end.size()) + "`"};
    }
    return Done{};
}

Result<Done> Registry::update(const CustomValue& custom, std::int64_t now_ms) {
    TIPHYS_TRY(checked, check_names(custom));
    static_cast<void>(checked);
    const std::string name = std::string(kCustomPrefix) + custom.name;
    auto known = by_name_.find(name);
    if (known == by_name_.end()) {
        TIPHYS_TRY(own_lines, check_lines(custom, name));
        static_cast<void>(own_lines);
        if (n_custom_ == kCustomMetrics) {
            ++n_dropped_;
            return Done{};
        }
        ++n_custom_;
        std::vector<double> buckets = custom.buckets;
        std::sort(buckets.begin(), buckets.end());
        buckets.erase(std::unique(buckets.begin(), buckets.end()), buckets.end());
        add({name, custom.kind, custom.help, {}, std::move(buckets)});
        known = by_name_.find(name);
        families_[known->second].is_custom = true;
    }
    Family& family = families_[known->second];
    if (!family.is_custom) {
        return Error{"metric `" + custom.name + "` has the name of one of the controller's own"};
    }
    // Argo: matchExistingMetric in workflow/metrics/metrics_custom.go.
    if (family.description.kind != custom.kind) {
        return Error{"metric `" + custom.name + "` is known as a " +
                     std::string(kind_text(family.description.kind)) + ", not as a " +
                     std::string(kind_text(custom.kind))};
    }
    if (family.description.help != custom.help) {
        return Error{"metric `" + custom.name + "` is known with the help `" +
                     family.description.help + "`, which cannot change"};
    }
    Series* series = series_of(family, label_text(custom.labels));
    if (series == nullptr) return Done{};
    series->updated_ms = now_ms;
    series->since_ms = custom.since_ms;
    series->owner = custom.owner;
    switch (custom.kind) {
    case MetricKind::kHistogram:
        count(family, *series, custom.value);
        break;
    case MetricKind::kCounter:
        series->value += custom.value;
        break;
    case MetricKind::kGauge:
        series->value = custom.value + (custom.is_added ? series->value : 0);
        break;
    }
    return Done{};
}

void Registry::expire_custom(std::int64_t since_ms) {
    for (Family& family : families_) {
        if (!family.is_custom) continue;
        std::erase_if(family.series, [&](const auto& entry) {
            return entry.second.updated_ms < since_ms && entry.second.since_ms == 0;
        });
    }
}

void Registry::forget(const std::string& owner) {
    for (Family& family : families_) {
        if (!family.is_custom) continue;
        std::erase_if(family.series,
                      [&](const auto& entry) { return entry.second.owner == owner; });
    }
}

void Registry::modify(MetricId id, bool is_disabled, const std::vector<double>& buckets) {
    TIPHYS_ASSERT(id < families_.size(), "a metric of another registry");
    Family& family = families_[id];
    Description& description = family.description;
    const bool has_other = !buckets.empty() && buckets != description.buckets;
    description.is_disabled = is_disabled;
    if (has_other) description.buckets = buckets;
    if (has_other || is_disabled) family.series.clear();
}

void Registry::write(const Family& family, std::int64_t now_ms, std::string& text) {
    const Description& description = family.description;
    append_heading(text, description);
    for (const auto& [labels, series] : family.series) {
        if (description.kind != MetricKind::kHistogram) {
            const double seconds = static_cast<double>(now_ms - series.since_ms) / 1000;
            append_line(text, description.name, labels,
                        number_text(series.since_ms == 0 ? series.value : seconds));
            continue;
        }
        std::uint64_t n_below = 0;
        for (std::size_t i = 0; i < series.buckets.size(); ++i) {
            n_below += series.buckets[i];
            std::string bucket = labels;
            append_label(bucket, "le", number_text(description.buckets[i]));
            append_line(text, description.name + "_bucket", bucket, std::to_string(n_below));
        }
        std::string bucket = labels;
        append_label(bucket, "le", "+Inf");
        append_line(text, description.name + "_bucket", bucket, std::to_string(series.n_observed));
        append_line(text, description.name + "_sum", labels, number_text(series.value));
        append_line(text, description.name + "_count", labels, std::to_string(series.n_observed));
    }
}

std::string Registry::text(std::int64_t now_ms) const {
    std::string text;
    for (const Family& family : families_) {
        if (!family.series.empty()) write(family, now_ms, text);
    }
    return text;
}

} // namespace tiphys::metrics
