// A thread for each task.

#include "runtime/backends/kubernetes/side_task.h"

#include <thread>

#include "runtime/artifacts/access.h"
#include "runtime/io/http.h"

namespace tiphys::run {
namespace {

TaskReport ask(const HttpRequest& request) {
    TaskReport report;
    report.http = make_request(request);
    if (report.http->error.empty()) return report;
    report.phase = Phase::kFailed;
    report.message = report.http->error;
    return report;
}

TaskReport list_keys(const Artifact& wanted, const Secrets& secrets) {
    TaskReport report;
    ArtifactAccess artifacts("", secrets);
    auto keys = artifacts.keys_below(wanted);
    if (keys) {
        report.keys = std::move(*keys);
    } else {
        report.phase = Phase::kError;
        report.message = keys.error().message;
    }
    return report;
}

} // namespace

SideTask::SideTask(std::function<TaskReport()> work) : shared_(std::make_shared<Shared>()) {
    std::thread([shared = shared_, work = std::move(work)] {
        shared->report = work();
        shared->done.store(true);
    }).detach();
}

std::unique_ptr<SideTask> begin_beside(const TaskSpec& spec,
                                       const std::map<std::string, ObjectData>& secrets) {
    if (spec.http)
        return std::make_unique<SideTask>([request = *spec.http] { return ask(request); });
    if (!spec.listed) return nullptr;
    return std::make_unique<SideTask>(
        [wanted = *spec.listed, secrets] { return list_keys(wanted, secrets); });
}

} // namespace tiphys::run
