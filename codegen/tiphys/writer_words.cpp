// Short notations of single fields: `retry`, `cpu`, `mounts`, `volume`, `mutex`, `env`.
#include <algorithm>
#include <array>

#include "codegen/entries.h"
#include "codegen/tiphys/differences.h"
#include "codegen/tiphys/notation.h"
#include "codegen/tiphys/writer.h"
#include "compiler/front/language/lowering.h"

namespace tiphys::codegen {
namespace {

using schema::Form;
using schema::Shape;

constexpr Shape kText{Form::kString, schema::TypeId::kNone, {}};
constexpr Shape kQuantity{Form::kQuantity, schema::TypeId::kNone, {}};

struct VolumeWord {
    std::string_view source;
    std::string_view word;
    std::string_view name_field;
};

constexpr std::array kVolumeWords{
    VolumeWord{"persistentVolumeClaim", "pvc", "claimName"},
    VolumeWord{"secret", "secret", "secretName"},
    VolumeWord{"configMap", "configmap", "name"},
    VolumeWord{"emptyDir", "emptyDir", ""},
};

Line line_at(const ir::Value& value, std::string head, const std::string& path) {
    return {.head = std::move(head), .source = value.span.begin, .path = path};
}

/// `pvc("name")`; nothing where the volume says more.
std::optional<std::string> volume_call(const ir::Value& volume) {
    for (const VolumeWord& word : kVolumeWords) {
        const ir::Value* source = find(&volume, word.source);
        if (source == nullptr || !is_mapping(*source) || !has_only(volume, {"name", word.source})) {
            continue;
        }
        if (word.name_field.empty()) {
            if (!entries_of(*source).empty()) return std::nullopt;
            return std::string(word.word) + "()";
        }
        const auto name = string_of(find(source, word.name_field));
        if (!name || !has_only(*source, {word.name_field})) return std::nullopt;
        return std::string(word.word) + "(" + quoted(*name) + ")";
    }
    return std::nullopt;
}

} // namespace

bool Writer::add_short(Block& block, const ir::Entry& entry, const schema::Type& type,
                       const std::string& path, const Names& names) {
    const bool is_holder = type.name == "Template" || type.name == "WorkflowSpec";
    if (is_holder && entry.key == "volumes") return add_volumes(block, entry, path, names);
    if (type.name == "WorkflowSpec" && entry.key == "volumeClaimTemplates") {
        return add_claims(block, entry, path, names);
    }
    if (is_holder && entry.key == "synchronization") return add_locks(block, entry, path);
    if (front::is_container_type(type)) {
        if (entry.key == "volumeMounts") return add_mounts(block, entry, path, names);
        if (entry.key == "resources") return add_resources(block, entry, path, names);
    }
    if (is_holder && entry.key == "metrics") return add_metrics(block, entry, path, names);
    const bool is_short_type = type.name == "Template" || type.name == "WorkflowSpec";
    if (is_short_type && entry.key == "retryStrategy") {
        return add_retry(block, entry, "retry", path, names);
    }
    return false;
}

bool Writer::add_volumes(Block& block, const ir::Entry& entry, const std::string& path,
                         const Names& names) {
    const auto* list = ir::list_as(entry.value);
    if (list == nullptr || list->items.empty() || !choices_.take(path, "volumes")) return false;
    std::vector<Line> lines;
    for (std::size_t i = 0; i < list->items.size(); ++i) {
        const ir::Value& volume = *list->items[i];
        const std::string here = element(path, i);
        const auto name = string_of(find(&volume, "name"));
        const auto key = name ? key_text(*name) : std::nullopt;
        if (!key) return false;
        const std::string head = "volume " + *key;
        if (const auto call = volume_call(volume); call && choices_.take(here, "volume")) {
            lines.push_back(line_at(volume, head + ": " + *call, here));
            continue;
        }
        const schema::Type& type = front::k8s_type("Volume");
        Block inner;
        for (const ir::Entry& field : entries_of(volume)) {
            if (field.key != "name") add_field(inner, field, &type, here, names);
        }
        finish(inner, here);
        Line line = line_at(volume, head, here);
        line.has_block = true;
        line.body = std::move(inner.lines);
        lines.push_back(std::move(line));
    }
    lines.front().source = entry.key_begin;
    std::move(lines.begin(), lines.end(), std::back_inserter(block.lines));
    return true;
}

/// `volume work: 2Gi`, `volume work: claim(2Gi, storageClassName: "x")`.
bool Writer::add_claims(Block& block, const ir::Entry& entry, const std::string& path,
                        const Names& names) {
    const auto* list = ir::list_as(entry.value);
    if (list == nullptr || list->items.empty() || !choices_.take(path, "volumes")) return false;
    std::vector<Line> lines;
    for (std::size_t i = 0; i < list->items.size(); ++i) {
        const ir::Value& claim = *list->items[i];
        const ir::Value* spec = find(&claim, "spec");
        const ir::Value* metadata = find(&claim, "metadata");
        const auto name = string_of(find(metadata, "name"));
        const auto key = name ? key_text(*name) : std::nullopt;
        const ir::Value* resources = find(spec, "resources");
        const auto* size = ir::scalar_as(find(find(resources, "requests"), "storage"));
        const bool is_claim = key && size != nullptr && has_only(claim, {"metadata", "spec"}) &&
                              has_only(*metadata, {"name"}) && has_only(*resources, {"requests"}) &&
                              has_only(*find(resources, "requests"), {"storage"});
        const auto* modes = ir::list_as(find(spec, "accessModes"));
        if (!is_claim || modes == nullptr) return false;
        const std::string here = element(path, i);
        const auto amount = scalar_expression(*size, nullptr, kQuantity, {});
        if (!amount) return false;
        const bool is_plain_mode =
            modes->items.size() == 1 && string_of(modes->items[0]) == "ReadWriteOnce";
        std::string arguments;
        const schema::Type& type = front::k8s_type("PersistentVolumeClaimSpec");
        for (const ir::Entry& field : entries_of(*spec)) {
            if (field.key == "resources" || (field.key == "accessModes" && is_plain_mode)) continue;
            const int index = schema::find_field(type, field.key);
            if (index < 0) return false;
            const schema::Field& known = type.fields[static_cast<std::size_t>(index)];
            const auto text =
                expression(*field.value, &known, known.shape, below(here, field.key), names);
            if (!text) return false;
            arguments += ", " + std::string(field.key) + ": " + *text;
        }
        const std::string value =
            arguments.empty() ? *amount : "claim(" + *amount + arguments + ")";
        lines.push_back(line_at(claim, "volume " + *key + ": " + value, here));
    }
    lines.front().source = entry.key_begin;
    std::move(lines.begin(), lines.end(), std::back_inserter(block.lines));
    return true;
}

/// `mutex: "m"`, `semaphore: configmap("n", "k")`, lists of them.
bool Writer::add_locks(Block& block, const ir::Entry& entry, const std::string& path) {
    if (!is_mapping(*entry.value) || !choices_.take(path, "locks")) return false;
    std::vector<Line> lines;
    for (const ir::Entry& locks : entries_of(*entry.value)) {
        const bool is_mutex = locks.key == "mutexes";
        const auto* list = ir::list_as(locks.value);
        const bool is_known = is_mutex || locks.key == "semaphores";
        if (!is_known || list == nullptr || list->items.empty()) return false;
        std::vector<std::string> texts;
        for (const ir::Value* lock : list->items) {
            const std::string_view field = is_mutex ? "name" : "configMapKeyRef";
            if (!has_only(*lock, {field})) return false;
            const ir::Value& value = *find(lock, field);
            const Shape selector{Form::kObject, front::k8s_type("ConfigMapKeySelector").id, {}};
            const auto name = string_of(&value);
            if (is_mutex && !name) return false;
            const auto text =
                is_mutex ? text_expression(*name, {}) : word_expression(value, selector);
            if (!text) return false;
            texts.push_back(*text);
        }
        const std::string word = is_mutex ? "mutex: " : "semaphore: ";
        lines.push_back(line_at(*entry.value,
                                word + (texts.size() == 1 ? texts[0] : list_literal(texts)), path));
    }
    if (lines.empty()) return false;
    lines.front().source = entry.key_begin;
    std::move(lines.begin(), lines.end(), std::back_inserter(block.lines));
    return true;
}

/// `mounts { volume: "/path" other { path: "/p" readOnly: true } }`.
bool Writer::add_mounts(Block& block, const ir::Entry& entry, const std::string& path,
                        const Names& names) {
    const auto* list = ir::list_as(entry.value);
    if (list == nullptr || list->items.empty() || !choices_.take(path, "mounts")) return false;
    const schema::Type& type = front::k8s_type("VolumeMount");
    Line mounts{.head = "mounts", .has_block = true, .source = entry.key_begin, .path = path};
    for (std::size_t i = 0; i < list->items.size(); ++i) {
        const ir::Value& item = *list->items[i];
        const auto name = string_of(find(&item, "name"));
        const auto key = name ? key_text(*name) : std::nullopt;
        if (!key || needs_colon(*name)) return false;
        const std::string here = element(path, i);
        const auto place = string_of(find(&item, "mountPath"));
        if (place && has_only(item, {"name", "mountPath"})) {
            mounts.body.push_back(
                line_at(item, *key + ": " + text_expression(*place, names), here));
            continue;
        }
        Line line = line_at(item, *key, here);
        line.has_block = true;
        for (const ir::Entry& field : entries_of(item)) {
            if (field.key == "name") continue;
            const int index = schema::find_field(type, field.key);
            if (index < 0) return false;
            const schema::Field& known = type.fields[static_cast<std::size_t>(index)];
            const std::string_view word = field.key == "mountPath" ? "path" : field.key;
            auto inner = property(word, field, &known, known.shape, below(here, field.key), names);
            if (!inner) return false;
            line.body.push_back(std::move(*inner));
        }
        mounts.body.push_back(std::move(line));
    }
    block.lines.push_back(std::move(mounts));
    return true;
}

/// `cpu: 500m..2` where a resource has both a request and a limit.
bool Writer::add_resources(Block& block, const ir::Entry& entry, const std::string& path,
                           const Names& names) {
    const ir::Value* requests = find(entry.value, "requests");
    const ir::Value* limits = find(entry.value, "limits");
    const bool has_both = requests != nullptr && limits != nullptr && is_mapping(*requests) &&
                          is_mapping(*limits) && has_only(*entry.value, {"requests", "limits"});
    if (!has_both || !choices_.take(path, "resources")) return false;
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kWords{
        {{"cpu", "cpu"}, {"memory", "memory"}, {"nvidia.com/gpu", "gpu"}}};
    std::vector<Line> lines;
    std::size_t n_written = 0;
    for (const auto& [resource, word] : kWords) {
        const auto* least = ir::scalar_as(find(requests, resource));
        const auto* most = ir::scalar_as(find(limits, resource));
        if (least == nullptr || most == nullptr) continue;
        const auto from = scalar_expression(*least, nullptr, kQuantity, names);
        const auto to = scalar_expression(*most, nullptr, kQuantity, names);
        if (!from || !to) return false;
        const std::string value = *from == *to ? *from : *from + ".." + *to;
        lines.push_back(line_at(*entry.value, std::string(word) + ": " + value, path));
        n_written += 2;
    }
    const std::size_t n_all = entries_of(*requests).size() + entries_of(*limits).size();
    if (n_written != n_all || lines.empty()) return false;
    lines.front().source = entry.key_begin;
    std::move(lines.begin(), lines.end(), std::back_inserter(block.lines));
    return true;
}

/// `metric gauge name { value: workflow.duration labels { a: "b" } }` for each of them.
bool Writer::add_metrics(Block& block, const ir::Entry& entry, const std::string& path,
                         const Names& names) {
    const auto* list = ir::list_as(find(entry.value, "prometheus"));
    const bool is_simple = list != nullptr && !list->items.empty() && is_mapping(*entry.value) &&
                           has_only(*entry.value, {"prometheus"});
    if (!is_simple || !choices_.take(path, "metrics")) return false;
    std::vector<Line> lines;
    for (std::size_t i = 0; i < list->items.size(); ++i) {
        const std::string here = element(below(path, "prometheus"), i);
        auto line = metric_line(*list->items[i], here, names);
        if (!line) return false;
        lines.push_back(std::move(*line));
    }
    lines.front().source = entry.key_begin;
    std::move(lines.begin(), lines.end(), std::back_inserter(block.lines));
    return true;
}

std::optional<Line> Writer::metric_line(const ir::Value& metric, const std::string& path,
                                        const Names& names) {
    const auto* object = ir::any_object_as(&metric);
    const auto name = object == nullptr ? std::nullopt : string_of(object->field("name"));
    const auto written = name ? name_text(*name) : std::nullopt;
    if (!written) return std::nullopt;
    std::string head;
    Block inner;
    for (const ir::Entry& entry : entries_of(metric)) {
        const auto* kind = ir::any_object_as(entry.value);
        if (entry.key == "name") continue;
        const auto* labels = entry.key == "labels" ? ir::list_as(entry.value) : nullptr;
        if (kind != nullptr) {
            if (!head.empty()) return std::nullopt;
            head = "metric " + std::string(entry.key) + " " + *written;
            for (const ir::Entry& field : entries_of(*kind))
                add_field(inner, field, kind->type, below(path, entry.key), names);
        } else if (labels != nullptr) {
            auto line = metric_labels(*labels, below(path, entry.key), names);
            if (!line) return std::nullopt;
            line->source = entry.key_begin;
            inner.lines.push_back(std::move(*line));
        } else {
            add_field(inner, entry, object->type, path, names);
        }
    }
    if (head.empty() || !inner.raw.empty()) return std::nullopt;
    Line line = line_at(metric, head, path);
    line.has_block = true;
    line.body = std::move(inner.lines);
    return line;
}

/// `labels { name: "value" }`, in their order.
std::optional<Line> Writer::metric_labels(const ir::List& labels, const std::string& path,
                                          const Names& names) {
    Line line{.head = "labels", .has_block = true, .path = path};
    std::set<std::string_view> seen;
    for (const ir::Value* label : labels.items) {
        const auto key = string_of(find(label, "key"));
        const auto value = string_of(find(label, "value"));
        const auto written = key ? key_text(*key) : std::nullopt;
        const bool is_simple = written && value && has_only(*label, {"key", "value"});
        if (!is_simple || !seen.insert(*key).second) return std::nullopt;
        line.body.push_back(
            line_at(*label, *written + ": " + text_expression(*value, names), path));
    }
    if (line.body.empty()) return std::nullopt;
    return line;
}

/// `retry { limit: 3 policy: Always backoff: 30s * 2 .. 10m }`.
bool Writer::add_retry(Block& block, const ir::Entry& entry, std::string_view word,
                       const std::string& path, const Names& names) {
    const auto* object = ir::any_object_as(entry.value);
    const bool is_lone = object != nullptr && has_only(*object, {"limit"});
    if (object == nullptr || is_lone || !choices_.take(path, "retry")) return false;
    Line line{.head = std::string(word), .source = entry.key_begin, .path = path};
    Block inner;
    for (const ir::Entry& field : entries_of(*object)) {
        const std::string here = below(path, field.key);
        const auto* duration = ir::scalar_as(find(field.value, "duration"));
        const auto* factor = ir::scalar_as(find(field.value, "factor"));
        const auto* most = ir::scalar_as(find(field.value, "maxDuration"));
        const std::size_t n_known = (duration != nullptr ? 1U : 0U) +
                                    (factor != nullptr ? 1U : 0U) + (most != nullptr ? 1U : 0U);
        const bool is_backoff = field.key == "backoff" && duration != nullptr &&
                                n_known == entries_of(*field.value).size() &&
                                choices_.take(here, "backoff");
        if (!is_backoff) {
            add_field(inner, field, object->type, path, names);
            continue;
        }
        const auto shown = [&](const ir::Scalar& scalar) {
            return scalar_expression(scalar, nullptr, is_quantity(scalar.text) ? kQuantity : kText,
                                     names);
        };
        std::string text = "backoff: " + shown(*duration).value_or("null");
        if (factor != nullptr) text += " * " + shown(*factor).value_or("null");
        if (most != nullptr) text += " .. " + shown(*most).value_or("null");
        inner.lines.push_back({.head = std::move(text), .source = field.key_begin, .path = here});
    }
    finish(inner, path);
    line.has_block = true;
    line.body = std::move(inner.lines);
    block.lines.push_back(std::move(line));
    return true;
}

/// `NAME: "value"`, `NAME: secret("n", "k")`, `NAME: field("metadata.name")`, or a block.
std::optional<Line> Writer::environment_line(const ir::Value& item, const std::string& path,
                                             const Names& names) {
    const auto name = string_of(find(&item, "name"));
    const auto key = name ? key_text(*name) : std::nullopt;
    if (!key) return std::nullopt;
    Line line = line_at(item, *key, path);
    const ir::Value* value = find(&item, "value");
    const ir::Value* from = find(&item, "valueFrom");
    if (const auto text = string_of(value); text && has_only(item, {"name", "value"})) {
        line.head += ": " + text_expression(*text, names);
        return line;
    }
    if (from != nullptr && is_mapping(*from) && has_only(item, {"name", "valueFrom"})) {
        const std::vector<ir::Entry> sources = entries_of(*from);
        const ir::Value* source = sources.size() == 1 ? sources[0].value : nullptr;
        if (source != nullptr &&
            (sources[0].key == "secretKeyRef" || sources[0].key == "configMapKeyRef")) {
            const auto* object = ir::any_object_as(source);
            const Shape shape{
                Form::kObject, object == nullptr ? schema::TypeId::kNone : object->type->id, {}};
            const auto text = object == nullptr ? std::nullopt : word_expression(*source, shape);
            if (text) {
                line.head += ": " + *text;
                return line;
            }
        }
        const auto place = string_of(find(source, "fieldPath"));
        if (place && sources[0].key == "fieldRef" && has_only(*source, {"fieldPath"})) {
            line.head += ": field(" + quoted(*place) + ")";
            return line;
        }
    }
    if (needs_colon(*name)) line.head += ":";
    Block block;
    for (const ir::Entry& entry : entries_of(item)) {
        if (entry.key != "name") {
            add_field(block, entry, &front::k8s_type("EnvVar"), path, names);
        }
    }
    finish(block, path);
    line.has_block = true;
    line.body = std::move(block.lines);
    return line;
}

} // namespace tiphys::codegen
