#pragma once
// What scrapers and probes are told of a controller.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/controller/controller.h"
#include "runtime/kubernetes/client.h"
#include "runtime/metrics/controller_metrics.h"
#include "runtime/metrics/server.h"

namespace tiphys::cli {

/// `/metrics`, `/healthz` and `/readyz` of the controller that calls its functions.
class ControllerMetricsServer {
public:
    /// `address` as metrics::Server has it; empty: nobody is answered, metrics are counted only.
    [[nodiscard]] static Result<std::unique_ptr<ControllerMetricsServer>>
    open(const std::string& address, const kube::Client& client);
    /// For open().
    explicit ControllerMetricsServer(const kube::Client& client);

    /// Can be read when somebody asks; -1: nobody can.
    [[nodiscard]] int file() const { return server_ == nullptr ? -1 : server_->file(); }
    [[nodiscard]] metrics::ControllerMetrics& metrics() { return metrics_; }
    void ended(const control::LiveRun& run);
    void pod_changed(const std::string& phase, const std::string& name_space);
    /// Answers who asks. Returns why values of metrics that workflows declare were not taken.
    [[nodiscard]] std::vector<std::string> round(const control::ControllerView& view,
                                                 std::int64_t now_ms);

private:
    [[nodiscard]] metrics::Answer answer(std::string_view path);
    void fill();
    void fill_requests();
    void fill_locks(metrics::Metric metric, const std::map<std::string, std::int64_t>& counts);

    const kube::Client& client_;
    metrics::ControllerMetrics metrics_;
    std::unique_ptr<metrics::Server> server_;
    /// Of the round that goes on; whoever asks is answered within one.
    const control::ControllerView* view_ = nullptr;
    /// Requests whose time has been told.
    std::map<kube::CallKey, kube::CallCount> timed_;
};

} // namespace tiphys::cli
