// Checks that the schema files agree with themselves: a mistake here is an error of the build.
#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include "schemas/gen/schema_files.h"

namespace schemac {
namespace {

constexpr std::array kForms{"string",    "bool",      "int",      "float", "intstr",
                            "anystring", "anynumber", "quantity", "time",  "bytes",
                            "any",       "object",    "manifest"};
constexpr std::array kFieldAttributes{
    "required", "enum",    "min", "max",  "items", "length", "unit",       "format", "default",
    "key",      "defines", "ref", "lang", "since", "until",  "deprecated", "partial"};
constexpr std::array kTypeAttributes{"kind", "open", "lenient"};

template <class List>
bool contains(const List& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

class Checker {
public:
    explicit Checker(Schema& schema) : schema_(schema) {}

    void run() {
        std::set<std::string> names;
        for (const Type& type : schema_.types) {
            place_ = type.place;
            if (!names.insert(type.package + "." + type.name).second) {
                fail("type `" + type.name + "` is declared twice");
            }
            check_type(type);
        }
    }

private:
    void fail(const std::string& message) { schema_.errors.push_back(place_ + ": " + message); }

    void check_type(const Type& type) {
        // Which fields are present is one 64-bit word.
        if (type.fields.size() > 64) fail("type `" + type.name + "` has more than 64 fields");
        for (const auto& [name, text] : type.attributes) {
            if (!contains(kTypeAttributes, name)) fail("unknown attribute `" + name + "`");
        }
        std::set<std::string> names;
        for (const Field& field : type.fields) {
            place_ = field.place;
            if (!names.insert(field.name).second) {
                fail("field `" + field.name + "` is declared twice");
            }
            check_field(type, field);
        }
        place_ = type.place;
        for (const OneOf& one_of : type.one_ofs) {
            for (const std::string& name : one_of.fields) {
                if (!names.contains(name)) {
                    fail("one-of group `" + one_of.name + "` names unknown field `" + name + "`");
                }
            }
        }
    }

    void check_field(const Type& type, const Field& field) {
        if (field.wrappers.size() > 3) fail("more than three lists or mappings around a value");
        if (!is_form(field.element)) {
            const TypeName name = split_type_name(field.element, type.package);
            if (schema_.find(name.package, name.name) == nullptr) {
                fail("unknown type `" + field.element + "`");
            }
        }
        for (const auto& [name, text] : field.attributes) {
            if (!contains(kFieldAttributes, name)) fail("unknown attribute `" + name + "`");
        }
        check_word(field, "format", "formats");
        check_word(field, "lang", "languages");
        check_word(field, "unit", "units");
        check_word(field, "defines", "symbols");
        check_word(field, "ref", "symbols");
    }

    void check_word(const Field& field, const std::string& attribute, const std::string& list) {
        const auto found = field.attributes.find(attribute);
        if (found == field.attributes.end()) return;
        if (!contains(schema_.vocabulary[list], found->second)) {
            fail("`" + found->second + "` is not among the " + list + " of vocabulary.schema");
        }
    }

    Schema& schema_;
    std::string place_;
};

} // namespace

bool is_form(const std::string& element) {
    return contains(kForms, element);
}

void check_schema(Schema& schema) {
    Checker(schema).run();
}

} // namespace schemac
