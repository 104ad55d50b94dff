// How much shorter published manifests become in the language: bytes without scripts, manifests
// and comments, which are the same in any notation.
//
//     bench_import_size [FOLDER]
//
// Prints the ten worst files and the total beside its goal.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <vector>

#include "codegen/entries.h"
#include "codegen/tiphys/import.h"
#include "compiler/front/load.h"
#include "tests/bench/frame/measure.h"

namespace {

namespace fs = std::filesystem;
using namespace tiphys;

constexpr double kGoal = 45;

struct Size {
    std::string name;
    std::size_t yaml_bytes = 0;
    std::size_t tiphys_bytes = 0;

    [[nodiscard]] double percent() const {
        return 100.0 * static_cast<double>(tiphys_bytes) /
               static_cast<double>(std::max<std::size_t>(yaml_bytes, 1));
    }
};

/// The lines of a block scalar, with their indentation; nothing for texts on one line.
std::size_t payload_in_yaml(const ir::Value& value, const SourceMap& sources) {
    std::size_t n = 0;
    for (const ir::Entry& entry : codegen::entries_of(value))
        n += payload_in_yaml(*entry.value, sources);
    if (const auto* list = ir::list_as(&value)) {
        for (const ir::Value* item : list->items)
            n += payload_in_yaml(*item, sources);
    }
    const bool is_block =
        value.style == ScalarStyle::kLiteral || value.style == ScalarStyle::kFolded;
    return value.kind == ir::ValueKind::kScalar && is_block ? value.span.size() : n;
}

/// Fences, texts in triple quotes, and comments.
std::size_t payload_in_tiphys(const std::string& text) {
    std::size_t n = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size() - 1);
        const std::string_view line(text.data() + at, end + 1 - at);
        const std::size_t first = line.find_first_not_of(' ');
        const std::size_t fence = line.find("```");
        const bool opens_text = line.ends_with("\"\"\"\n");
        at = end + 1;
        if (first != line.npos && line[first] == '#') {
            n += line.size();
        } else if (fence != line.npos || opens_text) {
            std::size_t n_ticks = 0;
            while (fence != line.npos && fence + n_ticks < line.size() &&
                   line[fence + n_ticks] == '`')
                ++n_ticks;
            const std::string mark = opens_text ? "\"\"\"" : std::string(n_ticks, '`');
            const std::size_t close = std::min(text.find(mark, at), text.size());
            n += close - at;
            at = std::min(text.find('\n', close), text.size() - 1) + 1;
        }
    }
    return n;
}

Size measure(const fs::path& path, const fs::path& root) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    SourceMap sources;
    const front::InputFile input{sources.add(path.string(), text.str()), true};
    const ir::Project project = front::load_project(sources, {&input, 1}, 1);
    const ir::SourceUnit& unit = project.units().front();
    Size size{.name = fs::relative(path, root).string()};
    size.yaml_bytes = text.str().size();
    for (const ir::Document* document : codegen::importable(unit))
        size.yaml_bytes -= payload_in_yaml(*document->root, sources);
    for (const Span comment : unit.comments) {
        // A comment that stands alone takes its line.
        const std::size_t column = sources.position(comment.file, comment.begin).column;
        size.yaml_bytes -= std::min<std::size_t>(size.yaml_bytes, comment.size() + column);
    }
    const codegen::Imported imported = codegen::import_unit(unit, sources);
    if (imported.n_objects == 0) return {};
    size.tiphys_bytes = imported.text.size() - payload_in_tiphys(imported.text);
    return size;
}

} // namespace

int main(int argc, char** argv) {
    const std::string folder = argc > 1 ? argv[1] : bench::shared_folder("corpus/argo-workflows");
    if (folder.empty()) return 0;
    std::vector<Size> sizes;
    Size total;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".yaml") continue;
        const Size size = measure(entry.path(), folder);
        if (size.yaml_bytes == 0) continue;
        total.yaml_bytes += size.yaml_bytes;
        total.tiphys_bytes += size.tiphys_bytes;
        sizes.push_back(size);
    }
    std::sort(sizes.begin(), sizes.end(),
              [](const Size& a, const Size& b) { return a.percent() > b.percent(); });
    for (std::size_t i = 0; i < std::min<std::size_t>(sizes.size(), 10); ++i) {
        std::cout << std::left << std::setw(56) << sizes[i].name << std::right << std::setw(8)
                  << sizes[i].yaml_bytes << std::setw(8) << sizes[i].tiphys_bytes << std::setw(7)
                  << std::fixed << std::setprecision(1) << sizes[i].percent() << " %\n";
    }
    bench::print_figure("size against YAML", total.percent(), "%", "<= 45 %",
                        total.percent() <= kGoal);
    return 0;
}
