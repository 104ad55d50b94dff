// What the cluster tells, and whom it concerns.

#include <utility>

#include <nlohmann/json.hpp>

#include "runtime/controller/controller.h"
#include "runtime/controller/labels.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;
using Kind = kube::WatchEvent::Kind;

bool is_change(Kind kind) {
    return kind == Kind::kAdded || kind == Kind::kModified;
}

} // namespace

/// Argo: InstanceIDRequirement in workflow/util/util.go.
std::string Controller::instance_selector() const {
    return options_.instance_id.empty()
               ? std::string("!") + kLabelInstanceId
               : std::string(kLabelInstanceId) + "=" + options_.instance_id;
}

LiveRun* Controller::live(const Key& key) const {
    const auto found = runs_.find(key);
    return found == runs_.end() ? nullptr : found->second.get();
}

void Controller::watch(const char* version, const char* plural, bool is_cluster_wide,
                       const std::string& labels,
                       std::function<void(const kube::WatchEvent&)> told) {
    const std::string name = plural;
    unsynced_.insert(name);
    kube::WatchRequest request;
    request.resource = {version, plural, is_cluster_wide ? "" : options_.name_space, "", ""};
    request.label_selector = labels;
    client_.watch(request, [this, name, told = std::move(told)](const kube::WatchEvent& event) {
        if (event.kind == Kind::kSynced) {
            unsynced_.erase(name);
            complained_.erase(name);
            return;
        }
        if (event.kind != Kind::kFailed) {
            told(event);
            return;
        }
        const int status = event.failure == nullptr ? 0 : event.failure->status;
        const std::string why = event.failure == nullptr ? "" : event.failure->message();
        const bool is_usual =
            status == 403 && name == "clusterworkflowtemplates" && !options_.name_space.empty();
        if (complained_.insert(name).second && !is_usual) {
            around_.log.warn("cannot watch " + name, {{"error", why}});
        }
        // A controller of one namespace may do without what belongs to the cluster, and old
        // definitions may lack some kinds.
        const bool can_do_without = (status == 403 || status == 404) && name != "workflows" &&
                                    name != "pods" && name != "workflowtaskresults";
        if (can_do_without) unsynced_.erase(name);
    });
}

void Controller::start_watches() {
    const std::string instance = instance_selector();
    const std::string of_workflows = std::string(kLabelWorkflow) + "," + instance;
    watch("v1", "configmaps", false, "",
          [this](const auto& event) { object_told("ConfigMap", event); });
    watch(kWorkflowVersion, "workflowtemplates", false, "",
          [this](const auto& event) { object_told("WorkflowTemplate", event); });
    watch(kWorkflowVersion, "clusterworkflowtemplates", true, "",
          [this](const auto& event) { object_told("ClusterWorkflowTemplate", event); });
    watch("v1", "pods", false, of_workflows + "," + kLabelCompleted + "=false",
          [this](const auto& event) { pod_told(event); });
    watch(kWorkflowVersion, "workflowtaskresults", false, kLabelWorkflow,
          [this](const auto& event) { result_told(event); });
    watch(kWorkflowVersion, "workflows", false, instance,
          [this](const auto& event) { workflow_told(event); });
    watch(kWorkflowVersion, "cronworkflows", false, instance, [this](const auto& event) {
        if (is_change(event.kind)) cron_.object_seen(event.object);
        if (event.kind == Kind::kDeleted) cron_.object_gone(event.name_space + "/" + event.name);
    });
    // The configuration may be in another namespace than the workflows.
    kube::Request request;
    request.resource = {"v1", "configmaps", options_.own_namespace, options_.config_map, ""};
    unsynced_.insert("configuration");
    client_.send(std::move(request), [this](const kube::Response& response) {
        unsynced_.erase("configuration");
        if (response.ok()) read_configuration(response.body);
    });
}

void Controller::read_configuration(std::string_view object) {
    const Json json = Json::parse(object, nullptr, false);
    std::map<std::string, std::string> data;
    if (json.is_object() && json.contains("data") && json["data"].is_object()) {
        for (const auto& [key, value] : json["data"].items()) {
            if (value.is_string()) data[key] = value.get<std::string>();
        }
    }
    around_.config = read_config(data);
    retention_.set_policy(around_.config.retention);
    tell_settings();
    if (hooks_.configured) wake_.add(hooks_.configured(around_.config));
    around_.log.info("configuration is read", {{"configMap", options_.config_map}});
}

/// In one line each, and again only when something else is to be told.
void Controller::tell_settings() {
    const auto joined = [](const std::vector<std::string>& keys) {
        std::string text;
        for (const std::string& key : keys) {
            text += (text.empty() ? "" : ", ") + key;
        }
        return text;
    };
    const Config& config = around_.config;
    const std::string unused = joined(config.unused);
    const std::string unknown = joined(config.unknown);
    const std::string unreadable = joined(config.unreadable);
    if (told_settings_ == unused + "\n" + unknown + "\n" + unreadable) return;
    told_settings_ = unused + "\n" + unknown + "\n" + unreadable;
    if (!unused.empty()) {
        around_.log.warn("these settings of Argo's controller are not used here; see "
                         "docs/kubernetes.md",
                         {{"keys", unused}});
    }
    if (!unknown.empty()) {
        around_.log.warn("these settings are not known, to Argo neither", {{"keys", unknown}});
    }
    if (!unreadable.empty()) {
        around_.log.error("these settings cannot be read", {{"keys", unreadable}});
    }
}

void Controller::object_told(const char* kind, const kube::WatchEvent& event) {
    const bool is_gone = event.kind == Kind::kDeleted;
    around_.objects.set(kind, event.name_space, event.name, is_gone ? "" : event.object);
    const bool is_ours = std::string_view(kind) == "ConfigMap" && !is_gone &&
                         event.name == options_.config_map &&
                         event.name_space == options_.own_namespace;
    if (is_ours) read_configuration(event.object);
    if (std::string_view(kind) != "ConfigMap" || is_gone) return;
    for (const auto& [key, run] : runs_) {
        run->config_map_changed(event.name_space, event.name);
    }
    has_room_again_ = true;
}

void Controller::fetch_nodes(KnownWorkflow& workflow) {
    if (workflow.offload_version.empty() || !options_.nodes.load) return;
    const auto nodes = options_.nodes.load(workflow.uid, workflow.offload_version);
    const bool is_there = nodes && *nodes && add_nodes(**nodes, workflow);
    if (is_there) return;
    around_.log.error("the nodes of a workflow cannot be had",
                      {{"namespace", workflow.name_space},
                       {"workflow", workflow.name},
                       {"error", nodes ? "they are not in the archive" : nodes.error().message}});
}

void Controller::workflow_told(const kube::WatchEvent& event) {
    const Key key = event.name_space + "/" + event.name;
    LiveRun* const known = live(key);
    const bool is_same = known != nullptr && known->workflow().uid == event.uid;
    if (event.kind == Kind::kDeleted) {
        if (is_same || known != nullptr) {
            around_.locks.set(key, {});
            runs_.erase(key);
            waiting_.erase(key);
        }
        phases_.erase(key);
        retention_.forget(key);
        ended_versions_.erase(event.uid);
        if (options_.nodes.forget) options_.nodes.forget(event.uid);
        if (hooks_.deleted) hooks_.deleted(event.uid);
        KnownWorkflow gone;
        gone.name = event.name;
        gone.name_space = event.name_space;
        cron_.workflow_gone(gone);
        return;
    }
    if (is_same) {
        known->object_seen(event.object);
        return;
    }
    const auto head = read_workflow(event.object, false);
    if (!head) return;
    phases_[key] = head->phase;
    if (head->is_completed()) {
        retention_.add(*head);
        around_.baselines.ended(*head);
        cron_.workflow_seen(*head);
        if (is_held_for_garbage(*head)) artifact_gc_.object_seen(event.object);
        return;
    }
    // News from before its end.
    const auto ended = ended_versions_.find(event.uid);
    const bool is_old =
        ended != ended_versions_.end() && version_number(head->resource_version) <= ended->second;
    const bool goes = head->is_deleted && !is_held_for_garbage(*head);
    if (is_old || goes) return;
    retention_.forget(key);
    cron_.workflow_seen(*head);
    auto whole = read_workflow(event.object, true);
    fetch_nodes(*whole);
    runs_[key] = std::make_shared<LiveRun>(around_, std::move(*whole));
    waiting_.insert(key);
    has_room_again_ = true;
}

/// Argo: workflow/metrics/gauge_pod_phase.go and counter_pod_phase.go.
void Controller::count_pod(const kube::WatchEvent& event) {
    const Key key = event.name_space + "/" + event.name;
    const std::string phase = event.kind == Kind::kDeleted ? "" : pod_phase_of(event.object);
    const auto known = pod_phases_.find(key);
    if (known != pod_phases_.end()) {
        if (known->second == phase) return;
        --n_pods_by_phase_[known->second];
        pod_phases_.erase(known);
    }
    if (phase.empty()) return;
    pod_phases_[key] = phase;
    ++n_pods_by_phase_[phase];
    if (hooks_.pod_changed) hooks_.pod_changed(phase, event.name_space);
}

void Controller::pod_told(const kube::WatchEvent& event) {
    count_pod(event);
    if (event.object.empty()) {
        // It vanished while nobody watched: whose it was is not said.
        for (auto& [key, pods] : early_pods_) {
            if (key.starts_with(event.name_space + "/")) pods.erase(event.name);
        }
        for (const auto& [key, run] : runs_) {
            if (run->workflow().name_space == event.name_space)
                run->pod_gone(event.name, event.uid);
        }
        return;
    }
    const Key key = event.name_space + "/" + workflow_label_of(event.object);
    LiveRun* const run = live(key);
    const bool is_early = run == nullptr || waiting_.contains(key);
    if (event.kind == Kind::kDeleted) {
        if (is_early) early_pods_[key].erase(event.name);
        if (early_pods_[key].empty()) early_pods_.erase(key);
        if (run != nullptr) run->pod_gone(event.name, event.uid);
    } else if (is_early) {
        early_pods_[key][event.name] = event.object;
    } else {
        run->pod_seen(event.object);
    }
}

void Controller::result_told(const kube::WatchEvent& event) {
    const Key key = event.name_space + "/" + workflow_label_of(event.object);
    if (!is_change(event.kind)) {
        const auto early = early_results_.find(key);
        if (early == early_results_.end()) return;
        early->second.erase(event.name);
        if (early->second.empty()) early_results_.erase(early);
        return;
    }
    LiveRun* const run = live(key);
    if (run == nullptr || waiting_.contains(key)) {
        early_results_[key][event.name] = event.object;
    } else {
        run->result_seen(event.object);
    }
}

} // namespace tiphys::control
