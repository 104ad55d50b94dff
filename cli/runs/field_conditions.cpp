// Taking conditions apart.
#include "cli/runs/field_conditions.h"

#include <algorithm>

namespace tiphys::cli {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

} // namespace

Result<std::vector<FieldCondition>> parse_conditions(std::string_view text, std::string_view things,
                                                     std::string_view example) {
    std::vector<FieldCondition> conditions;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        const std::string_view part = trimmed(text.substr(0, comma));
        text = comma == text.npos ? "" : text.substr(comma + 1);
        const std::size_t equals = part.find('=');
        if (equals == part.npos || equals == 0) {
            return Error{"`" + std::string(part) + "` is no condition on " + std::string(things) +
                         "; write `" + std::string(example) + "`"};
        }
        FieldCondition condition;
        condition.is_negated = part[equals - 1] == '!';
        const std::size_t end = condition.is_negated ? equals - 1 : equals;
        condition.field = trimmed(part.substr(0, end));
        std::string_view value = part.substr(equals + 1);
        if (!condition.is_negated && value.starts_with('=')) value.remove_prefix(1);
        condition.value = trimmed(value);
        conditions.push_back(std::move(condition));
    }
    return conditions;
}

bool hold(const std::vector<FieldCondition>& conditions, const FieldValue& value_of) {
    return std::all_of(conditions.begin(), conditions.end(), [&](const FieldCondition& condition) {
        return (value_of(condition.field) == condition.value) != condition.is_negated;
    });
}

} // namespace tiphys::cli
