#pragma once
// The contents of the .schema files, as schemac reads them.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace schemac {

struct Field {
    std::string name;
    /// Letters `L` and `M` for the lists and mappings around the element, outermost first.
    std::string wrappers;
    std::string element;
    /// Attribute name → text between its parentheses.
    std::map<std::string, std::string> attributes;
    std::string doc;
    std::string place;
};

struct OneOf {
    std::string name;
    bool is_required = false;
    std::vector<std::string> fields;
};

struct Type {
    std::string package;
    std::string name;
    std::map<std::string, std::string> attributes;
    std::string doc;
    std::vector<Field> fields;
    std::vector<OneOf> one_ofs;
    std::string place;
};

struct Schema {
    std::vector<Type> types;
    /// "formats", "languages", "symbols", "units" → the names allowed.
    std::map<std::string, std::vector<std::string>> vocabulary;
    /// What is wrong with the files, as `file:line: message`.
    std::vector<std::string> errors;

    [[nodiscard]] const Type* find(const std::string& package, const std::string& name) const;
};

/// Reads one file into `schema`.
void read_schema_file(const std::string& path, const std::string& text, Schema& schema);

/// Checks references, vocabulary, one-of groups and sizes; adds to `schema.errors`.
void check_schema(Schema& schema);

/// "workflow", "Foo" of a type reference that may name its package (`k8s.Foo`).
struct TypeName {
    std::string package;
    std::string name;
};
[[nodiscard]] TypeName split_type_name(const std::string& element, const std::string& package);

/// True for the built-in forms (`string`, `intstr` …).
[[nodiscard]] bool is_form(const std::string& element);

/// `template-name` → `TemplateName`; `WorkflowSpec` stays.
[[nodiscard]] std::string camel_case(const std::string& name);
/// `podGC` → `pod_gc`, `DAGTask` → `dag_task`; C++ keywords get a trailing underscore.
[[nodiscard]] std::string snake_case(const std::string& name);
/// Namespace of a package's classes: `wf`, `events`, `k8s`.
[[nodiscard]] std::string namespace_of(const std::string& package);

std::string emit_vocabulary(const Schema& schema);
std::string emit_tables(const Schema& schema);
std::string emit_model(const Schema& schema, const std::string& package);

} // namespace schemac
