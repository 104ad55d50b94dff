// How much shorter pipelines are that were written in the language by hand: the examples of the
// project beside the YAML that they compile to. Comments and texts of several lines, which are the
// same in any notation, are left out of both.
//
//     bench_example_size [FOLDER]
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <vector>

#include "cli/run_command.h"
#include "codegen/entries.h"
#include "compiler/front/load.h"
#include "tests/bench/frame/measure.h"

namespace {

namespace fs = std::filesystem;
using namespace tiphys;

constexpr double kGoal = 40;

std::string compiled(const fs::path& path) {
    std::istringstream in;
    std::ostringstream out;
    cli::Streams streams{in, out, std::cerr, false};
    const std::vector<std::string> arguments{"compile", "-o", "-", path.string()};
    return cli::run_command(arguments, streams) == 0 ? out.str() : std::string{};
}

std::size_t block_texts(const ir::Value& value) {
    std::size_t n = 0;
    for (const ir::Entry& entry : codegen::entries_of(value))
        n += block_texts(*entry.value);
    if (const auto* list = ir::list_as(&value)) {
        for (const ir::Value* item : list->items)
            n += block_texts(*item);
    }
    const bool is_block =
        value.style == ScalarStyle::kLiteral || value.style == ScalarStyle::kFolded;
    return value.kind == ir::ValueKind::kScalar && is_block ? value.span.size() : n;
}

std::size_t size_of_yaml(const std::string& text) {
    SourceMap sources;
    const front::InputFile input{sources.add("compiled.yaml", text), true};
    const ir::Project project = front::load_project(sources, {&input, 1}, 1);
    std::size_t size = text.size();
    for (const ir::Document& document : project.units().front().documents) {
        if (document.root != nullptr) size -= block_texts(*document.root);
    }
    return size;
}

/// Without comment lines, and without what stands between the ticks of a fence.
std::size_t size_of_source(const std::string& text) {
    std::size_t size = 0;
    bool is_fenced = false;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t first = line.find_first_not_of(' ');
        const bool is_comment = first != line.npos && line[first] == '#';
        const std::size_t fence = line.find("```");
        const bool is_edge = fence != line.npos && line.find("```", fence + 3) == line.npos;
        if (is_edge) is_fenced = !is_fenced;
        if (is_edge || (!is_fenced && !is_comment)) size += line.size() + 1;
    }
    return size;
}

} // namespace

int main(int argc, char** argv) {
    const fs::path folder = argc > 1 ? argv[1] : "examples";
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".tiphys") paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    for (const fs::path& path : paths) {
        std::ifstream file(path, std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        const std::size_t yaml = size_of_yaml(compiled(path));
        const double percent = 100.0 * static_cast<double>(size_of_source(text.str())) /
                               static_cast<double>(std::max<std::size_t>(yaml, 1));
        bench::print_figure(path.filename().string() + " against its YAML", percent, "%", "<= 40 %",
                            percent <= kGoal);
    }
    return 0;
}
