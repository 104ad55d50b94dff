// Recorded cases, run again.
#include "cli/eval_cases.h"

#include <algorithm>
#include <array>
#include <vector>

#include <nlohmann/json.hpp>

#include "codegen/emit_json.h"
#include "compiler/base/source_map.h"
#include "compiler/expr/case_runner.h"
#include "compiler/front/load.h"

namespace tiphys::cli {
namespace {

using nlohmann::ordered_json;

/// The fields that describe the input of a kind of case, the one that tells the kind first.
using InputFields = std::array<std::string_view, 7>;
constexpr std::array<InputFields, 12> kKinds{{
    {"expr", "group", "mode", "env"},
    {"when"},
    {"depends", "dependencies", "continueOn", "results"},
    {"event", "template"},
    {"template", "mode", "strictPrefixes", "text", "params"},
    {"yaml", "group"},
    {"schedule", "group", "timezone", "after"},
    {"program", "input"},
    {"op", "json", "path", "value"},
    {"path", "json"},
    {"kind", "text"},
    {"text"},
}};
constexpr InputFields kFunction{"name"};

const InputFields& inputs_of(const ordered_json& line) {
    for (const InputFields& kind : kKinds) {
        if (line.contains(std::string(kind.front()))) return kind;
    }
    return kFunction;
}

/// The fields of a mapping or object, known and unknown.
std::vector<ir::Entry> entries_of(const ir::Value& value) {
    if (const ir::Map* map = ir::map_as(&value)) return {map->entries.begin(), map->entries.end()};
    const ir::Object* object = ir::any_object_as(&value);
    if (object == nullptr) return {};
    std::vector<ir::Entry> entries(object->present_fields().begin(),
                                   object->present_fields().end());
    entries.insert(entries.end(), object->unknown.begin(), object->unknown.end());
    return entries;
}

/// The value as Kubernetes' reader writes it: compact, keys in byte order.
void append_sorted(const ir::Value& value, std::string& out) {
    if (value.kind == ir::ValueKind::kList) {
        out += '[';
        bool is_first = true;
        for (const ir::Value* item : static_cast<const ir::List&>(value).items) {
            if (!is_first) out += ',';
            is_first = false;
            append_sorted(*item, out);
        }
        out += ']';
        return;
    }
    if (value.kind == ir::ValueKind::kScalar) {
        codegen::emit_json(value, codegen::JsonLayout::kCompact, out);
        return;
    }
    std::vector<ir::Entry> entries = entries_of(value);
    std::stable_sort(entries.begin(), entries.end(),
                     [](const ir::Entry& a, const ir::Entry& b) { return a.key < b.key; });
    out += '{';
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (i > 0) out += ',';
        codegen::append_json_string(entries[i].key, out);
        out += ':';
        append_sorted(*entries[i].value, out);
    }
    out += '}';
}

/// Go's encoder writes these as escapes; outside of strings JSON has none of them. In what
/// `!!binary` holds our reader has put U+FFFD for each byte that is not UTF-8, as Go has.
std::string escaped_for_html(std::string_view json, bool has_binary) {
    std::string text;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const std::string_view rest = json.substr(at);
        if (rest[0] == '<') {
            text += "\\u003c";
        } else if (rest[0] == '>') {
            text += "\\u003e";
        } else if (rest[0] == '&') {
            text += "\\u0026";
        } else if (has_binary && rest.starts_with("\xef\xbf\xbd")) {
            text += "\\ufffd";
            at += 2;
        } else if (rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9")) {
            text += rest[2] == '\xa8' ? "\\u2028" : "\\u2029";
            at += 2;
        } else {
            text += rest[0];
        }
    }
    return text;
}

/// Kubernetes silently ignores what follows a document's value; we say so, and read on.
bool is_about_rest(const ir::Defect& defect) {
    return defect.text.starts_with("the document ends before this") ||
           defect.text.starts_with("what stands behind `...`");
}

bool is_fatal(const ir::Defect& defect) {
    if (is_about_rest(defect)) return false;
    return defect.kind == ir::DefectKind::kYamlSyntax ||
           defect.kind == ir::DefectKind::kAliasCycle ||
           defect.kind == ir::DefectKind::kUnquotedBraces;
}

/// Whether a line ends the first document before it has any content: we pass over empty documents.
bool is_first_document_empty(std::string_view yaml) {
    bool has_begun = false;
    while (!yaml.empty()) {
        const std::size_t end = std::min(yaml.find('\n'), yaml.size() - 1);
        const std::string_view line = yaml.substr(0, end + 1);
        yaml.remove_prefix(end + 1);
        const bool is_begin = line == "---\n" || line == "---";
        if (has_begun && (is_begin || line == "...\n")) return true;
        has_begun = has_begun || is_begin;
        const bool is_blank = line.find_first_not_of(" \r\n") == line.npos || line[0] == '#';
        if (!is_begin && !is_blank) return false;
    }
    return false;
}

ordered_json run_yaml_case(const ordered_json& line) {
    SourceMap sources;
    const front::InputFile file{sources.add("case.yaml", line.value("yaml", "")), true};
    const ir::Project project = front::load_project(sources, {&file, 1}, 1);
    const ir::SourceUnit& unit = project.units().front();
    ordered_json outcome;
    if (is_first_document_empty(line.value("yaml", ""))) {
        outcome["json"] = "null";
        return outcome;
    }
    const auto fatal = std::find_if(unit.defects.begin(), unit.defects.end(), is_fatal);
    if (fatal != unit.defects.end()) {
        outcome["error"] = std::string(fatal->text);
        return outcome;
    }
    std::string json = "null";
    if (!unit.documents.empty() && unit.documents.front().root != nullptr) {
        json.clear();
        append_sorted(*unit.documents.front().root, json);
    }
    outcome["json"] =
        escaped_for_html(json, line.value("yaml", "").find("!!binary") != std::string::npos);
    const auto repeated =
        std::find_if(unit.defects.begin(), unit.defects.end(), [](const ir::Defect& defect) {
            return defect.kind == ir::DefectKind::kDuplicateKey;
        });
    if (repeated != unit.defects.end()) {
        outcome["strictError"] = "key `" + std::string(repeated->text) + "` is written twice";
    }
    return outcome;
}

} // namespace

std::string rerun_case(std::string_view json_line) {
    const ordered_json line = ordered_json::parse(json_line, nullptr, false);
    ordered_json result = ordered_json::object();
    if (line.is_object()) {
        const InputFields& inputs = inputs_of(line);
        for (const auto& [key, value] : line.items()) {
            const bool is_input = std::find(inputs.begin(), inputs.end(), key) != inputs.end();
            if (is_input) result[key] = value;
        }
    }
    const bool is_yaml = line.is_object() && line.contains("yaml") && line["yaml"].is_string();
    const ordered_json outcome =
        is_yaml ? run_yaml_case(line)
                : ordered_json::parse(expr::run_case(json_line), nullptr, false);
    if (outcome.is_object()) result.update(outcome);
    return result.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

} // namespace tiphys::cli
