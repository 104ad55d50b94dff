// Names, members, texts and collections.
#include <algorithm>
#include <array>

#include "compiler/front/language/value.h"

namespace tiphys::front {
namespace {

/// What every node has, with the tag behind its name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kNodeMembers{{
    {"status", "status"},
    {"exitCode", "exitCode"},
    {"ip", "ip"},
    {"id", "id"},
    {"startedAt", "startedAt"},
    {"finishedAt", "finishedAt"},
    {"hostNodeName", "hostNodeName"},
    {"stdout", "outputs.result"},
}};

const ast::Params* outputs_of(const LanguageNode& node) {
    if (node.callee.decl == nullptr || node.callee.decl->result == nullptr) return nullptr;
    return node.callee.decl->result->outputs;
}

} // namespace

Value Evaluator::evaluate(const ast::Expr& expr, const LanguageScope& scope) {
    if (const auto* name = ast::as<ast::NameExpr>(&expr)) return evaluate_name(*name, expr, scope);
    if (const auto* text = ast::as<ast::TextExpr>(&expr)) return evaluate_text(*text, expr, scope);
    if (const auto* fence = ast::as<ast::FenceExpr>(&expr)) {
        return constant(drafts_.text(fence->text, expr.span));
    }
    if (const auto* number = ast::as<ast::NumberExpr>(&expr)) {
        const auto type = number->is_integer ? ScalarType::kInt : ScalarType::kFloat;
        return constant(drafts_.scalar(number->text, type, expr.span));
    }
    if (const auto* quantity = ast::as<ast::QuantityExpr>(&expr)) {
        return constant(drafts_.text(quantity->text, expr.span));
    }
    if (const auto* boolean = ast::as<ast::BoolExpr>(&expr)) {
        return constant(drafts_.boolean(boolean->value, expr.span));
    }
    if (ast::as<ast::NullExpr>(&expr) != nullptr) return constant(drafts_.null(expr.span));
    if (const auto* list = ast::as<ast::ListExpr>(&expr)) return evaluate_list(*list, expr, scope);
    if (const auto* loop = ast::as<ast::ComprehensionExpr>(&expr)) {
        return evaluate_loop(*loop, expr, scope);
    }
    if (const auto* map = ast::as<ast::MapExpr>(&expr)) return evaluate_map(*map, expr, scope);
    if (const auto* member = ast::as<ast::MemberExpr>(&expr)) {
        return evaluate_member(*member, expr, scope);
    }
    if (const auto* index = ast::as<ast::IndexExpr>(&expr)) {
        return evaluate_index(*index, expr, scope);
    }
    if (const auto* slice = ast::as<ast::SliceExpr>(&expr)) {
        return evaluate_slice(*slice, expr, scope);
    }
    if (const auto* call = ast::as<ast::CallExpr>(&expr)) return evaluate_call(*call, expr, scope);
    if (const auto* unary = ast::as<ast::UnaryExpr>(&expr)) {
        return evaluate_unary(*unary, expr, scope);
    }
    if (const auto* binary = ast::as<ast::BinaryExpr>(&expr)) {
        return evaluate_binary(*binary, expr, scope);
    }
    if (const auto* conditional = ast::as<ast::ConditionalExpr>(&expr)) {
        return evaluate_conditional(*conditional, expr, scope);
    }
    if (const auto* lambda = ast::as<ast::LambdaExpr>(&expr)) {
        return evaluate_lambda(*lambda, expr, scope);
    }
    return error(expr.span);
}

Value Evaluator::evaluate_name(const ast::NameExpr& name, const ast::Expr& expr,
                               const LanguageScope& scope) {
    const std::string_view word = name.name.text;
    if (const Symbol* symbol = scope.find_variable(word)) return symbol_value(*symbol, expr);
    if (const LanguageNode* node = scope.find_node(word)) return node_value(*node, expr.span);
    if (word == "workflow") return reference("workflow", {}, ValuePhase::kSubmit, expr.span);
    if (word.empty()) return error(expr.span);
    std::string help = Problems::suggestion(word, scope.value_names());
    // `a-b` is one name; somebody may have meant the difference.
    const std::size_t hyphen = word.find('-');
    if (help.empty() && hyphen != word.npos &&
        scope.find_variable(word.substr(0, hyphen)) != nullptr) {
        help = "a minus needs blanks around it: `a - b`";
    }
    if (help.empty() && scope.find_callable(word) != nullptr) {
        help = "it is a template: call it with `" + std::string(word) + "()`";
    }
    problems_.report(kLanguageName, expr.span, "nothing is called `" + std::string(word) + "` here",
                     help);
    return error(expr.span);
}

Value Evaluator::symbol_value(const Symbol& symbol, const ast::Expr& expr) {
    switch (symbol.kind) {
    case Symbol::Kind::kLet: {
        if (symbol.constant != nullptr) return constant(symbol.constant);
        if (std::find(active_.begin(), active_.end(), symbol.expr) != active_.end()) {
            problems_.report(kLanguageName, symbol.span, "this value is defined by itself",
                             "break the circle of `let`s");
            return error(expr.span);
        }
        if (is_secret(symbol.expr)) return report_secret(expr.span);
        active_.push_back(symbol.expr);
        Value value = evaluate(*symbol.expr, *symbol.scope);
        active_.pop_back();
        return value;
    }
    case Symbol::Kind::kFunction:
        problems_.report(kLanguageType, expr.span, "a function stands where its value is needed",
                         "call it with `(…)`");
        return error(expr.span);
    case Symbol::Kind::kReference: {
        if (symbol.constant != nullptr) return constant(symbol.constant);
        Value value = reference(symbol.tag, symbol.type, symbol.phase, expr.span);
        value.nodes = symbol.nodes;
        value.is_artifact = symbol.type.is_artifact();
        return value;
    }
    case Symbol::Kind::kEvent: {
        Value value;
        value.phase = ValuePhase::kEvent;
        value.event = symbol.event;
        value.expr = symbol.event;
        value.span = expr.span;
        return value;
    }
    }
    return error(expr.span);
}

/// A node used as a value means what it printed.
Value Evaluator::node_value(const LanguageNode& node, Span span) {
    ValueType type;
    if (node.callee.decl != nullptr && node.callee.decl->result != nullptr &&
        node.callee.decl->result->type != nullptr) {
        type = type_of(node.callee.decl->result->type);
    }
    if (node.is_loop) type = {ValueType::Kind::kList, {}};
    Value value =
        reference(std::string(node.prefix) + "." + std::string(node.name) + ".outputs.result", type,
                  ValuePhase::kRun, span);
    value.nodes.push_back(node.name);
    value.may_be_absent = true;
    return value;
}

Value Evaluator::node_member(const LanguageNode& node, const ast::Name& member, Span span) {
    const std::string base = std::string(node.prefix) + "." + std::string(node.name) + ".";
    const auto made = [&](const std::string& tail, const ValueType& type) {
        Value value = reference(base + tail, type, ValuePhase::kRun, span);
        value.nodes.push_back(node.name);
        value.may_be_absent = node.is_conditional;
        return value;
    };
    const std::string name(member.text);
    std::vector<std::string_view> names;
    if (const ast::Params* outputs = outputs_of(node)) {
        for (const ast::Param& output : outputs->items) {
            names.push_back(output.name.text);
            // What is printed has no source.
            const bool is_printed = output.at == nullptr && output.from == nullptr &&
                                    output.fallback == nullptr && member.text == "stdout";
            if (output.name.text != member.text || is_printed) continue;
            ValueType type = type_of(output.type);
            const bool is_artifact = type.is_artifact();
            if (node.is_loop && !is_artifact) type = {ValueType::Kind::kList, {}};
            Value value =
                made((is_artifact ? "outputs.artifacts." : "outputs.parameters.") + name, type);
            value.is_artifact = is_artifact;
            return value;
        }
    }
    for (const auto& [word, tail] : kNodeMembers) {
        names.push_back(word);
        if (word != member.text) continue;
        Value value = made(std::string(tail), {});
        if (word == "status") {
            value.type.literals = {"Succeeded", "Failed", "Error", "Skipped", "Omitted"};
            value.type.kind = ValueType::Kind::kString;
            value.may_be_absent = false;
        }
        return value;
    }
    // Outputs of what the project does not know are taken for granted.
    if (node.callee.decl == nullptr) return made("outputs.parameters." + name, {});
    problems_.report(kLanguageName, member.span,
                     "`" + std::string(node.name) + "` has no output `" + name + "`",
                     Problems::suggestion(member.text, names));
    return error(span);
}

Value Evaluator::evaluate_text(const ast::TextExpr& text, const ast::Expr& expr,
                               const LanguageScope& scope) {
    std::string joined;
    std::string tagged;
    Value value = expression({}, 30, expr.span, {});
    bool is_constant = true;
    for (const ast::TextPart& part : text.parts) {
        Value piece = part.expr == nullptr ? constant(drafts_.text(part.text, part.span))
                                           : evaluate(*part.expr, scope);
        if (piece.is_error) return piece;
        if (piece.is_constant() && piece.constant->kind != Draft::Kind::kScalar) {
            piece = constant(drafts_.text(literal(*piece.constant), part.span));
        }
        if (piece.is_artifact) {
            problems_.report(kLanguageType, part.span, "an artifact cannot stand in a text",
                             "its place is `.path` of an input");
        }
        is_constant = is_constant && piece.is_constant();
        tagged += to_text(piece);
        const bool is_number = piece.is_constant() && piece.constant->type != ScalarType::kString;
        const std::string term =
            is_number ? "'" + std::string(piece.constant->text) + "'" : operand(piece, 31, false);
        joined += (joined.empty() ? "" : " + ") + term;
        Value together = expression({}, 30, expr.span, {&value, &piece});
        // `{{ .Input.x }}` of Sensors' templates.
        if (piece.phase == ValuePhase::kEvent) {
            value.event_template += "{{ " + piece.event_template + " }}";
        } else {
            value.event_template += to_text(piece);
        }
        together.event_template = value.event_template;
        value = std::move(together);
    }
    if (is_constant) return constant(drafts_.text(tagged, expr.span));
    if (text.parts.size() == 1) return evaluate(*text.parts[0].expr, scope);
    value.expr = joined;
    value.text = tagged;
    value.has_text = value.phase != ValuePhase::kEvent;
    value.type.kind = ValueType::Kind::kString;
    return value;
}

Value Evaluator::evaluate_list(const ast::ListExpr& list, const ast::Expr& expr,
                               const LanguageScope& scope) {
    Draft* draft = drafts_.list(expr.span);
    std::string text = "[";
    Value value = expression({}, 100, expr.span, {});
    bool is_constant = true;
    for (const ast::ListItem& item : list.items) {
        const Value element = evaluate(*item.value, scope);
        if (element.is_error) return element;
        is_constant = is_constant && element.is_constant();
        if (item.is_spread && element.is_constant() && element.constant->is_list()) {
            for (Draft* inner : element.constant->items) {
                draft->items.push_back(inner);
                text += (text.size() > 1 ? ", " : "") + literal(*inner);
            }
            continue;
        }
        draft->items.push_back(to_draft(element));
        text += (text.size() > 1 ? ", " : "") + operand(element, 0, true);
        value = expression({}, 100, expr.span, {&value, &element});
    }
    if (is_constant) return constant(draft);
    value.expr = text + "]";
    value.type.kind = ValueType::Kind::kList;
    return value;
}

Value Evaluator::evaluate_map(const ast::MapExpr& map, const ast::Expr& expr,
                              const LanguageScope& scope) {
    Draft* draft = drafts_.map(expr.span);
    std::string text = "{";
    Value value = expression({}, 100, expr.span, {});
    bool is_constant = true;
    for (const ast::Statement& statement : map.block->statements) {
        const auto* property = ast::as<ast::Property>(&statement);
        const auto* spread = ast::as<ast::Spread>(&statement);
        if (spread != nullptr) {
            const Value other = evaluate(*spread->value, scope);
            if (other.is_constant() && other.constant->is_map()) {
                drafts_.merge(*draft, *other.constant);
            }
            continue;
        }
        if (property == nullptr || property->key.parts.empty()) continue;
        const ast::Name& key = property->key.parts.back();
        ast::Expr inner{.span = statement.span};
        if (property->block != nullptr) inner.value = ast::MapExpr{property->block};
        const Value element =
            evaluate(property->block != nullptr ? inner : *property->value, scope);
        if (element.is_error) return element;
        is_constant = is_constant && element.is_constant();
        Draft* holder = draft;
        for (const ast::Name& part : property->key.parts.first(property->key.parts.size() - 1))
            holder = drafts_.child_map(*holder, part.text, part.span);
        holder->set(key.text, key.span, to_draft(element));
        text += (text.size() > 1 ? ", \"" : "\"") + std::string(key.text) +
                "\": " + operand(element, 0, true);
        value = expression({}, 100, expr.span, {&value, &element});
    }
    if (is_constant) return constant(draft);
    value.expr = text + "}";
    value.type.kind = ValueType::Kind::kJson;
    return value;
}

Value Evaluator::evaluate_member(const ast::MemberExpr& member, const ast::Expr& expr,
                                 const LanguageScope& scope) {
    if (const auto* name = ast::as<ast::NameExpr>(member.object)) {
        // The output of a node around a loop whose body was moved is an input there.
        const std::string whole =
            std::string(name->name.text) + "." + std::string(member.member.text);
        if (const Symbol* moved = scope.find_variable(whole)) return symbol_value(*moved, expr);
        const bool is_variable = scope.find_variable(name->name.text) != nullptr;
        const LanguageNode* node = scope.find_node(name->name.text);
        if (!is_variable && node != nullptr) return node_member(*node, member.member, expr.span);
        if (const Symbol* shared = scope.find_value(expr)) return symbol_value(*shared, expr);
        const Module* module = is_variable ? nullptr : scope.find_module(name->name.text);
        if (module != nullptr) {
            const bool is_known = module->file != nullptr;
            problems_.report(kLanguageName, member.member.span,
                             "`" + std::string(name->name.text) + "` has no value `" +
                                 std::string(member.member.text) + "`",
                             is_known ? Problems::suggestion(member.member.text,
                                                             module->file->scope.value_names())
                                      : "");
            return error(expr.span);
        }
    }
    Value object = evaluate(*member.object, scope);
    if (object.is_error) return object;
    const std::string name(member.member.text);
    if (object.is_constant()) {
        if (const Draft* found = object.constant->find(name)) return constant(found);
        std::vector<std::string_view> names;
        for (const Draft::Entry& entry : object.constant->entries)
            names.push_back(entry.key);
        problems_.report(kLanguageName, member.member.span, "this value has no `" + name + "`",
                         Problems::suggestion(member.member.text, names));
        return error(expr.span);
    }
    if (object.phase == ValuePhase::kEvent) {
        object.event_path += (object.event_path.empty() ? "" : ".") + name;
        object.event_template = ".Input." + object.event_path;
        object.expr += "." + name;
        object.span = expr.span;
        return object;
    }
    if (!object.is_tag) {
        return expression(operand(object, 100, false) + "." + name, 100, expr.span, {&object});
    }
    // An artifact of an input: its place.
    std::string tag = object.text.substr(2, object.text.size() - 4) + "." + name;
    ValueType type;
    if (tag == "workflow.status") {
        type = {ValueType::Kind::kString, {"Succeeded", "Failed", "Error", "Running"}};
    }
    Value value = reference(tag, type, std::max(object.phase, ValuePhase::kSubmit), expr.span);
    value.nodes = object.nodes;
    return value;
}

} // namespace tiphys::front
