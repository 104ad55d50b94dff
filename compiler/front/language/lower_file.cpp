// Top-level declarations of a file.
#include <algorithm>
#include <array>

#include "compiler/front/language/lowering.h"

namespace tiphys::front {
namespace {

constexpr std::array<std::string_view, 5> kObjects{"events", "sensor", "bus", "binding", "object"};

} // namespace

std::vector<Draft*> Lowering::lower_file() {
    std::vector<Draft*> out;
    for (const ast::Statement& statement : file_.statements) {
        const auto* decl = ast::as<ast::TemplateDecl>(&statement);
        const auto* property = ast::as<ast::Property>(&statement);
        if (decl != nullptr && decl->kind == ast::TemplateKind::kWorkflow) {
            lower_workflow(*decl, statement, out);
        } else if (property != nullptr && !property->key.parts.empty()) {
            const ast::Name& word = property->key.parts.front();
            const bool is_object =
                std::find(kObjects.begin(), kObjects.end(), word.text) != kObjects.end();
            if (is_object && property->labels.size() == 1) {
                lower_object(*property, statement, out);
                continue;
            }
            if (statement.is_broken) continue;
            std::vector<std::string_view> known(kObjects.begin(), kObjects.end());
            known.insert(known.end(), {"workflow", "task", "overlay"});
            problems_.report(kLanguageStructure, word.span,
                             "`" + std::string(word.text) + "` cannot stand in a file",
                             Problems::suggestion(word.text, known));
        } else if (ast::as<ast::OnDecl>(&statement) != nullptr ||
                   ast::as<ast::EveryDecl>(&statement) != nullptr ||
                   ast::as<ast::NodeStmt>(&statement) != nullptr ||
                   ast::as<ast::ForStmt>(&statement) != nullptr ||
                   ast::as<ast::IfStmt>(&statement) != nullptr ||
                   ast::as<ast::ParallelStmt>(&statement) != nullptr ||
                   ast::as<ast::DepDecl>(&statement) != nullptr ||
                   ast::as<ast::Spread>(&statement) != nullptr) {
            report_misplaced(statement, "a file outside of a workflow");
        }
    }
    return out;
}

} // namespace tiphys::front
