// Compiles .tiphys files: how long 10,000 tasks take, and how much shorter the examples are than
// the YAML that they become.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string_view>
#include <vector>

#include "cli/run_command.h"
#include "tests/bench/frame/measure.h"

namespace tiphys::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kExamples{"ci", "nightly-etl", "s3-ingest",
                                                    "data-pipeline"};
constexpr int kRounds = 5;
// The CRD takes 200 tasks in a DAG and 200 templates in a workflow.
constexpr int kWorkflows = 50;
constexpr int kTasks = 200;

/// DAGs in which each task uses what the one before it gives.
std::string chains() {
    std::ostringstream text;
    for (int n = 0; n < kWorkflows; ++n) {
        text << "workflow chain-" << n << " {\n  dag main {\n    t0 = f(\"x\")\n";
        for (int i = 1; i < kTasks; ++i)
            text << "    t" << i << " = f(t" << i - 1 << ")\n";
        text << "  }\n  task f(text) -> string { image: \"busybox:1.37\" run: [\"echo\", text] "
                "}\n}\n";
    }
    return text.str();
}

/// DAGs whose tasks each have a template of their own.
std::string templates() {
    std::ostringstream text;
    for (int n = 0; n < kWorkflows; ++n) {
        text << "workflow many-" << n << " {\n  dag main {\n";
        for (int i = 1; i < kTasks; ++i)
            text << "    f" << i << "(\"x\")\n";
        text << "  }\n";
        for (int i = 1; i < kTasks; ++i)
            text << "  task f" << i << "(text) { image: \"busybox:1.37\" run: [\"echo\", text] }\n";
        text << "}\n";
    }
    return text.str();
}

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::size_t indent_of(const std::string& line) {
    return std::min(line.find_first_not_of(' '), line.size());
}

/// Bytes without what is the same in any notation: texts of scripts, descriptions, comments.
std::size_t yaml_bytes(const std::string& yaml) {
    std::size_t n_bytes = 0;
    std::size_t block_indent = std::string::npos;
    std::istringstream lines(yaml);
    for (std::string line; std::getline(lines, line);) {
        const bool is_text = block_indent != std::string::npos &&
                             (indent_of(line) > block_indent || indent_of(line) == line.size());
        if (is_text) continue;
        block_indent = std::string::npos;
        if (line.ends_with(": |") || line.ends_with("- |") || line.ends_with(": |-") ||
            line.ends_with("- |-")) {
            block_indent = indent_of(line);
        }
        n_bytes += line.size() + 1;
    }
    return n_bytes;
}

std::size_t source_bytes(const std::string& source) {
    std::size_t n_bytes = 0;
    bool is_script = false;
    std::istringstream lines(source);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t begin = indent_of(line);
        const bool is_fence = line.find("```") != std::string::npos;
        const bool is_comment = begin < line.size() && line[begin] == '#';
        if (is_fence) is_script = !is_script;
        if (!is_fence && (is_script || is_comment)) continue;
        n_bytes += line.size() + 1;
    }
    return n_bytes;
}

std::string compiled(const fs::path& source) {
    std::istringstream in;
    std::ostringstream out;
    cli::Streams streams{in, out, std::cerr, false};
    static_cast<void>(
        cli::run_command(std::vector<std::string>{"compile", "-o", "-", source.string()}, streams));
    return out.str();
}

void compare_sizes() {
    double all_sources = 0;
    double all_manifests = 0;
    for (const std::string_view name : kExamples) {
        const fs::path source = fs::path("examples") / (std::string(name) + ".tiphys");
        if (!fs::exists(source)) {
            std::cout << "skipped: there is no " << source.string() << " here\n";
            return;
        }
        const auto written = static_cast<double>(source_bytes(read(source)));
        const auto made = static_cast<double>(yaml_bytes(compiled(source)));
        print_figure(std::string(name) + ".tiphys / its YAML", written / made, "");
        all_sources += written;
        all_manifests += made;
    }
    const double ratio = all_sources / all_manifests;
    print_figure("all examples / their YAML", ratio, "", "<= 0.4", ratio <= 0.4);
}

void measure_compile(const std::string& program, const std::string& what, const std::string& text) {
    const fs::path file = fs::temp_directory_path() / "tiphys-bench.tiphys";
    std::ofstream(file, std::ios::binary) << text;
    const auto cost = measure_process({program, "compile", "-o", "-", file.string()}, kRounds);
    fs::remove(file);
    if (!cost || cost->exit_code != 0) {
        std::cerr << "`" << program << " compile` does not run\n";
        return;
    }
    print_figure("tiphys compile, " + what, cost->wall_ms, "ms", "< 1000", cost->wall_ms < 1000);
    print_figure("tiphys compile, " + what + ", memory", cost->peak_mib, "MiB");
}

int run(const std::string& program) {
    measure_compile(program, "10,000 tasks", chains());
    measure_compile(program, "10,000 tasks, each with its template", templates());
    compare_sizes();
    return 0;
}

} // namespace
} // namespace tiphys::bench

int main(int argc, char** argv) {
    return tiphys::bench::run(tiphys::bench::program_under_test(argc, argv));
}
