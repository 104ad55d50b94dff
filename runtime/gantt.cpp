// Drawing runs.

#include "runtime/gantt.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>

#include "runtime/plan/time_text.h"

namespace tiphys::run {
namespace {

constexpr std::size_t kMostBars = 60;
constexpr int kWidth = 1000;
constexpr int kMargin = 24;
constexpr int kBarHeight = 14;
constexpr int kRowHeight = 22;
constexpr int kTop = 64;
constexpr int kAreaHeight = 300;
constexpr int kLegendRow = 20;

/// Told apart also by those who see few colours (Okabe and Ito).
constexpr std::array<std::string_view, 7> kColours = {"#0072b2", "#e69f00", "#009e73", "#cc79a7",
                                                      "#56b4e9", "#d55e00", "#8a8a8a"};

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else if (static_cast<unsigned char>(c) >= 0x20) {
            out += c;
        }
    }
    return out;
}

/// With one decimal.
std::string number(double value) {
    const auto tenths = std::llround(value * 10);
    std::string text = (tenths < 0 ? "-" : "") + std::to_string(std::abs(tenths) / 10);
    if (tenths % 10 != 0) text += "." + std::to_string(std::abs(tenths % 10));
    return text;
}

std::string shortened(std::string text, std::size_t length) {
    if (text.size() <= length) return text;
    // Not within a character of several bytes.
    std::size_t begin = text.size() - length + 1;
    while (begin < text.size() && (static_cast<unsigned char>(text[begin]) & 0xc0U) == 0x80U) {
        ++begin;
    }
    return "…" + text.substr(begin);
}

/// A step between lines of the axis that people count in.
std::int64_t tick_ms(std::int64_t span_ms, int n_wanted) {
    constexpr std::array<std::int64_t, 23> kSteps = {
        1,         10,        100,        500,        1'000,      2'000,      5'000,      10'000,
        15'000,    30'000,    60'000,     120'000,    300'000,    600'000,    900'000,    1'800'000,
        3'600'000, 7'200'000, 14'400'000, 21'600'000, 43'200'000, 86'400'000, 604'800'000};
    for (const std::int64_t step : kSteps) {
        if (span_ms / step <= n_wanted) return step;
    }
    return (span_ms / n_wanted / kSteps.back() + 1) * kSteps.back();
}

class Painter {
public:
    Painter(const State& state, const std::vector<PodSpan>& pods, const SimulationReport& report)
        : state_(state), pods_(pods), report_(report) {
        span_ms_ = std::max<std::int64_t>(report.makespan_ms, 1);
        for (const PodSpan& pod : pods) {
            colours_.emplace(template_of(pod), colours_.size());
        }
    }

    std::string paint() {
        const bool has_bars = pods_.size() <= kMostBars;
        left_ = has_bars ? label_width() : 64;
        const int body = has_bars ? static_cast<int>(pods_.size()) * kRowHeight : kAreaHeight;
        const int n_legend = legend_rows();
        const int height = kTop + body + 36 + n_legend * kLegendRow + kMargin;
        out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + std::to_string(kWidth) +
               "\" height=\"" + std::to_string(height) + "\" viewBox=\"0 0 " +
               std::to_string(kWidth) + " " + std::to_string(height) +
               "\" font-family=\"sans-serif\" font-size=\"12\">\n"
               "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";
        text(kMargin, 30, state_.plan->workflow_name, "font-size=\"17\" font-weight=\"bold\"");
        text(kMargin, 48,
             std::string(run_phase_name(report_.phase)) + " after " +
                 short_duration(report_.makespan_ms) + ", " + std::to_string(report_.n_pods) +
                 " pods, at most " + std::to_string(report_.peak_pods) + " at once",
             "fill=\"#555555\"");
        time_axis(body);
        if (has_bars) {
            bars();
        } else {
            areas();
        }
        legend(kTop + body + 44);
        return out_ + "</svg>\n";
    }

private:
    [[nodiscard]] std::string template_of(const PodSpan& pod) const {
        return state_.plan->templates[state_.nodes[pod.node].template_id].name;
    }
    [[nodiscard]] std::string label_of(const PodSpan& pod) const {
        return shortened(display_name(state_, pod.node), 36);
    }
    [[nodiscard]] std::string_view colour_of(const std::string& name) const {
        return kColours[std::min(colours_.at(name), kColours.size() - 1)];
    }

    [[nodiscard]] int label_width() const {
        std::size_t longest = 8;
        for (const PodSpan& pod : pods_) {
            longest = std::max(longest, label_of(pod).size());
        }
        return kMargin + 12 + static_cast<int>(longest) * 7;
    }

    [[nodiscard]] double x_of(std::int64_t time_ms) const {
        const double width = kWidth - kMargin - left_;
        return left_ + width * static_cast<double>(time_ms) / static_cast<double>(span_ms_);
    }

    void text(double x, double y, const std::string& words, const std::string& attributes) {
        out_ += "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" " + attributes + ">" +
                escaped(words) + "</text>\n";
    }

    void rectangle(double x, double y, double width, double height, const std::string& attributes,
                   const std::string& title) {
        out_ += "<rect x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" + number(width) +
                "\" height=\"" + number(height) + "\" " + attributes;
        out_ += title.empty() ? "/>\n" : "><title>" + escaped(title) + "</title></rect>\n";
    }

    void line(double x1, double y1, double x2, double y2) {
        out_ += "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) +
                "\" y2=\"" + number(y2) + "\" stroke=\"#dddddd\"/>\n";
    }

    void time_axis(int body) {
        const std::int64_t step = tick_ms(span_ms_, 10);
        for (std::int64_t at = 0; at <= span_ms_; at += step) {
            line(x_of(at), kTop, x_of(at), kTop + body);
            text(x_of(at), kTop + body + 16, short_duration(at),
                 "fill=\"#555555\" text-anchor=\"middle\"");
        }
    }

    void bars() {
        double y = kTop + 4;
        for (const PodSpan& pod : pods_) {
            text(left_ - 8, y + 11, label_of(pod), "text-anchor=\"end\"");
            const double begin = x_of(pod.begin_ms);
            if (pod.begin_ms > pod.queued_ms) {
                rectangle(x_of(pod.queued_ms), y + 5, begin - x_of(pod.queued_ms), 4,
                          "fill=\"#cccccc\"",
                          "waits " + short_duration(pod.begin_ms - pod.queued_ms));
            }
            const bool failed = is_failed(state_.nodes[pod.node].phase);
            std::string look = "rx=\"2\" fill=\"" + std::string(colour_of(template_of(pod))) + "\"";
            if (failed) look += " stroke=\"#b00020\" stroke-width=\"2\"";
            rectangle(begin, y, std::max(1.0, x_of(pod.end_ms) - begin), kBarHeight, look,
                      node_name(state_, pod.node) + ": " +
                          short_duration(pod.end_ms - pod.begin_ms) + (failed ? ", failed" : ""));
            y += kRowHeight;
        }
    }

    /// Pods that run at each column of the picture, one template upon the other.
    void areas() {
        const int n_columns = kWidth - kMargin - left_;
        std::map<std::string, std::vector<int>> changes;
        for (const PodSpan& pod : pods_) {
            auto& row = changes[template_of(pod)];
            row.resize(static_cast<std::size_t>(n_columns) + 2);
            const auto column = [&](std::int64_t time) {
                return static_cast<std::size_t>(x_of(time) - left_);
            };
            ++row[column(pod.begin_ms)];
            --row[std::max(column(pod.end_ms), column(pod.begin_ms) + 1)];
        }
        std::vector<int> base(static_cast<std::size_t>(n_columns) + 1);
        const double height =
            kAreaHeight / static_cast<double>(std::max<std::size_t>(1, report_.peak_pods));
        const double floor = kTop + kAreaHeight;
        for (const auto& [name, row] : changes) {
            std::string upper;
            std::string lower;
            int running = 0;
            for (std::size_t i = 0; i < base.size(); ++i) {
                running += row[i];
                const std::string x = number(left_ + static_cast<double>(i));
                const std::string y = number(floor - height * base[i]);
                // Pods that begin and end within one column are counted as if at once.
                base[i] = std::min(base[i] + running, static_cast<int>(report_.peak_pods));
                upper += x + "," + number(floor - height * base[i]) + " ";
                lower = x + "," + y + " " + lower;
            }
            out_ += "<polygon fill=\"" + std::string(colour_of(name)) + "\" points=\"" + upper +
                    lower + "\"/>\n";
        }
        text(left_ - 8, kTop + 10, std::to_string(report_.peak_pods), "text-anchor=\"end\"");
        text(left_ - 8, floor, "0", "text-anchor=\"end\"");
        text(left_ - 8, kTop + kAreaHeight / 2.0, "pods", "text-anchor=\"end\" fill=\"#555555\"");
    }

    [[nodiscard]] int legend_rows() const {
        return static_cast<int>(std::min(colours_.size(), kColours.size()) + 3) / 4;
    }

    void legend(int y) {
        int n = 0;
        for (const auto& [name, position] : colours_) {
            const auto at = static_cast<int>(position);
            if (position >= kColours.size()) continue;
            const int x = kMargin + at % 4 * 240;
            const int row = y + at / 4 * kLegendRow;
            rectangle(x, row, 12, 12, "rx=\"2\" fill=\"" + std::string(colour_of(name)) + "\"", "");
            const bool is_rest =
                position + 1 == kColours.size() && colours_.size() > kColours.size();
            text(x + 18, row + 10, is_rest ? "others" : shortened(name, 30), "fill=\"#333333\"");
            ++n;
        }
        if (n == 0) text(kMargin, y + 10, "no pod has run", "fill=\"#555555\"");
    }

    const State& state_;
    const std::vector<PodSpan>& pods_;
    const SimulationReport& report_;
    std::int64_t span_ms_ = 1;
    int left_ = 64;
    /// By template, in the order in which they first ran.
    std::map<std::string, std::size_t> colours_;
    std::string out_;
};

} // namespace

std::string gantt_svg(const State& state, const std::vector<PodSpan>& pods,
                      const SimulationReport& report) {
    return Painter(state, pods, report).paint();
}

} // namespace tiphys::run
