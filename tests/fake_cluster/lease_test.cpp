// A leader whose lease is not renewed in time, is taken by somebody else, or is answered late.

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <future>
#include <map>
#include <optional>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "compiler/base/folder_for_test.h"
#include "tests/fake_cluster/controller_process.h"

namespace tiphys::fake {
namespace {

using Json = nlohmann::json;

constexpr int kLongestMs = 60'000;
/// Time for what must not happen.
constexpr int kLookMs = 1'000;

constexpr const char* kTwoSteps =
    R"({"metadata":{"name":"wf"},"spec":{"entrypoint":"main","templates":[)"
    R"({"name":"ok","container":{"image":"a","command":["a"]}},)"
    R"({"name":"main","steps":[[{"name":"a","template":"ok"}],[{"name":"b","template":"ok"}]]}]}})";

bool has_said(const ControllerProcess& controller, const std::string& words) {
    return controller.log().find(words) != std::string::npos;
}

void end_pods(FakeCluster& cluster) {
    for (const std::string& key : cluster.store("pods").keys()) {
        cluster.end_pod(key);
    }
}

kube::ScriptedAnswer answer_of(const Outcome& outcome) {
    kube::ScriptedAnswer answer;
    answer.status = outcome.status;
    answer.body = outcome.body;
    return answer;
}

/// A leader with a workflow whose first pod runs.
class Scene {
public:
    explicit Scene(FakeCluster::Before before) : cluster_({0, std::nullopt}, std::move(before)) {
        const char* program = std::getenv("TIPHYS_PROGRAM");
        controller_.emplace(program == nullptr ? "" : program, cluster_, folder_.path(),
                            std::vector<std::string>(), true);
        static_cast<void>(cluster_.store("workflows").create("default", kTwoSteps));
        static_cast<void>(
            FakeCluster::waits([&] { return cluster_.store("pods").size() == 1; }, kLongestMs));
    }
    FakeCluster& cluster() { return cluster_; }
    ControllerProcess& controller() { return *controller_; }
    bool waits_for(const std::string& words) {
        return FakeCluster::waits([&] { return has_said(*controller_, words); }, kLongestMs);
    }

private:
    FolderForTest folder_;
    FakeCluster cluster_;
    std::optional<ControllerProcess> controller_;
};

struct Seen {
    std::string log;
    int exit_code = -2;
    /// Of requests after the lease was gone.
    std::map<std::string, int> counts;
    bool has_succeeded = false;
    std::size_t n_pods = 0;
    /// From the signal to the end.
    std::int64_t end_ms = 0;
};

/// Nobody answers about leases for a while, and nobody else takes it.
Seen lease_is_late() {
    std::atomic<bool> is_cut{false};
    Scene scene([&](const ApiRequest& request) -> std::optional<kube::ScriptedAnswer> {
        if (!is_cut || request.plural != "leases") return std::nullopt;
        return answer_of(failure(503, "ServiceUnavailable", "etcd is away"));
    });
    FakeCluster& cluster = scene.cluster();
    Seen seen;
    is_cut = true;
    static_cast<void>(scene.waits_for("was not renewed in time"));
    cluster.forget_counts();
    end_pods(cluster);
    std::this_thread::sleep_for(std::chrono::milliseconds(kLookMs));
    seen.counts = cluster.counts();
    is_cut = false;
    static_cast<void>(
        FakeCluster::waits([&] { return cluster.store("pods").size() == 2; }, kLongestMs));
    end_pods(cluster);
    seen.has_succeeded = cluster.waits_for_phase("default/wf", "Succeeded", kLongestMs);
    seen.n_pods = cluster.store("pods").size();
    seen.exit_code = scene.controller().end(SIGTERM);
    seen.log = scene.controller().log();
    return seen;
}

/// It is to end while nothing may go out, though there is something to be written.
Seen ends_without_lease() {
    std::atomic<bool> is_cut{false};
    Scene scene([&](const ApiRequest& request) -> std::optional<kube::ScriptedAnswer> {
        if (!is_cut || request.plural != "leases") return std::nullopt;
        return answer_of(failure(503, "ServiceUnavailable", "etcd is away"));
    });
    Seen seen;
    is_cut = true;
    static_cast<void>(scene.waits_for("was not renewed in time"));
    scene.cluster().forget_counts();
    end_pods(scene.cluster());
    std::this_thread::sleep_for(std::chrono::milliseconds(kLookMs));
    const auto begun = std::chrono::steady_clock::now();
    seen.exit_code = scene.controller().end(SIGTERM);
    const auto took = std::chrono::steady_clock::now() - begun;
    seen.end_ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    seen.counts = scene.cluster().counts();
    seen.log = scene.controller().log();
    return seen;
}

/// Somebody else has written into it.
Seen lease_is_taken() {
    std::atomic<bool> is_taken{false};
    Scene scene([&](const ApiRequest& request) -> std::optional<kube::ScriptedAnswer> {
        if (!is_taken || request.plural != "leases") return std::nullopt;
        if (request.verb() == "get") {
            return answer_of(
                {200, R"({"metadata":{"name":"workflow-controller","resourceVersion":"99"},)"
                      R"("spec":{"holderIdentity":"other","leaseTransitions":1}})"});
        }
        return answer_of(failure(409, "Conflict", "the object has been modified"));
    });
    FakeCluster& cluster = scene.cluster();
    Seen seen;
    is_taken = true;
    seen.exit_code = scene.controller().wait(kLongestMs);
    cluster.forget_counts();
    end_pods(cluster);
    std::this_thread::sleep_for(std::chrono::milliseconds(kLookMs));
    seen.counts = cluster.counts();
    seen.log = scene.controller().log();
    return seen;
}

/// One request hangs, as over a connection that is dead.
Seen lease_hangs() {
    constexpr std::chrono::seconds kHangs{12};
    std::atomic<int> n_hang{0};
    std::atomic<bool> is_over{false};
    Scene scene([&](const ApiRequest& request) -> std::optional<kube::ScriptedAnswer> {
        if (request.plural != "leases" || n_hang.load() == 0) return std::nullopt;
        --n_hang;
        const auto end = std::chrono::steady_clock::now() + kHangs;
        while (!is_over && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return std::nullopt;
    });
    Seen seen;
    n_hang = 1;
    static_cast<void>(scene.waits_for("did not answer in time"));
    end_pods(scene.cluster());
    static_cast<void>(
        FakeCluster::waits([&] { return scene.cluster().store("pods").size() == 2; }, kLongestMs));
    end_pods(scene.cluster());
    seen.has_succeeded = scene.cluster().waits_for_phase("default/wf", "Succeeded", kLongestMs);
    seen.exit_code = scene.controller().end(SIGTERM);
    seen.log = scene.controller().log();
    is_over = true;
    return seen;
}

} // namespace

TEST_CASE("a controller whose lease has no namespace says so") {
    const FolderForTest folder;
    FakeCluster cluster({}, [](const ApiRequest& request) -> std::optional<kube::ScriptedAnswer> {
        if (request.plural != "namespaces") return std::nullopt;
        return answer_of(failure(404, "NotFound", "namespaces \"nowhere\" not found"));
    });
    ControllerProcess controller(std::getenv("TIPHYS_PROGRAM"), cluster, folder.path(),
                                 {"--cluster-scoped", "--own-namespace", "nowhere"}, true);
    CHECK(controller.wait(kLongestMs) == 2);
    CHECK(controller.log() == "tiphys: there is no namespace `nowhere`; create it with `kubectl "
                              "create namespace nowhere`\n");
}

TEST_CASE("a leader acts while it has the lease, and ends when somebody else has had it") {
    // Each waits for seconds: they do so together.
    auto late = std::async(std::launch::async, lease_is_late);
    auto taken = std::async(std::launch::async, lease_is_taken);
    auto hangs = std::async(std::launch::async, lease_hangs);
    auto ends = std::async(std::launch::async, ends_without_lease);
    {
        const Seen seen = late.get();
        INFO(seen.log);
        CHECK_FALSE(seen.counts.contains("create pods"));
        CHECK_FALSE(seen.counts.contains("patch workflows"));
        CHECK_FALSE(seen.counts.contains("patch pods"));
        CHECK(seen.log.find("the lease is renewed") != std::string::npos);
        CHECK(seen.log.find("etcd is away") != std::string::npos);
        CHECK(seen.has_succeeded);
        CHECK(seen.n_pods == 2);
        CHECK(seen.exit_code == 0);
    }
    {
        const Seen seen = taken.get();
        INFO(seen.log);
        CHECK(seen.exit_code == 2);
        CHECK(seen.log.find("the lease is lost: another controller has it") != std::string::npos);
        CHECK(seen.counts.empty());
    }
    {
        const Seen seen = ends.get();
        INFO(seen.log);
        CHECK(seen.exit_code == 0);
        CHECK(seen.end_ms < 3'000);
        CHECK_FALSE(seen.counts.contains("patch workflows"));
    }
    {
        const Seen seen = hangs.get();
        INFO(seen.log);
        CHECK(seen.log.find("did not answer in time") != std::string::npos);
        CHECK(seen.log.find("was not renewed in time") == std::string::npos);
        CHECK(seen.has_succeeded);
        CHECK(seen.exit_code == 0);
    }
}

} // namespace tiphys::fake
