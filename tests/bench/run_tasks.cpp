// Running many tasks: in virtual time, where the core alone counts, and as processes of this
// machine, beside ninja where it is installed.
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sys/resource.h>

#include "compiler/base/source_map.h"
#include "compiler/front/load.h"
#include "runtime/plan/build.h"
#include "runtime/simulation.h"
#include "tests/bench/frame/measure.h"

namespace tiphys::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kTasks = 2000;
constexpr int kFanOut = 10'000;

std::string fan_out(std::int64_t n_tasks, const std::string& limit) {
    return "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: wf}\n"
           "spec:\n  entrypoint: main\n  templates:\n"
           "  - name: ok\n    container: {image: i, command: ['true']}\n"
           "  - name: main\n" +
           limit +
           "    dag:\n      tasks:\n      - {name: l, template: ok, withSequence: {count: '" +
           std::to_string(n_tasks) + "'}}\n";
}

void simulate(std::int64_t n_tasks, const std::string& limit) {
    SourceMap sources;
    const FileId file = sources.add("fan_out.yaml", fan_out(n_tasks, limit));
    const front::InputFile input{file, true};
    const ir::Project project = front::load_project(sources, std::span(&input, 1), 1);
    run::RunRequest request;
    request.workflow = project.all("Workflow").front();
    request.name = "wf";
    const run::BuiltPlan built = run::build_plan(project, request);
    run::SimulatedOptions options;
    options.keeps_names = false;
    run::SimulatedBackend backend(std::move(options));
    run::State state(built.plan);
    const auto done = run::simulate_to_end(state, backend);
    if (!done || state.phase != run::RunPhase::kSucceeded) std::cerr << "the run has failed\n";
}

double peak_mib() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

void simulated() {
    const std::string limit = "    parallelism: 1000\n";
    const double small = measure_call([&] { simulate(kFanOut, limit); }, 3);
    print_figure("simulated fan-out of 10,000", small, "ms", "< 500", small < 500);
    const double middle = measure_call([&] { simulate(100'000, limit); }, 3);
    const double large = measure_call([&] { simulate(1'000'000, limit); }, 3);
    print_figure("simulated fan-out of 1,000,000", large, "ms", "< 15,000", large < 15'000);
    print_figure("  its memory", peak_mib(), "MiB", "< 300", peak_mib() < 300);
    const double slope = std::log(large / middle) / std::log(10.0);
    print_figure("  slope of time over nodes", slope, "", "<= 1.05", slope <= 1.05);
    const double at_once = measure_call([] { simulate(1'000'000, ""); }, 1);
    print_figure("simulated, 1,000,000 at once", at_once, "ms", "< 15,000", at_once < 15'000);
    print_figure("  its memory", peak_mib(), "MiB", "< 300", peak_mib() < 300);
}

std::string written(const fs::path& path, const std::string& text) {
    std::ofstream(path) << text;
    return path.string();
}

double rate_of(const std::vector<std::string>& command, int n_tasks) {
    const auto cost = measure_process(command, 5);
    if (!cost || cost->exit_code != 0) return 0;
    return n_tasks / cost->wall_ms * 1000;
}

std::vector<std::string> run(const std::string& program, const fs::path& folder,
                             const std::string& file, const std::string& isolation) {
    const std::string state = (folder / "state").string();
    return {program, "run", file, "-q", "--isolation", isolation, "--state", state};
}

/// `places`: how many at once; empty: as many as each takes by itself.
void beside_ninja(const std::string& program, const fs::path& folder, int n_tasks,
                  const std::string& places) {
    const std::string file = written(folder / "many.yaml", fan_out(n_tasks, ""));
    std::string build = "rule t\n  command = true\n";
    for (int i = 0; i < n_tasks; ++i) {
        build += "build o" + std::to_string(i) + ": t\n";
    }
    std::vector<std::string> ninja = {"ninja", "-C", folder.string(), "-f",
                                      written(folder / "build.ninja", build)};
    std::vector<std::string> ours = run(program, folder, file, "none");
    std::string label = ", " + std::to_string(n_tasks) + " tasks";
    if (!places.empty()) {
        ninja.insert(ninja.end(), {"-j", places});
        ours.insert(ours.end(), {"-j", places});
        label += ", -j " + places;
    }
    const double theirs = rate_of(ninja, n_tasks);
    const double none = rate_of(ours, n_tasks);
    print_figure("ninja" + label, theirs, "tasks/s");
    print_figure("tiphys run --isolation none" + label, none, "tasks/s", ">= ninja",
                 none >= theirs);
}

void local(const std::string& program, const fs::path& folder) {
    for (const int n_tasks : {kTasks, kFanOut}) {
        for (const char* places : {"", "2"}) {
            beside_ninja(program, folder, n_tasks, places);
        }
    }
    const std::string file = written(folder / "many.yaml", fan_out(kTasks, ""));
    const double spaces = rate_of(run(program, folder, file, "namespace"), kTasks);
    print_figure("tiphys run --isolation namespace", spaces, "tasks/s", ">= 400", spaces >= 400);
    const std::string wide = written(folder / "wide.yaml", fan_out(kFanOut, ""));
    const auto cost = measure_process(run(program, folder, wide, "none"), 1);
    const double seconds = cost ? cost->wall_ms / 1000 : 0;
    print_figure("local fan-out of 10,000", seconds, "s", "< 15", cost && seconds < 15);
}

} // namespace
} // namespace tiphys::bench

int main(int argc, char** argv) {
    using namespace tiphys::bench;
    simulated();
    const fs::path folder = fs::temp_directory_path() / "tiphys_bench_run";
    fs::remove_all(folder);
    fs::create_directories(folder);
    local(program_under_test(argc, argv), folder);
    fs::remove_all(folder);
    return 0;
}
