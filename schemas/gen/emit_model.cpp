// Writes the typed view of each type: a class with one accessor for each field.
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <sstream>

#include "schemas/gen/schema_files.h"

namespace schemac {
namespace {

bool is_upper(char c) {
    return std::isupper(static_cast<unsigned char>(c)) != 0;
}
bool is_lower(char c) {
    return std::islower(static_cast<unsigned char>(c)) != 0;
}

std::string qualified(const std::string& element, const std::string& package) {
    const TypeName name = split_type_name(element, package);
    return (name.package == package ? "" : namespace_of(name.package) + "::") + name.name;
}

/// Accessors of objects are templates only so that the class they return may still be incomplete
/// where they are declared.
std::string accessor(const Field& field, std::size_t index, const std::string& package) {
    const std::string at = "field(" + std::to_string(index) + ")";
    std::string name = snake_case(field.name);
    // `kind`, `span` and `type` are members of every value.
    static const std::set<std::string> kTaken{
        "kind", "span", "type", "style", "scalar_type", "present", "fields", "unknown", "field"};
    if (kTaken.contains(name)) name += "_field";
    // A removed field may differ from its successor by letter case alone: `projectId`, `projectID`.
    const bool is_removed = field.attributes.contains("until");
    if (is_removed) name = "removed_" + name;
    std::string out = field.doc.empty() ? "" : "    /// " + field.doc + "\n";
    const bool is_typed = !is_form(field.element);
    const std::string type = is_typed ? qualified(field.element, package) : "";
    if (field.wrappers.empty() && is_typed) {
        return out + "    template <class T = " + type + ">\n    const T* " + name +
               "() const {\n        return object_as<T>(" + at + ");\n    }\n";
    }
    static const std::set<std::string> kFree{"any", "manifest", "object"};
    std::string result = "const Scalar*";
    std::string call = "scalar_as(" + at + ")";
    const std::string element = is_typed                        ? type
                                : kFree.contains(field.element) ? "Value"
                                                                : "Scalar";
    if (field.wrappers.empty() && kFree.contains(field.element)) {
        result = "const Value*";
        call = at;
    } else if (field.wrappers == "L") {
        result = "ListOf<" + element + ">";
        call = result + "(" + at + ")";
    } else if (field.wrappers == "LL") {
        result = "ListOf<ListOf<" + element + ">>";
        call = result + "(" + at + ")";
    } else if (field.wrappers == "M") {
        result = "MapOf<" + element + ">";
        call = result + "(" + at + ")";
    } else if (!field.wrappers.empty()) {
        result = "const Value*";
        call = at;
    }
    return out + "    " + result + " " + name + "() const { return " + call + "; }\n";
}

} // namespace

std::string camel_case(const std::string& name) {
    std::string out;
    bool starts_word = true;
    for (char c : name) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
            starts_word = true;
        } else {
            const bool raised = starts_word && out.size() < name.size();
            out += raised ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
            starts_word = false;
        }
    }
    return out;
}

std::string snake_case(const std::string& name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
            out += '_';
            continue;
        }
        const bool after_lower = i > 0 && !is_upper(name[i - 1]);
        const bool before_lower = i + 1 < name.size() && is_lower(name[i + 1]);
        // A plural `s` belongs to the abbreviation before it: `podIPs`, `URLs`.
        const bool plural = i + 2 == name.size() && name[i + 1] == 's';
        if (is_upper(c) && i > 0 && (after_lower || (before_lower && !plural))) out += '_';
        out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    static const std::set<std::string> kKeywords{
        "template", "default",  "enum",   "operator", "namespace", "export", "auto",
        "class",    "private",  "public", "static",   "inline",    "delete", "new",
        "register", "volatile", "switch", "int",      "bool",      "string", "continue"};
    return kKeywords.contains(out) ? out + "_" : out;
}

std::string namespace_of(const std::string& package) {
    return package == "workflow" ? "wf" : package;
}

std::string emit_model(const Schema& schema, const std::string& package) {
    std::ostringstream out;
    out << "#pragma once\n"
           "// Generated from schemas/"
        << package
        << "/*.schema by schemac; do not edit.\n"
           "// Typed views of the objects of package "
        << package
        << ": an accessor returns null\n"
           "// (or an empty list) where the field is absent or holds something of another type.\n\n"
           "#include \"compiler/ir/object.h\"\n\n";
    std::map<std::string, std::set<std::string>> declared;
    for (const Type& type : schema.types) {
        if (type.package == package) declared[package].insert(type.name);
        if (type.package != package) continue;
        for (const Field& field : type.fields) {
            if (is_form(field.element)) continue;
            const TypeName name = split_type_name(field.element, package);
            declared[name.package].insert(name.name);
        }
    }
    for (const auto& [owner, names] : declared) {
        out << "namespace tiphys::" << namespace_of(owner) << " {\n";
        for (const std::string& name : names)
            out << "class " << name << ";\n";
        out << "}  // namespace tiphys::" << namespace_of(owner) << "\n\n";
    }
    out << "namespace tiphys::" << namespace_of(package)
        << " {\n\n"
           "using ir::ListOf;\nusing ir::MapOf;\nusing ir::object_as;\nusing ir::Scalar;\n"
           "using ir::scalar_as;\nusing ir::Value;\n\n";
    for (const Type& type : schema.types) {
        if (type.package != package) continue;
        if (!type.doc.empty()) out << "/// " << type.doc << "\n";
        out << "class " << type.name << " : public ir::Object {\npublic:\n"
            << "    static constexpr schema::TypeId kType = schema::TypeId::k"
            << camel_case(package) << type.name << ";\n";
        std::set<std::string> names;
        for (std::size_t i = 0; i < type.fields.size(); ++i) {
            // Of two spellings of a name (`projectID`, and before it `projectId`) the first has it.
            const bool is_new = names.insert(snake_case(type.fields[i].name)).second;
            if (is_new) out << accessor(type.fields[i], i, package);
        }
        out << "};\n\n";
    }
    out << "}  // namespace tiphys::" << namespace_of(package) << "\n";
    return out.str();
}

} // namespace schemac
