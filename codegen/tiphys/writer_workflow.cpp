// Workflows of all kinds, their metadata, schedules and exit handlers; other objects as they are.
#include <algorithm>
#include <array>

#include "codegen/entries.h"
#include "codegen/tiphys/differences.h"
#include "codegen/tiphys/notation.h"
#include "codegen/tiphys/writer.h"
#include "compiler/front/language/lowering.h"

namespace tiphys::codegen {
namespace {

constexpr std::string_view kSucceededHistory = "successfulJobsHistoryLimit";
constexpr std::string_view kFailedHistory = "failedJobsHistoryLimit";
constexpr std::string_view kDescription = "workflows.argoproj.io/description";

constexpr std::array<std::string_view, 4> kWorkflows{"Workflow", "WorkflowTemplate",
                                                     "ClusterWorkflowTemplate", "CronWorkflow"};
/// Other kinds that have a declaration, with its word.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kOthers{{
    {"EventSource", "events"},
    {"Sensor", "sensor"},
    {"EventBus", "bus"},
    {"WorkflowEventBinding", "binding"},
}};

/// Whether a text can stand as doc comments: whole lines.
bool fits_doc(std::string_view text) {
    return text.ends_with('\n') && text.size() > 1 && text.find('\r') == text.npos &&
           !text.starts_with('\n');
}

} // namespace

/// The name of the declaration; workflows have one of their own in the file.
std::string Writer::label_for(const ir::Value* metadata, std::string_view kind, bool is_unique) {
    const auto generated = string_of(find(metadata, "generateName"));
    const auto name = string_of(find(metadata, "name"));
    std::string base(name.value_or(generated.value_or("")));
    if (!name && base.ends_with('-')) base.pop_back();
    if (!name_text(base)) {
        base = std::string(kind);
        std::transform(base.begin(), base.end(), base.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (!name_text(base)) base = "unnamed";
    }
    std::string label = base;
    for (int number = 2; is_unique && !file_.declarations.insert(label).second; ++number)
        label = base + "-" + std::to_string(number);
    return label;
}

/// `names_itself`: the declaration's name makes a `generateName`, as with workflows.
void Writer::add_metadata(Block& block, const ir::Value* metadata, Line& line,
                          std::string_view kind, std::string_view label, bool names_itself) {
    const std::string path = "metadata";
    const schema::Type& type = front::k8s_type("ObjectMeta");
    const auto name = string_of(find(metadata, "name"));
    const auto generated = string_of(find(metadata, "generateName"));
    const bool is_implied = names_itself
                                ? name == std::nullopt && generated == std::string(label) + "-"
                                : generated == std::nullopt && name == label;
    (void)kind;
    if (!is_implied && !name && !generated) block.lines.push_back({.head = "name: null"});
    Block other;
    for (const ir::Entry& entry :
         metadata == nullptr ? std::vector<ir::Entry>{} : entries_of(*metadata)) {
        const bool is_name = entry.key == "name" || entry.key == "generateName";
        if (is_name && is_implied) continue;
        constexpr std::array<std::string_view, 4> kKeys{"name", "generateName", "namespace",
                                                        "labels"};
        const bool is_annotations = entry.key == "annotations";
        const auto* annotations = is_annotations ? ir::map_as(entry.value) : nullptr;
        const auto doc =
            annotations == nullptr ? std::nullopt : string_of(annotations->find(kDescription));
        if (doc && fits_doc(*doc) && choices_.take(below(path, entry.key), "doc")) {
            line.comments = doc_comments(*doc);
            std::vector<ir::Entry> rest(annotations->entries.begin(), annotations->entries.end());
            std::erase_if(rest, [](const ir::Entry& item) { return item.key == kDescription; });
            if (rest.empty()) continue;
            const ir::Entry others{entry.key, entry.key_begin, entry.key_end,
                                   &make_map(std::move(rest))};
            add_field(block, others, &type, path, {});
        } else if (is_annotations ||
                   std::find(kKeys.begin(), kKeys.end(), entry.key) != kKeys.end()) {
            add_field(block, entry, &type, path, {});
        } else {
            add_field(other, entry, &type, path, {});
        }
    }
    for (Line& inner : other.lines)
        inner.head = "metadata." + inner.head;
    std::move(other.lines.begin(), other.lines.end(), std::back_inserter(block.lines));
    block.raw.insert(block.raw.end(), other.raw.begin(), other.raw.end());
    finish_at(block, path);
}

/// Raw entries so far belong to the object at `place` of the whole manifest.
void Writer::finish_at(Block& block, std::string_view place) {
    if (block.raw.empty()) return;
    for (const ir::Entry& entry : block.raw)
        raw_paths_.push_back(below(std::string(place), entry.key));
    Line line = raw_line(block.raw, place);
    line.path = place;
    block.lines.push_back(std::move(line));
    block.raw.clear();
}

/// A status, and what no manifest should have.
void Writer::add_rest_of_root(Block& block, const ir::Object& root) {
    constexpr std::array<std::string_view, 4> kSaid{"apiVersion", "kind", "metadata", "spec"};
    for (const ir::Entry& entry : entries_of(root)) {
        if (std::find(kSaid.begin(), kSaid.end(), entry.key) == kSaid.end()) {
            block.raw.push_back(entry);
        }
    }
    finish_at(block, "");
}

void Writer::add_schedule(Block& block, const ir::Object& spec) {
    const auto* schedules = ir::list_as(spec.field("schedules"));
    const auto timezone = string_of(spec.field("timezone"));
    std::string head;
    bool is_every = schedules != nullptr && !schedules->items.empty() &&
                    (timezone || spec.field("timezone") == nullptr);
    for (std::size_t i = 0; is_every && i < schedules->items.size(); ++i) {
        const auto schedule = string_of(schedules->items[i]);
        is_every = schedule.has_value();
        if (schedule) head += (i == 0 ? "every " : ", ") + quoted(*schedule);
    }
    is_every = is_every && choices_.take("spec.schedules", "every");
    if (is_every && timezone) head += " in " + quoted(*timezone);
    Line line{.head = is_every ? head : "cron", .has_block = true, .source = spec.span.begin};
    line.path = "spec";
    Block inner;
    const auto* succeeded = ir::scalar_as(spec.field(kSucceededHistory));
    const auto* failed = ir::scalar_as(spec.field(kFailedHistory));
    const bool is_history = is_every && succeeded != nullptr && failed != nullptr &&
                            succeeded->scalar_type == ScalarType::kInt &&
                            failed->scalar_type == ScalarType::kInt &&
                            choices_.take("spec.successfulJobsHistoryLimit", "history");
    for (const ir::Entry& entry : entries_of(spec)) {
        const bool is_said = is_every && (entry.key == "schedules" || entry.key == "timezone");
        if (entry.key == "workflowSpec" || is_said) continue;
        if (is_history && entry.key == kFailedHistory) continue;
        if (is_history && entry.key == kSucceededHistory) {
            inner.lines.push_back({.head = "history: [" + *plain_scalar(*succeeded) + ", " +
                                           *plain_scalar(*failed) + "]",
                                   .source = entry.key_begin,
                                   .path = "spec.successfulJobsHistoryLimit"});
            continue;
        }
        add_field(inner, entry, spec.type, "spec", {});
    }
    line.body = std::move(inner.lines);
    if (is_every && line.body.empty()) line.has_block = false;
    block.lines.push_back(std::move(line));
    block.raw = std::move(inner.raw);
    finish_at(block, "spec");
}

/// Without `entry`, `main` or the first template is the entrypoint.
void Writer::add_entry(Block& block, const ir::Object& spec, const std::string& path) {
    const auto* templates = ir::list_as(spec.field("templates"));
    const bool has_templates = templates != nullptr && !templates->items.empty();
    std::string_view implied;
    for (std::size_t i = 0; has_templates && i < templates->items.size(); ++i) {
        const auto name = string_of(find(templates->items[i], "name"));
        if (name && (i == 0 || name == "main")) implied = *name;
    }
    const ir::Entry* entry = spec.entry("entrypoint");
    const auto given = string_of(spec.field("entrypoint"));
    const bool is_referring = spec.field("workflowTemplateRef") != nullptr;
    if (entry == nullptr) {
        if (has_templates && !is_referring) block.lines.push_back({.head = "entry: null"});
        return;
    }
    if (given && has_templates && !is_referring && given == implied) return;
    const bool is_word = given && is_bare_key(*given);
    if (!given) {
        block.raw.push_back(*entry);
        return;
    }
    block.lines.push_back({.head = "entry: " + (is_word ? std::string(*given) : quoted(*given)),
                           .source = entry->key_begin,
                           .path = below(path, "entrypoint")});
}

bool Writer::add_exit(Block& block, const ir::Entry& entry, const std::string& path) {
    const auto name = string_of(entry.value);
    const auto written = name ? name_text(*name) : std::nullopt;
    const auto callee = name ? callees_.find(*name) : callees_.end();
    const bool is_simple = written && callee != callees_.end() && callee->second.params.empty();
    if (!is_simple || !choices_.take(path, "on exit")) return false;
    Line line{.head = "on exit", .has_block = true, .source = entry.key_begin, .path = path};
    line.body.push_back({.head = *written + "()", .path = path});
    block.lines.push_back(std::move(line));
    return true;
}

bool Writer::add_hooks(Block& block, const ir::Entry& entry, const std::string& path) {
    const auto* hooks = ir::map_as(entry.value);
    if (hooks == nullptr || hooks->entries.empty() || !choices_.take(path, "hooks")) return false;
    std::vector<Line> lines;
    std::vector<std::string> used;
    for (const ir::Entry& hook : hooks->entries) {
        auto line = hook_line(hook, true, workflow_names_, below(path, hook.key), used);
        if (!line) return false;
        lines.push_back(std::move(*line));
    }
    std::move(lines.begin(), lines.end(), std::back_inserter(block.lines));
    return true;
}

/// Fields of the workflow's spec; its parameters go into the head.
void Writer::add_spec(Block& block, const ir::Object& spec, const std::string& path, Line& line) {
    const auto* templates = ir::list_as(spec.field("templates"));
    std::vector<Line> written;
    bool has_templates = templates != nullptr && !templates->items.empty() &&
                         choices_.take(below(path, "templates"), "templates");
    const std::string arguments_path = below(path, "arguments");
    Block leftovers;
    std::optional<std::string> params;
    if (choices_.take(arguments_path, "signature")) {
        params = params_text(spec.field("arguments"), "value", arguments_path, leftovers, {});
    }
    if (params) {
        const auto* list = ir::list_as(find(spec.field("arguments"), "parameters"));
        for (const ir::Value* item :
             list == nullptr ? std::span<const ir::Value* const>{} : list->items) {
            const auto name = string_of(find(item, "name"));
            if (name) workflow_names_.declare(*name, "workflow.parameters." + std::string(*name));
        }
        line.head += *params;
    } else {
        choices_.withdraw(arguments_path, "signature");
    }
    if (has_templates) collect_callees(*templates, below(path, "templates"));
    for (std::size_t i = 0; has_templates && i < templates->items.size(); ++i) {
        auto made = template_line(*templates->items[i], element(below(path, "templates"), i));
        has_templates = made.has_value();
        if (made) written.push_back(std::move(*made));
    }
    if (!has_templates) {
        choices_.withdraw(below(path, "templates"), "templates");
        callees_.clear();
        written.clear();
    }
    if (has_templates) {
        add_entry(block, spec, path);
    }
    for (const ir::Entry& entry : entries_of(spec)) {
        const bool is_said = (entry.key == "arguments" && params) ||
                             (entry.key == "templates" && has_templates) ||
                             (entry.key == "entrypoint" && has_templates);
        const std::string here = below(path, entry.key);
        if (is_said) continue;
        if (entry.key == "onExit" && add_exit(block, entry, here)) continue;
        if (entry.key == "hooks" && add_hooks(block, entry, here)) continue;
        add_field(block, entry, spec.type, path, workflow_names_);
    }
    std::move(leftovers.lines.begin(), leftovers.lines.end(), std::back_inserter(block.lines));
    finish_at(block, path);
    // A head of a line or two needs no blank one behind it.
    if (!written.empty()) written.front().is_apart = block.lines.size() > 2;
    std::move(written.begin(), written.end(), std::back_inserter(block.lines));
}

std::optional<Line> Writer::workflow(const ir::Document& document, const ir::Object& root) {
    const std::string_view kind = document.kind;
    const ir::Value* metadata = find(&root, "metadata");
    const auto* spec = ir::any_object_as(root.field("spec"));
    const bool is_cron = kind == "CronWorkflow";
    const auto* inner =
        is_cron && spec != nullptr ? ir::any_object_as(spec->field("workflowSpec")) : spec;
    const bool has_metadata = metadata != nullptr && is_mapping(*metadata);
    if (spec == nullptr || inner == nullptr || (metadata != nullptr && !has_metadata)) {
        return std::nullopt;
    }
    const std::string label = label_for(metadata, kind, true);
    Line line{.head = "workflow " + *name_text(label), .has_block = true, .is_open = true};
    line.source = root.span.begin;
    line.is_flat = true;
    Block block;
    if (kind == "WorkflowTemplate") block.lines.push_back({.head = "reusable: true"});
    if (kind == "ClusterWorkflowTemplate") block.lines.push_back({.head = "cluster: true"});
    const bool names_itself = kind == "Workflow";
    add_metadata(block, metadata, line, kind, label, names_itself);
    if (is_cron) add_schedule(block, *spec);
    add_spec(block, *inner, is_cron ? "spec.workflowSpec" : "spec", line);
    add_rest_of_root(block, root);
    line.body = std::move(block.lines);
    return line;
}

/// Any manifest, as it stands.
Line Writer::plain_object(const ir::Document& document) {
    const ir::Value& root = *document.root;
    const ir::Value* metadata = find(&root, "metadata");
    const auto name = string_of(find(metadata, "name"));
    const auto generated = string_of(find(metadata, "generateName"));
    const std::string label = label_for(metadata, document.kind, false);
    const bool has_name = find(metadata, "name") != nullptr || generated.has_value();
    Line line{.head = "object " + (has_name ? *key_text(label) : "\"\""),
              .has_block = true,
              .is_open = true,
              .source = root.span.begin};
    Block block;
    const bool is_plain = choices_.take("", "object");
    for (const ir::Entry& entry : entries_of(root)) {
        const bool is_name_only =
            entry.key == "metadata" && name == label && has_only(*entry.value, {"name"});
        if (is_name_only) continue;
        if (is_plain && entry.key == "metadata" && name == label) {
            std::vector<ir::Entry> rest = entries_of(*entry.value);
            std::erase_if(rest, [](const ir::Entry& item) { return item.key == "name"; });
            const ir::Entry others{entry.key, entry.key_begin, entry.key_end,
                                   &make_map(std::move(rest))};
            add_map_entry(block, others, nullptr, {}, "", {});
        } else if (is_plain) {
            add_map_entry(block, entry, nullptr, {}, "", {});
        } else {
            block.raw.push_back(entry);
        }
    }
    finish(block, "");
    line.body = std::move(block.lines);
    return line;
}

bool Writer::has_declaration(std::string_view kind) {
    const bool is_other = std::any_of(kOthers.begin(), kOthers.end(),
                                      [&](const auto& item) { return item.first == kind; });
    return is_other || std::find(kWorkflows.begin(), kWorkflows.end(), kind) != kWorkflows.end();
}

Line Writer::write(const ir::Document& document) {
    const auto* root = document.object();
    if (root != nullptr && choices_.take("", "declaration")) {
        const FileNames before = file_;
        std::optional<Line> line;
        if (std::find(kWorkflows.begin(), kWorkflows.end(), document.kind) != kWorkflows.end()) {
            line = workflow(document, *root);
        }
        for (const auto& [kind, word] : kOthers) {
            if (kind == document.kind) line = events_object(*root, word);
        }
        if (line) return std::move(*line);
        file_ = before;
        choices_.withdraw("", "declaration");
        raw_paths_.clear();
    }
    return plain_object(document);
}

} // namespace tiphys::codegen
