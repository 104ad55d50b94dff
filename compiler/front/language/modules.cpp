// WorkflowTemplates as modules.
#include "compiler/front/language/modules.h"

#include <algorithm>
#include <array>

#include "compiler/doc/read.h"
#include "compiler/syntax/parse.h"

namespace tiphys::front {
namespace {

using doc::NodeId;
using doc::NodeKind;

/// Declarations made of a WorkflowTemplate in YAML: what a call needs to know of its templates.
class Declarations {
public:
    Declarations(const doc::Tree& tree, Arena& arena) : tree_(tree), arena_(arena) {}

    [[nodiscard]] NodeId at(std::initializer_list<std::string_view> path) const {
        NodeId id = tree_.root;
        for (const std::string_view key : path)
            id = child(id, key);
        return id;
    }
    [[nodiscard]] std::string_view text(NodeId id) const {
        const bool is_text = id != NodeId::kNone && tree_.node(id).kind == NodeKind::kScalar;
        return is_text ? tree_.node(id).text : std::string_view{};
    }
    [[nodiscard]] std::vector<NodeId> items(NodeId list) const;
    [[nodiscard]] NodeId child(NodeId map, std::string_view key) const;
    const ast::TemplateDecl* workflow(std::string_view name, Span span);
    const ast::TemplateDecl* task(NodeId node);

private:
    const ast::TemplateDecl* declare(ast::TemplateKind kind, const ast::Name& name,
                                     const std::vector<ast::Param>& params,
                                     const std::vector<ast::Param>& outputs);
    void add_parameters(NodeId list, std::vector<ast::Param>& params);
    void add_artifacts(NodeId list, std::vector<ast::Param>& params);
    ast::Name name_of(NodeId map);
    const ast::Expr* expr_of(NodeId id);
    const ast::Type* file_type(Span span, bool is_optional);

    const doc::Tree& tree_;
    Arena& arena_;
};

NodeId Declarations::child(NodeId map, std::string_view key) const {
    if (map == NodeId::kNone || tree_.node(map).kind != NodeKind::kMapping) return NodeId::kNone;
    for (NodeId at = tree_.node(map).first_child; at != NodeId::kNone;) {
        const NodeId value = tree_.node(at).next_sibling;
        if (value == NodeId::kNone) return NodeId::kNone;
        if (tree_.node(at).text == key) {
            const doc::Node& found = tree_.node(value);
            return found.kind == NodeKind::kAlias ? found.target : value;
        }
        at = tree_.node(value).next_sibling;
    }
    return NodeId::kNone;
}

std::vector<NodeId> Declarations::items(NodeId list) const {
    std::vector<NodeId> found;
    if (list == NodeId::kNone || tree_.node(list).kind != NodeKind::kSequence) return found;
    for (NodeId at = tree_.node(list).first_child; at != NodeId::kNone;
         at = tree_.node(at).next_sibling) {
        const doc::Node& node = tree_.node(at);
        const NodeId id = node.kind == NodeKind::kAlias ? node.target : at;
        if (id != NodeId::kNone) found.push_back(id);
    }
    return found;
}

ast::Name Declarations::name_of(NodeId map) {
    const NodeId name = child(map, "name");
    if (name == NodeId::kNone) return {};
    return {arena_.copy(text(name)), tree_.span_of(name)};
}

const ast::Expr* Declarations::expr_of(NodeId id) {
    const Span span = tree_.span_of(id);
    const std::vector<ast::TextPart> parts{{arena_.copy(text(id)), nullptr, span}};
    auto* expr = arena_.make<ast::Expr>();
    expr->span = span;
    expr->value = ast::TextExpr{ast::TextForm::kDouble, arena_.copy(parts)};
    return expr;
}

const ast::Type* Declarations::file_type(Span span, bool is_optional) {
    const std::vector<ast::Name> parts{{"file", span}};
    auto* type = arena_.make<ast::Type>();
    type->span = span;
    type->path = {arena_.copy(parts), span};
    type->is_optional = is_optional;
    return type;
}

void Declarations::add_parameters(NodeId list, std::vector<ast::Param>& params) {
    for (const NodeId item : items(list)) {
        ast::Param param{.span = tree_.span_of(item)};
        param.name = name_of(item);
        for (const std::string_view key : {"default", "value", "valueFrom"}) {
            const NodeId value = child(item, key);
            if (value != NodeId::kNone && param.fallback == nullptr) {
                param.fallback = expr_of(value);
            }
        }
        std::vector<const ast::Expr*> literals;
        for (const NodeId literal : items(child(item, "enum")))
            literals.push_back(expr_of(literal));
        if (!literals.empty()) {
            auto* type = arena_.make<ast::Type>();
            type->span = param.span;
            type->literals = arena_.copy(literals);
            param.type = type;
        }
        params.push_back(param);
    }
}

void Declarations::add_artifacts(NodeId list, std::vector<ast::Param>& params) {
    // An artifact with a place of its own needs no argument.
    constexpr std::array<std::string_view, 10> kPlaces{
        "s3", "gcs", "azure", "oss", "http", "hdfs", "git", "raw", "artifactory", "from"};
    for (const NodeId item : items(list)) {
        ast::Param param{.span = tree_.span_of(item)};
        param.name = name_of(item);
        param.type = file_type(param.span, text(child(item, "optional")) == "true");
        for (const std::string_view place : kPlaces) {
            const NodeId value = child(item, place);
            if (value != NodeId::kNone) param.from = expr_of(value);
        }
        params.push_back(param);
    }
}

const ast::TemplateDecl* Declarations::declare(ast::TemplateKind kind, const ast::Name& name,
                                               const std::vector<ast::Param>& params,
                                               const std::vector<ast::Param>& outputs) {
    auto* decl = arena_.make<ast::TemplateDecl>();
    decl->kind = kind;
    decl->name = name;
    auto* inputs = arena_.make<ast::Params>();
    *inputs = {name.span, arena_.copy(params)};
    decl->params = inputs;
    if (!outputs.empty()) {
        auto* results = arena_.make<ast::Params>();
        *results = {name.span, arena_.copy(outputs)};
        auto* result = arena_.make<ast::Result>();
        result->span = name.span;
        result->outputs = results;
        decl->result = result;
    }
    return decl;
}

const ast::TemplateDecl* Declarations::workflow(std::string_view name, Span span) {
    std::vector<ast::Param> params;
    add_parameters(at({"spec", "arguments", "parameters"}), params);
    return declare(ast::TemplateKind::kWorkflow, {arena_.copy(name), span}, params, {});
}

const ast::TemplateDecl* Declarations::task(NodeId node) {
    const NodeId inputs = child(node, "inputs");
    const NodeId outputs = child(node, "outputs");
    std::vector<ast::Param> params;
    add_parameters(child(inputs, "parameters"), params);
    add_artifacts(child(inputs, "artifacts"), params);
    std::vector<ast::Param> results;
    add_parameters(child(outputs, "parameters"), results);
    add_artifacts(child(outputs, "artifacts"), results);
    return declare(ast::TemplateKind::kTask, name_of(node), params, results);
}

LanguageFile& new_file(const LanguageSource& source, std::deque<LanguageFile>& files) {
    LanguageFile& file = files.emplace_back();
    file.id = source.file;
    file.path = source.path;
    file.text = source.text;
    file.scope.file = &file;
    return file;
}

bool is_flow(const ast::Statement& statement) {
    return ast::as<ast::NodeStmt>(&statement) != nullptr ||
           ast::as<ast::ForStmt>(&statement) != nullptr ||
           ast::as<ast::IfStmt>(&statement) != nullptr ||
           ast::as<ast::ParallelStmt>(&statement) != nullptr;
}

} // namespace

bool is_yaml_name(std::string_view path) {
    return path.ends_with(".yaml") || path.ends_with(".yml");
}

std::string_view entry_of(const ast::TemplateDecl& workflow) {
    std::string_view first;
    if (workflow.block == nullptr) return "main";
    for (const ast::Statement& statement : workflow.block->statements) {
        if (is_flow(statement)) return "main";
        const auto* decl = ast::as<ast::TemplateDecl>(&statement);
        if (decl != nullptr && decl->name.text == "main") return "main";
        if (decl != nullptr && first.empty()) first = decl->name.text;
        const auto* property = ast::as<ast::Property>(&statement);
        if (property == nullptr || property->key.parts.size() != 1) continue;
        const std::string_view key = property->key.parts.front().text;
        if (key != "entry" && key != "entrypoint") continue;
        const auto* name = ast::as<ast::NameExpr>(property->value);
        return name != nullptr ? name->name.text : plain_text(property->value);
    }
    return first.empty() ? "main" : first;
}

/// Adds the WorkflowTemplates of a YAML file; `wanted` names the one that is meant.
bool Libraries::add_yaml(const LanguageSource& source, std::string_view wanted, Module& module,
                         LanguageFile& file) {
    std::size_t n_found = 0;
    for (const Span span : doc::split_documents(source.file, source.text)) {
        if (source.text.substr(span.begin, span.size()).find("WorkflowTemplate") ==
            std::string_view::npos) {
            continue;
        }
        const doc::Tree tree = doc::read_document(span, source.text, arena_);
        if (tree.root == NodeId::kNone) continue;
        Declarations declarations(tree, arena_);
        const std::string_view kind = declarations.text(declarations.at({"kind"}));
        const NodeId name_node = declarations.at({"metadata", "name"});
        const std::string_view name = declarations.text(name_node);
        const bool is_cluster_scoped = kind == "ClusterWorkflowTemplate";
        if ((kind != "WorkflowTemplate" && !is_cluster_scoped) || name.empty()) continue;
        const bool is_wanted =
            wanted.empty() || (name == wanted && is_cluster_scoped == module.is_cluster_scoped);
        if (!is_wanted) continue;
        ++n_found;
        const std::string_view object = arena_.copy(name);
        for (const NodeId item : declarations.items(declarations.at({"spec", "templates"}))) {
            const ast::TemplateDecl* decl = declarations.task(item);
            file.scope.callables.emplace(
                decl->name.text,
                Callable{nullptr, decl, &file.scope, &file, object, is_cluster_scoped});
        }
        module.object = object;
        module.is_cluster_scoped = is_cluster_scoped;
        module.is_object = true;
        const std::string_view entry = declarations.text(declarations.at({"spec", "entrypoint"}));
        if (!entry.empty()) module.entry = arena_.copy(entry);
        module.decl = declarations.workflow(name, tree.span_of(name_node));
    }
    // Of several none is meant by the bare name.
    if (n_found > 1) {
        module.object = {};
        module.is_object = false;
        module.decl = nullptr;
    }
    return n_found > 0;
}

/// A reusable workflow of a .tiphys file.
bool Libraries::add_workflow(const LanguageSource& source, Module& module, LanguageFile& file) {
    const syntax::Parsed parsed = syntax::parse(source.file, source.text, arena_);
    for (const ast::Statement& statement : parsed.file.statements) {
        const auto* decl = ast::as<ast::TemplateDecl>(&statement);
        const bool is_wanted = decl != nullptr && decl->kind == ast::TemplateKind::kWorkflow &&
                               decl->name.text == module.object && decl->block != nullptr;
        if (!is_wanted) continue;
        for (const ast::Statement& inner : decl->block->statements) {
            const auto* task = ast::as<ast::TemplateDecl>(&inner);
            if (task == nullptr) continue;
            file.scope.callables.emplace(task->name.text,
                                         Callable{&inner, task, &file.scope, &file, module.object,
                                                  module.is_cluster_scoped});
        }
        module.decl = decl;
        module.entry = entry_of(*decl);
        return true;
    }
    return false;
}

Module Libraries::object(std::string_view name, bool is_cluster_scoped) {
    Module module{.object = name, .is_cluster_scoped = is_cluster_scoped, .is_object = true};
    for (const LanguageSource& source : sources_) {
        if (source.text.find(name) == std::string_view::npos) continue;
        LanguageFile& file = new_file(source, files_);
        const bool is_found = is_yaml_name(source.path) ? add_yaml(source, name, module, file)
                                                        : add_workflow(source, module, file);
        // An unknown shape: nothing of it can be checked.
        if (is_found && file.scope.callables.contains(module.entry)) {
            module.file = &file;
            return module;
        }
        files_.pop_back();
    }
    module.decl = nullptr;
    module.entry = "main";
    return module;
}

Module Libraries::yaml_file(const LanguageSource& source) {
    Module module;
    LanguageFile& file = new_file(source, files_);
    if (add_yaml(source, {}, module, file)) {
        module.file = &file;
    } else {
        files_.pop_back();
    }
    return module;
}

} // namespace tiphys::front
