// Writes the constexpr tables and the vocabulary they use.
#include <algorithm>
#include <numeric>
#include <sstream>

#include "schemas/gen/schema_files.h"

namespace schemac {
namespace {

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string attribute(const std::map<std::string, std::string>& attributes,
                      const std::string& name) {
    const auto found = attributes.find(name);
    return found == attributes.end() ? "" : found->second;
}

/// The texts between commas, without blanks around them; `""` is the empty text.
std::vector<std::string> list_of(const std::string& text) {
    std::vector<std::string> items;
    std::istringstream stream(text);
    std::string item;
    while (std::getline(stream, item, ',')) {
        const auto first = item.find_first_not_of(' ');
        const auto last = item.find_last_not_of(' ');
        item = first == std::string::npos ? "" : item.substr(first, last - first + 1);
        items.push_back(item == "\"\"" ? "" : item);
    }
    return items;
}

std::string enumerator(const std::string& word) {
    return word.empty() ? "kNone" : "k" + camel_case(word);
}

std::string form_of(const std::string& element) {
    static const std::map<std::string, std::string> kForms{{"string", "kString"},
                                                           {"bool", "kBool"},
                                                           {"int", "kInt"},
                                                           {"float", "kFloat"},
                                                           {"intstr", "kIntOrString"},
                                                           {"anystring", "kAnyString"},
                                                           {"anynumber", "kAnyNumber"},
                                                           {"quantity", "kQuantity"},
                                                           {"time", "kTime"},
                                                           {"bytes", "kBytes"},
                                                           {"any", "kAny"},
                                                           {"object", "kMapping"},
                                                           {"manifest", "kManifest"}};
    const auto found = kForms.find(element);
    return found == kForms.end() ? "kObject" : found->second;
}

std::string type_id(const std::string& element, const std::string& package) {
    if (is_form(element)) return "TypeId::kNone";
    const TypeName name = split_type_name(element, package);
    return "TypeId::k" + camel_case(name.package) + name.name;
}

std::string shape_of(const Field& field, const std::string& package) {
    std::string out =
        "{Form::" + form_of(field.element) + ", " + type_id(field.element, package) + ", {";
    for (char wrapper : field.wrappers) {
        out += wrapper == 'L' ? "Wrapper::kList, " : "Wrapper::kMap, ";
    }
    return out + "}}";
}

class TableWriter {
public:
    explicit TableWriter(const Schema& schema) : schema_(schema) {}

    std::string write() {
        out_ << "// Generated from schemas/*/*.schema by schemac; do not edit.\n"
                "#include \"schemas/tables.h\"\n\n"
                "namespace tiphys::schema {\nnamespace {\n\n"
                "using std::string_view;\n\n";
        for (std::size_t i = 0; i < schema_.types.size(); ++i)
            write_parts(i);
        out_ << "constexpr Type kTypes[] = {\n    {},\n";
        for (std::size_t i = 0; i < schema_.types.size(); ++i)
            write_type(i);
        out_ << "};\n\nconstexpr TypeId kKinds[] = {\n";
        for (const Type& type : schema_.types) {
            if (type.attributes.contains("kind")) {
                out_ << "    TypeId::k" << camel_case(type.package) << type.name << ",\n";
            }
        }
        out_ << "};\n\n}  // namespace\n\n"
                "std::span<const Type> types() { return kTypes; }\n\n"
                "std::span<const TypeId> kinds() { return kKinds; }\n\n"
                "}  // namespace tiphys::schema\n";
        return out_.str();
    }

private:
    void write_parts(std::size_t index) {
        const Type& type = schema_.types[index];
        for (std::size_t i = 0; i < type.fields.size(); ++i) {
            const auto found = type.fields[i].attributes.find("enum");
            if (found == type.fields[i].attributes.end()) continue;
            out_ << "constexpr string_view kEnum" << index << "_" << i << "[] = {";
            for (const std::string& value : list_of(found->second))
                out_ << quoted(value) << ", ";
            out_ << "};\n";
        }
        if (!type.fields.empty()) {
            out_ << "constexpr Field kFields" << index << "[] = {\n";
            for (std::size_t i = 0; i < type.fields.size(); ++i)
                write_field(index, i);
            out_ << "};\n";
            write_order(index);
        }
        if (type.one_ofs.empty()) return;
        out_ << "constexpr OneOf kOneOfs" << index << "[] = {\n";
        for (const OneOf& one_of : type.one_ofs)
            write_one_of(type, one_of);
        out_ << "};\n";
    }

    void write_order(std::size_t index) {
        const auto& fields = schema_.types[index].fields;
        std::vector<std::size_t> order(fields.size());
        std::iota(order.begin(), order.end(), 0);
        std::sort(order.begin(), order.end(),
                  [&](std::size_t a, std::size_t b) { return fields[a].name < fields[b].name; });
        out_ << "constexpr std::uint8_t kOrder" << index << "[] = {";
        for (std::size_t i : order)
            out_ << i << ", ";
        out_ << "};\n";
    }

    void write_one_of(const Type& type, const OneOf& one_of) {
        std::uint64_t mask = 0;
        for (std::size_t i = 0; i < type.fields.size(); ++i) {
            const auto& names = one_of.fields;
            if (std::find(names.begin(), names.end(), type.fields[i].name) != names.end()) {
                mask |= std::uint64_t{1} << i;
            }
        }
        out_ << "    {" << quoted(one_of.name) << ", " << (one_of.is_required ? "true" : "false")
             << ", " << mask << "ULL},\n";
    }

    void write_field(std::size_t type_index, std::size_t index) {
        const Type& type = schema_.types[type_index];
        const Field& field = type.fields[index];
        const auto word = [&](const char* name) { return attribute(field.attributes, name); };
        out_ << "    {.name = " << quoted(field.name)
             << ", .shape = " << shape_of(field, type.package);
        if (field.attributes.contains("required")) out_ << ", .is_required = true";
        if (field.attributes.contains("partial")) out_ << ", .is_partial = true";
        if (!word("unit").empty()) out_ << ", .unit = Unit::" << enumerator(word("unit"));
        if (!word("format").empty()) out_ << ", .format = Format::" << enumerator(word("format"));
        if (!word("lang").empty()) out_ << ", .language = Language::" << enumerator(word("lang"));
        if (!word("defines").empty()) {
            out_ << ", .defines = Symbol::" << enumerator(word("defines"));
        }
        if (!word("ref").empty()) out_ << ", .refers = Symbol::" << enumerator(word("ref"));
        if (!word("min").empty()) out_ << ", .minimum = " << word("min") << "LL";
        if (!word("max").empty()) out_ << ", .maximum = " << word("max") << "LL";
        write_sizes(field);
        if (field.attributes.contains("enum")) {
            out_ << ", .enumeration = kEnum" << type_index << "_" << index;
        }
        if (!word("default").empty()) out_ << ", .default_text = " << quoted(word("default"));
        if (!word("key").empty()) out_ << ", .merge_key = " << quoted(word("key"));
        if (!word("since").empty()) out_ << ", .since = " << quoted(word("since"));
        write_until(word("until"));
        if (!word("deprecated").empty()) {
            out_ << ", .deprecated = " << quoted(word("deprecated"));
        }
        if (!field.doc.empty()) out_ << ", .doc = " << quoted(field.doc);
        out_ << "},\n";
    }

    void write_sizes(const Field& field) {
        const std::vector<std::string> sizes = list_of(attribute(field.attributes, "items"));
        if (sizes.size() == 2) {
            if (sizes[0] != "*") out_ << ", .least_items = " << sizes[0];
            if (sizes[1] != "*") out_ << ", .most_items = " << sizes[1];
        }
        const std::string length = attribute(field.attributes, "length");
        if (!length.empty()) out_ << ", .most_bytes = " << length;
    }

    void write_until(const std::string& text) {
        if (text.empty()) return;
        const std::size_t comma = text.find(',');
        out_ << ", .until = " << quoted(text.substr(0, comma));
        if (comma == std::string::npos) return;
        out_ << ", .replacement = " << quoted(list_of(text.substr(comma + 1)).at(0));
    }

    void write_type(std::size_t index) {
        const Type& type = schema_.types[index];
        const std::string package = camel_case(type.package);
        out_ << "    {.id = TypeId::k" << package << type.name << ", .name = " << quoted(type.name)
             << ", .package = Package::k" << package;
        if (!type.fields.empty()) {
            out_ << ", .fields = kFields" << index << ", .by_name = kOrder" << index;
        }
        if (!type.one_ofs.empty()) out_ << ", .one_ofs = kOneOfs" << index;
        const std::vector<std::string> kind = list_of(attribute(type.attributes, "kind"));
        if (!kind.empty()) out_ << ", .api_version = " << quoted(kind[0]);
        if (kind.size() > 1) out_ << ", .is_cluster_scoped = true";
        if (type.attributes.contains("open")) out_ << ", .is_open = true";
        if (type.attributes.contains("lenient")) out_ << ", .is_lenient = true";
        if (!type.doc.empty()) out_ << ", .doc = " << quoted(type.doc);
        out_ << "},\n";
    }

    const Schema& schema_;
    std::ostringstream out_;
};

} // namespace

std::string emit_tables(const Schema& schema) {
    return TableWriter(schema).write();
}

std::string emit_vocabulary(const Schema& schema) {
    std::ostringstream out;
    out << "#pragma once\n"
           "// Generated from schemas/*/*.schema by schemac; do not edit.\n\n"
           "#include <cstdint>\n\nnamespace tiphys::schema {\n\n"
           "/// Every type of the API: its package, then its name.\n"
           "enum class TypeId : std::uint16_t {\n    kNone,\n";
    for (const Type& type : schema.types) {
        out << "    k" << camel_case(type.package) << type.name << ",\n";
    }
    out << "};\n";
    const auto write_enum = [&](const char* list, const char* name, const char* doc) {
        out << "\n/// " << doc << "\nenum class " << name << " : std::uint8_t {\n    kNone,\n";
        const auto found = schema.vocabulary.find(list);
        if (found != schema.vocabulary.end()) {
            for (const std::string& word : found->second)
                out << "    " << enumerator(word) << ",\n";
        }
        out << "};\n";
    };
    write_enum("formats", "Format", "What a text must look like.");
    write_enum("languages", "Language", "The language inside a text.");
    write_enum("symbols", "Symbol", "What a name declares or refers to.");
    write_enum("units", "Unit", "What a number or text measures.");
    out << "\n}  // namespace tiphys::schema\n";
    return out.str();
}

} // namespace schemac
