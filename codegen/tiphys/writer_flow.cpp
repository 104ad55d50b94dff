// Nodes of dags and steps: calls, order, conditions, loops, hooks.
#include <algorithm>
#include <array>

#include "codegen/entries.h"
#include "codegen/tiphys/depends.h"
#include "codegen/tiphys/differences.h"
#include "codegen/tiphys/notation.h"
#include "codegen/tiphys/writer.h"
#include "compiler/front/language/lowering.h"

namespace tiphys::codegen {
namespace {

constexpr std::string_view kItem = "item";
constexpr std::size_t kLongAlias = 16;

/// What every node has, by its tag behind the node's name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kMembers{{
    {"status", "status"},
    {"exitCode", "exitCode"},
    {"ip", "ip"},
    {"id", "id"},
    {"startedAt", "startedAt"},
    {"finishedAt", "finishedAt"},
    {"hostNodeName", "hostNodeName"},
}};

void add_once(std::vector<std::string>& names, std::string_view name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

/// The node that a tag reads, `tasks.a.outputs.result`; empty where it reads none.
std::string_view node_in(std::string_view text) {
    if (!text.starts_with("{{tasks.")) return {};
    text.remove_prefix(8);
    return text.substr(0, text.find_first_of(".}"));
}

} // namespace

bool Writer::collect_nodes(const ir::Value& nodes, Flow& flow) {
    const auto* list = ir::list_as(&nodes);
    if (list == nullptr || list->items.empty()) return false;
    for (const ir::Value* item : list->items) {
        if (flow.is_dag) {
            if (!collect_node(*item, flow)) return false;
            continue;
        }
        const auto* group = ir::list_as(item);
        if (group == nullptr || group->items.empty()) return false;
        for (const ir::Value* node : group->items) {
            if (!collect_node(*node, flow)) return false;
        }
    }
    return true;
}

/// The tags that read the node's outputs get names, unless a variable hides the node.
bool Writer::collect_node(const ir::Value& node, Flow& flow) {
    const auto name = string_of(find(&node, "name"));
    const auto written = name ? name_text(*name) : std::nullopt;
    if (!written || !flow.nodes.emplace(*name).second) return false;
    if (flow.names.variables.contains(*name) || *name == kItem || *name == "workflow") return true;
    const std::string base = (flow.is_dag ? "tasks." : "steps.") + std::string(*name) + ".";
    auto& by_tag = flow.names.by_tag;
    by_tag[base + "outputs.result"] = *written;
    for (const auto& [tag, member] : kMembers)
        by_tag[base + std::string(tag)] = *written + "." + std::string(member);
    const auto callee = callees_.find(string_of(find(&node, "template")).value_or(""));
    if (callee == callees_.end()) return true;
    for (const std::string& output : callee->second.outputs) {
        const auto text = name_text(output);
        if (text) by_tag[base + "outputs.parameters." + output] = *written + "." + *text;
    }
    for (const std::string& output : callee->second.output_artifacts) {
        const auto text = name_text(output);
        if (text) by_tag[base + "outputs.artifacts." + output] = *written + "." + *text;
    }
    return true;
}

std::optional<std::vector<Line>> Writer::flow_lines(const ir::Value& nodes, Flow& flow) {
    const auto& list = *ir::list_as(&nodes);
    std::vector<Line> lines;
    const std::string path = below(flow.path, flow.is_dag ? "dag.tasks" : "steps");
    for (std::size_t i = 0; i < list.items.size(); ++i) {
        const std::string here = element(path, i);
        const auto* group = flow.is_dag ? nullptr : ir::list_as(list.items[i]);
        if (group == nullptr || group->items.size() == 1) {
            const ir::Value& node = group == nullptr ? *list.items[i] : *group->items[0];
            auto line = node_line(node, flow, group == nullptr ? here : element(here, 0));
            if (!line) return std::nullopt;
            lines.push_back(std::move(*line));
            continue;
        }
        Line together{.head = "parallel", .has_block = true, .is_open = true};
        together.source = list.items[i]->span.begin;
        together.path = here;
        for (std::size_t j = 0; j < group->items.size(); ++j) {
            auto line = node_line(*group->items[j], flow, element(here, j));
            if (!line) return std::nullopt;
            together.body.push_back(std::move(*line));
        }
        lines.push_back(std::move(together));
    }
    return lines;
}

/// Makes a template of another object known under its own name; false where that is taken.
bool Writer::import_name(const std::string& module, std::string_view name) {
    const auto known = file_.imported.find(module);
    if (known != file_.imported.end() && known->second.contains(name)) {
        return !callees_.contains(name);
    }
    const bool is_taken = callees_.contains(name) || file_.declarations.contains(name) ||
                          file_.aliases.contains(name);
    if (is_taken) return false;
    file_.declarations.emplace(name);
    file_.imported[module].emplace(name);
    return true;
}

std::string Writer::module_alias(const std::string& module, std::string_view object) {
    const auto known = file_.modules.find(module);
    if (known != file_.modules.end()) return known->second;
    std::string alias(object);
    const auto is_taken = [&] {
        return callees_.contains(alias) || file_.declarations.contains(alias) ||
               file_.aliases.contains(alias);
    };
    // A long name before each call says no more than a short one.
    if (is_taken() || alias.size() > kLongAlias) alias = "lib";
    for (int number = 2; is_taken(); ++number)
        alias = "lib-" + std::to_string(number);
    file_.aliases.insert(alias);
    file_.modules.emplace(module, alias);
    return alias;
}

/// `template`, or `lib.template` for what a templateRef names.
std::optional<std::string> Writer::callee_text(const ir::Object& node) {
    const ir::Value* reference = node.field("templateRef");
    const auto name = string_of(node.field("template"));
    if (reference == nullptr) return name ? name_text(*name) : std::nullopt;
    const auto object = string_of(find(reference, "name"));
    const auto target = string_of(find(reference, "template"));
    const auto* scope = ir::scalar_as(find(reference, "clusterScope"));
    const bool is_cluster = scope != nullptr && plain_scalar(*scope) == "true";
    const std::size_t n_known = 2 + (is_cluster ? 1U : 0U);
    const bool is_simple = name == std::nullopt && object && target &&
                           entries_of(*reference).size() == n_known && name_text(*object) &&
                           object->find("{{") == object->npos && target->find("{{") == target->npos;
    const auto member = is_simple ? name_text(*target) : std::nullopt;
    if (!member) return std::nullopt;
    const std::string module = (is_cluster ? "argo-cluster:" : "argo:") + std::string(*object);
    if (import_name(module, *target)) return member;
    return *name_text(module_alias(module, *object)) + "." + *member;
}

/// The value of an argument; the nodes that it reads are added to `used`.
std::optional<std::string> Writer::argument_text(const ir::Value& item, bool is_artifact,
                                                 const Names& names, const std::string& path,
                                                 std::vector<std::string>& used) {
    if (is_artifact) {
        const auto from = string_of(find(&item, "from"));
        const auto node = from ? lone_name(*from, names) : std::nullopt;
        // What the whole workflow has put out is no artifact to the language.
        const bool is_typed = node && !node->starts_with("workflow.");
        if (is_typed && has_only(item, {"name", "from"})) {
            if (!node_in(*from).empty()) add_once(used, node_in(*from));
            return node;
        }
        std::vector<ir::Entry> rest = entries_of(item);
        std::erase_if(rest, [](const ir::Entry& entry) { return entry.key == "name"; });
        if (rest.empty() || from) return std::nullopt;
        return place_call(item, rest, path, names);
    }
    const auto* value = ir::scalar_as(find(&item, "value"));
    if (value == nullptr || !has_only(item, {"name", "value"})) return std::nullopt;
    if (value->scalar_type != ScalarType::kString) return plain_scalar(*value);
    for (const std::string& node : tasks_read(value->text))
        add_once(used, node);
    return text_expression(value->text, names);
}

/// Positional where there are one or two, in the order of the callee's parameters.
std::optional<std::string> Writer::arguments_text(const ir::Object& node, const Names& names,
                                                  const std::string& path,
                                                  std::vector<std::string>& used) {
    const ir::Value* arguments = node.field("arguments");
    if (arguments == nullptr) return "()";
    const auto callee = callees_.find(string_of(node.field("template")).value_or(""));
    const bool is_known = callee != callees_.end();
    if (is_known && callee->second.is_plain) return std::nullopt;
    std::vector<std::pair<std::string, std::string>> all;
    for (const ir::Entry& entry : entries_of(*arguments)) {
        const bool is_artifacts = entry.key == "artifacts";
        const auto* list = ir::list_as(entry.value);
        if ((!is_artifacts && entry.key != "parameters") || list == nullptr ||
            list->items.empty()) {
            return std::nullopt;
        }
        for (std::size_t i = 0; i < list->items.size(); ++i) {
            const ir::Value& item = *list->items[i];
            const auto name = string_of(find(&item, "name"));
            if (!name || !name_text(*name)) return std::nullopt;
            if (is_known) {
                const auto& params = callee->second.params;
                const bool is_param =
                    std::find(params.begin(), params.end(), *name) != params.end();
                if (!is_param || callee->second.artifacts.contains(*name) != is_artifacts) {
                    return std::nullopt;
                }
            }
            const std::string here = element(below(path, entry.key), i);
            const auto value = argument_text(item, is_artifacts, names, here, used);
            if (!value) return std::nullopt;
            all.emplace_back(*name, *value);
        }
    }
    if (all.empty()) return std::nullopt;
    bool is_positional = is_known && all.size() <= 2 && all.size() <= callee->second.params.size();
    for (std::size_t i = 0; is_positional && i < all.size(); ++i)
        is_positional = all[i].first == callee->second.params[i];
    std::string text = "(";
    for (const auto& [name, value] : all) {
        const std::string written = *name_text(name);
        text += text.size() > 1 ? ", " : "";
        if (is_positional) {
            text += value;
        } else {
            text += written + (value == written ? ":" : ": " + value);
        }
    }
    return text + ")";
}

/// `item in list`; `done` is the field that it says. The names inside of the loop are the caller's
/// to declare.
std::optional<std::string> Writer::loop_text(const ir::Object& node, const Names& names,
                                             const std::string& path,
                                             std::vector<std::string>& used,
                                             std::string_view& done) {
    const bool is_hidden = names.variables.contains(kItem);
    std::size_t n_loops = 0;
    std::optional<std::string> list;
    for (const std::string_view key : {"withItems", "withParam", "withSequence"}) {
        const ir::Value* value = node.field(key);
        if (value == nullptr) continue;
        ++n_loops;
        done = key;
        const std::string here = below(path, key);
        if (is_hidden || !choices_.take(here, "loop")) continue;
        if (key == "withItems" && ir::list_as(value) != nullptr) {
            list = expression(*value, nullptr, {}, here, {});
        } else if (key == "withParam") {
            const auto text = string_of(value);
            list = text ? lone_name(*text, names) : std::nullopt;
            if (list && !node_in(*text).empty()) add_once(used, node_in(*text));
            // JSON, or a tag that stands for some.
            const bool is_text = !list && text && text->find('\n') == text->npos;
            if (is_text && choices_.take(here, "text loop")) list = quoted(*text);
        } else if (key == "withSequence" && is_mapping(*value)) {
            const auto arguments =
                named_arguments(entries_of(*value), front::workflow_type("Sequence"), here, names);
            const auto* start = ir::scalar_as(find(value, "start"));
            const auto* end = ir::scalar_as(find(value, "end"));
            const bool is_range =
                start != nullptr && end != nullptr && has_only(*value, {"start", "end"}) &&
                start->scalar_type == ScalarType::kInt && end->scalar_type == ScalarType::kInt;
            if (is_range) {
                list = *plain_scalar(*start) + ".." + *plain_scalar(*end);
            } else if (arguments) {
                list = "sequence(" + *arguments + ")";
            }
        }
    }
    if (n_loops != 1) return std::nullopt;
    return list;
}

/// What follows `after`, empty where order comes of the data alone. Nothing where the field has to
/// stand as it is.
std::optional<std::string> Writer::after_text(const ir::Object& node, const Flow& flow,
                                              const std::vector<std::string>& used,
                                              const std::string& path) {
    const auto depends = string_of(node.field("depends"));
    if (!depends || !choices_.take(below(path, "depends"), "after")) return std::nullopt;
    const auto names = names_of_all(*depends);
    if (!names) return used.empty() ? after_of(*depends) : std::nullopt;
    for (std::size_t n = 0; n <= names->size(); ++n) {
        std::vector<std::string> made(names->begin(),
                                      names->begin() + static_cast<std::ptrdiff_t>(n));
        for (const std::string& name : used)
            add_once(made, name);
        if (made != *names) continue;
        std::string text;
        for (std::size_t i = 0; i < n; ++i) {
            const auto written = name_text((*names)[i]);
            if (!written || !flow.nodes.contains((*names)[i])) return std::nullopt;
            text += (text.empty() ? "" : ", ") + *written;
        }
        return text;
    }
    return std::nullopt;
}

/// `on exit { f() }`, `on name when "condition" { f() }`.
std::optional<Line> Writer::hook_line(const ir::Entry& hook, bool is_of_workflow,
                                      const Names& names, const std::string& path,
                                      std::vector<std::string>& used) {
    const auto* object = ir::any_object_as(hook.value);
    const auto key = name_text(hook.key);
    const auto callee = object == nullptr ? std::nullopt : callee_text(*object);
    if (!callee || !key) return std::nullopt;
    const auto arguments = arguments_text(*object, names, below(path, "arguments"), used);
    const ir::Value* expression = object->field("expression");
    const auto condition = string_of(expression);
    if (!arguments || (expression != nullptr && !condition)) return std::nullopt;
    const bool is_running = hook.key == "running" && condition == "workflow.status == \"Running\"";
    const bool is_failure =
        hook.key == "failure" && condition == "workflow.status != \"Succeeded\"";
    const bool is_named = hook.key == "running" || hook.key == "failure";
    if (is_named && !condition) return std::nullopt;
    std::string head = "on " + *key;
    if (is_of_workflow && !condition) head = "on hooks." + *key;
    if (is_of_workflow && is_failure) return std::nullopt;
    if (condition && !is_running && !is_failure) head += " when " + quoted(*condition);
    Line line{.head = head, .has_block = true, .source = hook.key_begin, .path = path};
    line.body.push_back({.head = *callee + *arguments, .path = path});
    return line;
}

/// `name = task {…}`; takes no block of its own.
std::optional<Line> Writer::inline_line(const ir::Object& node, std::string_view name,
                                        const std::string& clauses, const std::string& path) {
    const auto* inner = ir::any_object_as(node.field("inline"));
    if (inner == nullptr || inner->field("dag") != nullptr || inner->field("steps") != nullptr) {
        return std::nullopt;
    }
    const std::string here = below(path, "inline");
    Block block;
    for (const ir::Entry& entry : entries_of(*inner)) {
        if (entry.key == "name" || entry.key == "inputs" || entry.key == "outputs") {
            add_field(block, entry, inner->type, here, {});
        }
    }
    add_task_fields(block, *inner, nullptr, here, workflow_names_);
    finish(block, here);
    Line line{.head = std::string(name) + " = task",
              .has_block = true,
              .source = node.span.begin,
              .path = path};
    line.body = std::move(block.lines);
    if (clauses.empty()) return line;
    line.head += " " + map_literal(line.body) + clauses;
    line.has_block = false;
    line.body.clear();
    return line;
}

/// A condition of govaluate with names for its tags, where it stands on one line.
std::string Writer::condition_text(std::string_view when, const Names& names,
                                   std::vector<std::string>& read) {
    if (when.find('\n') != when.npos || lone_name(when, names)) return {};
    for (const std::string& node : tasks_read(when)) {
        // A node that has no name here is not waited for.
        const std::size_t at = when.find("{{tasks." + node + ".");
        const std::size_t end = when.find("}}", at);
        if (end != when.npos && names.find(when.substr(at + 2, end - at - 2))) {
            add_once(read, node);
        }
    }
    return text_expression(when, names);
}

/// `after …`, `when …`. Nothing where a task reads nodes that it does not wait for.
std::optional<std::string> Writer::clauses_text(const ir::Object& node, const Flow& flow,
                                                const Names& names,
                                                const std::vector<std::string>& used,
                                                const std::string& path,
                                                std::set<std::string_view>& done) {
    std::string clauses;
    const bool is_listed = node.field("dependencies") != nullptr;
    const bool has_order = is_listed || node.field("depends") != nullptr;
    if (flow.is_dag && !has_order && !used.empty()) return std::nullopt;
    const std::string when_path = below(path, "when");
    const auto when = string_of(node.field("when"));
    const bool is_said = when && *when != "true" && choices_.take(when_path, "when");
    // What a condition reads by name is waited for.
    std::vector<std::string> read = used;
    const bool may_name = !flow.is_dag || (has_order && !is_listed);
    const bool names_it = is_said && may_name && choices_.take(when_path, "condition");
    std::string condition;
    if (names_it) condition = condition_text(*when, names, read);
    const auto after_all = [&](const std::vector<std::string>& nodes) {
        return flow.is_dag && !is_listed ? after_text(node, flow, nodes, path) : std::nullopt;
    };
    auto after = after_all(read);
    if (!after && read.size() > used.size()) {
        condition.clear();
        after = after_all(used);
    }
    if (after) {
        if (!after->empty()) clauses += " after " + *after;
        done.insert("depends");
    }
    if (is_said) {
        clauses += " when " + (condition.empty() ? quoted(*when) : condition);
        done.insert("when");
    }
    return clauses;
}

/// What stands in the block of a node: hooks, and fields that nothing else has said.
std::vector<Line> Writer::node_block(const ir::Object& node, const Names& names,
                                     const std::string& path,
                                     const std::set<std::string_view>& done) {
    Block block;
    std::vector<std::string> used;
    for (const ir::Entry& entry : entries_of(node)) {
        if (done.contains(entry.key)) continue;
        const std::string here = below(path, entry.key);
        const auto* hooks = entry.key == "hooks" ? ir::map_as(entry.value) : nullptr;
        std::vector<Line> lines;
        bool has_all = hooks != nullptr && !hooks->entries.empty() && choices_.take(here, "hooks");
        for (std::size_t i = 0; has_all && i < hooks->entries.size(); ++i) {
            const ir::Entry& hook = hooks->entries[i];
            auto line = hook_line(hook, false, names, below(here, hook.key), used);
            has_all = line.has_value();
            if (line) lines.push_back(std::move(*line));
        }
        if (has_all) {
            std::move(lines.begin(), lines.end(), std::back_inserter(block.lines));
        } else {
            add_field(block, entry, node.type, path, names);
        }
    }
    finish(block, path);
    return std::move(block.lines);
}

/// The names that can be seen inside of a loop.
Names Writer::names_in_loop(const ir::Object& node, const Flow& flow) {
    Names inside = flow.names;
    inside.declare(kItem, std::string(kItem));
    const auto* items = ir::list_as(node.field("withItems"));
    for (const ir::Value* item :
         items == nullptr ? std::span<const ir::Value* const>{} : items->items) {
        for (const ir::Entry& field : entries_of(*item)) {
            const std::string tag = "item." + std::string(field.key);
            if (is_bare_key(field.key)) inside.by_tag[tag] = tag;
        }
    }
    return inside;
}

std::optional<Line> Writer::node_line(const ir::Value& value, Flow& flow, const std::string& path) {
    const auto* node = ir::any_object_as(&value);
    const auto name = node == nullptr ? std::nullopt : string_of(node->field("name"));
    if (!name) return std::nullopt;
    const std::string written = *name_text(*name);
    std::vector<std::string> used;
    std::set<std::string_view> done{"name", "template", "templateRef"};
    if (node->field("inline") != nullptr) {
        done.insert("inline");
        const auto clauses = clauses_text(*node, flow, flow.names, used, path, done);
        const std::vector<ir::Entry> entries = entries_of(*node);
        const bool is_all = std::all_of(entries.begin(), entries.end(), [&](const auto& entry) {
            return done.contains(entry.key);
        });
        return clauses && is_all ? inline_line(*node, written, *clauses, path) : std::nullopt;
    }
    const auto callee = callee_text(*node);
    if (!callee) return std::nullopt;
    std::string_view loop_field;
    const auto loop = loop_text(*node, flow.names, path, used, loop_field);
    if (loop) done.insert(loop_field);
    const Names inside = loop ? names_in_loop(*node, flow) : Names{};
    const Names& names = loop ? inside : flow.names;
    std::optional<std::string> arguments;
    const std::string arguments_path = below(path, "arguments");
    if (choices_.take(arguments_path, "arguments")) {
        std::vector<std::string> read = used;
        arguments = arguments_text(*node, names, arguments_path, read);
        if (arguments) {
            used = std::move(read);
            done.insert("arguments");
        }
    }
    const auto clauses = clauses_text(*node, flow, names, used, path, done);
    if (!clauses) return std::nullopt;
    const ir::Value* reference = node->field("templateRef");
    const auto target =
        string_of(reference == nullptr ? node->field("template") : find(reference, "template"));
    const std::string call = *callee + arguments.value_or("()");
    Line line{.source = node->span.begin, .path = path};
    line.head = target == *name ? call : written + " = " + call;
    if (loop) line.head = written + " = [" + call + " for item in " + *loop + "]";
    line.head += *clauses;
    line.body = node_block(*node, names, path, done);
    line.has_block = !line.body.empty();
    return line;
}

} // namespace tiphys::codegen
