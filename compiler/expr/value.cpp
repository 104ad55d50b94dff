// Values of expressions.
#include "compiler/expr/value.h"

#include <algorithm>
#include <array>

#include "compiler/base/assert.h"
#include "compiler/expr/duration.h"
#include "compiler/expr/number_text.h"

namespace tiphys::expr {
namespace {

std::string_view type_of(IntType type) {
    switch (type) {
    case IntType::kInt:
        return "int";
    case IntType::kInt8:
        return "int8";
    case IntType::kInt16:
        return "int16";
    case IntType::kInt32:
        return "int32";
    case IntType::kInt64:
        return "int64";
    case IntType::kUint:
        return "uint";
    case IntType::kUint8:
        return "uint8";
    case IntType::kUint16:
        return "uint16";
    case IntType::kUint32:
        return "uint32";
    case IntType::kUint64:
        return "uint64";
    case IntType::kDuration:
        return "time.Duration";
    case IntType::kMonth:
        return "time.Month";
    case IntType::kWeekday:
        return "time.Weekday";
    }
    return "";
}

std::string_view type_of(ListType type) {
    switch (type) {
    case ListType::kAny:
        return "[]interface {}";
    case ListType::kInt:
        return "[]int";
    case ListType::kInt64:
        return "[]int64";
    case ListType::kString:
        return "[]string";
    case ListType::kAnyList:
        return "[][]interface {}";
    case ListType::kPair:
        return "[2]interface {}";
    case ListType::kPairList:
        return "[][2]interface {}";
    }
    return "";
}

std::string_view type_of(MapType type) {
    switch (type) {
    case MapType::kStringAny:
        return "map[string]interface {}";
    case MapType::kStringString:
        return "map[string]string";
    case MapType::kAnyAny:
        return "map[interface {}]interface {}";
    case MapType::kAnyList:
        return "map[interface {}][]interface {}";
    case MapType::kFunctions:
        return "map[string]interface {}";
    }
    return "";
}

bool has_string_keys(MapType type) {
    return type == MapType::kStringAny || type == MapType::kStringString ||
           type == MapType::kFunctions;
}

std::string int_text(const Int& number) {
    constexpr std::array<std::string_view, 12> kMonths{
        "January", "February", "March",     "April",   "May",      "June",
        "July",    "August",   "September", "October", "November", "December"};
    constexpr std::array<std::string_view, 7> kWeekdays{
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
    switch (number.type) {
    case IntType::kUint:
    case IntType::kUint64:
        return std::to_string(static_cast<std::uint64_t>(number.value));
    case IntType::kDuration:
        return format_go_duration(number.value);
    case IntType::kMonth:
        if (number.value < 1 || number.value > 12) break;
        return std::string(kMonths[static_cast<std::size_t>(number.value - 1)]);
    case IntType::kWeekday:
        if (number.value < 0 || number.value > 6) break;
        return std::string(kWeekdays[static_cast<std::size_t>(number.value)]);
    case IntType::kInt:
    case IntType::kInt8:
    case IntType::kInt16:
    case IntType::kInt32:
    case IntType::kInt64:
    case IntType::kUint8:
    case IntType::kUint16:
    case IntType::kUint32:
        break;
    }
    return std::to_string(number.value);
}

bool is_same_list(const List& a, const List& b) {
    return a.type == b.type && a.values.size() == b.values.size() &&
           std::equal(a.values.begin(), a.values.end(), b.values.begin(), is_same);
}

bool is_same_map(const Map& a, const Map& b) {
    if (a.type != b.type || a.entries.size() != b.entries.size()) return false;
    return std::all_of(a.entries.begin(), a.entries.end(), [&](const auto& entry) {
        const Value* other = b.find(entry.first);
        return other != nullptr && is_same(entry.second, *other);
    });
}

bool is_same_object(const Object& a, const Object& b) {
    return a.type == b.type && std::equal(a.fields.begin(), a.fields.end(), b.fields.begin(),
                                          b.fields.end(), [](const auto& x, const auto& y) {
                                              return x.first == y.first &&
                                                     is_same(x.second, y.second);
                                          });
}

std::string list_text(const std::vector<Value>& values) {
    std::string text = "[";
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) text += ' ';
        text += go_text(values[i]);
    }
    return text + "]";
}

std::string map_text(const Map& map) {
    std::string text = "map[";
    for (std::size_t i = 0; i < map.entries.size(); ++i) {
        if (i > 0) text += ' ';
        text += go_text(map.entries[i].first) + ":" + go_text(map.entries[i].second);
    }
    return text + "]";
}

} // namespace

template <class T>
const T& Value::get() const {
    const T* value = std::get_if<T>(&storage_);
    TIPHYS_ASSERT(value != nullptr, "the kind of a value is known before it is taken");
    return *value;
}

template const bool& Value::get<bool>() const;
template const Int& Value::get<Int>() const;
template const double& Value::get<double>() const;
template const std::string& Value::get<std::string>() const;
template const Bytes& Value::get<Bytes>() const;
template const std::shared_ptr<const List>& Value::get<std::shared_ptr<const List>>() const;
template const std::shared_ptr<const Map>& Value::get<std::shared_ptr<const Map>>() const;
template const std::shared_ptr<const Time>& Value::get<std::shared_ptr<const Time>>() const;
template const std::shared_ptr<const TimeZone>& Value::get<std::shared_ptr<const TimeZone>>() const;
template const std::shared_ptr<const Function>& Value::get<std::shared_ptr<const Function>>() const;
template const std::shared_ptr<const Object>& Value::get<std::shared_ptr<const Object>>() const;

Value Value::list(std::vector<Value> values, ListType type) {
    return Value(Storage(std::make_shared<const List>(List{std::move(values), type, false})));
}

Value Value::list_or_nil(std::vector<Value> values, ListType type) {
    const bool is_nil = values.empty();
    return Value(Storage(std::make_shared<const List>(List{std::move(values), type, is_nil})));
}

Value Value::map(std::vector<std::pair<Value, Value>> entries, MapType type) {
    if (has_string_keys(type)) {
        std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
            return a.first.as_string() < b.first.as_string();
        });
        std::vector<std::pair<Value, Value>> unique;
        for (auto& entry : entries) {
            if (!unique.empty() && unique.back().first.as_string() == entry.first.as_string()) {
                unique.back() = std::move(entry);
            } else {
                unique.push_back(std::move(entry));
            }
        }
        entries = std::move(unique);
    }
    return Value(Storage(std::make_shared<const Map>(Map{std::move(entries), type})));
}

Value Value::time(Time value) {
    return Value(Storage(std::make_shared<const Time>(std::move(value))));
}

const Value* Map::find(std::string_view key) const {
    if (has_string_keys(type)) {
        const auto at = std::lower_bound(
            entries.begin(), entries.end(), key,
            [](const auto& entry, std::string_view k) { return entry.first.as_string() < k; });
        return at != entries.end() && at->first.as_string() == key ? &at->second : nullptr;
    }
    return find(Value::string(std::string(key)));
}

const Value* Map::find(const Value& key) const {
    if (has_string_keys(type)) return key.is_string() ? find(key.as_string()) : nullptr;
    const auto at = std::find_if(entries.begin(), entries.end(),
                                 [&](const auto& entry) { return is_same(entry.first, key); });
    return at == entries.end() ? nullptr : &at->second;
}

std::string go_type(const Value& value) {
    switch (value.kind()) {
    case ValueKind::kNil:
        return "<nil>";
    case ValueKind::kBool:
        return "bool";
    case ValueKind::kInt:
        return std::string(type_of(value.as_int().type));
    case ValueKind::kFloat:
        return "float64";
    case ValueKind::kString:
        return "string";
    case ValueKind::kBytes:
        return "[]uint8";
    case ValueKind::kList:
        return std::string(type_of(value.as_list().type));
    case ValueKind::kMap:
        return std::string(type_of(value.as_map().type));
    case ValueKind::kTime:
        return "time.Time";
    case ValueKind::kZone:
        return "*time.Location";
    case ValueKind::kFunction:
        return value.as_function().type;
    case ValueKind::kObject:
        return value.as_object().type;
    }
    return "";
}

std::string go_text(const Value& value) {
    switch (value.kind()) {
    case ValueKind::kNil:
        return "<nil>";
    case ValueKind::kBool:
        return value.as_bool() ? "true" : "false";
    case ValueKind::kInt:
        return int_text(value.as_int());
    case ValueKind::kFloat:
        return format_general(value.as_float());
    case ValueKind::kString:
        return value.as_string();
    case ValueKind::kBytes: {
        std::vector<Value> bytes;
        for (const char c : value.as_bytes())
            bytes.push_back(Value::integer(static_cast<unsigned char>(c)));
        return list_text(bytes);
    }
    case ValueKind::kList:
        return list_text(value.as_list().values);
    case ValueKind::kMap:
        return map_text(value.as_map());
    case ValueKind::kTime:
        return format_time(value.as_time(), "2006-01-02 15:04:05.999999999 -0700 MST");
    case ValueKind::kZone:
        return value.as_zone()->name();
    case ValueKind::kFunction:
        return value.as_function().type;
    case ValueKind::kObject: {
        if (!value.as_object().json.empty()) return value.as_object().json;
        std::vector<Value> fields;
        for (const auto& [name, field] : value.as_object().fields)
            fields.push_back(field);
        const std::string text = list_text(fields);
        return "{" + text.substr(1, text.size() - 2) + "}";
    }
    }
    return "";
}

bool is_nil_like(const Value& value) {
    return value.is_nil() || (value.kind() == ValueKind::kList && value.as_list().is_nil);
}

bool is_same(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
    case ValueKind::kNil:
        return true;
    case ValueKind::kBool:
        return a.as_bool() == b.as_bool();
    case ValueKind::kInt:
        return a.as_int().type == b.as_int().type && a.as_int().value == b.as_int().value;
    case ValueKind::kFloat:
        return a.as_float() == b.as_float();
    case ValueKind::kString:
        return a.as_string() == b.as_string();
    case ValueKind::kBytes:
        return a.as_bytes() == b.as_bytes();
    case ValueKind::kList:
        return is_same_list(a.as_list(), b.as_list());
    case ValueKind::kMap:
        return is_same_map(a.as_map(), b.as_map());
    case ValueKind::kTime:
        return compare(a.as_time(), b.as_time()) == 0 && a.as_time().zone == b.as_time().zone;
    case ValueKind::kZone:
        return a.as_zone() == b.as_zone();
    case ValueKind::kFunction:
        return false; // Go compares functions with nil only
    case ValueKind::kObject:
        return is_same_object(a.as_object(), b.as_object());
    }
    return false;
}

} // namespace tiphys::expr
