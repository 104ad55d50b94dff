// Parameters and outputs behind the name of a workflow, task, dag or steps.
#include <algorithm>
#include <array>

#include "codegen/entries.h"
#include "codegen/tiphys/differences.h"
#include "codegen/tiphys/notation.h"
#include "codegen/tiphys/writer.h"
#include "compiler/doc/resolve.h"
#include "compiler/front/language/lowering.h"

namespace tiphys::codegen {
namespace {

using schema::Form;
using schema::Shape;

constexpr std::size_t kWidth = 90;

/// Places of artifacts, with the field that a lone argument means.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kPlaces{{
    {"s3", ""},
    {"git", "repo"},
    {"http", "url"},
    {"raw", "data"},
    {"gcs", ""},
    {"oss", ""},
    {"azure", ""},
    {"hdfs", "path"},
    {"artifactory", ""},
    {"plugin", ""},
}};

/// The text that a parameter's value is, whatever its type.
std::optional<std::string> value_text(const ir::Value* value) {
    const auto* scalar = ir::scalar_as(value);
    if (scalar == nullptr) return std::nullopt;
    if (scalar->scalar_type == ScalarType::kString) return text_literal(scalar->text, "");
    return plain_scalar(*scalar);
}

std::optional<std::string> union_type(const ir::Value* values) {
    const auto* list = ir::list_as(values);
    if (list == nullptr || list->items.empty()) return std::nullopt;
    std::string text;
    for (const ir::Value* item : list->items) {
        const auto* scalar = ir::scalar_as(item);
        if (scalar == nullptr || scalar->text.empty()) return std::nullopt;
        const bool is_text = scalar->scalar_type == ScalarType::kString;
        const auto json = is_text ? std::nullopt : plain_scalar(*scalar);
        text += (text.empty() ? "" : " | ") + quoted(json.value_or(std::string(scalar->text)));
    }
    return text;
}

template <class Items>
std::string joined(const Items& items) {
    std::string text = "(";
    bool is_broken = false;
    for (const auto& item : items) {
        text += (text.size() > 1 ? ", " : "") + item.text;
        is_broken = is_broken || !item.doc.empty() || item.text.find('\n') != std::string::npos;
    }
    text += ")";
    if (!is_broken && text.size() <= kWidth) return text;
    text = "(";
    for (std::size_t i = 0; i < items.size(); ++i) {
        const char* comma = i + 1 < items.size() ? "," : "";
        text += "\n  " + indented(items[i].doc + items[i].text) + comma;
    }
    return text + "\n)";
}

} // namespace

std::optional<Writer::Declared> Writer::parameter(const ir::Value& item, std::string_view value_key,
                                                  const std::string& path) {
    const auto name = string_of(find(&item, "name"));
    const auto written = name ? name_text(*name) : std::nullopt;
    if (!written) return std::nullopt;
    Declared declared{.name = std::string(*name), .text = *written};
    std::string type;
    std::string fallback;
    std::string source;
    for (const ir::Entry& entry : entries_of(item)) {
        if (entry.key == "name") continue;
        const std::string here = below(path, entry.key);
        const auto union_text = entry.key == "enum" ? union_type(entry.value) : std::nullopt;
        const auto value = entry.key == value_key ? value_text(entry.value) : std::nullopt;
        const auto doc = entry.key == "description" ? string_of(entry.value) : std::nullopt;
        const bool is_given =
            entry.key == "value" && value_key == "default" && string_of(entry.value);
        const bool is_config_map =
            entry.key == "valueFrom" && has_only(*entry.value, {"configMapKeyRef"});
        const Shape selector{Form::kObject, front::k8s_type("ConfigMapKeySelector").id, {}};
        const auto reference =
            is_config_map ? word_expression(*find(entry.value, "configMapKeyRef"), selector)
                          : std::nullopt;
        if (union_text && choices_.take(here, "type")) {
            type = ": " + *union_text;
        } else if (value && choices_.take(here, "default")) {
            fallback = " = " + *value;
        } else if (doc && !doc->empty() && choices_.take(here, "doc")) {
            for (const std::string& line : doc_comments(*doc))
                declared.doc += line + "\n";
        } else if (reference && choices_.take(here, "source")) {
            source = " from " + *reference;
        } else if (is_given && source.empty() && choices_.take(here, "source")) {
            source = " from " + text_expression(*string_of(entry.value), {});
        } else {
            declared.rest.push_back(entry);
        }
    }
    declared.text += type + fallback + source;
    return declared;
}

std::optional<Writer::Declared> Writer::output(const ir::Value& item, bool is_flow,
                                               const std::string& path, const Names& names) {
    const auto name = string_of(find(&item, "name"));
    const auto written = name ? name_text(*name) : std::nullopt;
    const ir::Value* from = find(&item, "valueFrom");
    if (!written || from == nullptr || !is_mapping(*from)) return std::nullopt;
    Declared declared{.name = std::string(*name), .text = *written};
    std::string at;
    std::string source;
    std::string fallback;
    std::vector<ir::Entry> rest;
    const ir::Entry* otherwise = nullptr;
    const std::vector<ir::Entry> sources = entries_of(*from);
    for (const ir::Entry& entry : sources) {
        const auto text = string_of(entry.value);
        const auto call = [&](std::string_view word) {
            source = " from " + std::string(word) + "(" + text_expression(*text, names) + ")";
        };
        const auto value = text ? lone_name(*text, names) : std::nullopt;
        const bool is_free = source.empty() && at.empty();
        const bool is_taken = choices_.take(below(below(path, "valueFrom"), entry.key), "source");
        if (is_taken && text && entry.key == "path") {
            at = " at " + text_expression(*text, names);
        } else if (is_taken && is_free && text && entry.key == "jsonPath") {
            call("jsonpath");
        } else if (is_taken && is_free && text && entry.key == "jqFilter") {
            call("jq");
        } else if (is_taken && is_free && text && entry.key == "event") {
            call("event");
        } else if (is_taken && is_free && text && entry.key == "expression") {
            source = " from expression(" + text_literal(*text, "") + ")";
        } else if (is_taken && is_flow && value && entry.key == "parameter") {
            fallback = " = " + *value;
        } else if (entry.key == "default") {
            otherwise = &entry;
        } else {
            rest.push_back(entry);
        }
    }
    if (otherwise != nullptr) {
        const auto value = value_text(otherwise->value);
        const bool has_source = !at.empty() || !source.empty();
        if (has_source && value) fallback = " = " + *value;
        if (!has_source || !value) rest.push_back(*otherwise);
    }
    if (!rest.empty()) declared.rest.push_back({"valueFrom", 0, 0, &make_map(std::move(rest))});
    for (const ir::Entry& entry : entries_of(item)) {
        if (entry.key == "name" || entry.key == "valueFrom") continue;
        const auto global = entry.key == "globalName" ? string_of(entry.value) : std::nullopt;
        if (global && source.empty()) {
            source = " to global(" + quoted(*global) + ")";
        } else {
            declared.rest.push_back(entry);
        }
    }
    declared.text += fallback + at + source;
    return declared;
}

/// `key: value, …` of a call; nothing where a field has no notation there.
std::optional<std::string> Writer::named_arguments(const std::vector<ir::Entry>& entries,
                                                   const schema::Type& type,
                                                   const std::string& path, const Names& names) {
    std::string text;
    for (const ir::Entry& entry : entries) {
        const int index = schema::find_field(type, entry.key);
        if (index < 0 || !is_bare_key(entry.key)) return std::nullopt;
        const schema::Field& field = type.fields[static_cast<std::size_t>(index)];
        const auto value =
            expression(*entry.value, &field, field.shape, below(path, entry.key), names);
        if (!value) return std::nullopt;
        text += (text.empty() ? "" : ", ") + std::string(entry.key) + ": " + *value;
    }
    return text;
}

/// `s3(key: "…", archive: none)`: takes what it says out of `rest`.
std::optional<std::string> Writer::place_call(const ir::Value& item, std::vector<ir::Entry>& rest,
                                              const std::string& path, const Names& names) {
    const schema::Type& type = front::workflow_type("Artifact");
    std::vector<ir::Entry> others;
    const ir::Entry* place = nullptr;
    std::string_view main_field;
    const std::vector<ir::Entry> all = rest;
    for (const ir::Entry& entry : all) {
        const auto known = std::find_if(kPlaces.begin(), kPlaces.end(),
                                        [&](const auto& word) { return word.first == entry.key; });
        const bool is_place = known != kPlaces.end() && is_mapping(*entry.value);
        if (is_place && place == nullptr) {
            place = &entry;
            main_field = known->second;
        } else {
            others.push_back(entry);
        }
    }
    std::string arguments;
    if (place != nullptr) {
        const int index = schema::find_field(type, place->key);
        if (index < 0) return std::nullopt;
        const schema::Type& inner =
            schema::type(type.fields[static_cast<std::size_t>(index)].shape.type);
        std::vector<ir::Entry> fields = entries_of(*place->value);
        const auto lone = std::find_if(fields.begin(), fields.end(), [&](const ir::Entry& field) {
            return field.key == main_field && string_of(field.value);
        });
        if (lone != fields.end()) {
            arguments = text_expression(*string_of(lone->value), names);
            fields.erase(lone);
        }
        const auto named = named_arguments(fields, inner, below(path, place->key), names);
        if (!named) return std::nullopt;
        arguments += (arguments.empty() || named->empty() ? "" : ", ") + *named;
        // A field of the place is never taken for one of the artifact.
        const bool is_clash = std::any_of(others.begin(), others.end(), [&](const auto& entry) {
            return schema::find_field(inner, entry.key) >= 0;
        });
        if (is_clash) return std::nullopt;
    }
    (void)item;
    const auto named = named_arguments(others, type, path, names);
    if (!named) return std::nullopt;
    arguments += (arguments.empty() || named->empty() ? "" : ", ") + *named;
    rest.clear();
    return (place == nullptr ? "store" : std::string(place->key)) + "(" + arguments + ")";
}

std::optional<Writer::Declared> Writer::artifact(const ir::Value& item, bool is_output,
                                                 const std::string& path, const Names& names) {
    const auto name = string_of(find(&item, "name"));
    const auto written = name ? name_text(*name) : std::nullopt;
    if (!written) return std::nullopt;
    Declared declared{.name = std::string(*name), .text = *written + ": file"};
    std::string at;
    std::string value;
    for (const ir::Entry& entry : entries_of(item)) {
        const auto text = string_of(entry.value);
        const auto* scalar = ir::scalar_as(entry.value);
        const bool is_true = scalar != nullptr && scalar->scalar_type == ScalarType::kBool &&
                             plain_scalar(*scalar) == "true";
        const auto node = text && is_output ? lone_name(*text, names) : std::nullopt;
        if (entry.key == "name") continue;
        if (entry.key == "path" && text) {
            at = " at " + text_expression(*text, is_output ? names : Names{});
        } else if (entry.key == "optional" && is_true) {
            declared.text += "?";
        } else if (entry.key == "from" && node) {
            value = " = " + *node;
        } else {
            declared.rest.push_back(entry);
        }
    }
    declared.text += value + at;
    if (declared.rest.empty()) return declared;
    const char* word = is_output ? " to " : " from ";
    const auto global = string_of(find(&item, "globalName"));
    if (is_output && declared.rest.size() == 1 && global) {
        declared.text += " to global(" + quoted(*global) + ")";
        declared.rest.clear();
        return declared;
    }
    if (choices_.take(path, "place")) {
        if (const auto call = place_call(item, declared.rest, path, names)) {
            declared.text += word + *call;
        } else {
            choices_.withdraw(path, "place");
        }
    }
    return declared;
}

/// What a signature cannot say, merged into the element of its name.
bool Writer::add_rest(Block& leftovers, std::string_view list, const Declared& declared,
                      const std::string& path, const Names& names) {
    if (declared.rest.empty()) return true;
    const bool is_artifact = list.ends_with("artifacts");
    const auto key = key_text(declared.name);
    if (!key || needs_colon(declared.name)) return false;
    const schema::Type& type = front::workflow_type(is_artifact ? "Artifact" : "Parameter");
    Block block;
    for (const ir::Entry& entry : declared.rest)
        add_field(block, entry, &type, path, names);
    finish(block, path);
    Line line{.head = std::string(list), .has_block = true, .path = path};
    line.body.push_back({.head = *key, .has_block = true, .path = path});
    line.body.back().body = std::move(block.lines);
    leftovers.lines.push_back(std::move(line));
    return true;
}

std::optional<std::string> Writer::params_text(const ir::Value* holder, std::string_view value_key,
                                               const std::string& path, Block& leftovers,
                                               const Names& names) {
    if (holder == nullptr) return "";
    const std::string word = value_key == "value" ? "arguments" : "inputs";
    std::vector<Declared> all;
    std::set<std::string> seen;
    for (const ir::Entry& entry : entries_of(*holder)) {
        const bool is_artifacts = entry.key == "artifacts";
        const auto* list = ir::list_as(entry.value);
        const bool is_known = is_artifacts || entry.key == "parameters";
        if (!is_known || list == nullptr || list->items.empty()) return std::nullopt;
        for (std::size_t i = 0; i < list->items.size(); ++i) {
            const std::string here = element(below(path, entry.key), i);
            auto declared = is_artifacts ? artifact(*list->items[i], false, here, names)
                                         : parameter(*list->items[i], value_key, here);
            if (!declared || !seen.insert(declared->name).second) return std::nullopt;
            const std::string place = word + "." + std::string(entry.key);
            if (!add_rest(leftovers, place, *declared, here, names)) return std::nullopt;
            all.push_back(std::move(*declared));
        }
    }
    return all.empty() ? std::nullopt : std::optional<std::string>(joined(all));
}

std::optional<std::string> Writer::outputs_text(const ir::Value* outputs, bool is_flow,
                                                const std::string& path, Block& leftovers,
                                                const Names& names) {
    if (outputs == nullptr) return "";
    std::vector<Declared> all;
    for (const ir::Entry& entry : entries_of(*outputs)) {
        const bool is_artifacts = entry.key == "artifacts";
        const auto* list = ir::list_as(entry.value);
        const bool is_known = is_artifacts || entry.key == "parameters";
        if (!is_known || list == nullptr || list->items.empty()) return std::nullopt;
        for (std::size_t i = 0; i < list->items.size(); ++i) {
            const std::string here = element(below(path, entry.key), i);
            auto declared = is_artifacts ? artifact(*list->items[i], true, here, names)
                                         : output(*list->items[i], is_flow, here, names);
            if (!declared) return std::nullopt;
            const std::string place = "outputs." + std::string(entry.key);
            if (!add_rest(leftovers, place, *declared, here, names)) return std::nullopt;
            all.push_back(std::move(*declared));
        }
    }
    return all.empty() ? std::nullopt : std::optional<std::string>(" -> " + joined(all));
}

} // namespace tiphys::codegen
