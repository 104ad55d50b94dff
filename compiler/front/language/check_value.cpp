// Values against declared types.
#include "compiler/front/language/check_value.h"

#include <algorithm>

namespace tiphys::front {
namespace {

using Kind = ValueType::Kind;

bool is_digits(std::string_view text) {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// `1.5`, `-2e3`.
bool is_number(std::string_view text) {
    const std::size_t exponent = text.find_first_of("eE");
    const std::string_view mantissa = text.substr(0, exponent);
    if (exponent != text.npos && !is_digits(text.substr(exponent + 1))) return false;
    const std::size_t point = mantissa.find('.');
    if (point == mantissa.npos) return is_digits(mantissa);
    const std::string_view fraction = mantissa.substr(point + 1);
    return is_digits(mantissa.substr(0, point)) && is_digits(fraction) &&
           fraction.find_first_of("+-") == fraction.npos;
}

bool is_bool(std::string_view text) {
    return text == "true" || text == "false";
}

/// A text that says what the type can hold.
bool holds(Kind kind, std::string_view text) {
    switch (kind) {
    case Kind::kInt:
        return is_digits(text);
    case Kind::kFloat:
        return is_number(text);
    case Kind::kBool:
        return is_bool(text);
    case Kind::kList:
        return text.find_first_not_of(" \t\r\n") != text.npos &&
               text[text.find_first_not_of(" \t\r\n")] == '[';
    case Kind::kAny:
    case Kind::kString:
    case Kind::kJson:
    case Kind::kFile:
    case Kind::kNode:
        return true;
    }
    return true;
}

std::string_view words_for(Kind kind) {
    switch (kind) {
    case Kind::kInt:
        return "an `int`";
    case Kind::kFloat:
        return "a `float`";
    case Kind::kBool:
        return "a `bool`";
    case Kind::kList:
        return "a list";
    case Kind::kString:
        return "a text";
    case Kind::kJson:
        return "a JSON value";
    case Kind::kFile:
        return "an artifact";
    case Kind::kAny:
    case Kind::kNode:
        return "a value";
    }
    return "a value";
}

std::string misfit_of_constant(const ValueType& type, const Draft& given) {
    const std::string wanted = "is " + std::string(words_for(type.kind)) + ", and ";
    const bool takes_anything = type.kind == Kind::kAny || type.kind == Kind::kJson ||
                                (type.kind == Kind::kString && type.literals.empty());
    if (takes_anything) return {};
    if (given.is_list()) return type.kind == Kind::kList ? "" : wanted + "this is a list";
    if (given.is_map()) return wanted + "this is a map";
    // Argo fills tags that were written by hand.
    if (given.text.find("{{") != std::string_view::npos || holds(type.kind, given.text)) return {};
    return wanted + "`" + std::string(given.text) + "` is none";
}

/// Kinds whose texts are never of the other kind.
bool excludes(Kind wanted, Kind given) {
    const bool is_number_wanted = wanted == Kind::kInt || wanted == Kind::kFloat;
    const bool is_number_given = given == Kind::kInt || given == Kind::kFloat;
    if (wanted == Kind::kInt && given == Kind::kFloat) return true;
    if (is_number_wanted) return given == Kind::kBool || given == Kind::kList;
    if (wanted == Kind::kBool) return is_number_given || given == Kind::kList;
    if (wanted == Kind::kList) return is_number_given || given == Kind::kBool;
    return false;
}

} // namespace

std::string misfit(const ValueType& type, const Value& given) {
    if (given.is_error || given.is_artifact || type.is_artifact()) return {};
    if (given.phase == ValuePhase::kEvent) return {};
    if (given.is_constant()) return misfit_of_constant(type, *given.constant);
    const std::string wanted = "is " + std::string(words_for(type.kind)) + ", and ";
    if (excludes(type.kind, given.type.kind)) {
        return wanted + "this is " + std::string(words_for(given.type.kind));
    }
    for (const std::string_view text : given.type.literals) {
        const bool is_outside =
            !type.literals.empty() &&
            std::find(type.literals.begin(), type.literals.end(), text) == type.literals.end();
        if (is_outside) return "does not take `" + std::string(text) + "`, which this may be";
        if (!holds(type.kind, text)) return wanted + "this may be `" + std::string(text) + "`";
    }
    return {};
}

} // namespace tiphys::front
