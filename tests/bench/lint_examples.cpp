// Lints Argo's examples as a whole process, beside a bare parse of the same bytes by yaml-cpp and
// beside `argo lint --offline` where it is installed.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "tests/bench/frame/measure.h"

namespace tiphys::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kRounds = 15;

/// Takes the events and does nothing with them: what reading YAML costs at least.
class NoEvents : public YAML::EventHandler {
public:
    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
};

std::vector<fs::path> yaml_files(const std::string& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const fs::path ending = entry.path().extension();
        if (ending == ".yaml" || ending == ".yml") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

/// Number of files that yaml-cpp cannot parse.
int parse_all(const std::vector<fs::path>& files) {
    int n_failed = 0;
    for (const fs::path& path : files) {
        std::ifstream in(path, std::ios::binary);
        NoEvents events;
        try {
            YAML::Parser parser(in);
            while (parser.HandleNextDocument(events)) {
            }
        } catch (const YAML::Exception&) {
            ++n_failed;
        }
    }
    return n_failed;
}

void compare_with_argo(const std::string& folder, double tiphys_ms) {
    const auto argo = measure_process({"argo", "lint", "--offline", folder}, 3);
    if (!argo) {
        std::cout << "skipped: argo is not installed\n";
        return;
    }
    print_figure("argo lint --offline", argo->wall_ms, "ms");
    const double ratio = tiphys_ms / argo->wall_ms;
    print_figure("tiphys lint / argo lint", ratio, "", "< 0.1", ratio < 0.1);
}

int run(const std::string& program) {
    const std::string folder = shared_folder("corpus/argo-workflows");
    if (folder.empty()) return 0;
    const std::vector<fs::path> files = yaml_files(folder);
    const double parse_ms = measure_call([&] { static_cast<void>(parse_all(files)); }, kRounds);
    print_figure("yaml-cpp events of " + std::to_string(files.size()) + " files", parse_ms, "ms");
    const auto lint = measure_process({program, "lint", folder}, kRounds);
    if (!lint || lint->exit_code > 1) {
        std::cerr << "`" << program << " lint " << folder << "` does not run\n";
        return 2;
    }
    print_figure("tiphys lint, whole process", lint->wall_ms, "ms");
    print_figure("tiphys lint, CPU of all threads", lint->cpu_ms, "ms");
    print_figure("tiphys lint, memory", lint->peak_mib, "MiB");
    const double ratio = lint->wall_ms / parse_ms;
    print_figure("tiphys lint / yaml-cpp", ratio, "", "< 2.5", ratio < 2.5);
    compare_with_argo(folder, lint->wall_ms);
    return 0;
}

} // namespace
} // namespace tiphys::bench

int main(int argc, char** argv) {
    return tiphys::bench::run(tiphys::bench::program_under_test(argc, argv));
}
