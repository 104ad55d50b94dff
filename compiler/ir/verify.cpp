// The invariants of the IR.
#include "compiler/ir/verify.h"

#include <algorithm>
#include <vector>

#include "compiler/base/assert.h"

namespace tiphys::ir {
namespace {

using schema::Form;
using schema::Shape;
using schema::Wrapper;

bool is_inside(Span inner, Span outer) {
    return inner.file == outer.file && outer.begin <= inner.begin && inner.end <= outer.end;
}

/// Anchors stand before their aliases.
bool is_before(Span earlier, Span later) {
    return earlier.file == later.file && earlier.end <= later.begin;
}

class Verifier {
public:
    Verifier(const SourceUnit& unit, std::size_t file_size) : file_size_(file_size) {
        for (const Defect& defect : unit.defects) {
            if (defect.value != nullptr) faulty_.push_back(defect.value);
            if (defect.kind > DefectKind::kRemovedField) is_guessed_ = true;
        }
        std::sort(faulty_.begin(), faulty_.end());
    }

    void check_document(const Document& document) const {
        TIPHYS_ASSERT(document.root != nullptr, "a document has a value");
        check_span(document.span);
        TIPHYS_ASSERT(is_inside(document.root->span, document.span), "a value is in its document");
        const Object* object = document.object();
        TIPHYS_ASSERT((document.type != nullptr) == (object != nullptr) || !document.is_complete,
                      "documents of a known kind are objects");
        TIPHYS_ASSERT(object == nullptr || object->type == document.type, "of that kind");
        check_value(*document.root);
    }

    void check_span(Span span) const {
        TIPHYS_ASSERT(span.is_known(), "everything has a place");
        TIPHYS_ASSERT(span.begin <= span.end && span.end <= file_size_, "places lie in the file");
    }

private:
    void check_value(const Value& value) const {
        check_span(value.span);
        switch (value.kind) {
        case ValueKind::kScalar:
            return;
        case ValueKind::kList:
            for (const Value* item : static_cast<const List&>(value).items) {
                TIPHYS_ASSERT(item != nullptr, "a list has no holes");
                check_child(*item, value);
            }
            return;
        case ValueKind::kMap:
            check_keys(static_cast<const Map&>(value).entries);
            check_entries(static_cast<const Map&>(value).entries, value);
            return;
        case ValueKind::kObject:
            check_object(static_cast<const Object&>(value));
            return;
        }
    }

    void check_child(const Value& child, const Value& container) const {
        TIPHYS_ASSERT(is_inside(child.span, container.span) ||
                          is_before(child.span, container.span),
                      "a value stands in its container or came through an alias");
        check_value(child);
    }

    void check_entries(std::span<const Entry> entries, const Value& container) const {
        for (const Entry& entry : entries) {
            const Span key = key_span(container, entry);
            check_span(key);
            TIPHYS_ASSERT(is_inside(key, container.span) || is_before(key, container.span),
                          "a key stands in its mapping or was merged in");
            TIPHYS_ASSERT(entry.value != nullptr, "a key has a value");
            check_child(*entry.value, container);
        }
    }

    static void check_keys(std::span<const Entry> entries) {
        std::vector<std::string_view> keys;
        for (const Entry& entry : entries)
            keys.push_back(entry.key);
        std::sort(keys.begin(), keys.end());
        TIPHYS_ASSERT(std::adjacent_find(keys.begin(), keys.end()) == keys.end(),
                      "a mapping has each key once");
    }

    void check_object(const Object& object) const {
        TIPHYS_ASSERT(object.type != nullptr, "an object has a type");
        const std::size_t n_fields = object.type->fields.size();
        TIPHYS_ASSERT(n_fields == 64 || object.present >> n_fields == 0, "of its own fields");
        for (std::size_t i = 0; i < n_fields; ++i) {
            const Entry* entry = object.entry(i);
            if (entry == nullptr) continue;
            const schema::Field& field = object.type->fields[i];
            TIPHYS_ASSERT(entry->key == field.name, "fields stand in the order of the type");
            TIPHYS_ASSERT(entry->value != nullptr, "a present field has a value");
            check_shape(*entry->value, field.shape);
        }
        for (const Entry& entry : object.unknown) {
            TIPHYS_ASSERT(schema::find_field(*object.type, entry.key) < 0, "unknown to the type");
        }
        check_keys(object.unknown);
        check_entries(object.present_fields(), object);
        check_entries(object.unknown, object);
    }

    void check_shape(const Value& value, Shape shape) const {
        if (is_null(value)) return;
        if (shape.wrappers[0] != Wrapper::kNone && fits_wrapper(value, shape.wrappers[0])) {
            if (const List* list = list_as(&value)) {
                for (const Value* item : list->items)
                    check_shape(*item, shape.element());
            } else {
                for (const Entry& entry : static_cast<const Map&>(value).entries)
                    check_shape(*entry.value, shape.element());
            }
            return;
        }
        const bool fits = shape.wrappers[0] == Wrapper::kNone && fits_form(value, shape);
        TIPHYS_ASSERT(fits || has_defect(value), "a value of another kind has a defect");
    }

    static bool fits_wrapper(const Value& value, Wrapper wrapper) {
        return value.kind == (wrapper == Wrapper::kList ? ValueKind::kList : ValueKind::kMap);
    }

    static bool fits_form(const Value& value, Shape shape) {
        switch (shape.form) {
        case Form::kAny:
            return true;
        case Form::kMapping:
            return value.kind == ValueKind::kMap;
        case Form::kManifest:
            return value.kind == ValueKind::kMap || value.kind == ValueKind::kObject;
        case Form::kObject: {
            const Object* object = any_object_as(&value);
            return object != nullptr && object->type->id == shape.type;
        }
        case Form::kString:
        case Form::kBool:
        case Form::kInt:
        case Form::kFloat:
        case Form::kIntOrString:
        case Form::kAnyString:
        case Form::kAnyNumber:
        case Form::kQuantity:
        case Form::kTime:
        case Form::kBytes:
            return value.kind == ValueKind::kScalar;
        }
        return false;
    }

    bool has_defect(const Value& value) const {
        return is_guessed_ || std::binary_search(faulty_.begin(), faulty_.end(), &value);
    }

    std::size_t file_size_;
    /// Values with a defect, by address.
    std::vector<const Value*> faulty_;
    // Kinds behind the last one are those of .tiphys files. What lines lead to that cannot be read
    // is passed over there.
    bool is_guessed_ = false;
};

} // namespace

void verify(const Project& project) {
    for (const SourceUnit& unit : project.units()) {
        const Verifier verifier(unit, project.sources().file(unit.file).text.size());
        for (const Document& document : unit.documents)
            verifier.check_document(document);
        for (const Defect& defect : unit.defects) {
            verifier.check_span(defect.span);
            if (defect.other.is_known()) verifier.check_span(defect.other);
        }
        for (const Span comment : unit.comments)
            verifier.check_span(comment);
    }
}

} // namespace tiphys::ir
