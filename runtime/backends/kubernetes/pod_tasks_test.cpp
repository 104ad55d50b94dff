// Tasks as pods against an API server that answers by a script.

#include <atomic>

#include <catch2/catch.hpp>

#include "runtime/backends/kubernetes/pod_tasks.h"
#include "runtime/kubernetes/client.h"
#include "runtime/kubernetes/loop.h"
#include "runtime/kubernetes/scripted_server.h"

namespace tiphys::run {
namespace {

using kube::ScriptedAnswer;
using kube::ScriptedServer;

std::unique_ptr<TaskSpec> task(const std::string& spec = "{}") {
    auto made = std::make_unique<TaskSpec>();
    made->node_name = "wf";
    made->node_id = "wf";
    made->pod_name = "wf";
    made->template_name = "main";
    made->processes.emplace_back().name = "main";
    made->pod.emplace();
    made->pod->template_json = R"({"container":{"image":"i","command":["c"]}})";
    made->pod->specs = {spec};
    return made;
}

PodTaskOptions options() {
    PodTaskOptions made;
    made.workflow_name = "wf";
    made.workflow_uid = "u";
    made.name_space = "n";
    return made;
}

std::string pod(const std::string& uid, const std::string& status, const std::string& owner = "u") {
    return R"({"metadata":{"name":"wf","namespace":"n","uid":")" + uid +
           R"(","annotations":{"workflows.argoproj.io/node-id":"wf"},)"
           R"("labels":{"workflows.argoproj.io/workflow":"wf"},)"
           R"("ownerReferences":[{"kind":"Workflow","uid":")" +
           owner + R"("}]},"spec":{"nodeName":"h"},"status":)" + status + "}";
}

const std::string kPending = R"({"phase":"Pending"})";
const std::string kRunning = R"({"phase":"Running","podIP":"1.2.3.4","containerStatuses":[)"
                             R"({"name":"main","state":{"running":{}}}]})";
const std::string kDone = R"({"phase":"Succeeded","containerStatuses":[)"
                          R"({"name":"wait","state":{"terminated":{"exitCode":0}}},)"
                          R"({"name":"main","state":{"terminated":{"exitCode":0}}}]})";

std::string refusal(const std::string& reason, const std::string& message) {
    return R"({"kind":"Status","reason":")" + reason + R"(","message":")" + message + R"("})";
}

/// A client with the tasks of a run.
class Scene {
public:
    explicit Scene(ScriptedServer::Script script) : server_(std::move(script)) {
        kube::Access access;
        access.server = server_.address();
        kube::ClientOptions quick;
        quick.first_pause_ms = 5;
        quick.n_attempts = 2;
        auto opened = kube::Client::open(access, quick);
        REQUIRE(opened.has_value());
        client_ = std::move(*opened);
        tasks_ = std::make_unique<PodTasks>(*client_, options());
    }

    PodTasks& tasks() { return *tasks_; }
    const ScriptedServer& server() const { return server_; }

    /// What is reported within three seconds, in words; stops at the first report that ends a task.
    std::vector<std::string> reports(std::size_t n_wanted) {
        std::vector<std::string> told;
        const std::int64_t end = kube::unix_now_ms() + 3000;
        while (told.size() < n_wanted && kube::unix_now_ms() < end) {
            for (const BackendReport& report : tasks_->take_reports()) {
                const std::string phase(phase_name(report.report.phase));
                told.push_back(report.finished          ? phase + " " + report.report.message
                               : report.waiting.empty() ? "running on " + report.place.host
                                                        : "waits: " + report.waiting);
            }
            if (told.size() >= n_wanted) break;
            client_->poll(std::min(end, tasks_->next_timer_ms()));
            tasks_->tick(kube::unix_now_ms());
        }
        return told;
    }
    /// Until all requests have been answered.
    void settle() {
        const std::int64_t end = kube::unix_now_ms() + 3000;
        while (tasks_->n_requests() > 0 && kube::unix_now_ms() < end) {
            client_->poll(end);
        }
    }
    /// How many requests began so.
    [[nodiscard]] std::size_t n_asked(const std::string& line) const {
        std::size_t n = 0;
        for (const std::string& request : server_.requests()) {
            n += request.starts_with(line) ? 1U : 0U;
        }
        return n;
    }

private:
    ScriptedServer server_;
    std::unique_ptr<kube::Client> client_;
    std::unique_ptr<PodTasks> tasks_;
};

using Strings = std::vector<std::string>;

} // namespace

TEST_CASE("a pod is created, followed and labelled as completed") {
    Scene scene([](const std::string& line, const std::string&) {
        return line.starts_with("POST") ? ScriptedAnswer{201, pod("1", kPending)}
                                        : ScriptedAnswer{200, "{}"};
    });
    scene.tasks().start(0, task());
    scene.settle();
    scene.tasks().pod_seen(pod("1", kRunning));
    CHECK(scene.reports(1) == Strings{"running on h"});
    scene.tasks().pod_seen(pod("1", kRunning));
    CHECK_FALSE(scene.tasks().has_reports());
    scene.tasks().pod_seen(pod("1", kDone));
    CHECK(scene.reports(1) == Strings{"Succeeded "});
    CHECK(scene.tasks().n_open() == 0);
    scene.tasks().release(0);
    scene.settle();
    CHECK(scene.n_asked("PATCH /api/v1/namespaces/n/pods/wf") == 1);
}

TEST_CASE("the executor's word is enough, and the pod is labelled when it has ended") {
    const auto made_at = [](std::string json, const char* time) {
        const std::string key = R"("metadata":{)";
        return json.insert(json.find(key) + key.size(),
                           std::string(R"("creationTimestamp":")") + time + R"(",)");
    };
    const auto result = [&](const char* time) {
        return made_at(R"({"metadata":{"name":"wf","labels":{)"
                       R"("workflows.argoproj.io/report-outputs-completed":"true"}},)"
                       R"("phase":"Succeeded","outputs":{"result":"r"}})",
                       time);
    };
    const std::string seen = made_at(pod("1", kPending), "2026-01-01T00:00:05Z");
    Scene scene([&](const std::string& line, const std::string&) {
        return line.starts_with("POST") ? ScriptedAnswer{201, seen} : ScriptedAnswer{200, "{}"};
    });
    scene.tasks().start(0, task());
    scene.settle();
    // Of an earlier pod of the same node.
    scene.tasks().result_seen(result("2026-01-01T00:00:04Z"));
    CHECK_FALSE(scene.tasks().has_reports());
    scene.tasks().result_seen(result("2026-01-01T00:00:06Z"));
    CHECK(scene.reports(2) == Strings{"running on h", "Succeeded "});
    CHECK(scene.tasks().n_open() == 0);
    CHECK(scene.tasks().n_ending() == 1);
    scene.tasks().release(0);
    scene.settle();
    CHECK(scene.n_asked("PATCH") == 0);
    scene.tasks().pod_seen(made_at(pod("1", kDone), "2026-01-01T00:00:05Z"));
    CHECK(scene.tasks().n_ending() == 0);
    scene.settle();
    CHECK(scene.n_asked("PATCH /api/v1/namespaces/n/pods/wf") == 1);
    CHECK_FALSE(scene.tasks().has_reports());
}

TEST_CASE("a pod of this run that is there already is taken over") {
    Scene scene([](const std::string& line, const std::string&) {
        return line.starts_with("POST")
                   ? ScriptedAnswer{409, refusal("AlreadyExists", "pods \\\"wf\\\" already exists")}
                   : ScriptedAnswer{200, pod("1", kDone)};
    });
    scene.tasks().start(0, task());
    CHECK(scene.reports(2) == Strings{"running on h", "Succeeded "});
}

TEST_CASE("a pod of somebody else is none of ours") {
    Scene scene([](const std::string& line, const std::string&) {
        return line.starts_with("POST") ? ScriptedAnswer{409, refusal("AlreadyExists", "exists")}
                                        : ScriptedAnswer{200, pod("1", kDone, "other")};
    });
    scene.tasks().start(0, task());
    CHECK(scene.reports(1) == Strings{"Error pods \"wf\" already exists"});
}

TEST_CASE("a quota is waited for, a pod that cannot be is an error") {
    std::atomic<int> n_tries = 0;
    Scene scene([&](const std::string& line, const std::string&) {
        if (!line.starts_with("POST")) return ScriptedAnswer{200, "{}"};
        if (n_tries++ == 0) return ScriptedAnswer{403, refusal("Forbidden", "exceeded quota: q")};
        return ScriptedAnswer{422, refusal("Invalid", "Pod is invalid")};
    });
    scene.tasks().start(0, task());
    CHECK(scene.reports(2) == Strings{"waits: exceeded quota: q", "Error Pod is invalid"});
    CHECK(n_tries == 2);
}

TEST_CASE("a right that is missing for a moment is waited for, what an admission says is not") {
    std::atomic<int> n_tries = 0;
    const std::string right = "User \\\"jane\\\" cannot create resource \\\"pods\\\"";
    Scene scene([&](const std::string& line, const std::string&) {
        if (!line.starts_with("POST")) return ScriptedAnswer{200, "{}"};
        if (n_tries++ == 0) return ScriptedAnswer{403, refusal("Forbidden", right)};
        return ScriptedAnswer{403, refusal("Forbidden", "violates PodSecurity")};
    });
    scene.tasks().start(0, task());
    CHECK(scene.reports(2) == Strings{"waits: User \"jane\" cannot create resource \"pods\"",
                                      "Error violates PodSecurity"});
    CHECK(n_tries == 2);
}

TEST_CASE("a pod that vanishes before it has begun is made again, later it is an error") {
    std::atomic<int> n_pods = 0;
    Scene scene([&](const std::string& line, const std::string&) {
        if (!line.starts_with("POST")) return ScriptedAnswer{200, "{}"};
        return ScriptedAnswer{201, pod(std::to_string(++n_pods), kPending)};
    });
    scene.tasks().start(0, task());
    scene.settle();
    scene.tasks().pod_gone("wf", "1");
    CHECK(scene.reports(1).empty());
    CHECK(n_pods == 2);
    scene.tasks().pod_seen(pod("2", kRunning));
    scene.tasks().pod_gone("wf", "1");
    CHECK(scene.reports(1) == Strings{"running on h"});
    scene.tasks().pod_gone("wf", "2");
    CHECK(scene.reports(1) == Strings{"Error pod deleted"});
}

TEST_CASE("what was told before a task is started counts when it is") {
    Scene scene([](const std::string&, const std::string&) { return ScriptedAnswer{500, "{}"}; });
    scene.tasks().result_seen(
        R"({"metadata":{"name":"wf","labels":{"workflows.argoproj.io/report-outputs-completed":)"
        R"("true"}},"outputs":{"result":"r"}})");
    scene.tasks().pod_seen(pod("1", kDone));
    auto wanted = task();
    wanted->capture_result = true;
    scene.tasks().start(0, std::move(wanted));
    CHECK(scene.reports(2) == Strings{"running on h", "Succeeded "});
    CHECK(scene.n_asked("POST") == 0);
}

TEST_CASE("a stopped pod that has not begun is deleted") {
    Scene scene([](const std::string& line, const std::string&) {
        return line.starts_with("POST") ? ScriptedAnswer{201, pod("1", kPending)}
                                        : ScriptedAnswer{200, "{}"};
    });
    scene.tasks().start(0, task());
    scene.settle();
    scene.tasks().stop(0, false);
    scene.settle();
    CHECK(scene.n_asked("DELETE /api/v1/namespaces/n/pods/wf?gracePeriodSeconds=0") == 1);
    scene.tasks().pod_gone("wf", "1");
    CHECK(scene.reports(1) == Strings{"Error pod deleted"});
}

TEST_CASE("claims are made before pods, and deleted when the run has succeeded") {
    Scene scene([](const std::string& line, const std::string&) {
        const bool is_pod = line.find("/pods") != line.npos;
        if (!line.starts_with("POST")) return ScriptedAnswer{200, "{}"};
        return ScriptedAnswer{201, is_pod ? pod("1", kPending) : "{}"};
    });
    scene.tasks().start(
        0, task(R"({"volumeClaimTemplates":[{"metadata":{"name":"d"},"spec":{}}],)"
                R"("podGC":{"strategy":"OnWorkflowSuccess","deleteDelayDuration":"0s"}})"));
    scene.settle();
    const Strings asked = scene.server().requests();
    REQUIRE(asked.size() == 2);
    CHECK(asked[0].starts_with("POST /api/v1/namespaces/n/persistentvolumeclaims"));
    CHECK(asked[1].starts_with("POST /api/v1/namespaces/n/pods"));
    scene.tasks().pod_seen(pod("1", kDone));
    CHECK(scene.reports(2).size() == 2);
    scene.tasks().release(0);
    scene.tasks().release_all(true);
    scene.tasks().tick(kube::unix_now_ms() + 1);
    scene.settle();
    CHECK(scene.n_asked("DELETE /api/v1/namespaces/n/persistentvolumeclaims/wf-d") == 1);
    CHECK(scene.n_asked("DELETE /api/v1/namespaces/n/pods/wf") == 1);
}

} // namespace tiphys::run
