// The controller against an API server and a kubelet that are not there: how fast it makes pods,
// what ten thousand of them cost, and whether time grows with the number of nodes only.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <iostream>

#include "compiler/base/folder_for_test.h"
#include "tests/bench/frame/measure.h"
#include "tests/fake_cluster/controller_process.h"

namespace tiphys::bench {
namespace {

using fake::ControllerProcess;
using fake::FakeCluster;

constexpr int kLongestMs = 240'000;

double seconds_of(const std::function<bool()>& is_so) {
    const auto begin = std::chrono::steady_clock::now();
    if (!FakeCluster::waits(is_so, kLongestMs)) std::cerr << "it takes too long\n";
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::string workflow(const std::string& name, const std::string& templates) {
    return R"({"metadata":{"name":")" + name +
           R"("},"spec":{"entrypoint":"main","templates":[{"name":"ok","container":)"
           R"({"image":"busybox","command":["true"]}},)" +
           templates + "]}}";
}

std::string fan_out(const std::string& name, int n_pods) {
    return workflow(name, R"({"name":"main","dag":{"tasks":[{"name":"l","template":"ok",)"
                          R"("withSequence":{"count":")" +
                              std::to_string(n_pods) + R"("}}]}})");
}

std::string chain(const std::string& name, int n_steps) {
    std::string steps;
    for (int i = 0; i < n_steps; ++i) {
        steps += (i == 0 ? "" : ",") + std::string(R"([{"name":"s)") + std::to_string(i) +
                 R"(","template":"ok"}])";
    }
    return workflow(name, R"({"name":"main","steps":[)" + steps + "]}");
}

/// Ten thousand pods that run and do not end.
void live_pods(const std::string& program) {
    const FolderForTest folder;
    FakeCluster cluster({0, std::nullopt});
    const ControllerProcess controller(program, cluster, folder.path());
    constexpr int kPods = 10'000;
    static_cast<void>(cluster.store("workflows").create("default", fan_out("live", kPods)));
    const double seconds = seconds_of([&] { return cluster.store("pods").size() >= kPods; });
    const double rate = kPods / seconds;
    print_figure("pods created", rate, "pods/s", ">= 150", rate >= 150);
    ::sleep(5);
    const double mib = controller.resident_mib();
    print_figure("memory at 10,000 live pods", mib, "MiB", "< 80", mib < 80);
    print_figure("  its peak", controller.peak_mib(), "MiB");
    print_figure("  processor time", controller.cpu_ms() / 1000, "s");
}

/// Runs a workflow to its end; returns the seconds of processor time of the controller.
double wide(const std::string& program, int n_pods) {
    const FolderForTest folder;
    FakeCluster cluster;
    const ControllerProcess controller(program, cluster, folder.path());
    static_cast<void>(cluster.store("workflows").create("default", fan_out("wide", n_pods)));
    const double seconds = seconds_of([&] {
        return cluster.store("workflows").get("default/wide").body.find("\"Completed\"") !=
               std::string::npos;
    });
    const std::string name = "workflow of " + std::to_string(n_pods) + " pods";
    print_figure(name, seconds, "s");
    const double processor_seconds = controller.cpu_ms() / 1000;
    print_figure("  processor time", processor_seconds, "s");
    print_figure("  peak memory", controller.peak_mib(), "MiB");
    if (n_pods < 10'000) return processor_seconds;
    for (const auto& [what, n_calls] : cluster.counts()) {
        if (n_calls > 20) print_figure("  " + what, n_calls / double(n_pods), "per pod");
    }
    return processor_seconds;
}

void hops(const std::string& program) {
    const FolderForTest folder;
    FakeCluster cluster;
    const ControllerProcess controller(program, cluster, folder.path());
    static_cast<void>(cluster.store("workflows").create("default", chain("chain", 200)));
    static_cast<void>(cluster.waits_for_phase("default/chain", "Succeeded", kLongestMs));
    std::vector<double> times = cluster.hops();
    std::sort(times.begin(), times.end());
    if (times.empty()) times.push_back(kLongestMs);
    const double median = times[times.size() / 2];
    print_figure("hop, chain of 200", median, "ms", "< 50", median < 50);
    print_figure("  99th of 100", times[times.size() * 99 / 100], "ms");
}

/// Many small workflows at once.
void many(const std::string& program) {
    const FolderForTest folder;
    FakeCluster cluster;
    const ControllerProcess controller(program, cluster, folder.path());
    constexpr int kWorkflows = 2'000;
    for (int i = 0; i < kWorkflows; ++i) {
        const std::string name = "small-" + std::to_string(i);
        static_cast<void>(cluster.store("workflows").create("default", chain(name, 2)));
    }
    const std::string ended = "workflows.argoproj.io/completed=true";
    const double seconds = seconds_of([&] {
        const std::string list = cluster.store("workflows").list("", ended, 0, "").body;
        int n_ended = 0;
        for (std::size_t at = list.find("\"Completed\""); at != list.npos;
             at = list.find("\"Completed\"", at + 1)) {
            ++n_ended;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        return n_ended >= kWorkflows;
    });
    print_figure("2,000 workflows of two pods", seconds, "s");
    print_figure("  processor time", controller.cpu_ms() / 1000, "s");
    print_figure("  peak memory", controller.peak_mib(), "MiB");
}

} // namespace
} // namespace tiphys::bench

int main(int argc, char** argv) {
    using namespace tiphys::bench;
    const std::string program = program_under_test(argc, argv);
    const std::string part = argc > 2 ? argv[2] : "";
    if (part.empty() || part == "hops") hops(program);
    if (part.empty() || part == "live") live_pods(program);
    if (part.empty() || part == "many") many(program);
    if (part.empty() || part == "wide") {
        const double small = wide(program, 1'000);
        static_cast<void>(wide(program, 3'000));
        const double large = wide(program, 10'000);
        const double slope = std::log(large / small) / std::log(10.0);
        print_figure("slope of processor time over nodes", slope, "", "<= 1.1", slope <= 1.1);
    }
    return 0;
}
