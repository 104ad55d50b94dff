// Looking up names.
#include "compiler/front/language/scope.h"

#include <array>
#include <utility>

namespace tiphys::front {
namespace {

using Kind = ValueType::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 11> kKinds{{
    {"string", Kind::kString},
    {"int", Kind::kInt},
    {"float", Kind::kFloat},
    {"bool", Kind::kBool},
    {"duration", Kind::kString},
    {"quantity", Kind::kString},
    {"file", Kind::kFile},
    {"dir", Kind::kFile},
    {"json", Kind::kJson},
    {"map", Kind::kJson},
    {"any", Kind::kAny},
}};

} // namespace

const Symbol* LanguageScope::find_variable(std::string_view name) const {
    for (const LanguageScope* scope = this; scope != nullptr; scope = scope->parent) {
        const auto found = scope->variables.find(name);
        if (found != scope->variables.end()) return &found->second;
    }
    return nullptr;
}

const LanguageNode* LanguageScope::find_node(std::string_view name) const {
    for (const LanguageScope* scope = this; scope != nullptr; scope = scope->parent) {
        const auto found = scope->nodes.find(name);
        if (found != scope->nodes.end()) return &found->second;
    }
    return nullptr;
}

const Callable* LanguageScope::find_callable(std::string_view name) const {
    for (const LanguageScope* scope = this; scope != nullptr; scope = scope->parent) {
        const auto found = scope->callables.find(name);
        if (found != scope->callables.end()) return &found->second;
    }
    return nullptr;
}

const Module* LanguageScope::find_module(std::string_view name) const {
    const LanguageScope* scope = this;
    while (scope->file == nullptr && scope->parent != nullptr)
        scope = scope->parent;
    if (scope->file == nullptr) return nullptr;
    const auto found = scope->file->modules.find(name);
    return found == scope->file->modules.end() ? nullptr : &found->second;
}

const Callable* LanguageScope::find_callee(const ast::Path& callee) const {
    if (callee.parts.empty()) return nullptr;
    const std::string_view first = callee.parts.front().text;
    const Module* module = find_module(first);
    const bool is_bare = callee.parts.size() == 1;
    if (is_bare && (module == nullptr || !module->is_object)) return find_callable(first);
    if (module == nullptr || module->file == nullptr) return nullptr;
    return module->file->scope.find_callable(is_bare ? module->entry : callee.parts[1].text);
}

const Symbol* LanguageScope::find_value(const ast::Expr& expr) const {
    if (const auto* name = ast::as<ast::NameExpr>(&expr)) return find_variable(name->name.text);
    const auto* member = ast::as<ast::MemberExpr>(&expr);
    const auto* object = member == nullptr ? nullptr : ast::as<ast::NameExpr>(member->object);
    if (object == nullptr || find_variable(object->name.text) != nullptr ||
        find_node(object->name.text) != nullptr) {
        return nullptr;
    }
    const Module* module = find_module(object->name.text);
    if (module == nullptr || module->file == nullptr) return nullptr;
    return module->file->scope.find_variable(member->member.text);
}

std::vector<std::string_view> LanguageScope::value_names() const {
    std::vector<std::string_view> names;
    for (const LanguageScope* scope = this; scope != nullptr; scope = scope->parent) {
        for (const auto& [name, symbol] : scope->variables)
            names.push_back(name);
        for (const auto& [name, node] : scope->nodes)
            names.push_back(name);
    }
    return names;
}

std::vector<std::string_view> LanguageScope::callable_names() const {
    std::vector<std::string_view> names;
    for (const LanguageScope* scope = this; scope != nullptr; scope = scope->parent) {
        for (const auto& [name, callable] : scope->callables)
            names.push_back(name);
    }
    return names;
}

std::vector<std::string_view> type_names() {
    std::vector<std::string_view> names{"secret", "configmap"};
    for (const auto& [word, kind] : kKinds)
        names.push_back(word);
    return names;
}

ValueType type_of(const ast::Type* type) {
    ValueType result;
    if (type == nullptr) {
        result.kind = Kind::kString;
        return result;
    }
    for (const ast::Expr* literal : type->literals)
        result.literals.push_back(plain_text(literal));
    if (!type->literals.empty()) result.kind = Kind::kString;
    const std::string_view name =
        type->path.parts.size() == 1 ? type->path.parts.front().text : std::string_view{};
    for (const auto& [word, kind] : kKinds) {
        if (word == name) result.kind = kind;
    }
    if (type->n_lists > 0) result.kind = Kind::kList;
    return result;
}

std::string_view plain_text(const ast::Expr* expr) {
    const auto* text = ast::as<ast::TextExpr>(expr);
    if (text == nullptr) {
        const auto* fence = ast::as<ast::FenceExpr>(expr);
        return fence == nullptr ? std::string_view{} : fence->text;
    }
    if (text->parts.size() != 1 || text->parts[0].expr != nullptr) return {};
    return text->parts[0].text;
}

} // namespace tiphys::front
