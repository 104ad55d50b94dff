// Static types of expressions.
#include "compiler/expr/types.h"

#include <array>
#include <utility>

#include "compiler/base/assert.h"
#include "compiler/expr/operators.h"

namespace tiphys::expr {
namespace {

struct NamedType {
    std::string_view text;
    TypeKind kind;
};

constexpr std::array<NamedType, 9> kNamedTypes{{{"interface {}", TypeKind::kUnknown},
                                                {"bool", TypeKind::kBool},
                                                {"float64", TypeKind::kFloat},
                                                {"string", TypeKind::kString},
                                                {"[]uint8", TypeKind::kBytes},
                                                {"time.Time", TypeKind::kTime},
                                                {"*time.Location", TypeKind::kZone},
                                                {"error", TypeKind::kObject},
                                                {"<nil>", TypeKind::kNil}}};

struct NamedInt {
    std::string_view text;
    IntType type;
};

constexpr std::array<NamedInt, 13> kNamedInts{{{"int", IntType::kInt},
                                               {"int8", IntType::kInt8},
                                               {"int16", IntType::kInt16},
                                               {"int32", IntType::kInt32},
                                               {"int64", IntType::kInt64},
                                               {"uint", IntType::kUint},
                                               {"uint8", IntType::kUint8},
                                               {"uint16", IntType::kUint16},
                                               {"uint32", IntType::kUint32},
                                               {"uint64", IntType::kUint64},
                                               {"time.Duration", IntType::kDuration},
                                               {"time.Month", IntType::kMonth},
                                               {"time.Weekday", IntType::kWeekday}}};

struct NamedList {
    std::string_view text;
    ListType type;
};

constexpr std::array<NamedList, 7> kNamedLists{{{"[]interface {}", ListType::kAny},
                                                {"[]int", ListType::kInt},
                                                {"[]int64", ListType::kInt64},
                                                {"[]string", ListType::kString},
                                                {"[][]interface {}", ListType::kAnyList},
                                                {"[2]interface {}", ListType::kPair},
                                                {"[][2]interface {}", ListType::kPairList}}};

struct NamedMap {
    std::string_view text;
    MapType type;
};

constexpr std::array<NamedMap, 4> kNamedMaps{
    {{"map[string]interface {}", MapType::kStringAny},
     {"map[string]string", MapType::kStringString},
     {"map[interface {}]interface {}", MapType::kAnyAny},
     {"map[interface {}][]interface {}", MapType::kAnyList}}};

template <class Table>
auto find_text(const Table& table, std::string_view text) -> decltype(&table.front()) {
    for (const auto& entry : table) {
        if (entry.text == text) return &entry;
    }
    return nullptr;
}

/// The parts between commas at the outermost level.
std::vector<std::string_view> split_types(std::string_view text) {
    std::vector<std::string_view> parts;
    int depth = 0;
    std::size_t from = 0;
    for (std::size_t at = 0; at <= text.size(); ++at) {
        const char c = at < text.size() ? text[at] : ',';
        if (c == '(' || c == '[' || c == '{') ++depth;
        if (c == ')' || c == ']' || c == '}') --depth;
        if (c != ',' || depth != 0) continue;
        std::string_view part = text.substr(from, at - from);
        while (!part.empty() && part.front() == ' ')
            part.remove_prefix(1);
        if (!part.empty()) parts.push_back(part);
        from = at + 1;
    }
    return parts;
}

std::size_t closing_parenthesis(std::string_view text) {
    int depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '(') ++depth;
        if (text[at] == ')' && --depth == 0) return at;
    }
    return text.size();
}

Signature parse_signature(std::string_view text) {
    Signature signature;
    text.remove_prefix(std::string_view("func").size());
    const std::size_t close = closing_parenthesis(text);
    for (std::string_view part : split_types(text.substr(1, close - 1))) {
        if (part.substr(0, 3) == "...") {
            signature.is_variadic = true;
            part.remove_prefix(3);
        }
        signature.parameters.push_back(parse_go_type(part));
    }
    std::string_view results = text.substr(std::min(text.size(), close + 1));
    while (!results.empty() && results.front() == ' ')
        results.remove_prefix(1);
    if (!results.empty() && results.front() == '(') {
        results = results.substr(1, results.size() - 2);
    }
    for (const std::string_view part : split_types(results))
        signature.results.push_back(parse_go_type(part));
    return signature;
}

std::string_view int_name(IntType type) {
    for (const NamedInt& named : kNamedInts) {
        if (named.type == type) return named.text;
    }
    return "int";
}

} // namespace

bool Type::is_plain_int() const {
    return kind == TypeKind::kInt && int_type != IntType::kDuration &&
           int_type != IntType::kMonth && int_type != IntType::kWeekday;
}

Type simple_type(TypeKind kind) {
    Type type;
    type.kind = kind;
    return type;
}

Type int_type(IntType of) {
    Type type = simple_type(TypeKind::kInt);
    type.int_type = of;
    return type;
}

Type list_of(Type element) {
    Type type = simple_type(TypeKind::kList);
    type.element = std::make_shared<const Type>(std::move(element));
    return type;
}

Type list_type(ListType of) {
    Type type = simple_type(TypeKind::kList);
    type.list_type = of;
    return type;
}

Type map_type(MapType of) {
    Type type = simple_type(TypeKind::kMap);
    type.map_type = of;
    return type;
}

Type map_of(Fields fields) {
    Type type = map_type();
    type.fields = std::make_shared<const Fields>(std::move(fields));
    return type;
}

Type object_of(std::string name, Fields fields) {
    Type type = simple_type(TypeKind::kObject);
    type.fields = std::make_shared<const Fields>(std::move(fields));
    type.name = std::move(name);
    return type;
}

Type type_of(const Value& value) {
    switch (value.kind()) {
    case ValueKind::kNil:
        return simple_type(TypeKind::kNil);
    case ValueKind::kBool:
        return simple_type(TypeKind::kBool);
    case ValueKind::kInt:
        return int_type(value.as_int().type);
    case ValueKind::kFloat:
        return simple_type(TypeKind::kFloat);
    case ValueKind::kString:
        return simple_type(TypeKind::kString);
    case ValueKind::kBytes:
        return simple_type(TypeKind::kBytes);
    case ValueKind::kList:
        return list_type(value.as_list().type);
    case ValueKind::kMap:
        return map_type(value.as_map().type);
    case ValueKind::kTime:
        return simple_type(TypeKind::kTime);
    case ValueKind::kZone:
        return simple_type(TypeKind::kZone);
    case ValueKind::kFunction:
        return parse_go_type(value.as_function().type);
    case ValueKind::kObject:
        break;
    }
    Fields fields;
    fields.closed = true;
    for (const auto& [name, field] : value.as_object().fields)
        fields.types.emplace(name, type_of(field));
    return object_of(value.as_object().type, std::move(fields));
}

Type parse_go_type(std::string_view text) {
    if (const auto* named = find_text(kNamedInts, text)) return int_type(named->type);
    if (const auto* named = find_text(kNamedLists, text)) return list_type(named->type);
    if (const auto* named = find_text(kNamedMaps, text)) return map_type(named->type);
    Type type;
    type.kind = TypeKind::kObject;
    type.name = text;
    if (const auto* named = find_text(kNamedTypes, text)) type.kind = named->kind;
    if (text.substr(0, 5) == "func(") {
        type.kind = TypeKind::kFunction;
        type.signature = std::make_shared<const Signature>(parse_signature(text));
    }
    if (type.kind != TypeKind::kObject && type.kind != TypeKind::kFunction) type.name.clear();
    return type;
}

const Signature& signature_of(const std::string& text) {
    thread_local std::map<std::string, Signature, std::less<>> known;
    const auto found = known.find(text);
    if (found != known.end()) return found->second;
    return known.emplace(text, parse_signature(text)).first->second;
}

Type element_of(const Type& type) {
    if (type.kind == TypeKind::kBytes) return int_type(IntType::kUint8);
    if (type.kind == TypeKind::kMap) {
        if (type.map_type == MapType::kStringString) return simple_type(TypeKind::kString);
        return type.map_type == MapType::kAnyList ? list_type(ListType::kAny) : Type();
    }
    if (type.kind != TypeKind::kList) return {};
    if (type.element) return *type.element;
    switch (type.list_type) {
    case ListType::kAny:
    case ListType::kPair:
        return {};
    case ListType::kInt:
        return int_type();
    case ListType::kInt64:
        return int_type(IntType::kInt64);
    case ListType::kString:
        return simple_type(TypeKind::kString);
    case ListType::kAnyList:
        return list_type(ListType::kAny);
    case ListType::kPairList:
        return list_type(ListType::kPair);
    }
    return {};
}

Type key_of(const Type& type) {
    const bool any_keys = type.map_type == MapType::kAnyAny || type.map_type == MapType::kAnyList;
    return any_keys ? Type() : simple_type(TypeKind::kString);
}

bool is_same_type(const Type& a, const Type& b) {
    if (a.kind != b.kind) return false;
    switch (a.kind) {
    case TypeKind::kInt:
        return a.int_type == b.int_type;
    case TypeKind::kList:
        return a.list_type == b.list_type;
    case TypeKind::kMap:
        return a.map_type == b.map_type || (a.map_type == MapType::kFunctions) ||
               (b.map_type == MapType::kFunctions);
    case TypeKind::kFunction:
    case TypeKind::kObject:
        return a.name == b.name;
    case TypeKind::kUnknown:
    case TypeKind::kNil:
    case TypeKind::kBool:
    case TypeKind::kFloat:
    case TypeKind::kString:
    case TypeKind::kBytes:
    case TypeKind::kTime:
    case TypeKind::kZone:
        break;
    }
    return true;
}

bool is_assignable(const Type& from, const Type& to) {
    if (to.is_unknown()) return true;
    if (from.is_nil()) {
        return to.kind == TypeKind::kBytes || to.kind == TypeKind::kList ||
               to.kind == TypeKind::kMap || to.kind == TypeKind::kZone ||
               to.kind == TypeKind::kFunction;
    }
    return is_same_type(from, to);
}

Value zero_value(const Type& type) {
    switch (type.kind) {
    case TypeKind::kBool:
        return Value::boolean(false);
    case TypeKind::kInt:
        return Value::integer(0, type.int_type);
    case TypeKind::kFloat:
        return Value::number(0);
    case TypeKind::kString:
        return Value::string("");
    case TypeKind::kBytes:
        return Value::bytes("");
    case TypeKind::kList:
        return Value::list_or_nil({}, type.list_type);
    case TypeKind::kTime: {
        Time time;
        time.seconds = seconds_from_civil({.year = 1});
        return Value::time(std::move(time));
    }
    case TypeKind::kMap: // Go's nil map
    case TypeKind::kUnknown:
    case TypeKind::kNil:
    case TypeKind::kZone:
    case TypeKind::kFunction:
    case TypeKind::kObject:
        break;
    }
    return {};
}

std::string describe(const Type& type) {
    switch (type.kind) {
    case TypeKind::kUnknown:
        return "any value";
    case TypeKind::kNil:
        return "nil";
    case TypeKind::kBool:
        return "a bool";
    case TypeKind::kFloat:
        return "a float";
    case TypeKind::kString:
        return "a string";
    case TypeKind::kBytes:
        return "bytes";
    case TypeKind::kTime:
        return "a time";
    case TypeKind::kZone:
        return "a time zone";
    case TypeKind::kFunction:
        return "a function";
    case TypeKind::kMap:
        return "a map";
    case TypeKind::kObject:
        return "a `" + type.name + "`";
    case TypeKind::kInt:
        if (type.int_type == IntType::kDuration) return "a duration";
        if (type.int_type == IntType::kMonth) return "a month";
        if (type.int_type == IntType::kWeekday) return "a weekday";
        if (type.int_type == IntType::kInt) return "an int";
        return "an `" + std::string(int_name(type.int_type)) + "`";
    case TypeKind::kList: {
        const Type element = element_of(type);
        if (element.kind == TypeKind::kString) return "a list of strings";
        if (element.is_plain_int()) return "a list of ints";
        return "a list";
    }
    }
    return "a value";
}

} // namespace tiphys::expr
