// Block style, with the quoting of emit_yaml.

#include "codegen/crd/json_yaml.h"

#include <nlohmann/json.hpp>

#include "codegen/emit_json.h"
#include "codegen/emit_yaml.h"

namespace tiphys::codegen {
namespace {

using Json = nlohmann::json;

void write_text(const std::string& text, std::string& out) {
    switch (style_for(text)) {
    case TextStyle::kPlain:
        out += text;
        return;
    case TextStyle::kSingleQuoted:
        out += '\'';
        for (const char c : text) {
            if (c == '\'') out += '\'';
            out += c;
        }
        out += '\'';
        return;
    case TextStyle::kDoubleQuoted:
    case TextStyle::kLiteral:
        append_json_string(text, out);
        return;
    }
}

void write_value(const Json& value, std::size_t indent, std::string& out);

/// `first`: the mapping begins on the line of a list's dash.
void write_mapping(const Json& mapping, std::size_t indent, bool is_first, std::string& out) {
    for (const auto& [key, value] : mapping.items()) {
        if (!is_first) out += "\n" + std::string(indent, ' ');
        is_first = false;
        write_text(key, out);
        out += ':';
        write_value(value, indent + 2, out);
    }
}

void write_list(const Json& list, std::size_t indent, std::string& out) {
    for (const Json& item : list) {
        out += "\n" + std::string(indent, ' ') + "-";
        if (item.is_object() && !item.empty()) {
            out += ' ';
            write_mapping(item, indent + 2, true, out);
        } else {
            write_value(item, indent + 2, out);
        }
    }
}

/// What comes behind `key:` or a dash.
void write_value(const Json& value, std::size_t indent, std::string& out) {
    if (value.is_object() && !value.empty()) {
        write_mapping(value, indent, false, out);
    } else if (value.is_array() && !value.empty()) {
        write_list(value, indent, out);
    } else if (value.is_string()) {
        out += ' ';
        write_text(value.get_ref<const std::string&>(), out);
    } else {
        out += ' ' + value.dump();
    }
}

} // namespace

void emit_json_as_yaml(std::string_view json, std::string& out) {
    const Json value = Json::parse(json, nullptr, false);
    write_mapping(value, 0, true, out);
    out += "\n";
}

} // namespace tiphys::codegen
