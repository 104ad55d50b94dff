#pragma once
// Names of the language: what each means, and where it is known. Templates, variables and nodes are
// separate name spaces.

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/front/language/draft.h"
#include "compiler/syntax/ast.h"

namespace tiphys::front {

struct LanguageScope;
struct LanguageFile;

/// When a value is known: const < submit < run; event values stand apart.
enum class ValuePhase : std::uint8_t { kConst, kSubmit, kRun, kEvent };

/// The type of a value, as far as texts in Argo have one.
struct ValueType {
    enum class Kind : std::uint8_t {
        kAny,
        kString,
        kInt,
        kFloat,
        kBool,
        kJson,
        kFile,
        kList,
        kNode
    };
    Kind kind = Kind::kAny;
    /// The texts of a union; empty for other types.
    std::vector<std::string_view> literals;

    [[nodiscard]] bool is_artifact() const { return kind == Kind::kFile; }
};

/// A template that can be called: a declaration of this project, or (without one) a name in an
/// object that is not known.
struct Callable {
    const ast::Statement* statement = nullptr;
    const ast::TemplateDecl* decl = nullptr;
    const LanguageScope* scope = nullptr;
    const LanguageFile* file = nullptr;
    /// Of a template of a WorkflowTemplate: that object's name. Calls refer to it.
    std::string_view object = {};
    bool is_cluster_scoped = false;
};

/// A task or step by its name.
struct LanguageNode {
    std::string_view name;
    Span span;
    Callable callee;
    bool is_loop = false;
    bool is_conditional = false;
    /// `tasks` or `steps`.
    std::string_view prefix;
};

struct Symbol {
    enum class Kind : std::uint8_t { kLet, kFunction, kReference, kEvent };
    Kind kind = Kind::kLet;
    Span span;
    /// kLet: its value, in `scope`. kFunction: its body.
    const ast::Expr* expr = nullptr;
    const LanguageScope* scope = nullptr;
    const ast::FnDecl* function = nullptr;
    /// kReference: the tag without braces; empty for a loop over constants.
    std::string tag;
    ValueType type;
    ValuePhase phase = ValuePhase::kSubmit;
    /// kReference: nodes whose outcome it is (a loop variable over a node's result).
    std::vector<std::string_view> nodes;
    /// Of a loop over a constant list that is unrolled: the value.
    const Draft* constant = nullptr;
    /// kEvent: the dependency's name.
    std::string_view event;
};

struct Module;

struct LanguageScope {
    const LanguageScope* parent = nullptr;
    std::map<std::string_view, Symbol> variables;
    std::map<std::string_view, LanguageNode> nodes;
    std::map<std::string_view, Callable> callables;
    /// Tags of a scope whose code is lifted into a template of its own become its inputs.
    std::vector<std::string_view>* lifted = nullptr;
    /// Of the outermost scope of a file: that file, for the modules that it uses.
    const LanguageFile* file = nullptr;
    /// What a call leaves unsaid: `name:` is the variable of that name.
    std::deque<ast::Expr> implied;

    [[nodiscard]] const Symbol* find_variable(std::string_view name) const;
    [[nodiscard]] const LanguageNode* find_node(std::string_view name) const;
    [[nodiscard]] const Callable* find_callable(std::string_view name) const;
    /// What `use` made known under that name in the file that this scope is part of.
    [[nodiscard]] const Module* find_module(std::string_view name) const;
    /// `name`, `module.name`, or a module that stands for one object: its entrypoint.
    [[nodiscard]] const Callable* find_callee(const ast::Path& callee) const;
    /// The variable behind `name` or `module.name`; null for all other expressions.
    [[nodiscard]] const Symbol* find_value(const ast::Expr& expr) const;
    /// For suggestions.
    [[nodiscard]] std::vector<std::string_view> value_names() const;
    [[nodiscard]] std::vector<std::string_view> callable_names() const;
};

/// What stands behind a name of `use`: a file of the language, or a WorkflowTemplate.
struct Module {
    /// Its names; null where there is no such file, or where the project does not know the object.
    const LanguageFile* file = nullptr;
    /// The WorkflowTemplate's name; empty for files, and where there are several.
    std::string_view object = {};
    bool is_cluster_scoped = false;
    bool is_object = false;
    /// Of an object: the template that a call of the object itself means.
    std::string_view entry = "main";
    /// Of an object: its parameters, as those of a workflow; null where they are not known.
    const ast::TemplateDecl* decl = nullptr;
};

/// A parsed file with its names.
struct LanguageFile {
    FileId id = FileId::kNone;
    std::string_view path;
    std::string_view text;
    std::span<const ast::Statement> statements;
    LanguageScope scope;
    std::map<std::string_view, Module> modules;
};

/// The type that is written, as far as it matters.
[[nodiscard]] ValueType type_of(const ast::Type* type);

/// The words for types.
[[nodiscard]] std::vector<std::string_view> type_names();

/// The constant text of a text without `${…}`; of other expressions an empty view.
[[nodiscard]] std::string_view plain_text(const ast::Expr* expr);

} // namespace tiphys::front
