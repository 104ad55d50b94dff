// Metrics, probes and the archive of a controller.
#include "cli/controller_companions.h"

#include <cstdlib>
#include <string_view>

#include <CLI/CLI.hpp>

namespace tiphys::cli {

void add_companion_options(CLI::App& command, CompanionOptions& options) {
    command
        .add_option("--metrics-address", options.metrics_address,
                    "Answer /metrics, /healthz and /readyz there: `:9090`, `127.0.0.1:9090`")
        ->option_text("[HOST]:PORT");
    command
        .add_option("--archive", options.archive,
                    "Keep finished workflows in this database: a file of SQLite, or "
                    "`postgresql://USER@HOST/DATABASE`")
        ->option_text("PLACE ($TIPHYS_ARCHIVE)");
    command
        .add_option("--cluster-name", options.cluster_name, "Name of this cluster in the archive")
        ->option_text("NAME (default)");
    command.add_flag("--offload", options.offloads,
                     "Keep the nodes of workflows that are too large for the cluster in the "
                     "archive, as nodeStatusOffLoad of Argo does");
}

Result<std::unique_ptr<ControllerCompanions>>
ControllerCompanions::open(const CompanionOptions& options,
                           const control::ControllerOptions& controller, kube::Client& client,
                           control::Log& log) {
    auto opened = std::make_unique<ControllerCompanions>();
    TIPHYS_TRY(metrics, ControllerMetricsServer::open(options.metrics_address, client));
    opened->metrics_ = std::move(metrics);
    opened->log_ = &log;
    archive::ArchiveOptions place;
    place.place = options.archive;
    const char* otherwise = std::getenv("TIPHYS_ARCHIVE");
    if (place.place.empty() && otherwise != nullptr) place.place = otherwise;
    if (place.place.empty() && options.offloads) {
        return Error{"nodes are offloaded into the archive: say with `--archive` where it is"};
    }
    if (place.place.empty()) return opened;
    opened->offloads_ = options.offloads;
    place.cluster_name = options.cluster_name;
    place.instance_id = controller.instance_id;
    TIPHYS_TRY(database, archive::Archive::open(place));
    opened->archiver_ = std::make_unique<WorkflowArchiver>(
        std::move(database), client, log, opened->metrics_->metrics(), controller.name_space,
        controller.instance_id);
    return opened;
}

control::NodeStore ControllerCompanions::nodes() {
    control::NodeStore store;
    if (!offloads_) return store;
    archive::Archive& archive = archiver_->archive();
    const char* always = std::getenv("ALWAYS_OFFLOAD_NODE_STATUS");
    store.is_for_all = always != nullptr && std::string_view(always) == "true";
    store.save = [&archive](const std::string& uid, const std::string& name_space,
                            const std::string& nodes) -> Result<std::string> {
        TIPHYS_TRY(version, archive.save_nodes(uid, name_space, nodes));
        TIPHYS_TRY(n_removed, archive.remove_nodes(uid, version));
        static_cast<void>(n_removed);
        return version;
    };
    store.load = [&archive](const std::string& uid, const std::string& version) {
        return archive.nodes(uid, version);
    };
    store.forget = [&archive](const std::string& uid) {
        static_cast<void>(archive.remove_nodes(uid, "").has_value());
    };
    return store;
}

control::ControllerHooks ControllerCompanions::hooks() {
    control::ControllerHooks hooks;
    hooks.file = metrics_->file();
    hooks.round = [this](const control::ControllerView& view, std::int64_t now_ms) {
        metrics_->round(view, now_ms);
        if (archiver_ != nullptr) archiver_->round(view, now_ms);
    };
    hooks.pod_changed = [this](const std::string& phase, const std::string& name_space) {
        metrics_->pod_changed(phase, name_space);
    };
    hooks.take_metric = [this](const metrics::CustomValue& value) { return metrics_->take(value); };
    hooks.deleted = [this](const std::string& uid) { metrics_->deleted(uid); };
    hooks.configured = [this](const control::Config& config) {
        if (const auto done = metrics_->configure(config.metrics); !done) {
            log_->error("metrics cannot be served", {{"error", done.error().message}});
        }
        return metrics_->file();
    };
    hooks.ended = [this](const control::LiveRun& run) {
        metrics_->ended(run);
        if (archiver_ != nullptr) {
            archiver_->ended(run.workflow().name_space, run.workflow().name);
        }
    };
    return hooks;
}

} // namespace tiphys::cli
