#pragma once
// Reading members of JSON objects that somebody else has written: what is of another type than
// expected is as if it were absent. References live as long as the object does. `Json` is
// nlohmann::json, which headers do not include.

#include <string>

namespace tiphys::run {

/// The member of an object; null where it is absent, or where that is no object.
template <class Json>
[[nodiscard]] const Json& member(const Json& object, const char* key) {
    static const Json kNothing;
    if (!object.is_object()) return kNothing;
    const auto found = object.find(key);
    return found == object.end() ? kNothing : *found;
}

/// The text of a member; empty where it is absent or none.
template <class Json>
[[nodiscard]] std::string text_of(const Json& object, const char* key) {
    const Json& value = member(object, key);
    return value.is_string() ? value.template get<std::string>() : "";
}

template <class Json>
[[nodiscard]] bool is_true(const Json& object, const char* key) {
    const Json& value = member(object, key);
    return value.is_boolean() && value.template get<bool>();
}

/// The member where it is an object, else an empty one.
template <class Json>
[[nodiscard]] const Json& object_at(const Json& object, const char* key) {
    static const Json kEmpty = Json::object();
    const Json& value = member(object, key);
    return value.is_object() ? value : kEmpty;
}

/// The member where it is a list, else an empty one.
template <class Json>
[[nodiscard]] const Json& list_at(const Json& object, const char* key) {
    static const Json kEmpty = Json::array();
    const Json& value = member(object, key);
    return value.is_array() ? value : kEmpty;
}

/// On one line; bytes that are no UTF-8 are replaced.
template <class Json>
[[nodiscard]] std::string compact(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace tiphys::run
