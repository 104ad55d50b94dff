// IR → YAML.
#include "codegen/emit_yaml.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "codegen/entries.h"
#include "compiler/doc/resolve.h"

namespace tiphys::codegen {
namespace {

using ir::Entry;
using ir::Value;

constexpr std::size_t kIndent = 2;

void append_double_quoted(std::string_view text, std::string& out) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out += '"';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : '\0');
        if (c == '"' || c == '\\') {
            out += '\\';
            out += text[i];
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c < 0x20 || c == 0x7f) {
            out += "\\x";
            out += kHex[c / 16U];
            out += kHex[c % 16U];
        } else if (c == 0xc2 && next >= 0x80 && next < 0xa0) {
            out += "\\x";
            out += kHex[next / 16U];
            out += kHex[next % 16U];
            ++i;
        } else if (text.substr(i, 3) == "\xe2\x80\xa8" || text.substr(i, 3) == "\xe2\x80\xa9") {
            out += text[i + 2] == '\xa8' ? "\\u2028" : "\\u2029";
            i += 2;
        } else if (text.substr(i, 3) == "\xef\xbb\xbf") {
            out += "\\ufeff";
            i += 2;
        } else if (text.substr(i, 2) == "\xef\xbf" && i + 2 < text.size() &&
                   text[i + 2] >= '\xbe') {
            out += text[i + 2] == '\xbe' ? "\\ufffe" : "\\uffff";
            i += 2;
        } else {
            out += text[i];
        }
    }
    out += '"';
}

void append_single_quoted(std::string_view text, std::string& out) {
    out += '\'';
    for (char c : text) {
        if (c == '\'') out += '\'';
        out += c;
    }
    out += '\'';
}

/// Block header and lines; the last line break is left to the caller.
void append_literal(std::string_view text, std::size_t indent, std::string& out) {
    out += '|';
    // The first line's own blanks must not be taken for indentation.
    if (text.front() == ' ' || text.front() == '\n') out += std::to_string(kIndent);
    const bool ends_with_break = text.back() == '\n';
    if (!ends_with_break) out += '-';
    const bool has_more_breaks =
        text.size() > 1 && ends_with_break && text[text.size() - 2] == '\n';
    if (has_more_breaks) out += '+';
    if (ends_with_break) text.remove_suffix(1);
    while (true) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        out += '\n';
        if (!line.empty()) out.append(indent, ' ').append(line);
        if (end == text.npos) break;
        text.remove_prefix(end + 1);
    }
}

/// A number that readers of YAML 1.1 and 1.2 read alike.
std::string number_text(const ir::Scalar& scalar) {
    const auto json = doc::to_json(scalar.text, scalar.scalar_type);
    if (!json) return std::string(scalar.text); // .inf and .nan have no JSON form
    // A float of its own: the integer 0 has no sign.
    if (*json == "-0") return "-0.0";
    const std::size_t exponent = json->find('e');
    // Without a point, `1e+30` is a text to YAML 1.1.
    const bool needs_point = exponent != std::string::npos && json->find('.') == std::string::npos;
    return needs_point ? json->substr(0, exponent) + ".0" + json->substr(exponent) : *json;
}

class Emitter {
public:
    Emitter(const PlaceOf& place_of, std::string& out) : place_of_(place_of), out_(out) {}

    /// A value after `key:` or `-`; collections go to lines of their own, at `indent`.
    void emit_value(const Value& value, std::size_t indent) {
        switch (value.kind) {
        case ir::ValueKind::kScalar:
            out_ += ' ';
            emit_scalar(static_cast<const ir::Scalar&>(value), indent);
            out_ += '\n';
            return;
        case ir::ValueKind::kList:
            emit_list(static_cast<const ir::List&>(value), indent);
            return;
        case ir::ValueKind::kMap:
        case ir::ValueKind::kObject:
            if (entries_of(value).empty()) {
                out_ += " {}\n";
            } else {
                out_ += '\n';
                emit_entries(value, indent, false);
            }
            return;
        }
    }

    void emit_root(const Value& value) {
        emit_place(value, 0);
        place_ = place_of(value);
        if (value.kind != ir::ValueKind::kScalar && value.kind != ir::ValueKind::kList &&
            !entries_of(value).empty()) {
            emit_entries(value, 0, false);
            return;
        }
        const std::size_t begin = out_.size();
        emit_value(value, 0);
        // A root stands at the start of its line.
        out_.erase(begin, 1);
    }

private:
    [[nodiscard]] std::string place_of(const Value& value) const {
        return place_of_ ? place_of_(value) : std::string();
    }

    void emit_place(const Value& value, std::size_t indent) {
        const std::string place = place_of(value);
        if (!place.empty() && place != place_) out_.append(indent, ' ').append("# " + place + "\n");
    }

    /// Of an element of a list: elements that begin on the line of its dash count as one with it.
    void emit_element_place(const Value& item, std::size_t indent) {
        const auto* list = ir::list_as(&item);
        if (list != nullptr && !list->items.empty()) {
            emit_element_place(*list->items.front(), indent);
        } else if (is_mapping(item)) {
            emit_place(item, indent);
        }
    }

    void emit_scalar(const ir::Scalar& scalar, std::size_t indent) {
        switch (scalar.scalar_type) {
        case ScalarType::kNull:
            out_ += "null";
            return;
        case ScalarType::kBool:
            out_ += doc::to_json(scalar.text, scalar.scalar_type).value_or("false");
            return;
        case ScalarType::kInt:
        case ScalarType::kFloat:
            out_ += number_text(scalar);
            return;
        case ScalarType::kString:
            emit_text(scalar.text, indent);
            return;
        }
    }

    void emit_text(std::string_view text, std::size_t indent) {
        switch (style_for(text)) {
        case TextStyle::kPlain:
            out_ += text;
            return;
        case TextStyle::kSingleQuoted:
            append_single_quoted(text, out_);
            return;
        case TextStyle::kDoubleQuoted:
            append_double_quoted(text, out_);
            return;
        case TextStyle::kLiteral:
            append_literal(text, std::max(indent, kIndent), out_);
            return;
        }
    }

    void emit_key(std::string_view key) {
        // A key stands on one line, and readers limit its length only where it is plain.
        if (style_for(key) == TextStyle::kPlain && key.size() < 128) {
            out_ += key;
        } else {
            append_double_quoted(key, out_);
        }
        out_ += ':';
    }

    void emit_entries(const Value& value, std::size_t indent, bool is_first_placed) {
        const bool has_names = value.kind == ir::ValueKind::kMap;
        for (const Entry& entry : entries_of(value)) {
            const bool is_named = has_names && entry.value->kind == ir::ValueKind::kObject;
            if (is_named && !is_first_placed) emit_place(*entry.value, indent);
            if (!is_first_placed) out_.append(indent, ' ');
            is_first_placed = false;
            // A key of more than 1,024 bytes cannot be written without `?`.
            const bool is_long = entry.key.size() > 500;
            if (is_long) out_ += "? ";
            emit_key(entry.key);
            if (is_long) {
                out_.pop_back();
                out_ += '\n';
                out_.append(indent, ' ') += ':';
            }
            // As Kubernetes' own tools write them, lists stand under their key.
            const bool is_list = entry.value->kind == ir::ValueKind::kList;
            emit_value(*entry.value, is_list ? indent : indent + kIndent);
        }
    }

    void emit_list(const ir::List& list, std::size_t indent) {
        if (list.items.empty()) {
            out_ += " []\n";
            return;
        }
        out_ += '\n';
        for (const Value* item : list.items) {
            emit_element_place(*item, indent);
            out_.append(indent, ' ') += '-';
            emit_item(*item, indent + kIndent);
        }
    }

    /// An element after its dash: a mapping or list begins on the same line.
    void emit_item(const Value& item, std::size_t indent) {
        if (is_mapping(item) && !entries_of(item).empty()) {
            out_ += ' ';
            const std::string around = std::exchange(place_, place_of(item));
            emit_entries(item, indent, true);
            place_ = around;
            return;
        }
        const auto* list = ir::list_as(&item);
        if (list == nullptr || list->items.empty()) return emit_value(item, indent);
        bool is_first = true;
        for (const Value* inner : list->items) {
            if (!is_first) {
                emit_element_place(*inner, indent);
                out_.append(indent, ' ');
            }
            out_ += is_first ? " -" : "-";
            is_first = false;
            emit_item(*inner, indent + kIndent);
        }
    }

    const PlaceOf& place_of_;
    /// Of the object that is being written.
    std::string place_;
    std::string& out_;
};

} // namespace

void emit_yaml(const ir::Value& root, std::string& out) {
    emit_yaml(root, {}, out);
}

void emit_yaml(const ir::Value& root, const PlaceOf& place_of, std::string& out) {
    Emitter(place_of, out).emit_root(root);
}

} // namespace tiphys::codegen
