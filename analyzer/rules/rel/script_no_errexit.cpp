// Scripts that go on after a command has failed.
#include <algorithm>
#include <array>

#include "analyzer/facts.h"

namespace tiphys::rules::script_no_errexit {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kGoesOn{
    "when `{}` fails, the script goes on and the step may succeed"};

/// Commands that do not fail, or whose failure does no harm.
bool is_harmless(std::string_view name) {
    constexpr std::array<std::string_view, 44> kHarmless{
        "",       ":",      "true",  "false", "echo",   "printf",   "sleep", "date",  "set",
        "export", "local",  "exit",  "trap",  "unset",  "shift",    "umask", "wait",  "read",
        "cat",    "ls",     "pwd",   "env",   "whoami", "hostname", "id",    "uname", "test",
        "[",      "[[",     "mkdir", "touch", "rm",     "df",       "du",    "free",  "ps",
        "kill",   "return", "exec",  "tee",   "alias",  "find",     "tree",  "stat"};
    return std::find(kHarmless.begin(), kHarmless.end(), name) != kHarmless.end();
}

bool sets_errexit(const shell::Command& command) {
    if (command.name() == "trap") {
        return !command.words.empty() && command.words.back().text == "ERR";
    }
    if (command.name() != "set" || command.words.size() < 2) return false;
    for (std::size_t i = 1; i < command.words.size(); ++i) {
        const std::string_view option = command.words[i].text;
        const bool is_cluster = option.starts_with("-") && !option.starts_with("--");
        if (option == "errexit" || (is_cluster && option.find('e') != option.npos)) return true;
    }
    return false;
}

/// The last thing that is done decides about the step, so its failure is seen.
const shell::Command* find_ignored(const ShellScript& found) {
    const shell::Script& script = found.script;
    for (std::size_t i = 0; i + 1 < script.statements.size(); ++i) {
        const shell::Statement& statement = script.statements[i];
        if (statement.has_and_or || statement.is_compound || statement.is_background) continue;
        if (statement.commands.first >= statement.commands.end) continue;
        const shell::Command& command = script.commands[statement.commands.first];
        const bool is_asked =
            found.slice(script.statements[i + 1].range).find("$?") != std::string_view::npos;
        if (!is_harmless(command.name()) && !is_asked) return &command;
    }
    return nullptr;
}

/// A new line of a literal block with its indentation; elsewhere `; `.
std::string separator(const ShellScript& found, Span at, const Context& context) {
    if (found.scalar->style != ScalarStyle::kLiteral) return "; ";
    const std::string_view file = context.project().sources().file(at.file).text;
    const std::size_t line = file.rfind('\n', at.begin) + 1;
    const std::string_view before = file.substr(line, at.begin - line);
    const bool is_blank = before.find_first_not_of(" \t") == before.npos;
    return is_blank ? "\n" + std::string(before) : "; ";
}

void check(const ContainerView& container, Context& context) {
    const ShellScript* found = context.facts().script(container);
    if (found == nullptr || found->has_errexit || found->script.error) return;
    const auto& commands = found->script.commands;
    if (std::any_of(commands.begin(), commands.end(), sets_errexit)) return;
    const shell::Command* ignored = find_ignored(*found);
    if (ignored == nullptr) return;
    const shell::Range range = ignored->words.front().range;
    // With its tags, which are letters in the text that was read.
    const std::string_view written =
        found->scalar->text.substr(range.begin, range.end - range.begin);
    Finding finding = context.report(kGoesOn, found->span(range, context), written);
    finding.note("only the last command decides whether the step has failed");
    const bool has_shebang = found->text.starts_with("#!");
    if (found->is_source && !has_shebang && !found->script.statements.empty()) {
        const shell::Range first = found->script.statements.front().range;
        const Span at = found->span({first.begin, first.begin + 1}, context);
        finding.unsafe_fix(
            "begin the script with `set -e`",
            {{{at.file, at.begin, at.begin}, "set -e" + separator(*found, at, context)}});
    }
    finding.help("begin the script with `set -e`, or join commands by `&&`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "scripts that go on after a command has failed",
                 .doc = R"md(
A shell goes on when a command fails, and the step's outcome is that of the last command. A failed
download followed by `cat`, or a failed build followed by `echo done`, makes a step that succeeds
without having done its work. `set -e` ends the script at the first command that fails.

Commands that hardly fail (`echo`, `sleep`, `mkdir`), those joined by `&&` and `||`, and scripts that
look at `$?` are left alone.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    script:
      image: alpine:3.20
      command: [sh]
      source: |
        git clone https://git.example.com/tools.git
        echo done
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    script:
      image: alpine:3.20
      command: [sh]
      source: |
        set -e
        git clone https://git.example.com/tools.git
        echo done
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::script_no_errexit
