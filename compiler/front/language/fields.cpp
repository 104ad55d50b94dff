// Properties by the schema: any field of the block's type, at any depth.
#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "compiler/base/assert.h"
#include "compiler/doc/read.h"
#include "compiler/front/language/free_names.h"
#include "compiler/front/language/lowering.h"
#include "compiler/syntax/text_places.h"

namespace tiphys::front {
namespace {

using schema::Form;
using schema::Shape;
using schema::Wrapper;

constexpr Shape kAnyShape{};

bool takes_text(Form form) {
    return form == Form::kString || form == Form::kAnyString || form == Form::kQuantity ||
           form == Form::kTime || form == Form::kBytes;
}

bool is_listed(const schema::Field* field, std::string_view word) {
    if (field == nullptr) return false;
    return std::find(field->enumeration.begin(), field->enumeration.end(), word) !=
           field->enumeration.end();
}

/// Seconds of `1h30m`; negative where it is no duration.
double seconds_of(std::string_view text) {
    double seconds = 0;
    while (!text.empty()) {
        double number = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
        if (parsed.ec != std::errc{}) return -1;
        text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
        const std::size_t end = std::min(text.find_first_of("0123456789"), text.size());
        const std::string_view unit = text.substr(0, end);
        if (unit == "s") {
            seconds += number;
        } else if (unit == "m") {
            seconds += number * 60;
        } else if (unit == "h") {
            seconds += number * 3600;
        } else if (unit == "d") {
            seconds += number * 86400;
        } else if (unit == "ms") {
            seconds += number / 1000;
        } else {
            return -1;
        }
        text.remove_prefix(end);
    }
    return seconds;
}

/// Longer YAML in a text is placed as a whole: each place in it is looked for.
constexpr std::size_t kPlacedYaml = 16384;

/// YAML in a text of the file, as a draft.
class EmbeddedDraft {
public:
    EmbeddedDraft(const doc::Tree& tree, std::string_view yaml, std::string_view file, Span span,
                  Drafts& drafts)
        : tree_(tree), yaml_(yaml), file_(file), span_(span), drafts_(drafts) {}

    Draft* draft_of(doc::NodeId id) {
        const doc::Node& node = tree_.node(id);
        const Span span = place(tree_.span_of(id));
        if (node.kind == doc::NodeKind::kScalar) {
            return drafts_.scalar(drafts_.keep(node.text), node.type, span);
        }
        if (node.kind == doc::NodeKind::kAlias) return drafts_.null(span);
        const bool is_list = node.kind == doc::NodeKind::kSequence;
        Draft* draft = is_list ? drafts_.list(span) : drafts_.map(span);
        for (doc::NodeId at = node.first_child; at != doc::NodeId::kNone;) {
            if (is_list) {
                draft->items.push_back(draft_of(at));
                at = tree_.node(at).next_sibling;
                continue;
            }
            const doc::NodeId value = tree_.node(at).next_sibling;
            if (value == doc::NodeId::kNone) break;
            draft->set(drafts_.keep(tree_.node(at).text), place(tree_.span_of(at)),
                       draft_of(value));
            at = tree_.node(value).next_sibling;
        }
        return draft;
    }

    [[nodiscard]] Span place(Span inner) const {
        if (yaml_.size() > kPlacedYaml) return span_;
        return syntax::place_in_text(file_, span_, yaml_, inner.begin,
                                     std::max(inner.end, inner.begin + 1));
    }

private:
    const doc::Tree& tree_;
    std::string_view yaml_;
    std::string_view file_;
    Span span_;
    Drafts& drafts_;
};

/// `argo.title` among labels and annotations is `workflows.argoproj.io/title`.
constexpr std::string_view kArgoPrefix = "workflows.argoproj.io/";

bool is_argo_key(const schema::Field* field, std::span<const ast::Name> path) {
    return field != nullptr && (field->name == "labels" || field->name == "annotations") &&
           field->shape.is_map() && path.size() == 2 && path.front().text == "argo";
}

} // namespace

std::string_view main_field(const schema::Type& type) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kMainFields{{
        {"RetryStrategy", "limit"},
        {"TTLStrategy", "secondsAfterCompletion"},
        {"PodGC", "strategy"},
        {"SuspendTemplate", "duration"},
        {"Backoff", "steps"},
        {"VolumeClaimGC", "strategy"},
    }};
    for (const auto& [name, word] : kMainFields) {
        if (type.name == name && schema::find_field(type, word) >= 0) return word;
    }
    return {};
}

std::vector<std::string_view> field_names(const schema::Type& type) {
    std::vector<std::string_view> names;
    for (const schema::Field& field : type.fields)
        names.push_back(field.name);
    return names;
}

const schema::Type& workflow_type(std::string_view name) {
    const schema::Type* type = schema::find_type(schema::Package::kWorkflow, name);
    TIPHYS_ASSERT(type != nullptr, "a type of the workflow tables");
    return *type;
}

const schema::Type& events_type(std::string_view name) {
    const schema::Type* type = schema::find_type(schema::Package::kEvents, name);
    TIPHYS_ASSERT(type != nullptr, "a type of the events tables");
    return *type;
}

const schema::Type& k8s_type(std::string_view name) {
    const schema::Type* type = schema::find_type(schema::Package::kK8s, name);
    TIPHYS_ASSERT(type != nullptr, "a type of the Kubernetes tables");
    return *type;
}

void Lowering::report_unknown(const ast::Name& name, std::string_view place,
                              const std::vector<std::string_view>& known) {
    if (name.text.empty()) return;
    problems_.report(kLanguageName, name.span,
                     "`" + std::string(name.text) + "` is no field of " + std::string(place),
                     Problems::suggestion(name.text, known));
}

namespace {

/// Words that begin a statement, where a misspelt one reads like a labelled field.
constexpr std::array<std::string_view, 8> kStatementWords{"workflow", "task",   "dag",    "steps",
                                                          "volume",   "metric", "events", "sensor"};
/// Fields that have a short word.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kShortWords{
    {{"activeDeadlineSeconds", "timeout"},
     {"serviceAccountName", "account"},
     {"ttlStrategy", "ttl"},
     {"podGC", "gc"},
     {"retryStrategy", "retry"},
     {"entrypoint", "entry"}}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kPlaces{
    {{"WorkflowSpec", "a workflow"},
     {"CronWorkflowSpec", "a schedule"},
     {"Template", "a task"},
     {"DAGTask", "a node"},
     {"WorkflowStep", "a node"},
     {"EventSourceSpec", "`events`"},
     {"SensorSpec", "a sensor"},
     {"EventBusSpec", "a bus"},
     {"WorkflowEventBindingSpec", "a binding"}}};

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

/// `RetryStrategy` is a retry strategy, `HTTPGetAction` an HTTPGet action.
std::string place_of(const schema::Type& type) {
    for (const auto& [name, place] : kPlaces) {
        if (type.name == name) return std::string(place);
    }
    std::string words;
    for (std::size_t i = 0; i < type.name.size(); ++i) {
        const char c = type.name[i];
        const bool begins_word = is_upper(c) && i > 0 && !is_upper(type.name[i - 1]);
        const bool is_short = i + 1 < type.name.size() && is_upper(type.name[i + 1]);
        if (begins_word) words += ' ';
        const bool is_lowered = is_upper(c) && !is_short && (i == 0 || begins_word);
        words += is_lowered ? static_cast<char>(c - 'A' + 'a') : c;
    }
    const bool has_vowel =
        std::string_view("aeioHFNS").find(words.front()) != std::string_view::npos;
    return (has_vowel ? "an " : "a ") + words;
}

} // namespace

/// Metadata is written before the workflow is submitted: Argo fills nothing in there.
void Lowering::require_constant(const ast::Property& property, const LanguageScope& scope,
                                std::string_view place) {
    const auto names = property.block != nullptr   ? free_names(*property.block)
                       : property.value != nullptr ? free_names(*property.value)
                                                   : std::vector<FreeName>{};
    for (const FreeName& name : names) {
        if (name.expr == nullptr) continue;
        const Value value = evaluator_.evaluate(*name.expr, scope);
        if (value.is_error || value.phase == ValuePhase::kConst ||
            value.phase == ValuePhase::kEvent) {
            continue;
        }
        const std::string shown(file_.text.substr(name.span.begin, name.span.size()));
        const bool is_run = value.phase == ValuePhase::kRun;
        problems_.report(kLanguageType, name.span,
                         "`" + shown + "` is known only when the workflow " +
                             (is_run ? "runs" : "is submitted") + ", too late for " +
                             std::string(place),
                         "use a `let`, or a text of its own for each environment");
    }
}

void Lowering::report_misplaced(const ast::Statement& statement, std::string_view place) {
    if (statement.is_broken || ast::as<ast::ErrorStmt>(&statement) != nullptr) return;
    const std::string_view text =
        text_around(statement.span).substr(statement.span.begin, statement.span.size());
    const std::string word(text.substr(0, text.find_first_of(" \n\t({=:")));
    problems_.report(kLanguageStructure,
                     {statement.span.file, statement.span.begin,
                      statement.span.begin + static_cast<std::uint32_t>(word.size())},
                     "`" + word + "` cannot stand in " + std::string(place));
}

/// The map behind `...{ … }`, `...name`, `...module.name` or `...function(…)`, and the scope that
/// its names are looked up in; null, and reported, where there is none.
const ast::MapExpr* Lowering::spread_map(const ast::Expr& expr, const LanguageScope& scope,
                                         const LanguageScope*& origin) {
    origin = &scope;
    if (const auto* map = ast::as<ast::MapExpr>(&expr)) return map;
    const auto* call = ast::as<ast::CallExpr>(&expr);
    const bool is_call = call != nullptr && call->callee != nullptr;
    const ast::Expr& named = is_call ? *call->callee : expr;
    const bool is_named =
        ast::as<ast::NameExpr>(&named) != nullptr || ast::as<ast::MemberExpr>(&named) != nullptr;
    const Symbol* symbol = scope.find_value(named);
    if (is_named && symbol == nullptr) {
        // Reports that nothing is called so.
        (void)evaluator_.evaluate(named, scope);
        return nullptr;
    }
    const bool is_function = symbol != nullptr && symbol->kind == Symbol::Kind::kFunction;
    const ast::MapExpr* map = nullptr;
    if (is_function && call != nullptr) {
        LanguageScope& inner = scopes_.emplace_back();
        inner.parent = symbol->scope;
        if (!evaluator_.bind(*symbol->function, *call, expr.span, scope, inner)) return nullptr;
        map = ast::as<ast::MapExpr>(symbol->function->body);
        origin = &inner;
    } else if (symbol != nullptr && call == nullptr) {
        map = ast::as<ast::MapExpr>(symbol->expr);
        origin = symbol->scope;
    }
    if (map == nullptr || origin == nullptr) {
        problems_.report(kLanguageType, expr.span, "only a map can be spread here",
                         "name one with `let`");
        return nullptr;
    }
    return map;
}

/// Two values for one field of a block.
void Lowering::report_repeated(std::span<const ast::Statement> statements) {
    std::map<std::string, const ast::Name*> seen;
    for (const ast::Statement& statement : statements) {
        const auto* property = ast::as<ast::Property>(&statement);
        if (property == nullptr || property->value == nullptr || property->key.parts.empty()) {
            continue;
        }
        std::string key;
        for (const ast::Name& part : property->key.parts)
            key += std::string(part.text) + ".";
        for (const ast::Name& label : property->labels)
            key += std::string(label.text) + ".";
        if (key == "mutex." || key == "semaphore.") continue;
        if (key == "sh.") key = "run.";
        const ast::Name& name = property->key.parts.back();
        const auto [known, is_new] = seen.emplace(key, &name);
        if (is_new) continue;
        const std::string first = "`" + std::string(known->second->text) + "`";
        if (known->second->text == name.text) {
            problems_.report(kLanguageType, name.span, first + " is given twice",
                             "take one of the two out", known->second->span);
        } else {
            problems_.report(kLanguageStructure, name.span,
                             "a task does one thing, and this one has " + first + " already",
                             "make two tasks", known->second->span);
        }
    }
}

/// Statements of `...map` come first, so that what the block itself says wins. `...raw(…)` is
/// merged when everything else is made.
std::vector<ScopedStatement> Lowering::expand(std::span<const ast::Statement> statements,
                                              const LanguageScope& scope,
                                              std::vector<ScopedStatement>* raw) {
    std::vector<ScopedStatement> spread_ones;
    std::vector<ScopedStatement> own;
    for (const ast::Statement& statement : statements) {
        const auto* spread = ast::as<ast::Spread>(&statement);
        if (spread == nullptr) {
            own.push_back({&statement, &scope});
            continue;
        }
        const auto* call = ast::as<ast::CallExpr>(spread->value);
        const auto* callee = call == nullptr ? nullptr : ast::as<ast::NameExpr>(call->callee);
        if (callee != nullptr && callee->name.text == "raw") {
            if (raw != nullptr) raw->push_back({&statement, &scope});
            continue;
        }
        const LanguageScope* origin = nullptr;
        const ast::MapExpr* map = spread_map(*spread->value, scope, origin);
        if (map == nullptr) continue;
        if (std::find(active_maps_.begin(), active_maps_.end(), map) != active_maps_.end()) {
            problems_.report(kLanguageName, spread->value->span, "this map is spread into itself",
                             "break the circle");
            continue;
        }
        active_maps_.push_back(map);
        for (const ScopedStatement& inner : expand(map->block->statements, *origin, raw))
            spread_ones.push_back(inner);
        active_maps_.pop_back();
    }
    spread_ones.insert(spread_ones.end(), own.begin(), own.end());
    return spread_ones;
}

Draft* Lowering::from_yaml(std::string_view text, Span span) {
    Arena arena;
    const Span whole{span.file, 0, static_cast<std::uint32_t>(text.size())};
    const doc::Tree tree = doc::read_document(whole, text, arena);
    EmbeddedDraft drafted(tree, text, text_around(span), span, drafts_);
    const auto broken =
        std::find_if(tree.defects.begin(), tree.defects.end(), [](const doc::Defect& defect) {
            return defect.kind == doc::DefectKind::kSyntax;
        });
    const bool is_broken = broken != tree.defects.end();
    if (tree.root == doc::NodeId::kNone || !tree.is_complete || is_broken) {
        const std::string_view reason = is_broken ? broken->detail : std::string_view{};
        const std::size_t end = std::min(reason.find("; "), reason.size());
        const std::string what(reason.substr(0, end));
        problems_.report(kLanguageType, is_broken ? drafted.place(broken->span) : span,
                         "this text is not YAML" + (what.empty() ? what : ": " + what),
                         end < reason.size() ? std::string(reason.substr(end + 2)) : std::string{});
        return nullptr;
    }
    return drafted.draft_of(tree.root);
}

void Lowering::merge_raw(Draft& map, const std::vector<ScopedStatement>& raw) {
    for (const auto& [statement, scope] : raw) {
        const auto* call = ast::as<ast::CallExpr>(ast::as<ast::Spread>(statement)->value);
        if (call->arguments.size() != 1 || call->arguments[0].value == nullptr) continue;
        const Value value = evaluator_.evaluate(*call->arguments[0].value, *scope);
        if (!value.is_constant()) continue;
        const Draft* over = value.constant->is_map()
                                ? value.constant
                                : from_yaml(value.constant->text, call->arguments[0].value->span);
        if (over != nullptr) drafts_.merge(map, *over);
    }
}

void Lowering::set_property(Draft& map, const schema::Type& type, const ast::Property& property,
                            const LanguageScope& scope) {
    if (property.key.parts.empty() || property.key.parts.front().text.empty()) return;
    if (set_sugar(map, type, property, scope)) return;
    if (!property.labels.empty()) {
        std::vector<std::string_view> known = field_names(type);
        known.insert(known.end(), kStatementWords.begin(), kStatementWords.end());
        report_unknown(property.key.parts.front(), place_of(type), known);
        return;
    }
    set_path(map, type, property.key.parts, property, scope);
}

void Lowering::set_path(Draft& map, const schema::Type& type, std::span<const ast::Name> path,
                        const ast::Property& property, const LanguageScope& scope) {
    const ast::Name& name = path.front();
    const std::string_view word = field_name(type, name.text);
    const int index = schema::find_field(type, word);
    if (index < 0 && !type.is_open) {
        std::vector<std::string_view> known = field_names(type);
        for (const auto& [field, short_word] : kShortWords) {
            if (schema::find_field(type, field) >= 0) known.push_back(short_word);
        }
        report_unknown(name, place_of(type), known);
        return;
    }
    const schema::Field* field =
        index < 0 ? nullptr : &type.fields[static_cast<std::size_t>(index)];
    const Shape shape = field == nullptr ? kAnyShape : field->shape;
    if (path.size() == 1) {
        Draft* value = lower_property(property, &type, field, shape, scope);
        // A value that stands alone stays itself: a sensor knows its places.
        if (map.find(word) == nullptr) {
            map.set(word, name.span, value);
            return;
        }
        Draft over{.kind = Draft::Kind::kMap};
        over.set(word, name.span, value);
        drafts_.merge(map, over);
        return;
    }
    if (shape.is_object()) {
        set_path(*drafts_.child_map(map, word, name.span), schema::type(shape.type),
                 path.subspan(1), property, scope);
        return;
    }
    Draft* inner = drafts_.child_map(map, word, name.span);
    const bool is_argo = is_argo_key(field, path.subspan(1));
    for (const ast::Name& part : path.subspan(1, is_argo ? 0 : path.size() - 2))
        inner = drafts_.child_map(*inner, part.text, part.span);
    const Shape element = shape.is_map() ? shape.element() : kAnyShape;
    const std::string_view key = is_argo ? argo_key(path.back().text) : path.back().text;
    inner->set(key, path.back().span, lower_property(property, nullptr, field, element, scope));
}

std::string_view Lowering::argo_key(std::string_view name) {
    return drafts_.keep(std::string(kArgoPrefix) + std::string(name));
}

Draft* Lowering::lower_property(const ast::Property& property, const schema::Type* /*owner*/,
                                const schema::Field* field, Shape shape,
                                const LanguageScope& scope) {
    if (property.block != nullptr) return lower_block(*property.block, field, shape, scope);
    return lower_value(*property.value, field, shape, scope);
}

Draft* Lowering::lower_block(const ast::Block& block, const schema::Field* field, Shape shape,
                             const LanguageScope& scope) {
    if (shape.is_object()) {
        Draft* map = drafts_.map(block.span);
        report_repeated(block.statements);
        std::vector<ScopedStatement> raw;
        lower_statements(expand(block.statements, scope, &raw), *map, schema::type(shape.type));
        merge_raw(*map, raw);
        return map;
    }
    if (shape.is_list() && field != nullptr) return lower_keyed_list(block, *field, shape, scope);
    Draft* map = drafts_.map(block.span);
    std::vector<ScopedStatement> raw;
    const Shape element = shape.is_map() ? shape.element() : kAnyShape;
    for (const auto& [statement, inner] : expand(block.statements, scope, &raw)) {
        const auto* property = ast::as<ast::Property>(statement);
        if (property == nullptr || property->key.parts.empty()) {
            report_misplaced(*statement, "a map");
            continue;
        }
        Draft* holder = map;
        const auto path = property->key.parts;
        const bool is_argo = is_argo_key(field, path);
        for (const ast::Name& part : path.first(is_argo ? 0 : path.size() - 1))
            holder = drafts_.child_map(*holder, part.text, part.span);
        const std::string_view key = is_argo ? argo_key(path.back().text) : path.back().text;
        holder->set(key, path.back().span,
                    lower_property(*property, nullptr, field, element, *inner));
    }
    merge_raw(*map, raw);
    return map;
}

void Lowering::lower_statements(const std::vector<ScopedStatement>& statements, Draft& map,
                                const schema::Type& type) {
    for (const auto& [statement, scope] : statements) {
        if (const auto* property = ast::as<ast::Property>(statement)) {
            set_property(map, type, *property, *scope);
        } else {
            report_misplaced(*statement, "a block of fields");
        }
    }
}

/// A list whose elements have a merge key may be written as a block keyed by it.
Draft* Lowering::lower_keyed_list(const ast::Block& block, const schema::Field& field, Shape shape,
                                  const LanguageScope& scope) {
    Draft* list = drafts_.list(block.span);
    const Shape element = shape.element();
    if (field.merge_key.empty() || !element.is_object()) {
        problems_.report(kLanguageType, block.span, "`" + std::string(field.name) + "` is a list",
                         "write `[…]`");
        return list;
    }
    const schema::Type& type = schema::type(element.type);
    for (const auto& [statement, inner] : expand(block.statements, scope, nullptr)) {
        const auto* property = ast::as<ast::Property>(statement);
        if (property == nullptr || property->key.parts.empty()) {
            report_misplaced(*statement, "a list of named elements");
            continue;
        }
        ast::Name name = property->key.parts.front();
        std::string whole;
        for (const ast::Name& part : property->key.parts)
            whole += (whole.empty() ? "" : ".") + std::string(part.text);
        name.text = drafts_.keep(whole);
        Draft* item = nullptr;
        if (type.name == "EnvVar") {
            item = env_item(name, *property, *inner);
        } else {
            item = drafts_.map(statement->span);
            const int key = schema::find_field(type, field.merge_key);
            const Shape key_shape =
                key < 0 ? kAnyShape : type.fields[static_cast<std::size_t>(key)].shape;
            const bool is_number = key_shape.form == Form::kInt;
            item->set(field.merge_key, name.span,
                      is_number ? drafts_.scalar(name.text, ScalarType::kInt, name.span)
                                : drafts_.text(name.text, name.span));
            drafts_.merge(*item, *lower_property(*property, nullptr, nullptr, element, *inner));
        }
        list->items.push_back(item);
    }
    return list;
}

Draft* Lowering::lower_value(const ast::Expr& expr, const schema::Field* field, Shape shape,
                             const LanguageScope& scope) {
    if (const auto* map = ast::as<ast::MapExpr>(&expr)) {
        return lower_block(*map->block, field, shape, scope);
    }
    const auto* list = ast::as<ast::ListExpr>(&expr);
    const bool is_free = shape.form == Form::kAny && shape.wrappers[0] == Wrapper::kNone;
    if (list != nullptr && (shape.is_list() || is_free)) {
        Draft* draft = drafts_.list(expr.span);
        const Shape element = shape.is_list() ? shape.element() : kAnyShape;
        for (const ast::ListItem& item : list->items) {
            Draft* value = lower_value(*item.value, field, item.is_spread ? shape : element, scope);
            if (item.is_spread && value->is_list()) {
                draft->items.insert(draft->items.end(), value->items.begin(), value->items.end());
            } else {
                draft->items.push_back(value);
            }
        }
        return draft;
    }
    if (const auto* name = ast::as<ast::NameExpr>(&expr)) {
        return lower_word(name->name.text, expr, field, shape, scope);
    }
    if (const auto* call = ast::as<ast::CallExpr>(&expr)) {
        if (Draft* made = lower_call(*call, expr, shape, scope)) return made;
    }
    if (const auto* quantity = ast::as<ast::QuantityExpr>(&expr)) {
        return wrap_scalar(convert_unit(quantity->text, field, shape, expr.span), shape, expr.span);
    }
    Value value = evaluator_.evaluate(expr, scope);
    if (value.phase == ValuePhase::kEvent && accepts_events_) {
        Draft* place = drafts_.text("", expr.span);
        value.span = expr.span;
        event_values_.emplace(place, value);
        return place;
    }
    if (value.is_error) return drafts_.null(expr.span);
    return wrap_scalar(coerce(evaluator_.to_draft(value), field, shape), shape, expr.span);
}

/// A bare word is a value that the schema lists, then a variable, then the choice of an object's
/// field: `archive: none`.
Draft* Lowering::lower_word(std::string_view word, const ast::Expr& expr,
                            const schema::Field* field, Shape shape, const LanguageScope& scope) {
    if (is_listed(field, word)) return drafts_.text(word, expr.span);
    const bool is_known = scope.find_variable(word) != nullptr || scope.find_node(word) != nullptr;
    if (!is_known && shape.is_object()) {
        const schema::Type& type = schema::type(shape.type);
        // PodGC, TTL and the like: the value of their main field.
        Draft* wrapped = wrap_scalar(drafts_.text(word, expr.span), shape, expr.span);
        if (wrapped->is_map()) return wrapped;
        if (schema::find_field(type, word) >= 0) {
            Draft* map = drafts_.map(expr.span);
            map->set(word, expr.span, drafts_.map(expr.span));
            return map;
        }
    }
    if (!is_known && field != nullptr && !field->enumeration.empty()) {
        const std::vector<std::string_view> listed(field->enumeration.begin(),
                                                   field->enumeration.end());
        problems_.report(kLanguageName, expr.span,
                         "`" + std::string(word) + "` is no value of `" + std::string(field->name) +
                             "`",
                         Problems::suggestion(word, listed));
        return drafts_.text(word, expr.span);
    }
    // A map by its name: its block is read by the schema as if it stood here.
    const Symbol* symbol = scope.find_variable(word);
    if (symbol != nullptr && symbol->expr != nullptr && symbol->scope != nullptr &&
        ast::as<ast::MapExpr>(symbol->expr) != nullptr) {
        return lower_value(*symbol->expr, field, shape, *symbol->scope);
    }
    // So is what stands for a secret.
    const auto* call = symbol == nullptr || symbol->scope == nullptr
                           ? nullptr
                           : ast::as<ast::CallExpr>(symbol->expr);
    if (call != nullptr) {
        if (Draft* made = lower_call(*call, expr, shape, *symbol->scope)) return made;
    }
    Value value = evaluator_.evaluate(expr, scope);
    if (value.phase == ValuePhase::kEvent && accepts_events_) {
        Draft* place = drafts_.text("", expr.span);
        event_values_.emplace(place, value);
        return place;
    }
    if (value.is_error) return drafts_.null(expr.span);
    return wrap_scalar(coerce(evaluator_.to_draft(value), field, shape), shape, expr.span);
}

Draft* Lowering::coerce(Draft* draft, const schema::Field* field, Shape shape) {
    if (draft->is_list() && shape.is_list()) {
        for (Draft*& item : draft->items)
            item = coerce(item, field, shape.element());
        return draft;
    }
    if (draft->kind != Draft::Kind::kScalar || draft->is_null()) return draft;
    const bool is_text = shape.wrappers[0] == Wrapper::kNone && takes_text(shape.form);
    if (is_text && draft->type != ScalarType::kString) draft->type = ScalarType::kString;
    return draft;
}

/// The unit is read by the expected type: `5m` is five minutes in a duration, and five thousandths
/// of a processor in a quantity.
Draft* Lowering::convert_unit(std::string_view quantity, const schema::Field* field, Shape shape,
                              Span span) {
    const bool is_number = shape.form == Form::kInt || shape.form == Form::kIntOrString;
    if (field != nullptr && is_number && field->unit == schema::Unit::kS) {
        const double seconds = seconds_of(quantity);
        if (seconds < 0 || seconds >= 0x1p63) {
            problems_.report(kLanguageType, span, "`" + std::string(quantity) + "` is no time",
                             "write it as `30s`, `5m` or `2h`");
            return drafts_.null(span);
        }
        return drafts_.number(static_cast<std::int64_t>(seconds), span);
    }
    std::string text(quantity);
    if (text.ends_with("iB")) text.pop_back();
    return drafts_.text(text, span);
}

/// `retry: 3` is the limit of a strategy: some objects have one field that a scalar stands for.
Draft* Lowering::wrap_scalar(Draft* scalar, Shape shape, Span span) {
    if (!shape.is_object() || scalar->kind != Draft::Kind::kScalar || scalar->is_null()) {
        return scalar;
    }
    const schema::Type& type = schema::type(shape.type);
    const std::string_view word = main_field(type);
    if (word.empty()) return scalar;
    const schema::Field& field =
        type.fields[static_cast<std::size_t>(schema::find_field(type, word))];
    Draft* value = scalar->type == ScalarType::kString && field.unit == schema::Unit::kS
                       ? convert_unit(scalar->text, &field, field.shape, span)
                       : coerce(scalar, &field, field.shape);
    Draft* map = drafts_.map(span);
    map->set(word, span, value);
    return map;
}

/// Named arguments are fields; the first two positional ones are name and key.
Draft* Lowering::lower_call(const ast::CallExpr& call, const ast::Expr& expr, Shape shape,
                            const LanguageScope& scope) {
    const auto* name = ast::as<ast::NameExpr>(call.callee);
    if (name == nullptr || !shape.is_object()) return nullptr;
    const std::string_view word = name->name.text;
    const schema::Type& type = schema::type(shape.type);
    if (word == "secret" || word == "configmap") {
        Draft* map = argument_block(call.arguments, type, scope, 2);
        constexpr std::array<std::string_view, 2> kKeys{"name", "key"};
        for (std::size_t i = 0; i < call.arguments.size() && i < kKeys.size(); ++i) {
            const ast::Argument& argument = call.arguments[i];
            if (argument.name != nullptr || argument.value == nullptr) continue;
            map->set(kKeys[i], argument.span,
                     lower_value(*argument.value, nullptr, {Form::kString, {}, {}}, scope));
        }
        map->span = expr.span;
        return map;
    }
    const int index = schema::find_field(type, word);
    if (index < 0) return nullptr;
    const Shape inner = type.fields[static_cast<std::size_t>(index)].shape;
    if (!inner.is_object()) return nullptr;
    Draft* map = drafts_.map(expr.span);
    map->set(word, name->name.span,
             argument_block(call.arguments, schema::type(inner.type), scope, 0));
    return map;
}

Draft* Lowering::argument_block(std::span<const ast::Argument> arguments, const schema::Type& type,
                                const LanguageScope& scope, std::size_t /*n*/) {
    Draft* map = drafts_.map({file_.id, 0, 0});
    for (const ast::Argument& argument : arguments) {
        if (argument.name == nullptr) continue;
        ast::Property property;
        const std::array<ast::Name, 1> key{*argument.name};
        property.key = {key, argument.name->span};
        ast::Expr variable{.span = argument.name->span, .value = ast::NameExpr{*argument.name}};
        property.value = argument.value == nullptr ? &variable : argument.value;
        map->span = map->span.end == 0 ? argument.span : map->span;
        set_property(*map, type, property, scope);
    }
    return map;
}

} // namespace tiphys::front
