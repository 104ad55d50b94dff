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
    /// Of a metric that a workflow declares. Errors: why it is not shown.
    [[nodiscard]] Result<Done> take(const metrics::CustomValue& value);
    /// The workflow with that uid is gone.
    void deleted(const std::string& uid) { metrics_.registry().forget(uid); }
    /// Without an address before, a port of the settings is listened on: see file(). Errors: it
    /// cannot be had.
    [[nodiscard]] Result<Done> configure(const control::MetricsSettings& settings);
    /// Answers who asks.
    void round(const control::ControllerView& view, std::int64_t now_ms);

private:
    [[nodiscard]] metrics::Answer answer(std::string_view path);
    void fill();
    void fill_requests();
    void fill_locks(metrics::Metric metric, const std::map<std::string, std::int64_t>& counts);

    const kube::Client& client_;
    metrics::ControllerMetrics metrics_;
    control::MetricsSettings settings_;
    /// The command line says where.
    bool has_address_ = false;
    std::unique_ptr<metrics::Server> server_;
    std::int64_t next_expiry_ms_ = 0;
    /// Of the round that goes on; whoever asks is answered within one.
    const control::ControllerView* view_ = nullptr;
    /// Requests whose time has been told.
    std::map<kube::CallKey, kube::CallCount> timed_;
};

} // namespace tiphys::cli
