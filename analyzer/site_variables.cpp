// What the expressions of each place may name.
// Argo: util/variables/keys; workflow/controller/{hooks,scope,operator}.go,
// workflow/cron/operator.go, workflow/executor/agent.go, server/event/dispatch/operation.go.
#include "analyzer/site_variables.h"

#include <algorithm>
#include <array>
#include <set>

#include "compiler/expr/argo_variables.h"
#include "compiler/expr/builtin_names.h"
#include "compiler/expr/evaluate.h"

namespace tiphys::analyze {
namespace {

using expr::ExprId;
using expr::ExprKind;
using expr::Type;
using expr::TypeKind;

constexpr std::array<std::string_view, 10> kWorkflowRoots{
    "inputs", "item",    "lastRetry", "node",  "outputs",
    "pod",    "retries", "steps",     "tasks", "workflow"};
/// Argo: the variables of metrics. workflow/metrics/util.go, controller/operator.go computeMetrics.
constexpr std::array<std::string_view, 4> kMetricRoots{"duration", "exitCode", "resourcesDuration",
                                                       "status"};
constexpr std::array<std::string_view, 4> kLastRetry{"duration", "exitCode", "message", "status"};

Type text_type() {
    return expr::simple_type(TypeKind::kString);
}

/// One name of a tree, found at its outermost member.
struct Chain {
    std::vector<ExprId> keys; ///< the nodes of the parts, the root's first
    bool is_optional = false; ///< `?.` stands in it
};

/// `a.b['c']` as its parts; nothing where a part is computed.
std::optional<Chain> chain_of(const expr::Tree& tree, ExprId id) {
    Chain chain;
    for (;;) {
        const expr::Expr& node = tree.node(id);
        if (node.kind == ExprKind::kName) {
            chain.keys.push_back(id);
            std::reverse(chain.keys.begin(), chain.keys.end());
            return chain;
        }
        if (node.kind == ExprKind::kChain) {
            id = tree.child(id, 0);
            continue;
        }
        if (node.kind != ExprKind::kMember) return std::nullopt;
        const ExprId key = tree.child(id, 1);
        if (tree.node(key).kind != ExprKind::kString) return std::nullopt;
        chain.is_optional = chain.is_optional || node.flag;
        chain.keys.push_back(key);
        id = tree.child(id, 0);
    }
}

/// Finds the names of an expression, and what protects them from being nil.
class NameWalk {
public:
    struct Around {
        bool is_guarded = false;
        bool is_conditional = false;
    };

    NameWalk(const expr::Tree& tree, std::string_view text) : tree_(tree), text_(text) {}

    void visit(ExprId id, Around around) {
        if (id == expr::kNoExpr) return;
        const expr::Expr& node = tree_.node(id);
        if (node.kind == ExprKind::kLet) lets_.insert(tree_.text(id));
        if (node.kind == ExprKind::kCall) return visit_call(id, around);
        if (node.kind == ExprKind::kName || node.kind == ExprKind::kMember ||
            node.kind == ExprKind::kChain) {
            if (const std::optional<Chain> chain = chain_of(tree_, id)) {
                return add(id, *chain, around);
            }
        }
        const std::span<const ExprId> children = tree_.children(id);
        for (std::size_t i = 0; i < children.size(); ++i) {
            // The operands of `1 < a < 3` are shared; names count once.
            visit(children[i], around_child(node, i, children, around));
        }
    }

    std::vector<VariableUse> take() {
        std::erase_if(found_, [&](const VariableUse& use) {
            return lets_.count(use.name.substr(0, use.name.find('.'))) > 0;
        });
        for (VariableUse& use : found_) {
            if (nil_tested_.count(use.name) > 0) use.is_guarded = true;
        }
        return std::move(found_);
    }

private:
    [[nodiscard]] bool is_nil(ExprId id) const { return tree_.node(id).kind == ExprKind::kNil; }

    Around around_child(const expr::Expr& node, std::size_t index, std::span<const ExprId> children,
                        Around around) {
        if (node.kind == ExprKind::kConditional && index > 0) around.is_conditional = true;
        if (node.kind != ExprKind::kBinary) return around;
        const bool joins = node.op == expr::Operator::kAnd || node.op == expr::Operator::kOr;
        if (joins && index > 0) around.is_conditional = true;
        if (node.op == expr::Operator::kCoalesce && index == 0) around.is_guarded = true;
        const bool compares =
            node.op == expr::Operator::kEqual || node.op == expr::Operator::kNotEqual;
        if (compares && is_nil(children[1 - index])) {
            around.is_guarded = true;
            note_nil_test(children[index]);
        }
        return around;
    }

    void note_nil_test(ExprId id) {
        const std::optional<Chain> chain = chain_of(tree_, id);
        if (chain) nil_tested_.insert(name_of(*chain));
    }

    void visit_call(ExprId id, Around around) {
        const std::span<const ExprId> children = tree_.children(id);
        const ExprId callee = children.front();
        const expr::Expr& node = tree_.node(callee);
        if (node.kind == ExprKind::kMember) {
            const std::optional<Chain> chain = chain_of(tree_, callee);
            const bool is_sprig = chain && tree_.text(chain->keys.front()) == "sprig";
            // Of a method only what it is called on is a variable.
            visit(is_sprig ? callee : tree_.child(callee, 0), around);
        } else if (node.kind != ExprKind::kName) {
            visit(callee, around);
        }
        for (const ExprId argument : children.subspan(1))
            visit(argument, around);
    }

    [[nodiscard]] std::string name_of(const Chain& chain) const {
        std::string name;
        for (const ExprId key : chain.keys)
            name += (name.empty() ? "" : ".") + tree_.text(key);
        return name;
    }

    void add(ExprId id, const Chain& chain, Around around) {
        VariableUse use;
        use.id = id;
        use.range = tree_.node(id).range;
        use.name = name_of(chain);
        const bool is_shared = std::any_of(
            found_.begin(), found_.end(), [&](const VariableUse& other) { return other.id == id; });
        if (is_shared) return;
        for (const ExprId key : chain.keys) {
            expr::Range part = tree_.node(key).range;
            const bool is_quoted = part.end - part.begin >= 2 &&
                                   (text_[part.begin] == '\'' || text_[part.begin] == '"');
            if (is_quoted) part = {part.begin + 1, part.end - 1};
            use.parts.push_back(part);
        }
        use.is_guarded = around.is_guarded || chain.is_optional;
        use.is_conditional = around.is_conditional;
        found_.push_back(std::move(use));
    }

    const expr::Tree& tree_;
    std::string_view text_;
    std::vector<VariableUse> found_;
    std::set<std::string, std::less<>> lets_;
    std::set<std::string, std::less<>> nil_tested_;
};

std::vector<std::string> parts_of(const expr::Tree& tree, const VariableUse& use) {
    std::vector<std::string> parts;
    const std::optional<Chain> chain = chain_of(tree, use.id);
    for (const ExprId key : chain->keys)
        parts.push_back(tree.text(key));
    return parts;
}

/// The first parts of names, which are maps in an expression.
bool is_namespace(const std::vector<std::string>& parts, const front::Scope& scope) {
    const std::string& root = parts[0];
    const bool is_node = root == "steps" || root == "tasks";
    if (root == "item" && parts.size() == 1) {
        return scope.find(root).standing != front::Standing::kUnknown;
    }
    if (parts.size() == 1) {
        return is_node || root == "inputs" || root == "outputs" || root == "workflow" ||
               root == "lastRetry" || root == "node" || root == "pod";
    }
    const std::string& last = parts.back();
    const bool is_kind = last == "parameters" || last == "artifacts";
    if (is_node) {
        const auto standing = scope.find(root + "." + parts[1] + ".id").standing;
        if (standing == front::Standing::kUnknown) return false;
        return parts.size() == 2 ||
               (parts[2] == "outputs" && (parts.size() == 3 || (parts.size() == 4 && is_kind)));
    }
    if (root == "inputs" || root == "outputs") return parts.size() == 2 && is_kind;
    if (root != "workflow") return false;
    if (parts[1] == "outputs") return parts.size() == 2 || (parts.size() == 3 && is_kind);
    return parts.size() == 2 && (parts[1] == "parameters" || parts[1] == "labels" ||
                                 parts[1] == "annotations" || parts[1] == "creationTimestamp");
}

class EnvironmentBuilder {
public:
    EnvironmentBuilder(Expression& expression, front::FlowSet& flows)
        : expression_(expression), scope_(flows, expression.use.site) {}

    Type run() {
        if (has_argo_functions(expression_.kind)) names_.add_argo_functions();
        add_roots();
        for (VariableUse& use : expression_.variables) {
            if (use.name.starts_with("sprig.")) {
                check_function(use);
            } else if (is_of_workflow()) {
                add_variable(use);
            }
        }
        std::erase_if(expression_.variables,
                      [](const VariableUse& use) { return use.name.starts_with("sprig."); });
        return names_.type();
    }

private:
    [[nodiscard]] bool is_of_workflow() const {
        switch (expression_.kind) {
        case SiteKind::kTag:
        case SiteKind::kHook:
        case SiteKind::kOutput:
        case SiteKind::kArtifact:
        case SiteKind::kLabel:
            return true;
        case SiteKind::kCronTag:
        case SiteKind::kRetry:
        case SiteKind::kStop:
        case SiteKind::kSelector:
        case SiteKind::kEvent:
        case SiteKind::kSubmit:
        case SiteKind::kSuccess:
        case SiteKind::kData:
        case SiteKind::kSourceFilter:
            return false;
        }
        return false;
    }

    void add_roots() {
        switch (expression_.kind) {
        case SiteKind::kTag:
        case SiteKind::kHook:
        case SiteKind::kOutput:
        case SiteKind::kArtifact:
        case SiteKind::kLabel:
            return add_workflow_roots();
        case SiteKind::kRetry:
            names_.add("retries", text_type());
            for (std::string_view name : kLastRetry)
                names_.add("lastRetry." + std::string(name), text_type());
            return;
        case SiteKind::kStop:
        case SiteKind::kCronTag:
            return add_cron_workflow();
        case SiteKind::kSelector:
        case SiteKind::kEvent:
        case SiteKind::kSubmit:
            return add_event();
        case SiteKind::kSuccess:
            return add_response();
        case SiteKind::kData:
            names_.add("data", expr::list_type(expr::ListType::kAny));
            return;
        case SiteKind::kSourceFilter:
            // Whatever the event's data hold.
            names_.open("");
            return;
        }
    }

    void add_workflow_roots() {
        for (std::string_view root : kWorkflowRoots)
            names_.add(root, {});
        if (expression_.use.site.part != front::Part::kMetrics) return;
        for (std::string_view root : kMetricRoots)
            names_.add(root, root == "resourcesDuration" ? Type() : text_type());
    }

    void add_cron_workflow() {
        for (const char* name : {"name", "namespace"})
            names_.add(std::string("cronworkflow.") + name, text_type());
        for (const char* name : {"labels", "annotations"})
            names_.add(std::string("cronworkflow.") + name, {});
        for (const char* name : {"failed", "succeeded"}) {
            names_.add(std::string("cronworkflow.") + name, expr::int_type(expr::IntType::kInt64));
        }
        // Nil before the first run.
        names_.add("cronworkflow.lastScheduledTime", {});
    }

    void add_event() {
        names_.add("namespace", text_type());
        names_.add("discriminator", text_type());
        names_.add("metadata", {});
        names_.add("payload", {});
    }

    void add_response() {
        for (const char* name : {"method", "url", "body"})
            names_.add(std::string("request.") + name, text_type());
        names_.add("request.bodyBytes", expr::simple_type(TypeKind::kBytes));
        names_.add("request.headers", {});
        names_.add("response.statusCode", expr::int_type());
        names_.add("response.body", text_type());
        names_.add("response.headers", {});
    }

    void check_function(const VariableUse& use) {
        const std::string name = use.name.substr(use.name.find('.') + 1);
        const bool is_known = expr::sprig_functions().as_map().find(name) != nullptr;
        if (!is_known) expression_.unknown_functions.push_back(use);
    }

    [[nodiscard]] bool is_root(std::string_view name) const {
        const bool is_metric =
            expression_.use.site.part == front::Part::kMetrics &&
            std::find(kMetricRoots.begin(), kMetricRoots.end(), name) != kMetricRoots.end();
        return is_metric || std::find(kWorkflowRoots.begin(), kWorkflowRoots.end(), name) !=
                                kWorkflowRoots.end();
    }

    void add_variable(VariableUse& use) {
        const std::vector<std::string> parts = parts_of(expression_.parsed.tree, use);
        // The checker speaks about names that begin like none of Argo's.
        if (!is_root(parts.front())) return;
        const bool is_metric = std::find(kMetricRoots.begin(), kMetricRoots.end(), parts.front()) !=
                               kMetricRoots.end();
        if (is_metric) return;
        if (is_namespace(parts, scope_)) {
            use.lookup.standing = front::Standing::kOpen;
            std::string path = parts.front();
            for (std::size_t i = 1; i < parts.size(); ++i)
                path += "." + parts[i];
            names_.open(path);
            return;
        }
        use.lookup = scope_.find(use.name);
        if (use.lookup.standing == front::Standing::kUnknown && add_text_around(parts, use)) return;
        if (use.lookup.standing == front::Standing::kLiteral) explain_literal(use);
        const bool is_text = use.lookup.standing == front::Standing::kKnown &&
                             use.lookup.type != front::VariableType::kArtifact;
        names_.add(parts, is_text ? text_type() : Type());
    }

    /// `inputs.parameters.x.y`: the variable is a text, which has no `y`; the checker says so.
    bool add_text_around(const std::vector<std::string>& parts, VariableUse& use) {
        std::string name = parts.front();
        for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
            name += "." + parts[i];
            const front::Lookup lookup = scope_.find(name);
            const bool is_text =
                lookup.standing == front::Standing::kKnown &&
                lookup.type != front::VariableType::kArtifact &&
                !is_namespace({parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(i) + 1},
                              scope_);
            if (!is_text) continue;
            use.lookup = lookup;
            names_.add({parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(i) + 1},
                       text_type());
            return true;
        }
        return false;
    }

    /// A single word such as `outputs`, or `lastRetry`, which the look-up takes for a text.
    static void explain_literal(VariableUse& use) { use.lookup.standing = front::Standing::kOpen; }

    Expression& expression_;
    front::Scope scope_;
    expr::Scope names_;
};

/// What is wrong beside a tag may be mended by its value.
void check_text_with_tags(Expression& expression) {
    const std::optional<TaglessText> tagless = without_tags(expression.text);
    if (!tagless) return;
    expression.parsed = expr::parse(tagless->text, expr::Dialect::kExpr);
    if (expression.parsed.ok()) return;
    const expr::Range at = expression.parsed.error->range;
    const bool is_at_tag =
        std::any_of(tagless->tags.begin(), tagless->tags.end(), [&](const expr::Tag& tag) {
            return at.begin <= tag.range.end + 1 && tag.range.begin <= at.end;
        });
    if (is_at_tag) expression.parsed.error.reset();
}

} // namespace

std::optional<TaglessText> without_tags(std::string_view text) {
    expr::TagList list = expr::scan_tags(text);
    if (list.unclosed.has_value()) return std::nullopt;
    TaglessText tagless{std::string(text), std::move(list.tags)};
    for (const expr::Tag& tag : tagless.tags) {
        if (tag.is_nested) return std::nullopt;
        std::fill(tagless.text.begin() + tag.range.begin, tagless.text.begin() + tag.range.end,
                  'x');
    }
    return tagless;
}

void check_expression(Expression& expression, front::FlowSet& flows) {
    if (expression.has_tags) return check_text_with_tags(expression);
    expression.parsed = expr::parse(expression.text, expr::Dialect::kExpr);
    if (!expression.parsed.ok()) return;
    const expr::ParseResult& parsed = expression.parsed;
    NameWalk walk(parsed.tree, expression.text);
    walk.visit(parsed.root, {});
    expression.variables = walk.take();
    const Type environment = EnvironmentBuilder(expression, flows).run();
    expression.check = expr::check(parsed.tree, parsed.root, environment);
    std::sort(
        expression.variables.begin(), expression.variables.end(),
        [](const VariableUse& a, const VariableUse& b) { return a.range.begin < b.range.begin; });
}

} // namespace tiphys::analyze
