// Argo: requirementToCondition in persist/sqldb/archived_workflow_labels.go.

#include "runtime/archive/selector.h"

#include <algorithm>

#include "compiler/expr/go_strings.h"
#include "compiler/expr/names.h"

namespace tiphys::archive {
namespace {

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == text.npos) return "";
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// At commas outside of parentheses.
std::vector<std::string> parts_of(const std::string& selector) {
    std::vector<std::string> parts(1);
    int depth = 0;
    for (const char c : selector) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c == ',' && depth == 0)
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

/// `in (a,b)`, `notin (a,b)`.
bool read_set(const std::string& part, LabelCondition& requirement) {
    const std::size_t open = part.find('(');
    if (open == part.npos || part.back() != ')') return false;
    const std::vector<std::string> words = expr::split_words(part.substr(0, open));
    if (words.size() != 2 || (words[1] != "in" && words[1] != "notin")) return false;
    requirement.key = words[0];
    requirement.is_negated = words[1] == "notin";
    requirement.has_values = true;
    const std::string list = part.substr(open + 1, part.size() - open - 2);
    for (const std::string& value : expr::split_text(list, ","))
        requirement.values.push_back(trimmed(value));
    return true;
}

LabelCondition read(const std::string& part) {
    LabelCondition requirement;
    if (read_set(part, requirement)) return requirement;
    const std::size_t equals = part.find('=');
    if (equals == part.npos) {
        requirement.is_negated = part.starts_with("!");
        requirement.key = trimmed(part.substr(requirement.is_negated ? 1 : 0));
        return requirement;
    }
    requirement.has_values = true;
    requirement.is_negated = equals > 0 && part[equals - 1] == '!';
    requirement.key = trimmed(part.substr(0, equals - (requirement.is_negated ? 1 : 0)));
    const bool is_double = equals + 1 < part.size() && part[equals + 1] == '=';
    requirement.values = {trimmed(part.substr(equals + (is_double ? 2 : 1)))};
    return requirement;
}

} // namespace

Result<std::vector<LabelCondition>> parse_selector(const std::string& selector) {
    std::vector<LabelCondition> conditions;
    if (trimmed(selector).empty()) return conditions;
    for (const std::string& part : parts_of(selector)) {
        LabelCondition condition = read(trimmed(part));
        bool is_sound = expr::is_qualified_name(condition.key);
        for (const std::string& value : condition.values)
            is_sound = is_sound && expr::is_label_value(value);
        if (!is_sound) {
            return Error{"`" + trimmed(part) +
                         "` is no condition on a label; write `a=b`, `a!=b`, "
                         "`a in (b,c)`, `a notin (b,c)`, `a` or `!a`"};
        }
        conditions.push_back(std::move(condition));
    }
    return conditions;
}

bool matches(const std::vector<LabelCondition>& conditions,
             const std::map<std::string, std::string>& labels) {
    return std::all_of(conditions.begin(), conditions.end(), [&](const LabelCondition& condition) {
        const auto found = labels.find(condition.key);
        bool holds = found != labels.end();
        if (holds && condition.has_values) {
            holds = std::find(condition.values.begin(), condition.values.end(), found->second) !=
                    condition.values.end();
        }
        return holds != condition.is_negated;
    });
}

Result<std::vector<SqlCondition>> label_conditions(const std::string& selector, std::size_t first) {
    std::vector<SqlCondition> conditions;
    TIPHYS_TRY(parsed, parse_selector(selector));
    for (const LabelCondition& requirement : parsed) {
        SqlCondition condition;
        const auto add = [&](const std::string& value) {
            condition.values.push_back(value);
            return "$" + std::to_string(first++);
        };
        condition.sql = std::string(requirement.is_negated ? "not " : "") +
                        "exists (select 1 from argo_archived_workflows_labels l where "
                        "l.clustername = w.clustername and l.uid = w.uid and l.name = " +
                        add(requirement.key);
        if (requirement.has_values) {
            condition.sql += " and l.value in (";
            for (std::size_t i = 0; i < requirement.values.size(); ++i)
                condition.sql += (i > 0 ? ", " : "") + add(requirement.values[i]);
            condition.sql += ")";
        }
        condition.sql += ")";
        conditions.push_back(std::move(condition));
    }
    return conditions;
}

} // namespace tiphys::archive
