// tiphys explain RULE: what a rule finds and why that is wrong, with examples.
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "analyzer/rule.h"
#include "cli/command.h"
#include "compiler/base/nearest.h"

namespace tiphys::cli {
namespace {

int explain(const std::string& name, Streams& streams) {
    const analyze::RegisteredRule* found = analyze::find_rule(name);
    if (found == nullptr) {
        std::vector<std::string_view> names;
        for (const analyze::RegisteredRule& rule : analyze::rules())
            names.push_back(rule.name);
        const std::string_view nearest = nearest_name(name, names);
        streams.err << "tiphys: no rule is called `" << name << "`";
        if (!nearest.empty()) streams.err << "; did you mean `" << nearest << "`";
        streams.err << "\n`tiphys rules` lists them\n";
        return kExitUsage;
    }
    streams.out << found->name << " (" << severity_name(found->rule->severity) << ", group "
                << found->group << ", since " << found->rule->since << ")\n"
                << found->rule->summary << "\n"
                << found->rule->doc;
    return kExitFine;
}

} // namespace

void add_explain(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand("explain", "Explain a rule, with examples");
    auto name = std::make_shared<std::string>();
    command->add_option("RULE", *name, "Name of the rule, as lint prints it")->required();
    command->footer("Example: tiphys explain dag-cycle");
    command->callback([name, &invocation] {
        invocation.run = [name](Streams& streams) { return explain(*name, streams); };
    });
}

} // namespace tiphys::cli
