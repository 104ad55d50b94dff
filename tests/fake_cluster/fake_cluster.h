#pragma once
// An API server on a port of this machine, and a kubelet that says of pods that they have run.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/kubernetes/scripted_server.h"
#include "tests/fake_cluster/object_store.h"

namespace tiphys::fake {

/// Times of a pod's life after its creation.
struct KubeletOptions {
    int running_after_ms = 0;
    /// After it runs; nothing: it never ends.
    std::optional<int> ended_after_ms = 0;
};

/// A request, taken apart.
struct ApiRequest {
    std::string method;
    std::string path;
    std::map<std::string, std::string> query;
    std::string plural;
    std::string name_space;
    std::string name;
    std::string subresource;
    std::string body;

    /// As roles name it: `create`, `watch`.
    [[nodiscard]] std::string verb() const;
};

class FakeCluster {
public:
    /// Answers in place of the cluster where it gives an answer.
    using Before = std::function<std::optional<kube::ScriptedAnswer>(const ApiRequest&)>;
    explicit FakeCluster(KubeletOptions kubelet = {}, Before before = nullptr);
    ~FakeCluster();
    FakeCluster(const FakeCluster&) = delete;
    FakeCluster& operator=(const FakeCluster&) = delete;

    [[nodiscard]] const std::string& address() const { return address_; }
    /// A kubeconfig with the namespace `default`.
    [[nodiscard]] std::string kubeconfig() const;

    /// By plural; pods, workflows and whatever else a controller watches.
    [[nodiscard]] ObjectStore& store(const std::string& plural);
    void set_kubelet(const KubeletOptions& kubelet);
    /// Its containers end well.
    void end_pod(const std::string& key);

    /// Requests so far: `create pods`.
    [[nodiscard]] std::map<std::string, int> counts() const;
    void forget_counts();
    /// Milliseconds from each pod's end to the creation of the next pod after it.
    [[nodiscard]] std::vector<double> hops() const;

    /// Whether a workflow (`default/name`) ends with that phase in time.
    [[nodiscard]] bool waits_for_phase(const std::string& key, const std::string& phase,
                                       int longest_ms);
    /// Waits until `is_so`; false: it never was.
    [[nodiscard]] static bool waits(const std::function<bool()>& is_so, int longest_ms);

private:
    using Clock = std::chrono::steady_clock;
    struct Step {
        Clock::time_point at;
        std::string pod;
        bool is_end = false;
        /// The earliest comes last; of one pod's the end comes after the beginning.
        friend bool operator<(const Step& a, const Step& b) {
            return a.at != b.at ? a.at > b.at : a.is_end && !b.is_end;
        }
    };

    [[nodiscard]] kube::ScriptedAnswer answer(const std::string& line, const std::string& body);
    [[nodiscard]] kube::ScriptedAnswer answer_request(const ApiRequest& request);
    [[nodiscard]] kube::ScriptedAnswer answer_get(const ApiRequest& request, ObjectStore& objects);
    void pod_created(const std::string& name_space, const std::string& json);
    void run_kubelet();
    void take_step(const Step& step);

    Before before_;
    std::map<std::string, std::unique_ptr<ObjectStore>> stores_;
    mutable std::mutex mutex_;
    KubeletOptions kubelet_;
    std::map<std::string, int> counts_;
    std::vector<double> hops_;
    std::optional<Clock::time_point> last_end_;
    std::priority_queue<Step> steps_;
    std::condition_variable stepped_;
    std::atomic<bool> is_over_{false};
    std::string address_;
    std::unique_ptr<kube::ScriptedServer> server_;
    std::thread kubelet_thread_;
};

} // namespace tiphys::fake
