#pragma once
// Static types of expressions: what the checker knows of a value before it exists.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/expr/value.h"

namespace tiphys::expr {

enum class TypeKind : std::uint8_t {
    kUnknown, ///< Go's `any`
    kNil,
    kBool,
    kInt,
    kFloat,
    kString,
    kBytes,
    kList,
    kMap,
    kTime,
    kZone,
    kFunction,
    kObject, ///< a struct: its fields are known
};

struct Type;
struct Signature;

/// Names that a map or struct is known to hold.
struct Fields {
    std::map<std::string, Type, std::less<>> types;
    /// Whether there are no others: a further name is an error.
    bool closed = false;
};

struct Type {
    TypeKind kind = TypeKind::kUnknown;
    IntType int_type = IntType::kInt;
    ListType list_type = ListType::kAny;
    MapType map_type = MapType::kStringAny;
    std::shared_ptr<const Type> element;  ///< of lists; null: by list_type
    std::shared_ptr<const Fields> fields; ///< of maps and structs; null: nothing is known
    std::shared_ptr<const Signature> signature;
    std::string name; ///< of structs and functions, as Go shows the type

    [[nodiscard]] bool is_unknown() const { return kind == TypeKind::kUnknown; }
    [[nodiscard]] bool is_nil() const { return kind == TypeKind::kNil; }
    [[nodiscard]] bool is_plain_int() const;
    [[nodiscard]] bool is_number() const { return kind == TypeKind::kFloat || is_plain_int(); }
    [[nodiscard]] bool is_duration() const {
        return kind == TypeKind::kInt && int_type == IntType::kDuration;
    }
    [[nodiscard]] bool is_list() const {
        return kind == TypeKind::kList || kind == TypeKind::kBytes;
    }
};

/// The type of a Go function.
struct Signature {
    std::vector<Type> parameters; ///< of a variadic one, the last is the type of each further one
    bool is_variadic = false;
    std::vector<Type> results;
};

[[nodiscard]] Type simple_type(TypeKind kind);
[[nodiscard]] Type int_type(IntType type = IntType::kInt);
/// What expr-lang infers for list literals and ranges: `[]any` whose elements are known.
[[nodiscard]] Type list_of(Type element);
[[nodiscard]] Type list_type(ListType type);
[[nodiscard]] Type map_type(MapType type = MapType::kStringAny);
/// A map with these names, or a struct called `name`.
[[nodiscard]] Type map_of(Fields fields);
[[nodiscard]] Type object_of(std::string name, Fields fields);

[[nodiscard]] Type type_of(const Value& value);

/// The type that Go writes so: `[]string`, `func(string, ...interface {}) string`.
[[nodiscard]] Type parse_go_type(std::string_view text);

/// The signature that Go writes so. The text must be one of this program's own.
[[nodiscard]] const Signature& signature_of(const std::string& text);

[[nodiscard]] Type element_of(const Type& type);
[[nodiscard]] Type key_of(const Type& type);

[[nodiscard]] bool is_same_type(const Type& a, const Type& b);

/// Whether Go can assign a value of type `from` to a variable of type `to`.
[[nodiscard]] bool is_assignable(const Type& from, const Type& to);

/// What Go passes for nil.
[[nodiscard]] Value zero_value(const Type& type);

/// In words: "a string", "a list", "an int".
[[nodiscard]] std::string describe(const Type& type);

/// The type of the method of a value of `type`, without its receiver; null where there is none.
[[nodiscard]] const Signature* find_method_signature(const Type& type, std::string_view name);

} // namespace tiphys::expr
