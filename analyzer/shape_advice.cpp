// How a value of the wrong shape is written in the right one.
#include "analyzer/shape_advice.h"

#include <algorithm>
#include <array>

#include "analyzer/edits.h"

namespace tiphys::analyze {
namespace {

/// The field that a text alone is meant to be.
struct MainField {
    std::string_view type;
    std::string_view field;
};
constexpr MainField kMainFields[] = {
    {"PodGC", "strategy"},
    {"WorkflowLevelArtifactGC", "strategy"},
    {"ArtifactGC", "strategy"},
    {"VolumeClaimGC", "strategy"},
    {"Mutex", "name"},
    {"WorkflowTemplateRef", "name"},
    {"LocalObjectReference", "name"},
    {"Parameter", "name"},
    {"Artifact", "name"},
    {"ConfigMapVolumeSource", "name"},
    {"SecretVolumeSource", "secretName"},
    {"PersistentVolumeClaimVolumeSource", "claimName"},
    {"HostPathVolumeSource", "path"},
    {"ConfigMapEnvSource", "name"},
    {"SecretEnvSource", "name"},
    {"TTLStrategy", "secondsAfterCompletion"},
    {"Sequence", "count"},
    {"RetryStrategy", "limit"},
    {"SuspendTemplate", "duration"},
    {"LifecycleHook", "template"},
    {"GitArtifact", "repo"},
    {"HTTPArtifact", "url"},
    {"RawArtifact", "data"},
    {"S3Artifact", "key"},
    {"GCSArtifact", "key"},
    {"HTTP", "url"},
    {"DAGTask", "name"},
    {"DAGTemplate", "tasks"},
    {"HTTPTrigger", "url"},
    {"S3Bucket", "name"},
};

constexpr std::array<std::string_view, 2> kKeySelectors{"SecretKeySelector",
                                                        "ConfigMapKeySelector"};

std::string plain_of(const ir::Scalar& scalar) {
    return scalar.scalar_type == ScalarType::kString ? plain_or_quoted(scalar.text)
                                                     : std::string(scalar.text);
}

ShapeAdvice advice_of(const ir::Scalar& scalar, const std::string& text, bool is_whole = true) {
    ShapeAdvice advice{.help = "write `" + text + "`", .title = {}, .edits = {}};
    if (!is_whole) return advice;
    advice.title = advice.help;
    advice.edits = {replace_value(scalar, text)};
    return advice;
}

/// `object/part`, `object.part` or `object:part`.
std::optional<std::pair<std::string, std::string>> split_name(std::string_view text) {
    const std::size_t at = text.find_first_of("/.:");
    if (at == text.npos || at == 0 || at + 1 == text.size()) return std::nullopt;
    return std::pair(std::string(text.substr(0, at)), std::string(text.substr(at + 1)));
}

ShapeAdvice named_pair(const ir::Scalar& scalar, std::string_view second) {
    const std::string key(second);
    if (const auto parts = split_name(scalar.text)) {
        return advice_of(scalar, "{name: " + plain_or_quoted(parts->first) + ", " + key + ": " +
                                     plain_or_quoted(parts->second) + "}");
    }
    return advice_of(scalar, "{name: " + plain_of(scalar) + ", " + key + ": …}", false);
}

ShapeAdvice variable(const ir::Scalar& scalar) {
    const std::size_t at = scalar.text.find('=');
    if (at == scalar.text.npos) {
        return advice_of(scalar, "{name: " + plain_of(scalar) + ", value: …}", false);
    }
    return advice_of(scalar, "{name: " + plain_or_quoted(scalar.text.substr(0, at)) +
                                 ", value: " + plain_or_quoted(scalar.text.substr(at + 1)) + "}");
}

std::string_view source_line(const Context& context, Span span) {
    const std::string_view text = context.text(span);
    return text.find('\n') == text.npos ? text : std::string_view{};
}

/// The name behind a key, so that the value moves into the element's `value`.
void name_scalar(const Context& context, const ir::Value& mapping, const ir::Entry& entry,
                 const ir::Scalar& value, ShapeAdvice& advice) {
    const bool is_inline = is_flow(context, mapping);
    const std::string name = plain_or_quoted(entry.key);
    const std::string text = plain_or_quoted(value.text);
    const std::string blanks(indent_of(context, mapping, entry), ' ');
    const Span whole{mapping.span.file, entry.key_begin, value.span.end};
    advice.edits.push_back({whole, is_inline
                                       ? "{name: " + name + ", value: " + text + "}"
                                       : "- name: " + name + "\n" + blanks + "  value: " + text});
}

/// `name:` and its deeper lines become `- name: name` and the same lines; true where they are
/// indented as the fields of the element.
bool name_mapping(const Context& context, const ir::Value& mapping, const ir::Entry& entry,
                  ShapeAdvice& advice) {
    const std::vector<ir::Entry> inner = entries_in_order(*entry.value);
    if (inner.empty() || is_flow(context, mapping) || is_flow(context, *entry.value)) return false;
    const std::uint32_t indent = indent_of(context, mapping, entry);
    if (indent_of(context, *entry.value, inner.front()) != indent + 2) return false;
    const Span key{mapping.span.file, entry.key_begin, entry.key_end + 1};
    if (!context.text(key).ends_with(":")) return false;
    advice.edits.push_back({key, "- name: " + plain_or_quoted(entry.key)});
    return true;
}

/// The list as one line of JSON, where it holds texts, numbers and bools only.
std::optional<std::string> as_json(const ir::List& list) {
    std::string json = "[";
    for (const ir::Value* item : list.items) {
        const ir::Scalar* scalar = ir::scalar_as(item);
        if (scalar == nullptr || scalar->text.find('\n') != std::string::npos) return std::nullopt;
        if (json.size() > 1) json += ", ";
        json += scalar->scalar_type == ScalarType::kString ? double_quoted(scalar->text)
                                                           : std::string(scalar->text);
    }
    return json + "]";
}

bool is_single_quotable(std::string_view text) {
    return text.find_first_of("'\n") == text.npos;
}

ShapeAdvice joined_dependencies(const ir::List& list) {
    std::string joined;
    for (const ir::Value* item : list.items) {
        const ir::Scalar* scalar = ir::scalar_as(item);
        if (scalar == nullptr) return {"join the names of tasks by `&&`", {}, {}};
        joined += (joined.empty() ? "" : " && ") + std::string(scalar->text);
    }
    const std::string text = double_quoted(joined);
    ShapeAdvice advice{"join the names by `&&`; a list goes into `dependencies`", "", {}};
    if (joined.empty()) return advice;
    advice.title = "write `" + joined + "`";
    advice.edits = {{list.span, text}};
    return advice;
}

ShapeAdvice block_text(const Context& context, const ir::Defect& defect) {
    const std::string name(defect.field->name);
    ShapeAdvice advice{"it is a text: begin it with `" + name + ": |`", "", {}};
    const ir::Entry* entry = defect.parent == nullptr ? nullptr : defect.parent->entry(name);
    if (entry == nullptr || entry->value != defect.value) return advice;
    if (is_flow(context, *defect.parent) || is_flow(context, *defect.value)) return advice;
    const Span colon{defect.parent->span.file, entry->key_end, entry->key_end + 1};
    const Span gap{defect.parent->span.file, entry->key_end, defect.value->span.begin};
    if (context.text(colon) != ":" || context.text(gap).find('\n') == std::string::npos)
        return advice;
    advice.title = "write `" + name + ": |`";
    advice.edits = {{colon, ": |"}};
    return advice;
}

/// A text with `: ` in it, read as a mapping of one line.
std::optional<ShapeAdvice> quoted_line(const Context& context, const ir::Value& value) {
    const std::string_view line = source_line(context, value.span);
    if (line.empty() || line.front() == '{' || line.front() == '[') return std::nullopt;
    ShapeAdvice advice{"a text that holds `: ` needs quotes", "quote it", {}};
    advice.edits = {{value.span, double_quoted(line)}};
    return advice;
}

} // namespace

std::optional<ShapeAdvice> text_as_object(const ir::Scalar& scalar, const schema::Type& type) {
    if (scalar.text.find('\n') != std::string::npos) return std::nullopt;
    if (type.name == "TemplateRef") return named_pair(scalar, "template");
    if (std::find(kKeySelectors.begin(), kKeySelectors.end(), type.name) != kKeySelectors.end()) {
        // A text that is no name may be the secret itself, which no message repeats.
        if (split_name(scalar.text)) return named_pair(scalar, "key");
        return ShapeAdvice{"name the object and its key: `{name: …, key: …}`", "", {}};
    }
    if (type.name == "EnvVar") return variable(scalar);
    if (type.name == "Cache") {
        return advice_of(scalar, "{configMap: {name: " + plain_of(scalar) + "}}");
    }
    if (scalar.scalar_type == ScalarType::kBool && scalar.text == "true") {
        return advice_of(scalar, "{}");
    }
    for (const MainField& main : kMainFields) {
        const int index = schema::find_field(type, main.field);
        if (main.type != type.name || index < 0) continue;
        const schema::Shape shape = type.fields[static_cast<std::size_t>(index)].shape;
        const bool is_number = scalar.scalar_type == ScalarType::kInt;
        if (shape.form == schema::Form::kInt && !is_number) return std::nullopt;
        const bool is_string = shape.form == schema::Form::kString && is_number;
        return advice_of(scalar, "{" + std::string(main.field) + ": " +
                                     (is_string ? double_quoted(scalar.text) : plain_of(scalar)) +
                                     "}");
    }
    return std::nullopt;
}

std::optional<ShapeAdvice> mapping_as_named_list(const Context& context, const ir::Value& mapping,
                                                 const schema::Type& type) {
    const std::vector<ir::Entry> entries = entries_in_order(mapping);
    if (entries.empty() || schema::find_field(type, "name") < 0) return std::nullopt;
    const bool is_element = std::any_of(entries.begin(), entries.end(), [&](const ir::Entry& each) {
        return schema::find_field(type, each.key) >= 0;
    });
    if (is_element) return std::nullopt;
    const bool has_value = schema::find_field(type, "value") >= 0;
    const std::string first(entries.front().key);
    ShapeAdvice advice{"each element has its name in a field: `- name: " + first + "`" +
                           (has_value ? ", with `value` below it" : ", its other fields below"),
                       "",
                       {}};
    bool is_whole = true;
    for (const ir::Entry& entry : entries) {
        const ir::Scalar* scalar = ir::scalar_as(entry.value);
        if (scalar != nullptr && has_value && !source_line(context, scalar->span).empty()) {
            name_scalar(context, mapping, entry, *scalar, advice);
        } else {
            is_whole = scalar == nullptr && name_mapping(context, mapping, entry, advice);
        }
        if (!is_whole) break;
    }
    if (!is_whole) {
        advice.edits.clear();
        return advice;
    }
    advice.title = "make a list of named elements";
    if (is_flow(context, mapping)) {
        const Span all = mapping.span;
        advice.edits.insert(advice.edits.begin(), {sub_span(all, 0, 1), "["});
        advice.edits.push_back({{all.file, all.end - 1, all.end}, "]"});
    }
    return advice;
}

std::optional<ShapeAdvice> list_as_object(const Context& context, const ir::Value& list,
                                          const schema::Type& type, std::string_view key) {
    const auto* items = ir::list_as(&list);
    if (items == nullptr || items->items.empty()) return std::nullopt;
    const std::vector<ir::Entry> first = entries_in_order(*items->items.front());
    std::vector<std::string_view> holders;
    for (const schema::Field& field : type.fields) {
        if (!field.shape.is_list() || field.shape.form != schema::Form::kObject) continue;
        const schema::Type& element = schema::type(field.shape.type);
        const bool fits =
            !first.empty() && std::all_of(first.begin(), first.end(), [&](const ir::Entry& entry) {
                return schema::find_field(element, entry.key) >= 0;
            });
        if (fits && field.name != "transform") holders.push_back(field.name);
    }
    if (holders.empty()) return std::nullopt;
    const std::string holder(holders.front());
    ShapeAdvice advice{
        "the list belongs one level down, into `" + std::string(key) + "." + holder + "`", "", {}};
    const Span begin = sub_span(list.span, 0, 0);
    const Span end{list.span.file, list.span.end, list.span.end};
    if (is_flow(context, list)) {
        advice.edits = {{begin, "{" + holder + ": "}, {end, "}"}};
    }
    if (!advice.edits.empty()) advice.title = "write `" + holder + "` around it";
    return advice;
}

std::optional<ShapeAdvice> collection_as_text(const Context& context, const ir::Defect& defect) {
    const std::string_view field = defect.field->name;
    const auto* list = ir::list_as(defect.value);
    if (list != nullptr && field == "depends") return joined_dependencies(*list);
    if (list != nullptr && field == "withParam") {
        ShapeAdvice advice{"a list that is written out goes into `withItems`", "", {}};
        const ir::Entry* entry = defect.parent == nullptr ? nullptr : defect.parent->entry(field);
        if (entry == nullptr) return advice;
        advice.title = "rename to `withItems`";
        advice.edits = {rename_key(*defect.parent, *entry, "withItems")};
        return advice;
    }
    if (defect.field->shape.form == schema::Form::kAnyString) {
        ShapeAdvice advice{"values of parameters are texts: write JSON in quotes, like "
                           "`'[\"a\", \"b\"]'`",
                           "",
                           {}};
        const auto json = list == nullptr ? std::nullopt : as_json(*list);
        if (!json || !is_single_quotable(*json) || !is_flow(context, *list)) return advice;
        advice.title = "write it as JSON";
        advice.edits = {replace_value(*list, "'" + *json + "'")};
        return advice;
    }
    if (list != nullptr) return std::nullopt;
    const ir::Scalar* called = nullptr;
    for (const ir::Entry& entry : entries_in_order(*defect.value)) {
        if (entry.key == "template") called = ir::scalar_as(entry.value);
    }
    if (field == "onExit" && called != nullptr) {
        ShapeAdvice advice{
            "write the name of the template alone: `onExit: " + std::string(called->text) + "`",
            "",
            {}};
        advice.title = "write `" + std::string(called->text) + "`";
        if (is_flow(context, *defect.value)) {
            advice.edits = {replace_value(*defect.value, plain_or_quoted(called->text))};
        } else {
            advice.title.clear();
        }
        return advice;
    }
    if (defect.field->language != schema::Language::kNone && !defect.field->shape.is_list()) {
        return block_text(context, defect);
    }
    return quoted_line(context, *defect.value);
}

} // namespace tiphys::analyze
