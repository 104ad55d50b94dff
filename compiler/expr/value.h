#pragma once
// Values of expressions, with the Go types that they have in Argo.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/expr/go_time.h"

namespace tiphys::expr {

/// Go's types of whole numbers. The last three are named types, which no operator converts.
enum class IntType : std::uint8_t {
    kInt,
    kInt8,
    kInt16,
    kInt32,
    kInt64,
    kUint,
    kUint8,
    kUint16,
    kUint32,
    kUint64,
    kDuration,
    kMonth,
    kWeekday,
};

/// A whole number; unsigned ones of 64 bits as the same bits.
struct Int {
    std::int64_t value = 0;
    IntType type = IntType::kInt;
};

/// Go's `[]byte`.
struct Bytes {
    std::string data;
};

/// What the elements of a Go slice are declared as; kPair is the array `[2]any`, kPairList a slice
/// of them.
enum class ListType : std::uint8_t { kAny, kInt, kInt64, kString, kAnyList, kPair, kPairList };

enum class MapType : std::uint8_t {
    kStringAny,    ///< map[string]any
    kStringString, ///< map[string]string
    kAnyAny,       ///< map[any]any
    kAnyList,      ///< map[any][]any
    kFunctions,    ///< template.FuncMap: sprig
};

enum class ValueKind : std::uint8_t {
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
    kObject,
};

class Value;
struct List;
struct Map;
struct Function;
struct Object;

/// An immutable value. Copies of lists, maps and functions share their content.
class Value {
public:
    Value() = default;

    static Value boolean(bool value) { return Value(Storage(value)); }
    static Value integer(std::int64_t value, IntType type = IntType::kInt) {
        return Value(Storage(Int{value, type}));
    }
    static Value number(double value) { return Value(Storage(value)); }
    static Value string(std::string value) { return Value(Storage(std::move(value))); }
    static Value bytes(std::string value) { return Value(Storage(Bytes{std::move(value)})); }
    static Value list(std::vector<Value> values, ListType type = ListType::kAny);
    /// The list, or Go's nil slice where it is empty.
    static Value list_or_nil(std::vector<Value> values, ListType type = ListType::kAny);
    /// Keys of kStringAny and kStringString are sorted here; of equal keys the last one stays.
    static Value map(std::vector<std::pair<Value, Value>> entries,
                     MapType type = MapType::kStringAny);
    static Value time(Time value);
    static Value zone(std::shared_ptr<const TimeZone> zone) {
        return Value(Storage(std::move(zone)));
    }
    static Value function(std::shared_ptr<const Function> function) {
        return Value(Storage(std::move(function)));
    }
    static Value object(std::shared_ptr<const Object> object) {
        return Value(Storage(std::move(object)));
    }

    [[nodiscard]] ValueKind kind() const { return static_cast<ValueKind>(storage_.index()); }
    [[nodiscard]] bool is_nil() const { return kind() == ValueKind::kNil; }
    [[nodiscard]] bool is_string() const { return kind() == ValueKind::kString; }

    /// Each asserts the kind.
    [[nodiscard]] bool as_bool() const { return get<bool>(); }
    [[nodiscard]] const Int& as_int() const { return get<Int>(); }
    [[nodiscard]] double as_float() const { return get<double>(); }
    [[nodiscard]] const std::string& as_string() const { return get<std::string>(); }
    [[nodiscard]] const std::string& as_bytes() const { return get<Bytes>().data; }
    [[nodiscard]] const List& as_list() const { return *get<std::shared_ptr<const List>>(); }
    [[nodiscard]] const Map& as_map() const { return *get<std::shared_ptr<const Map>>(); }
    [[nodiscard]] const Time& as_time() const { return *get<std::shared_ptr<const Time>>(); }
    [[nodiscard]] const std::shared_ptr<const TimeZone>& as_zone() const {
        return get<std::shared_ptr<const TimeZone>>();
    }
    [[nodiscard]] const Function& as_function() const {
        return *get<std::shared_ptr<const Function>>();
    }
    [[nodiscard]] const Object& as_object() const { return *get<std::shared_ptr<const Object>>(); }

private:
    using Storage = std::variant<std::monostate, bool, Int, double, std::string, Bytes,
                                 std::shared_ptr<const List>, std::shared_ptr<const Map>,
                                 std::shared_ptr<const Time>, std::shared_ptr<const TimeZone>,
                                 std::shared_ptr<const Function>, std::shared_ptr<const Object>>;

    explicit Value(Storage storage) : storage_(std::move(storage)) {}

    template <class T>
    [[nodiscard]] const T& get() const;

    Storage storage_;
};

struct List {
    std::vector<Value> values;
    ListType type = ListType::kAny;
    /// Go's nil slice: it is null in JSON, and `??` passes over it.
    bool is_nil = false;
};

struct Map {
    /// Maps with string keys are sorted by key, others keep the order in which keys came.
    std::vector<std::pair<Value, Value>> entries;
    MapType type = MapType::kStringAny;

    /// The value at `key`, or null.
    [[nodiscard]] const Value* find(const Value& key) const;
    [[nodiscard]] const Value* find(std::string_view key) const;
};

/// What a native function gets: see call.h.
class Call;

/// A function that may be called from an expression, possibly bound to its first arguments.
struct Function {
    std::string type; ///< as Go's %T shows it
    Value (*run)(Call& call) = nullptr;
    std::string name;
    std::vector<Value> bound; ///< the receiver of a method
};

/// Something that only its own methods look into: a semantic version, a certificate.
struct Object {
    std::string type; ///< as Go's %T shows it
    std::vector<std::pair<std::string, Value>> fields;
    std::string json; ///< the string that it is in JSON; empty where its fields are written
};

/// The type as Go's %T shows it: `[]interface {}`.
[[nodiscard]] std::string go_type(const Value& value);

/// The value as Go's %v shows it: `[1 2]`, `map[a:1]`, `<nil>`.
[[nodiscard]] std::string go_text(const Value& value);

/// Nil, or Go's nil slice.
[[nodiscard]] bool is_nil_like(const Value& value);

/// Whether Go's == holds for two interface values, or reflect.DeepEqual where `deep`.
[[nodiscard]] bool is_same(const Value& a, const Value& b);

} // namespace tiphys::expr
