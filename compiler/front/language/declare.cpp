// Variables that are declared twice, or hide others.
#include "compiler/front/language/declare.h"

namespace tiphys::front {
namespace {

bool is_of_workflow(const Symbol& symbol) {
    return symbol.tag.starts_with("workflow.parameters.") ||
           symbol.tag.starts_with("workflow.artifacts.");
}

} // namespace

void declare_variable(LanguageScope& scope, const ast::Name& name, const Symbol& symbol,
                      Problems& problems) {
    const std::string shown = "`" + std::string(name.text) + "`";
    const auto [known, is_new] = scope.variables.emplace(name.text, symbol);
    if (name.text.empty()) return;
    if (!is_new) {
        problems.report(kLanguageName, name.span, "there are two values " + shown + " here",
                        "give one of them another name", known->second.span);
        return;
    }
    const Symbol* hidden =
        scope.parent == nullptr ? nullptr : scope.parent->find_variable(name.text);
    const bool is_input = symbol.tag.starts_with("inputs.");
    if (hidden == nullptr || (is_input && is_of_workflow(*hidden))) return;
    problems.report(kLanguageName, name.span, shown + " hides a value of the same name",
                    "give one of them another name", hidden->span);
}

} // namespace tiphys::front
