// Reads emitted text back and compares.
#include "codegen/read_back.h"

#include <array>

#include "codegen/emit_json.h"
#include "compiler/front/equal.h"
#include "compiler/front/load.h"

namespace tiphys::codegen {
namespace {

std::string shown(const ir::Value* value) {
    if (value == nullptr) return "nothing";
    std::string text;
    emit_json(*value, JsonLayout::kCompact, text);
    constexpr std::size_t kMostShown = 200;
    if (text.size() > kMostShown) text = text.substr(0, kMostShown) + "…";
    return text;
}

} // namespace

std::optional<std::string> difference_when_read_back(const ir::Value& root, std::string_view text) {
    SourceMap sources;
    const std::array files{front::InputFile{sources.add("emitted", std::string(text)), true}};
    const ir::Project project = front::load_project(sources, files, 1);
    const ir::SourceUnit& unit = project.units().front();
    for (const ir::Defect& defect : unit.defects) {
        if (defect.kind != ir::DefectKind::kYamlSyntax) continue;
        const Position at = sources.position(defect.span.file, defect.span.begin);
        return "line " + std::to_string(at.line) + ": " + std::string(defect.text);
    }
    if (unit.documents.size() != 1) {
        return std::to_string(unit.documents.size()) + " documents instead of one";
    }
    const auto difference = front::first_difference(root, *unit.documents.front().root);
    if (!difference) return std::nullopt;
    return (difference->path.empty() ? "the document" : difference->path) + ": " +
           shown(difference->left) + " became " + shown(difference->right);
}

} // namespace tiphys::codegen
