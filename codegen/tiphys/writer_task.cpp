// Templates: tasks with what they run, dags and steps around their nodes.
#include <algorithm>
#include <array>

#include "codegen/entries.h"
#include "codegen/tiphys/differences.h"
#include "codegen/tiphys/notation.h"
#include "codegen/tiphys/writer.h"
#include "compiler/front/language/lowering.h"

namespace tiphys::codegen {
namespace {

std::vector<std::string_view> names_in(const ir::Value* holder, std::string_view list) {
    std::vector<std::string_view> names;
    const auto* items = ir::list_as(find(holder, list));
    if (items == nullptr) return names;
    for (const ir::Value* item : items->items)
        names.push_back(string_of(find(item, "name")).value_or(std::string_view{}));
    return names;
}

std::vector<std::string_view> strings_of(const ir::Value* value) {
    std::vector<std::string_view> texts;
    const auto* list = ir::list_as(value);
    if (list == nullptr) return texts;
    for (const ir::Value* item : list->items) {
        const auto text = string_of(item);
        if (!text) return {};
        texts.push_back(*text);
    }
    return texts;
}

/// Variables that the language gives to a script by itself, in order: name and value.
using Environment = std::vector<std::pair<std::string, std::string>>;

Environment environment_of(const ir::Object* owner, bool with_paths) {
    Environment all;
    const auto add = [&](std::string_view name, std::string value) {
        std::string variable(name);
        std::replace(variable.begin(), variable.end(), '-', '_');
        const bool is_known = std::any_of(all.begin(), all.end(),
                                          [&](const auto& item) { return item.first == variable; });
        if (!is_known && !value.empty()) all.emplace_back(variable, std::move(value));
    };
    if (owner == nullptr) return all;
    for (const std::string_view name : names_in(owner->field("inputs"), "parameters"))
        add(name, "{{inputs.parameters." + std::string(name) + "}}");
    const auto add_paths = [&](const ir::Value* holder, std::string_view list, bool is_parameter) {
        const auto* items = with_paths ? ir::list_as(find(holder, list)) : nullptr;
        if (items == nullptr) return;
        for (const ir::Value* item : items->items) {
            const ir::Value* from = is_parameter ? find(item, "valueFrom") : item;
            const auto path = string_of(find(from, "path"));
            const auto name = string_of(find(item, "name"));
            // A path with values in it is no constant.
            if (path && name && path->find("{{") == path->npos) add(*name, std::string(*path));
        }
    };
    add_paths(owner->field("inputs"), "artifacts", false);
    add_paths(owner->field("outputs"), "parameters", true);
    add_paths(owner->field("outputs"), "artifacts", false);
    return all;
}

/// The number of entries of `env` that a script would get by itself, if all of them are there.
std::optional<std::size_t> injected(const ir::Object& body, const ir::Object* owner,
                                    bool with_paths) {
    const Environment wanted = environment_of(owner, with_paths);
    const auto* list = ir::list_as(body.field("env"));
    const std::size_t n_present = list == nullptr ? 0 : list->items.size();
    if (n_present < wanted.size()) return std::nullopt;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const ir::Value& item = *list->items[i];
        const bool is_same = has_only(item, {"name", "value"}) &&
                             string_of(find(&item, "name")) == wanted[i].first &&
                             string_of(find(&item, "value")) == wanted[i].second;
        if (!is_same) return std::nullopt;
    }
    return wanted.size();
}

bool is_language_word(std::string_view word) {
    return !word.empty() &&
           word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string_view::npos;
}

} // namespace

void Writer::collect_callees(const ir::List& templates, const std::string& path) {
    for (std::size_t i = 0; i < templates.items.size(); ++i) {
        const ir::Value& item = *templates.items[i];
        const std::string here = element(path, i);
        const auto name = string_of(find(&item, "name"));
        if (!name) continue;
        Callee callee;
        std::set<std::string_view> seen;
        for (const std::string_view list : {"parameters", "artifacts"}) {
            for (const std::string_view param : names_in(find(&item, "inputs"), list)) {
                callee.params.emplace_back(param);
                if (list == "artifacts") callee.artifacts.emplace(param);
                if (!name_text(param) || !seen.insert(param).second) callee.is_plain = true;
            }
        }
        for (const std::string_view output : names_in(find(&item, "outputs"), "parameters"))
            callee.outputs.emplace(output);
        for (const std::string_view output : names_in(find(&item, "outputs"), "artifacts"))
            callee.output_artifacts.emplace(output);
        if (!choices_.allows(here, "template") ||
            !choices_.allows(below(here, "inputs"), "signature")) {
            callee.is_plain = true;
        }
        if (!choices_.allows(below(here, "outputs"), "signature") || callee.is_plain) {
            callee.outputs.clear();
            callee.output_artifacts.clear();
        }
        callees_.emplace(*name, std::move(callee));
    }
}

std::optional<Line> Writer::template_line(const ir::Value& value, const std::string& path) {
    const auto* object = ir::any_object_as(&value);
    const auto name = object == nullptr ? std::nullopt : string_of(object->field("name"));
    const auto written = name ? name_text(*name) : std::nullopt;
    if (!written) return std::nullopt;
    if (choices_.take(path, "template")) {
        if (auto line = declared_template(*object, *written, path)) return line;
        choices_.withdraw(path, "template");
    }
    return plain_template(*object, *written, path);
}

/// A task whose fields stand as they are: `dag: {…}` and `steps: […]` too.
Line Writer::plain_template(const ir::Object& object, const std::string& name,
                            const std::string& path) {
    Line line{.head = "task " + name, .has_block = true, .source = object.span.begin, .path = path};
    Block block;
    const bool is_plain = choices_.take(path, "plain template");
    for (const ir::Entry& entry : entries_of(object)) {
        if (entry.key == "name") continue;
        if (is_plain) {
            add_field(block, entry, object.type, path, {});
        } else {
            block.raw.push_back(entry);
        }
    }
    finish(block, path);
    line.body = std::move(block.lines);
    return line;
}

std::optional<Line> Writer::declared_template(const ir::Object& object, const std::string& name,
                                              const std::string& path) {
    const bool is_dag = object.field("dag") != nullptr;
    const bool is_flow = is_dag || object.field("steps") != nullptr;
    if (is_dag && object.field("steps") != nullptr) return std::nullopt;
    Flow flow{.is_dag = is_dag, .path = path, .names = workflow_names_};
    for (const std::string_view list : {"parameters", "artifacts"}) {
        for (const std::string_view param : names_in(object.field("inputs"), list))
            flow.names.declare(param, "inputs." + std::string(list) + "." + std::string(param));
    }
    const ir::Value* nodes = is_dag ? find(object.field("dag"), "tasks") : object.field("steps");
    if (is_flow && (nodes == nullptr || !collect_nodes(*nodes, flow))) return std::nullopt;
    const Names& names = flow.names;
    Block block;
    Block leftovers;
    const std::string in = below(path, "inputs");
    const std::string out = below(path, "outputs");
    std::optional<std::string> params;
    std::optional<std::string> results;
    if (choices_.take(in, "signature")) {
        params = params_text(object.field("inputs"), "default", in, leftovers, workflow_names_);
    }
    if (choices_.take(out, "signature")) {
        results = outputs_text(object.field("outputs"), is_flow, out, leftovers, names);
    }
    // Callers have been told that there is a signature.
    if (!params && choices_.allows(in, "signature")) choices_.withdraw(in, "signature");
    if (!results && choices_.allows(out, "signature")) choices_.withdraw(out, "signature");
    const char* word = !is_flow ? "task " : is_dag ? "dag " : "steps ";
    Line line{.head = word + name + params.value_or("") + results.value_or(""),
              .has_block = true,
              .is_open = is_flow,
              .source = object.span.begin,
              .path = path};
    if (is_flow) {
        const std::vector<ir::Entry> fields =
            is_dag ? entries_of(*object.field("dag")) : std::vector<ir::Entry>{};
        for (const ir::Entry& entry : fields) {
            const bool is_word = entry.key == "failFast" || entry.key == "target";
            if (entry.key == "tasks") continue;
            if (!is_word) return std::nullopt;
            add_field(block, entry, &front::workflow_type("DAGTemplate"), below(path, "dag"),
                      names);
        }
        auto lines = flow_lines(*nodes, flow);
        if (!lines) return std::nullopt;
        std::move(lines->begin(), lines->end(), std::back_inserter(block.lines));
    }
    const ir::Object* owner = params && results ? &object : nullptr;
    if (!params && object.field("inputs") != nullptr) {
        add_field(block, *object.entry("inputs"), object.type, path, workflow_names_);
    }
    add_task_fields(block, object, owner, path, names);
    if (!results && object.field("outputs") != nullptr) {
        add_field(block, *object.entry("outputs"), object.type, path, {});
    }
    if (!is_flow) move_image(line, block, path);
    std::move(leftovers.lines.begin(), leftovers.lines.end(), std::back_inserter(block.lines));
    finish(block, path);
    line.body = std::move(block.lines);
    line.is_open = is_flow && line.body.size() > 1;
    return line;
}

/// `task name in "image" {…}`.
void Writer::move_image(Line& task, Block& block, const std::string& path) {
    constexpr std::string_view kWord = "image: ";
    const auto image = std::find_if(block.lines.begin(), block.lines.end(), [&](const Line& line) {
        return line.head.starts_with(kWord) && !line.has_block &&
               line.head.find('\n') == std::string::npos;
    });
    if (image == block.lines.end() || !choices_.take(below(path, "image"), "in")) return;
    task.head += " in " + image->head.substr(kWord.size());
    block.lines.erase(image);
}

/// All but name, inputs, outputs and nodes.
void Writer::add_task_fields(Block& block, const ir::Object& object, const ir::Object* owner,
                             const std::string& path, const Names& names) {
    for (const ir::Entry& entry : entries_of(object)) {
        constexpr std::array<std::string_view, 5> kElsewhere{"name", "inputs", "outputs", "dag",
                                                             "steps"};
        if (std::find(kElsewhere.begin(), kElsewhere.end(), entry.key) != kElsewhere.end()) {
            continue;
        }
        // These words mean the metadata of its pods.
        if (entry.key == "annotations" || entry.key == "labels") {
            block.raw.push_back(entry);
            continue;
        }
        const std::string here = below(path, entry.key);
        const bool is_body = entry.key == "container" || entry.key == "script";
        const bool is_object = ir::any_object_as(entry.value) != nullptr;
        if (is_body && is_object && !entries_of(*entry.value).empty() &&
            choices_.take(here, "flat")) {
            add_body(block, entry, owner, here, names);
        } else if (!add_task_word(block, entry, here, names)) {
            add_field(block, entry, object.type, path, names);
        }
    }
}

/// `labels {…}`, `resource create {…}`.
bool Writer::add_task_word(Block& block, const ir::Entry& entry, const std::string& path,
                           const Names& names) {
    const ir::Value& value = *entry.value;
    const auto* object = ir::any_object_as(&value);
    if (object != nullptr && entry.key == "metadata" && !entries_of(value).empty()) {
        const bool is_plain = object->unknown.empty() && choices_.take(path, "labels");
        for (const ir::Entry& field : is_plain ? entries_of(value) : std::vector<ir::Entry>{})
            add_field(block, field, object->type, path, names);
        return is_plain;
    }
    const auto action = entry.key == "resource" ? string_of(find(&value, "action")) : std::nullopt;
    const auto manifest = string_of(find(&value, "manifest"));
    const bool is_manifest =
        action && is_bare_key(*action) && manifest && has_only(value, {"action", "manifest"});
    if (is_manifest && choices_.take(path, "manifest")) {
        block.lines.push_back({.head = "resource " + std::string(*action) + ": " +
                                       text_expression(*manifest, names, "yaml"),
                               .source = entry.key_begin,
                               .path = path});
        return true;
    }
    if (object != nullptr && action && is_bare_key(*action) && choices_.take(path, "resource")) {
        Block inner;
        for (const ir::Entry& field : entries_of(value)) {
            if (field.key != "action") add_field(inner, field, object->type, path, names);
        }
        finish(inner, path);
        Line line{.head = "resource " + std::string(*action), .has_block = true};
        line.source = entry.key_begin;
        line.path = path;
        line.body = std::move(inner.lines);
        block.lines.push_back(std::move(line));
        return true;
    }
    return false;
}

/// Fields of a container or script beside those of the template; `container.x` where both have it.
void Writer::add_body(Block& block, const ir::Entry& body, const ir::Object* owner,
                      const std::string& path, const Names& names) {
    const auto& object = *ir::any_object_as(body.value);
    const bool is_script = body.key == "script";
    std::set<std::string_view> done;
    n_injected_ = 0;
    Block running;
    bool has_word = false;
    if (is_script) {
        has_word = add_script(running, object, owner, path, done);
    } else {
        has_word = add_run(running, object, owner, path, names, done);
    }
    if (is_script && !has_word) {
        const schema::Type& type = front::workflow_type("Template");
        choices_.withdraw(path, "flat");
        add_field(block, body, &type, path.substr(0, path.rfind('.')), names);
        return;
    }
    const schema::Type& outer = front::workflow_type("Template");
    bool has_fields = !running.lines.empty();
    for (const ir::Entry& entry : entries_of(object)) {
        if (done.contains(entry.key)) continue;
        has_fields = true;
        const bool is_of_both = schema::find_field(outer, front::field_name(outer, entry.key)) >= 0;
        if (entry.key == "env" && n_injected_ > 0) {
            if (add_environment(block, entry, n_injected_, path, names)) continue;
        }
        const std::size_t n_before = block.lines.size();
        const std::size_t n_raw = block.raw.size();
        add_field(block, entry, object.type, path, names);
        // Raw YAML of the task says in which of its objects the field lies.
        if (block.raw.size() > n_raw) {
            block.raw.pop_back();
            raw_paths_.push_back(below(path, entry.key));
            block.lines.push_back(raw_line({entry}, body.key));
            block.lines.back().path = path;
        }
        for (std::size_t i = n_before; is_of_both && i < block.lines.size(); ++i) {
            if (!block.lines[i].head.starts_with("...")) {
                block.lines[i].head = std::string(body.key) + "." + block.lines[i].head;
            }
        }
    }
    if (has_fields && !running.lines.empty() && !is_script)
        running.lines.front().source = body.key_begin;
    std::move(running.lines.begin(), running.lines.end(), std::back_inserter(block.lines));
}

/// Behind the variables that a script gets by itself.
bool Writer::add_environment(Block& block, const ir::Entry& entry, std::size_t n_injected,
                             const std::string& path, const Names& names) {
    const auto* list = ir::list_as(entry.value);
    if (list == nullptr) return false;
    Line line{.head = "env", .has_block = true, .source = entry.key_begin};
    line.path = below(path, entry.key);
    for (std::size_t i = n_injected; i < list->items.size(); ++i) {
        auto item = environment_line(*list->items[i], element(line.path, i), names);
        if (!item) return false;
        line.body.push_back(std::move(*item));
    }
    if (!line.body.empty()) block.lines.push_back(std::move(line));
    return true;
}

/// `run: [program, argument…]`, `sh: "…"`.
bool Writer::add_run(Block& block, const ir::Object& container, const ir::Object* owner,
                     const std::string& path, const Names& names,
                     std::set<std::string_view>& done) {
    const std::vector<std::string_view> command = strings_of(container.field("command"));
    const std::vector<std::string_view> arguments = strings_of(container.field("args"));
    const bool has_arguments = container.field("args") != nullptr;
    const ir::Entry* entry = container.entry("command");
    if (command.empty() || (has_arguments && arguments.empty())) return false;
    Line line{.source = entry->key_begin, .path = below(path, "args")};
    const bool is_shell =
        command.size() == 2 && command[0] == "sh" && command[1] == "-c" && arguments.size() == 1;
    const auto n_injected = injected(container, owner, false);
    if (is_shell && n_injected && arguments[0].find("{{") == std::string_view::npos &&
        choices_.take(path, "sh")) {
        line.head = "sh: " + text_literal(arguments[0], "sh");
        n_injected_ = *n_injected;
    } else if (is_shell && choices_.take(path, "pasted")) {
        line.head = "sh: paste(" + text_expression(arguments[0], names, "sh") + ")";
    } else if ((command.size() == 1 || has_arguments) && choices_.take(path, "run")) {
        std::vector<std::string> of_command;
        for (const std::string_view word : command)
            of_command.push_back(text_expression(word, names));
        const bool is_lone = command.size() == 1;
        std::vector<std::string> words{is_lone ? of_command[0] : list_literal(of_command)};
        for (const std::string_view argument : arguments)
            words.push_back(text_expression(argument, names));
        line.head = "run: " + list_literal(words);
    } else {
        return false;
    }
    done.insert({"command", "args"});
    block.lines.push_back(std::move(line));
    return true;
}

/// `script: ```python …``` `, which gives the task's inputs to the script as its environment.
bool Writer::add_script(Block& block, const ir::Object& script, const ir::Object* owner,
                        const std::string& path, std::set<std::string_view>& done) {
    const auto source = string_of(script.field("source"));
    if (!source) return false;
    const auto n_injected = injected(script, owner, true);
    const bool is_injected = n_injected && choices_.take(path, "script");
    if (!is_injected && !choices_.take(path, "pasted")) return false;
    const std::vector<std::string_view> command = strings_of(script.field("command"));
    const bool is_fence = fits_fence(*source);
    const bool names_command = is_fence && command.size() == 1 && is_language_word(command[0]);
    if (names_command) done.insert("command");
    done.insert("source");
    n_injected_ = is_injected ? *n_injected : 0;
    const std::string_view language = names_command ? command[0] : std::string_view{};
    std::string text = is_fence ? fence(*source, language) : text_literal(*source, "");
    if (!is_injected) text = "paste(" + text + ")";
    block.lines.push_back({.head = "script: " + text,
                           .source = script.entry("source")->key_begin,
                           .path = below(path, "source")});
    return true;
}

} // namespace tiphys::codegen
