// Merging an overlay's statements into those of a file.
#include "compiler/front/language/overlay.h"

#include <algorithm>

namespace tiphys::front {
namespace {

/// What a statement declares: two with the same key are the same thing.
std::string key_of(const ast::Statement& statement) {
    if (const auto* let = ast::as<ast::LetDecl>(&statement)) {
        return "let " + std::string(let->name.text);
    }
    if (const auto* decl = ast::as<ast::TemplateDecl>(&statement)) {
        return std::string(ast::spelling(decl->kind)) + " " + std::string(decl->name.text);
    }
    if (const auto* node = ast::as<ast::NodeStmt>(&statement)) {
        return node->name == nullptr ? "" : "node " + std::string(node->name->text);
    }
    const auto* property = ast::as<ast::Property>(&statement);
    if (property == nullptr) return {};
    std::string key = "property";
    for (const ast::Name& part : property->key.parts)
        key += " " + std::string(part.text);
    for (const ast::Name& label : property->labels)
        key += " " + std::string(label.text);
    return key;
}

class Merger {
public:
    Merger(Arena& arena, Problems& problems) : arena_(arena), problems_(problems) {}

    std::span<const ast::Statement> merge(std::span<const ast::Statement> base,
                                          std::span<const ast::Statement> over, bool must_exist) {
        std::vector<ast::Statement> result(base.begin(), base.end());
        for (const ast::Statement& statement : over) {
            const std::string key = key_of(statement);
            const auto found =
                std::find_if(result.begin(), result.end(), [&](const ast::Statement& other) {
                    return !key.empty() && key_of(other) == key;
                });
            const bool is_declared = ast::as<ast::LetDecl>(&statement) != nullptr ||
                                     ast::as<ast::TemplateDecl>(&statement) != nullptr;
            if (found == result.end()) {
                if (is_declared || must_exist) {
                    problems_.report(kLanguageName, statement.span,
                                     "the overlay changes what the file does not have",
                                     "declare it outside of the overlay first");
                }
                result.push_back(statement);
                continue;
            }
            const auto* property = ast::as<ast::Property>(&statement);
            const bool deletes =
                property != nullptr && ast::as<ast::NullExpr>(property->value) != nullptr;
            if (deletes) {
                result.erase(found);
            } else {
                *found = merged(*found, statement);
            }
        }
        return arena_.copy(result);
    }

private:
    const ast::Block* merged(const ast::Block* base, const ast::Block* over) {
        if (base == nullptr || over == nullptr) return over == nullptr ? base : over;
        return arena_.make<ast::Block>(base->span,
                                       merge(base->statements, over->statements, false));
    }

    ast::Statement merged(const ast::Statement& base, const ast::Statement& over) {
        ast::Statement result = base;
        if (auto* decl = std::get_if<ast::TemplateDecl>(&result.value)) {
            decl->block = merged(decl->block, ast::as<ast::TemplateDecl>(&over)->block);
            return result;
        }
        auto* property = std::get_if<ast::Property>(&result.value);
        const auto* changed = ast::as<ast::Property>(&over);
        if (property != nullptr && property->block != nullptr && changed->block != nullptr) {
            property->block = merged(property->block, changed->block);
            return result;
        }
        return over;
    }

    Arena& arena_;
    Problems& problems_;
};

} // namespace

std::span<const ast::Statement> apply_overlay(std::span<const ast::Statement> statements,
                                              std::string_view environment, Arena& arena,
                                              Problems& problems) {
    std::span<const ast::Statement> result = statements;
    for (const ast::Statement& statement : statements) {
        const auto* overlay = ast::as<ast::OverlayDecl>(&statement);
        if (overlay == nullptr || overlay->block == nullptr) continue;
        // What the others change has to be there as well.
        const std::span<const ast::Statement> merged =
            Merger(arena, problems).merge(statements, overlay->block->statements, true);
        if (overlay->name.text == environment) result = merged;
    }
    return result;
}

} // namespace tiphys::front
