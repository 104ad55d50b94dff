// Words for types and values in messages.
#include "analyzer/describe.h"

#include <algorithm>

namespace tiphys::analyze {
namespace {

using schema::Form;
using schema::Shape;
using schema::Wrapper;

struct FormWords {
    std::string_view one;
    std::string_view many;
};

FormWords words_of(Form form) {
    switch (form) {
    case Form::kString:
        return {"a string", "strings"};
    case Form::kBool:
        return {"`true` or `false`", "`true` or `false`"};
    case Form::kInt:
        return {"a whole number", "whole numbers"};
    case Form::kFloat:
        return {"a number", "numbers"};
    case Form::kIntOrString:
        return {"a whole number", "whole numbers"};
    case Form::kAnyString:
        return {"a string, number or bool", "strings, numbers or bools"};
    case Form::kAnyNumber:
        return {"a number", "numbers"};
    case Form::kQuantity:
        return {"a quantity like `500m` or `2Gi`", "quantities like `500m` or `2Gi`"};
    case Form::kTime:
        return {"a time like `\"2030-01-31T12:00:00Z\"`", "times like `\"2030-01-31T12:00:00Z\"`"};
    case Form::kBytes:
        return {"a base64 string", "base64 strings"};
    case Form::kAny:
        return {"a value", "values"};
    case Form::kMapping:
    case Form::kObject:
        return {"a mapping", "mappings"};
    case Form::kManifest:
        return {"a Kubernetes object", "Kubernetes objects"};
    }
    return {"a value", "values"};
}

bool holds(const ir::Value& outer, const ir::Value& value) {
    if (&outer == &value) return true;
    if (const auto* list = ir::list_as(&outer)) {
        return std::any_of(list->items.begin(), list->items.end(),
                           [&](const ir::Value* item) { return holds(*item, value); });
    }
    if (const auto* map = ir::map_as(&outer)) {
        return std::any_of(map->entries.begin(), map->entries.end(),
                           [&](const ir::Entry& entry) { return holds(*entry.value, value); });
    }
    return false;
}

/// "templates" → "template".
std::string singular(std::string_view plural) {
    if (plural == "prometheus") return "metric";
    if (plural.ends_with("ies")) return std::string(plural.substr(0, plural.size() - 3)) + "y";
    if (plural.ends_with("s")) plural.remove_suffix(1);
    return std::string(plural);
}

} // namespace

std::string wanted_words(Shape shape) {
    switch (shape.wrappers[0]) {
    case Wrapper::kNone:
        return std::string(words_of(shape.form).one);
    case Wrapper::kList:
        if (shape.wrappers[1] == Wrapper::kList) {
            return "a list of lists of " + std::string(words_of(shape.form).many);
        }
        return "a list of " + std::string(words_of(shape.form).many);
    case Wrapper::kMap:
        return "a mapping from names to " + std::string(words_of(shape.form).many);
    }
    return "a value";
}

std::string wanted_words(const schema::Field& field) {
    return wanted_words(field.shape);
}

std::string seen_words(const ir::Value& value) {
    switch (value.kind) {
    case ir::ValueKind::kList:
        return "a list";
    case ir::ValueKind::kMap:
    case ir::ValueKind::kObject:
        return "a mapping";
    case ir::ValueKind::kScalar:
        break;
    }
    const std::string text(static_cast<const ir::Scalar&>(value).text);
    switch (value.scalar_type) {
    case ScalarType::kNull:
        return "nothing";
    case ScalarType::kBool:
        return "the bool `" + text + "`";
    case ScalarType::kInt:
    case ScalarType::kFloat:
        return "the number `" + text + "`";
    case ScalarType::kString:
        if (text.size() > 40 || text.find('\n') != text.npos) return "a string";
        return text.empty() ? "an empty string" : "the string `" + text + "`";
    }
    return "a value";
}

std::string alternatives(const std::vector<std::string_view>& names, std::string_view conjunction) {
    std::string words;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) words += i + 1 == names.size() ? " " + std::string(conjunction) + " " : ", ";
        words += "`" + std::string(names[i]) + "`";
    }
    return words;
}

const ir::Entry* entry_of(const ir::Object& owner, const ir::Value& value) {
    for (const ir::Entry& entry : owner.present_fields()) {
        if (holds(*entry.value, value)) return &entry;
    }
    return nullptr;
}

std::string place_words(const ir::Object& object, const ir::Object* parent) {
    const std::string_view name = ir::text_of(ir::scalar_as(object.field("name")));
    const ir::Entry* entry = parent == nullptr ? nullptr : entry_of(*parent, object);
    if (entry == nullptr) return "a " + std::string(object.type->name);
    if (entry->value == &object) return "`" + std::string(entry->key) + "`";
    if (const auto* map = ir::map_as(entry->value)) {
        for (const ir::Entry& element : map->entries) {
            if (element.value != &object) continue;
            return "`" + std::string(element.key) + "` of `" + std::string(entry->key) + "`";
        }
    }
    if (name.empty()) return "an element of `" + std::string(entry->key) + "`";
    return singular(entry->key) + " `" + std::string(name) + "`";
}

} // namespace tiphys::analyze
