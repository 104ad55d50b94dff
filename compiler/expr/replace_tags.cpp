// Replacement of tags by values. Argo: util/template.
#include "compiler/expr/replace_tags.h"

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/expr/argo_variables.h"
#include "compiler/expr/evaluate.h"
#include "compiler/expr/go_strings.h"
#include "compiler/expr/json.h"
#include "compiler/expr/unicode.h"

namespace tiphys::expr {
namespace {

/// Values with this beginning stand for those of a later time; expressions over them may fail.
constexpr std::string_view kPlaceholder = "__argo__internal__placeholder-";

/// Variables that exist late: an expression with them waits, although it could be evaluated.
constexpr std::array<std::string_view, 8> kLateVariables{"item",
                                                         "retries",
                                                         "lastRetry.exitCode",
                                                         "lastRetry.status",
                                                         "lastRetry.duration",
                                                         "lastRetry.message",
                                                         "workflow.status",
                                                         "workflow.failures"};

/// Collects names and paths of members, children first.
class VariableFinder {
public:
    explicit VariableFinder(const Tree& tree) : tree_(tree) {
        is_guarded_.resize(tree.size());
        is_visited_.resize(tree.size());
    }

    std::vector<std::string> run(ExprId root) {
        find_guards(root);
        visit(root);
        return std::move(names_);
    }

private:
    void find_guards(ExprId root) {
        for (ExprId id = 0; id <= root; ++id) {
            const Expr& expr = tree_.node(id);
            if (expr.kind == ExprKind::kBinary && expr.op == Operator::kCoalesce) {
                guard_members(tree_.child(id, 0));
            }
            if (expr.kind == ExprKind::kMember && expr.flag &&
                tree_.node(tree_.child(id, 0)).kind == ExprKind::kMember) {
                is_guarded_[tree_.child(id, 0)] = true;
            }
        }
    }

    void guard_members(ExprId id) {
        if (id == kNoExpr) return;
        if (tree_.node(id).kind == ExprKind::kMember) is_guarded_[id] = true;
        for (const ExprId child : tree_.children(id))
            guard_members(child);
    }

    void visit(ExprId id) {
        if (id == kNoExpr || is_visited_[id]) return;
        is_visited_[id] = true;
        for (const ExprId child : tree_.children(id))
            visit(child);
        if (is_guarded_[id]) return;
        const ExprKind kind = tree_.node(id).kind;
        if (kind == ExprKind::kName) add(tree_.text(id));
        if (kind == ExprKind::kMember) {
            const std::string path = path_of(id);
            if (!path.empty()) add(path);
        }
    }

    void add(const std::string& name) {
        if (std::find(names_.begin(), names_.end(), name) == names_.end()) names_.push_back(name);
    }

    /// `a.b['c']` as `a.b.c`; empty where a key is computed, or `?.` stands in between.
    std::string path_of(ExprId id) const {
        std::string path;
        for (; tree_.node(id).kind == ExprKind::kMember; id = tree_.child(id, 0)) {
            const ExprId key = tree_.child(id, 1);
            if (tree_.node(id).flag || tree_.node(key).kind != ExprKind::kString) return "";
            path = "." + tree_.text(key) + path;
        }
        return tree_.node(id).kind == ExprKind::kName ? tree_.text(id) + path : "";
    }

    const Tree& tree_;
    std::vector<bool> is_guarded_;
    std::vector<bool> is_visited_;
    std::vector<std::string> names_;
};

/// Whether the nested maps hold `name`, as a key or as a path; nil values count.
bool has_variable(const Map& variables, std::string_view name) {
    if (variables.find(name) != nullptr) return true;
    const Map* map = &variables;
    for (;;) {
        const std::size_t dot = name.find('.');
        const Value* value = map->find(name.substr(0, dot));
        if (value == nullptr) return false;
        if (dot == name.npos) return true;
        if (value->kind() != ValueKind::kMap) return false;
        map = &value->as_map();
        name.remove_prefix(dot + 1);
    }
}

bool holds_placeholder(const Value& value) {
    if (value.is_string()) return value.as_string().substr(0, kPlaceholder.size()) == kPlaceholder;
    if (value.kind() == ValueKind::kList) {
        const std::vector<Value>& values = value.as_list().values;
        return std::any_of(values.begin(), values.end(), holds_placeholder);
    }
    if (value.kind() != ValueKind::kMap || value.as_map().type == MapType::kFunctions) return false;
    const auto& entries = value.as_map().entries;
    return std::any_of(entries.begin(), entries.end(),
                       [](const auto& entry) { return holds_placeholder(entry.second); });
}

/// The text between the quotes of a Go string literal.
std::string quoted_content(std::string_view text) {
    const std::string quoted = go_quote(text);
    return quoted.substr(1, quoted.size() - 2);
}

class TagReplacer {
public:
    TagReplacer(std::string_view json, const Value& variables, MissingTags missing,
                const std::vector<std::string>& prefixes, const Environment& environment)
        : json_(json), flat_(variables), missing_(missing), prefixes_(prefixes),
          environment_(environment) {}

    TagReplacement run() {
        const Range all{0, static_cast<std::uint32_t>(json_.size())};
        if (!is_json(json_)) return failure(all, "the text with the tags is not JSON");
        const TagList list = scan_tags(json_);
        if (list.unclosed) {
            return failure({*list.unclosed, *list.unclosed + 2},
                           "a tag has no end: `}}` is missing");
        }
        std::uint32_t copied = 0;
        for (const Tag& tag : list.tags) {
            text_ += json_.substr(copied, tag.range.begin - copied);
            copied = tag.range.end;
            if (tag.is_expression) {
                replace_expression(tag);
            } else {
                replace_simple(tag);
            }
            if (error_) return failure(error_->range, error_->message, error_->is_missing);
        }
        text_ += json_.substr(copied);
        if (!list.tags.empty() && !is_json(text_)) {
            return failure(all, "a value makes the text something else than JSON");
        }
        return {std::move(text_), std::nullopt};
    }

private:
    static TagReplacement failure(Range range, std::string message, bool is_missing = false) {
        return {"", TagError{range, std::move(message), is_missing}};
    }

    void fail(const Tag& tag, std::string message, bool is_missing = false) {
        error_ = TagError{tag.range, std::move(message), is_missing};
    }

    [[nodiscard]] std::string_view content(Range range) const {
        return json_.substr(range.begin, range.end - range.begin);
    }

    [[nodiscard]] const Value* find(std::string_view name) const {
        return flat_.as_map().find(name);
    }

    [[nodiscard]] bool is_strict(std::string_view name) const {
        if (missing_ == MissingTags::kKeep) return false;
        if (missing_ == MissingTags::kRefuse) return true;
        return std::any_of(prefixes_.begin(), prefixes_.end(), [&](const std::string& prefix) {
            return name.substr(0, prefix.size()) == prefix &&
                   (name.size() == prefix.size() || name[prefix.size()] == '.');
        });
    }

    void replace_simple(const Tag& tag) {
        const std::string_view name = trim_space(content(tag.content));
        if (const Value* value = find(name)) return insert_simple(tag, *value);
        if (tag.is_nested && insert_nested(tag)) return;
        if (error_) return;
        // Artifacts are resolved elsewhere, and may be optional.
        const bool may_wait = missing_ == MissingTags::kRefusePrefixes &&
                              name.find(".outputs.artifacts.") != name.npos;
        if (is_strict(name) && !may_wait) {
            fail(tag, "there is no variable `" + std::string(name) + "`", true);
        } else {
            text_ += content(tag.range);
        }
    }

    void insert_simple(const Tag& tag, const Value& value) {
        const std::string name(trim_space(content(tag.content)));
        if (value.is_nil()) {
            fail(tag, "`" + name + "` has no value: its task was skipped and gives no default");
        } else if (!value.is_string()) {
            fail(tag, "`" + name + "` is no text", true);
        } else {
            text_ += quoted_content(value.as_string());
        }
    }

    /// `{{a.{{b}}}}`: the inner name is replaced now, the outer tag in the next pass.
    bool insert_nested(const Tag& tag) {
        const Value* value = find(content(tag.name));
        if (value == nullptr) return false;
        if (value->is_nil()) {
            fail(tag, "`" + std::string(content(tag.name)) + "` has no value");
            return false;
        }
        if (!value->is_string()) return false;
        const Range before{tag.content.begin, tag.name.begin - 2};
        text_ += "{{";
        text_ += content(before);
        text_ += quoted_content(value->as_string());
        return true;
    }

    const Value& nested() {
        if (!nested_) nested_ = argo_variables(flat_.as_map());
        return *nested_;
    }

    void keep_expression(std::string_view written) {
        text_ += "{{=";
        text_ += written;
        text_ += "}}";
    }

    void replace_expression(const Tag& tag) {
        // The API server writes these three as escapes. Argo: util/json/fix.go.
        std::string written(content(tag.content));
        written = replace_text(written, "\\u003c", "<");
        written = replace_text(written, "\\u003e", ">");
        written = replace_text(written, "\\u0026", "&");
        JsonFault fault;
        const std::optional<Value> code = parse_json("\"" + written + "\"", fault);
        if (!code) return fail(tag, "the expression is no JSON string: " + fault.reason);
        const std::string& text = code->as_string();
        const ParseResult parsed = parse(text, Dialect::kExpr);
        bool may_wait = false;
        if (parsed.ok()) {
            bool has_late = false;
            for (const std::string& name : needed_variables(parsed.tree, parsed.root)) {
                if (has_variable(nested().as_map(), name)) continue;
                if (is_strict(name)) {
                    return fail(tag, "there is no variable `" + name + "`", true);
                }
                may_wait = true;
                has_late = has_late || std::find(kLateVariables.begin(), kLateVariables.end(),
                                                 name) != kLateVariables.end();
            }
            may_wait = may_wait || missing_ == MissingTags::kKeep;
            if (has_late) return keep_expression(written);
        }
        evaluate_expression(tag, written, text, may_wait);
    }

    void evaluate_expression(const Tag& tag, const std::string& written, const std::string& text,
                             bool may_wait) {
        if (!has_placeholders_) has_placeholders_ = holds_placeholder(nested());
        const bool may_fail = may_wait || *has_placeholders_;
        const Evaluation evaluation = evaluate(text, nested(), environment_);
        if (!evaluation.ok() || evaluation.value.is_nil()) {
            if (may_fail) return keep_expression(written);
            return fail(tag, evaluation.ok() ? "the expression `" + text + "` is nil"
                                             : "the expression `" + text +
                                                   "` has no value: " + evaluation.error->message);
        }
        std::string reason;
        const std::optional<std::string> json = to_json(evaluation.value, {}, reason);
        if (!json) {
            if (may_wait) return keep_expression(written);
            return fail(tag, "the outcome of `" + text + "` is not JSON: " + reason);
        }
        if (json->size() > 1 && json->front() == '"' && json->back() == '"') {
            text_ += json->substr(1, json->size() - 2);
        } else {
            text_ += quoted_content(*json);
        }
    }

    std::string_view json_;
    const Value& flat_;
    MissingTags missing_;
    const std::vector<std::string>& prefixes_;
    const Environment& environment_;
    std::optional<Value> nested_;
    std::optional<bool> has_placeholders_;
    std::string text_;
    std::optional<TagError> error_;
};

} // namespace

std::vector<std::string> needed_variables(const Tree& tree, ExprId root) {
    return VariableFinder(tree).run(root);
}

TagReplacement replace_tags(std::string_view json, const Value& variables, MissingTags missing,
                            const std::vector<std::string>& prefixes,
                            const Environment& environment) {
    return TagReplacer(json, variables, missing, prefixes, environment).run();
}

} // namespace tiphys::expr
