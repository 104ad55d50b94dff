// Comparison of the tables with a custom resource definition: its OpenAPI schema nests where the
// tables name types, so both are walked together.
#include <algorithm>
#include <set>

#include "compiler/base/source_map.h"
#include "compiler/doc/read.h"
#include "compiler/front/decode.h"
#include "tests/drift/drift.h"

namespace tiphys::drift {
namespace {

using ir::Map;
using ir::Value;
using schema::Form;
using schema::Shape;
using schema::Type;

const Map* map_at(const Map* map, std::string_view key) {
    return map == nullptr ? nullptr : ir::map_as(map->find(key));
}

class Comparison {
public:
    Comparison(Exceptions& exceptions, std::vector<std::string>& differences)
        : exceptions_(exceptions), differences_(differences) {}

    void compare_type(const Type& type, const Map& node) {
        const Map* properties = map_at(&node, "properties");
        // A mapping without properties is one that the API server does not look into.
        if (properties == nullptr || !seen_.insert({type.id, &node}).second) return;
        for (const ir::Entry& entry : properties->entries) {
            const std::string place = name_of(type) + "." + std::string(entry.key);
            const int index = schema::find_field(type, entry.key);
            if (index < 0) {
                if (!exceptions_.covers(place)) add(place + ": missing");
                continue;
            }
            const schema::Field& field = type.fields[static_cast<std::size_t>(index)];
            const Map* property = ir::map_as(entry.value);
            if (property == nullptr) continue;
            compare_enumeration(field, *property, place);
            compare_shape(field.shape, *property);
        }
    }

private:
    void add(const std::string& difference) {
        if (reported_.insert(difference).second) differences_.push_back(difference);
    }

    void compare_shape(Shape shape, const Map& node) {
        if (shape.is_list()) {
            const Map* items = map_at(&node, "items");
            if (items != nullptr) compare_shape(shape.element(), *items);
        } else if (shape.is_map()) {
            const Map* values = map_at(&node, "additionalProperties");
            if (values != nullptr) compare_shape(shape.element(), *values);
        } else if (shape.form == Form::kObject) {
            compare_type(schema::type(shape.type), node);
        }
    }

    void compare_enumeration(const schema::Field& field, const Map& property,
                             const std::string& place) {
        const ir::List* values = ir::list_as(property.find("enum"));
        if (values == nullptr) return;
        for (const Value* value : values->items) {
            const std::string_view text = ir::text_of(ir::scalar_as(value));
            const auto& known = field.enumeration;
            if (std::find(known.begin(), known.end(), text) != known.end()) continue;
            if (text.empty() || exceptions_.covers(place)) continue;
            add(place + ": value `" + std::string(text) + "` is missing");
        }
    }

    Exceptions& exceptions_;
    std::vector<std::string>& differences_;
    std::set<std::pair<schema::TypeId, const Map*>> seen_;
    std::set<std::string> reported_;
};

} // namespace

std::vector<std::string> compare_with_crd(const std::string& yaml_text, Exceptions& exceptions) {
    std::vector<std::string> differences;
    SourceMap sources;
    const FileId file = sources.add("crd", yaml_text);
    Arena arena;
    std::vector<ir::Defect> defects;
    for (const Span span : doc::split_documents(file, sources.file(file).text)) {
        const doc::Tree tree = doc::read_document(span, sources.file(file).text, arena);
        const ir::Document document =
            front::decode_document(tree, sources.file(file).text, arena, defects);
        const Map* spec = map_at(ir::map_as(document.root), "spec");
        const std::string_view kind =
            ir::text_of(ir::scalar_as(map_at(spec, "names")->find("kind")));
        const Type* type = schema::find_kind("argoproj.io/v1alpha1", kind);
        const ir::List* versions = ir::list_as(spec->find("versions"));
        if (type == nullptr || versions == nullptr || versions->items.empty()) {
            differences.push_back("no kind " + std::string(kind) + " in the tables");
            continue;
        }
        const Map* root =
            map_at(map_at(ir::map_as(versions->items[0]), "schema"), "openAPIV3Schema");
        if (root != nullptr) Comparison(exceptions, differences).compare_type(*type, *root);
    }
    return differences;
}

} // namespace tiphys::drift
