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
#include "compiler/front/language.h"
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

/// Fields whose text is a program or a manifest.
bool is_program_field(std::string_view key) {
    return key == "source" || key == "manifest" || key == "data";
}

/// Whether the argument behind these is a program of a shell or an interpreter: `sh -c`, `python
/// -c`.
bool takes_program(const ir::Value* command) {
    const auto* list = ir::list_as(command);
    if (list == nullptr || list->items.size() < 2) return false;
    const auto* last = ir::scalar_as(list->items.back());
    const std::string_view option = ir::text_of(last);
    return option.starts_with('-') && !option.starts_with("--") && option.ends_with('c');
}

/// What both notations hold of an object that is the same in any: programs, manifests, and texts of
/// several lines.
struct Payload {
    std::string_view source;
    std::size_t yaml_bytes = 0;
    std::size_t tiphys_bytes = 0;

    void add(const ir::Value& yaml, const ir::Value& made, bool is_program) {
        const auto* text = ir::scalar_as(&yaml);
        if (text == nullptr || made.kind != ir::ValueKind::kScalar) return;
        const bool is_long = text->text.find('\n') != text->text.npos;
        if (!is_program && !is_long) return;
        yaml_bytes += yaml.span.size();
        // A description is written as comments, which do not count.
        const std::string_view written = source.substr(made.span.begin, made.span.size());
        const bool is_literal = written.find_first_of("\"'`") == 0;
        if (is_literal) tiphys_bytes += written.size();
    }

    void add_list(const ir::List& yaml, const ir::List& made, bool has_program) {
        const bool is_command = has_program || !takes_program(&yaml);
        for (std::size_t i = 0; i < std::min(yaml.items.size(), made.items.size()); ++i) {
            // `command: [sh, -c, program]`
            const bool is_behind_option = i == 2 && !is_command;
            const bool is_program = (has_program && i == 0) || is_behind_option;
            add(*yaml.items[i], *made.items[i], is_program);
            walk(*yaml.items[i], *made.items[i]);
        }
    }

    void walk(const ir::Value& yaml, const ir::Value& made) {
        const auto* list = ir::list_as(&yaml);
        const auto* made_list = ir::list_as(&made);
        if (list != nullptr && made_list != nullptr) add_list(*list, *made_list, false);
        const std::vector<ir::Entry> entries = codegen::entries_of(yaml);
        const std::vector<ir::Entry> made_entries = codegen::entries_of(made);
        const auto field = [](const std::vector<ir::Entry>& all, std::string_view key) {
            const auto found = std::find_if(all.begin(), all.end(),
                                            [&](const ir::Entry& item) { return item.key == key; });
            return found == all.end() ? nullptr : found->value;
        };
        for (const ir::Entry& entry : entries) {
            const ir::Value* other = field(made_entries, entry.key);
            if (other == nullptr) continue;
            add(*entry.value, *other, is_program_field(entry.key));
            const auto* arguments = entry.key == "args" ? ir::list_as(entry.value) : nullptr;
            const auto* made_arguments = ir::list_as(other);
            if (arguments != nullptr && made_arguments != nullptr) {
                add_list(*arguments, *made_arguments, takes_program(field(entries, "command")));
            } else {
                walk(*entry.value, *other);
            }
        }
    }
};

/// Lines of nothing but a comment, with their ends.
std::size_t comments_in_tiphys(std::string_view text) {
    std::size_t n = 0;
    bool is_fenced = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size() - 1);
        const std::string_view line = text.substr(at, end + 1 - at);
        const std::size_t first = line.find_first_not_of(' ');
        const std::size_t fence = line.find("```");
        const bool is_one_line = fence != line.npos && line.find("```", fence + 3) != line.npos;
        if (!is_fenced && first != line.npos && line[first] == '#') n += line.size();
        if (fence != line.npos && !is_one_line) is_fenced = !is_fenced;
        at = end + 1;
    }
    return n;
}

/// What a file comes to in both notations, as the language compiles it.
void take_payload_out(Size& size, const ir::SourceUnit& unit, const std::string& text) {
    SourceMap sources;
    const FileId file = sources.add("import.tiphys", text);
    const ir::SourceUnit made =
        front::read_language({file, "import.tiphys", sources.file(file).text}, {}, {});
    Payload payload{.source = text};
    const std::vector<const ir::Document*> documents = codegen::importable(unit);
    for (std::size_t i = 0; i < std::min(documents.size(), made.documents.size()); ++i)
        payload.walk(*documents[i]->root, *made.documents[i].root);
    size.yaml_bytes -= std::min(size.yaml_bytes, payload.yaml_bytes);
    size.tiphys_bytes -= std::min(size.tiphys_bytes, payload.tiphys_bytes);
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
    for (const Span comment : unit.comments) {
        // A comment that stands alone takes its line.
        const std::size_t column = sources.position(comment.file, comment.begin).column;
        size.yaml_bytes -= std::min<std::size_t>(size.yaml_bytes, comment.size() + column);
    }
    const codegen::Imported imported = codegen::import_unit(unit, sources);
    if (imported.n_objects == 0) return {};
    size.tiphys_bytes = imported.text.size() - comments_in_tiphys(imported.text);
    take_payload_out(size, unit, imported.text);
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
