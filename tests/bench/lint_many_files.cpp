// Lints 1,000, 5,000 and 20,000 generated files: the cost must grow with their number and no more.
// Beside it, once, `argo lint --offline` on the same files, where it is installed.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <unistd.h>

#include "tests/bench/frame/measure.h"

namespace tiphys::bench {
namespace {

namespace fs = std::filesystem;

/// One of so many files has a defect.
constexpr int kDefectEvery = 10;

/// A workflow of some forty lines: a DAG of eight tasks over two templates.
std::string workflow(int number) {
    const std::string id = std::to_string(number);
    std::string text = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata:\n  name: w" +
                       id +
                       "\nspec:\n  entrypoint: main\n  templates:\n  - name: main\n    dag:\n"
                       "      tasks:\n";
    for (int task = 0; task < 8; ++task) {
        const bool is_wrong = task == 3 && number % kDefectEvery == 0;
        text += "      - name: t" + std::to_string(task) +
                "\n        template: " + (is_wrong ? "wrok" : "work") + "\n";
        if (task > 0) text += "        depends: t" + std::to_string(task - 1) + "\n";
        text +=
            "        arguments:\n          parameters:\n          - name: text\n            value: "
            "\"{{workflow.name}}-" +
            std::to_string(task) + "\"\n";
    }
    return text +
           "  - name: work\n    inputs:\n      parameters:\n      - name: text\n    container:\n"
           "      image: alpine:3.20\n      command: [echo, \"{{inputs.parameters.text}}\"]\n";
}

void write_files(const fs::path& folder, int from, int to) {
    for (int i = from; i < to; ++i) {
        const fs::path sub_folder = folder / ("d" + std::to_string(i / 500));
        fs::create_directories(sub_folder);
        std::ofstream(sub_folder / ("w" + std::to_string(i) + ".yaml")) << workflow(i);
    }
}

void compare_with_argo(const std::string& program, const std::string& folder) {
    const auto argo = run_process({"argo", "lint", "--offline", folder});
    if (!argo) {
        std::cout << "skipped: argo is not installed\n";
        return;
    }
    const auto ours = measure_process({program, "lint", folder}, 3);
    if (!ours) return;
    print_figure("argo lint --offline of as many", argo->wall_ms, "ms");
    print_figure("argo lint --offline, memory", argo->peak_mib, "MiB");
    const double ratio = ours->wall_ms / argo->wall_ms;
    print_figure("tiphys lint / argo lint", ratio, "", "< 0.067", ratio < 1.0 / 15);
}

int run(const std::string& program) {
    std::string pattern = (fs::temp_directory_path() / "bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) return 2;
    const fs::path folder = pattern;
    double small_ms = 0; // a file, of the smallest number
    int exit_code = 0;
    int n_written = 0;
    for (const int n_files : {1'000, 5'000, 20'000}) {
        write_files(folder, n_written, n_files);
        n_written = n_files;
        const auto cost = measure_process({program, "lint", folder.string()}, 3);
        if (!cost || cost->exit_code > 1) {
            std::cerr << "`" << program << " lint` does not run\n";
            exit_code = 2;
            break;
        }
        const std::string what = "lint of " + std::to_string(n_files) + " files";
        const double file_ms = cost->wall_ms / n_files;
        if (small_ms == 0) small_ms = file_ms;
        print_figure(what, cost->wall_ms, "ms");
        print_figure(what + ", cost of a file beside that of 1,000", file_ms / small_ms, "",
                     "< 1.3", file_ms / small_ms < 1.3);
        print_figure(what + ", memory", cost->peak_mib, "MiB", "< 200", cost->peak_mib < 200);
    }
    if (exit_code == 0) compare_with_argo(program, folder.string());
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    return exit_code;
}

} // namespace
} // namespace tiphys::bench

int main(int argc, char** argv) {
    return tiphys::bench::run(tiphys::bench::program_under_test(argc, argv));
}
