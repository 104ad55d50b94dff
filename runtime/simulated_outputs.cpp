// Which outputs of tasks become the lists of loops, and which are compared with words. A run in
// virtual time must make them up.

#include <algorithm>
#include <set>

#include "runtime/simulation.h"

namespace tiphys::run {
namespace {

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

/// The name that begins at `at`; moves `at` behind it.
std::string take_name(std::string_view text, std::size_t& at) {
    const std::size_t begin = at;
    while (at < text.size() && is_name_character(text[at])) {
        ++at;
    }
    return std::string(text.substr(begin, at - begin));
}

bool take(std::string_view text, std::size_t& at, std::string_view word) {
    if (text.substr(at, word.size()) != word) return false;
    at += word.size();
    return true;
}

/// A tag of a condition and the word that it is compared with.
struct Comparison {
    std::string tag;
    std::string word;
};

/// Those of the form `{{tag}} == word`, with or without quotes.
std::vector<Comparison> comparisons_in(std::string_view condition) {
    std::vector<Comparison> found;
    for (std::size_t at = condition.find("{{"); at != condition.npos;
         at = condition.find("{{", at)) {
        const std::size_t end = condition.find("}}", at);
        if (end == condition.npos) break;
        Comparison comparison{std::string(condition.substr(at + 2, end - at - 2)), ""};
        at = condition.find_first_not_of(" '\"", end + 2);
        if (at == condition.npos) break;
        if (!take(condition, at, "==") && !take(condition, at, "!=")) continue;
        at = std::min(condition.find_first_not_of(" '\"", at), condition.size());
        comparison.word = take_name(condition, at);
        if (!comparison.word.empty()) found.push_back(std::move(comparison));
    }
    return found;
}

/// Follows values from the loop or condition that wants them to the task that makes them.
class OutputFinder {
public:
    OutputFinder(const Plan& plan, TaskModel& model) : plan_(plan), model_(model) {}

    void find() {
        for (TemplateId id = 0; id < plan_.templates.size(); ++id) {
            for (const auto& group : plan_.templates[id].groups) {
                for (const CallId call : group) {
                    look_at(plan_.calls[call], id);
                }
            }
        }
    }

private:
    void look_at(const Call& call, TemplateId around) {
        if (call.loop.kind == LoopKind::kParam) {
            value_ = list_for(call);
            is_choice_ = false;
            seen_.clear();
            want(call.loop.source.source(), around);
        }
        for (const Comparison& comparison : comparisons_in(call.when.source())) {
            value_ = comparison.word;
            is_choice_ = true;
            seen_.clear();
            want(comparison.tag, around);
        }
    }

    /// Elements have the members that the call asks for.
    [[nodiscard]] std::string list_for(const Call& call) const {
        std::set<std::string> members;
        const auto add_members = [&](std::string_view text) {
            for (std::size_t at = text.find("item."); at != text.npos;
                 at = text.find("item.", at)) {
                at += 5;
                members.insert(take_name(text, at));
            }
        };
        add_members(call.when.source());
        for (const ArgumentParameter& parameter : call.parameters) {
            if (parameter.value) add_members(parameter.value->source());
        }
        std::string list;
        for (std::uint32_t i = 0; i < model_.n_items; ++i) {
            const std::string number = "\"" + std::to_string(i) + "\"";
            std::string element;
            for (const std::string& member : members) {
                element += (element.empty() ? "{\"" : ",\"") + member + "\":" + number;
            }
            list += (list.empty() ? "[" : ",") + (element.empty() ? number : element + "}");
        }
        return list.empty() ? "[]" : list + "]";
    }

    void want(std::string_view text, TemplateId around) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            if (at > 0 && (is_name_character(text[at - 1]) || text[at - 1] == '.')) continue;
            if (take(text, at, "steps.") || take(text, at, "tasks.")) {
                const std::string name = take_name(text, at);
                if (!take(text, at, ".outputs.")) continue;
                std::string parameter;
                if (take(text, at, "parameters.")) {
                    parameter = take_name(text, at);
                } else if (!take(text, at, "result")) {
                    continue;
                }
                want_output(name, parameter, around);
            } else if (take(text, at, "inputs.parameters.")) {
                want_input(take_name(text, at), around);
            }
        }
    }

    /// An empty `parameter` is the result.
    void want_output(const std::string& name, const std::string& parameter, TemplateId around) {
        for (const auto& group : plan_.templates[around].groups) {
            for (const CallId id : group) {
                const Call& call = plan_.calls[id];
                if (call.name != name || call.template_id == kNoId) continue;
                make(call.template_id, parameter);
            }
        }
    }

    void make(TemplateId id, const std::string& parameter) {
        const Template& maker = plan_.templates[id];
        const std::string key = parameter.empty() ? maker.name : maker.name + "." + parameter;
        if (!seen_.insert(std::to_string(id) + "." + parameter).second) return;
        if (maker.groups.empty()) {
            auto& choices = model_.choices[key];
            const bool is_new = std::find(choices.begin(), choices.end(), value_) == choices.end();
            if (!is_choice_) model_.outputs.emplace(key, value_);
            if (is_choice_ && is_new) choices.push_back(value_);
            return;
        }
        for (const OutputParameter& output : maker.output_parameters) {
            if (output.name != parameter) continue;
            want(output.parameter.source(), id);
            want(output.expression, id);
        }
    }

    void want_input(const std::string& name, TemplateId around) {
        if (!seen_.insert(std::to_string(around) + "<" + name).second) return;
        for (TemplateId id = 0; id < plan_.templates.size(); ++id) {
            for (const auto& group : plan_.templates[id].groups) {
                for (const CallId call : group) {
                    if (plan_.calls[call].template_id != around) continue;
                    for (const ArgumentParameter& given : plan_.calls[call].parameters) {
                        if (given.name == name && given.value) want(given.value->source(), id);
                    }
                }
            }
        }
    }

    const Plan& plan_;
    TaskModel& model_;
    std::string value_;
    bool is_choice_ = false;
    std::set<std::string> seen_;
};

} // namespace

void add_missing_outputs(const Plan& plan, TaskModel& model) {
    OutputFinder(plan, model).find();
}

} // namespace tiphys::run
