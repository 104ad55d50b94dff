// The path that a trigger parameter writes to.
#include "analyzer/dest_path.h"

#include <algorithm>

namespace tiphys::analyze {
namespace {

/// Elements of a list that a path may name; sjson would fill everything up to it.
constexpr std::size_t kMostDigits = 6;

/// Follows a path through values where there are some, and through the schema beyond.
class Follower {
public:
    explicit Follower(const ir::Value& root) { place_.value = &root; }

    DestPlace follow(const DestPath& path) {
        for (const DestPart& part : path.parts) {
            if (!step(part)) break;
            ++place_.n_followed;
        }
        return place_;
    }

private:
    bool fail(DestPlace::Fault fault) {
        place_.fault = fault;
        return false;
    }

    bool step(const DestPart& part) {
        const ir::Value* value = place_.value;
        if (value != nullptr && ir::is_null(*value)) value = nullptr;
        if (const ir::Object* object = ir::any_object_as(value)) {
            return into_type(*object->type, object, part);
        }
        if (const ir::List* list = ir::list_as(value)) return into_list(*list, part);
        if (const ir::Map* map = ir::map_as(value)) {
            place_.value = map->find(part.text);
            into_element_shape();
            return true;
        }
        if (!place_.shape.has_value()) {
            place_.value = nullptr;
            return true;
        }
        return into_shape(part);
    }

    bool into_type(const schema::Type& type, const ir::Object* object, const DestPart& part) {
        const int index = schema::find_field(type, part.text);
        if (index < 0) {
            place_.value = nullptr;
            place_.shape.reset();
            place_.field = nullptr;
            if (type.is_open) return true;
            place_.type = &type;
            return fail(DestPlace::Fault::kUnknownField);
        }
        place_.field = &type.fields[static_cast<std::size_t>(index)];
        place_.shape = place_.field->shape;
        place_.value = object == nullptr ? nullptr : object->field(part.text);
        return true;
    }

    bool into_list(const ir::List& list, const DestPart& part) {
        place_.value = nullptr;
        if (part.is_append()) return element_of_list();
        const std::optional<std::size_t> index = part.index();
        if (!index.has_value()) return fail(DestPlace::Fault::kNameInList);
        if (*index < list.items.size()) {
            place_.value = list.items[*index];
        } else {
            place_.size = list.items.size();
            // One more element is how a list grows; a gap is filled with null.
            if (*index > list.items.size()) return fail(DestPlace::Fault::kBehindEnd);
        }
        return element_of_list();
    }

    bool element_of_list() {
        into_element_shape();
        return true;
    }

    void into_element_shape() {
        place_.field = nullptr;
        const bool is_wrapped =
            place_.shape.has_value() && place_.shape->wrappers[0] != schema::Wrapper::kNone;
        if (is_wrapped) {
            place_.shape = place_.shape->element();
        } else {
            place_.shape.reset();
        }
    }

    /// There is no value any more: the schema alone says what could stand here.
    bool into_shape(const DestPart& part) {
        const schema::Shape shape = *place_.shape;
        place_.value = nullptr;
        if (shape.is_list()) {
            const std::optional<std::size_t> index = part.index();
            if (!index.has_value() && !part.is_append()) {
                return fail(DestPlace::Fault::kNameInList);
            }
            place_.size = 0;
            if (index.value_or(0) > 0) return fail(DestPlace::Fault::kBehindEnd);
            return element_of_list();
        }
        if (shape.is_map()) return element_of_list();
        switch (shape.form) {
        case schema::Form::kObject:
            return into_type(schema::type(shape.type), nullptr, part);
        case schema::Form::kAny:
        case schema::Form::kMapping:
        case schema::Form::kManifest:
            place_.shape.reset();
            place_.field = nullptr;
            return true;
        case schema::Form::kString:
        case schema::Form::kBool:
        case schema::Form::kInt:
        case schema::Form::kFloat:
        case schema::Form::kIntOrString:
        case schema::Form::kAnyString:
        case schema::Form::kAnyNumber:
        case schema::Form::kQuantity:
        case schema::Form::kTime:
        case schema::Form::kBytes:
            return fail(DestPlace::Fault::kInsideOfScalar);
        }
        return true;
    }

    DestPlace place_;
};

} // namespace

std::optional<std::size_t> DestPart::index() const {
    const bool is_number =
        !is_key && !text.empty() && text.size() <= kMostDigits &&
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number) return std::nullopt;
    return static_cast<std::size_t>(std::stoul(text));
}

DestPath split_dest(std::string_view dest) {
    DestPath path;
    path.parts.emplace_back();
    int n_open = 0;
    for (std::size_t at = 0; at < dest.size(); ++at) {
        DestPart& part = path.parts.back();
        const char c = dest[at];
        // The dots of a query, `#(name=="a.b")`, part nothing.
        if (path.is_query) n_open += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c == '.' && n_open <= 0) {
            part.end = at;
            path.parts.emplace_back();
            path.parts.back().begin = at + 1;
            continue;
        }
        if (c == '\\' && at + 1 < dest.size()) {
            part.text += dest[++at];
        } else if (c == ':' && at == part.begin) {
            part.is_key = true;
        } else {
            if (c == '#' || c == '*' || c == '?' || c == '|' || c == '@') path.is_query = true;
            part.text += c;
        }
        part.end = at + 1;
    }
    path.parts.back().end = dest.size();
    return path;
}

DestPlace follow_dest(const ir::Value& root, const DestPath& path) {
    return Follower(root).follow(path);
}

} // namespace tiphys::analyze
