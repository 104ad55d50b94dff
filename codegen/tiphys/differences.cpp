// What an imported object lost or changed.
#include "codegen/tiphys/differences.h"

#include <algorithm>

#include "codegen/entries.h"
#include "compiler/doc/resolve.h"

namespace tiphys::codegen {
namespace {

constexpr std::size_t kMostDifferences = 200;

/// Argo: anystring.go, amount.go; apimachinery: quantity.go.
bool is_text_or_number(schema::Form form) {
    return form == schema::Form::kAnyString || form == schema::Form::kAnyNumber ||
           form == schema::Form::kQuantity;
}

class Comparison {
public:
    void compare(const ir::Value& left, const ir::Value& right, schema::Shape shape,
                 const std::string& path) {
        if (found_.size() >= kMostDifferences) return;
        if (is_mapping(left) && is_mapping(right)) {
            compare_mappings(left, right, shape, path);
            return;
        }
        const auto* list = ir::list_as(&left);
        const auto* other = ir::list_as(&right);
        if (list != nullptr && other != nullptr) {
            const schema::Shape inner = shape.is_list() ? shape.element() : schema::Shape{};
            const std::size_t n = std::min(list->items.size(), other->items.size());
            for (std::size_t i = 0; i < n; ++i)
                compare(*list->items[i], *other->items[i], inner, element(path, i));
            if (list->items.size() != other->items.size()) found_.push_back(path);
            return;
        }
        const bool are_equal = left.kind == right.kind && left.kind == ir::ValueKind::kScalar &&
                               equal_scalars(static_cast<const ir::Scalar&>(left),
                                             static_cast<const ir::Scalar&>(right), shape);
        if (!are_equal) found_.push_back(path);
    }
    std::vector<std::string> take() { return std::move(found_); }

private:
    static bool equal_scalars(const ir::Scalar& left, const ir::Scalar& right,
                              schema::Shape shape) {
        const auto canonical = [](const ir::Scalar& scalar) {
            const bool is_text = scalar.scalar_type == ScalarType::kString;
            const auto json =
                is_text ? std::nullopt : doc::to_json(scalar.text, scalar.scalar_type);
            return json.value_or(std::string(scalar.text));
        };
        const bool is_left_text = left.scalar_type == ScalarType::kString;
        const bool is_right_text = right.scalar_type == ScalarType::kString;
        const bool is_lenient = shape.wrappers[0] == schema::Wrapper::kNone &&
                                is_text_or_number(shape.form) && !ir::is_null(left) &&
                                !ir::is_null(right);
        if (is_left_text != is_right_text && !is_lenient) return false;
        if (!is_left_text && !is_right_text && ir::is_null(left) != ir::is_null(right)) {
            return false;
        }
        return canonical(left) == canonical(right);
    }

    static schema::Shape shape_of(const ir::Value& map, schema::Shape shape, std::string_view key) {
        const auto* object = ir::any_object_as(&map);
        if (object == nullptr) return shape.is_map() ? shape.element() : schema::Shape{};
        const int index = schema::find_field(*object->type, key);
        if (index < 0) return {};
        return object->type->fields[static_cast<std::size_t>(index)].shape;
    }

    void compare_mappings(const ir::Value& left, const ir::Value& right, schema::Shape shape,
                          const std::string& path) {
        const std::vector<ir::Entry> wanted = entries_of(left);
        std::vector<ir::Entry> made = entries_of(right);
        for (const ir::Entry& entry : wanted) {
            const auto same = std::find_if(made.begin(), made.end(), [&](const ir::Entry& item) {
                return item.key == entry.key;
            });
            if (same == made.end()) {
                found_.push_back(below(path, entry.key));
                continue;
            }
            compare(*entry.value, *same->value, shape_of(left, shape, entry.key),
                    below(path, entry.key));
            made.erase(same);
        }
        for (const ir::Entry& entry : made)
            found_.push_back(below(path, entry.key));
    }

    std::vector<std::string> found_;
};

} // namespace

std::string below(const std::string& path, std::string_view key) {
    return (path.empty() ? "" : path + ".") + std::string(key);
}

std::string element(const std::string& path, std::size_t index) {
    return path + "[" + std::to_string(index) + "]";
}

bool is_within(std::string_view inner, std::string_view outer) {
    if (outer.empty()) return true;
    if (!inner.starts_with(outer)) return false;
    return inner.size() == outer.size() || inner[outer.size()] == '.' || inner[outer.size()] == '[';
}

std::vector<std::string> differences(const ir::Value& left, const ir::Value& right) {
    Comparison comparison;
    comparison.compare(left, right, {}, {});
    return comparison.take();
}

} // namespace tiphys::codegen
