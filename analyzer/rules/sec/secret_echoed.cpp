// Secrets in the log of a step.
#include <algorithm>

#include "analyzer/facts.h"
#include "analyzer/secrets.h"

namespace tiphys::rules::secret_echoed {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kPrinted{"`{}`, from a Secret, is printed into the log"};
constexpr Message<std::string_view> kAll{
    "`{}` prints every variable into the log, those of Secrets too"};
constexpr Message<std::string_view> kTraced{
    "`set -x` prints the commands with `{}`, from a Secret, into the log"};

/// The variables of a container that come from Secrets.
struct SecretNames {
    std::vector<std::string_view> names;
    bool has_others = false; ///< all keys of a Secret

    [[nodiscard]] bool holds(std::string_view name) const {
        return std::find(names.begin(), names.end(), name) != names.end();
    }
};

SecretNames secret_names(const ContainerView& container) {
    SecretNames secrets;
    for (const k8s::EnvVar* variable : container.env()) {
        if (!is_from_secret(*variable)) continue;
        // A user's name from the same Secret may be shown.
        const std::string_view name = ir::text_of(variable->name());
        if (name.find("USER") == name.npos) secrets.names.push_back(name);
    }
    secrets.has_others = has_whole_secret(container);
    return secrets;
}

class ScriptCheck {
public:
    ScriptCheck(const ShellScript& found, SecretNames secrets, Context& context)
        : found_(found), secrets_(std::move(secrets)), context_(context) {}

    void run() {
        for (const shell::Command& command : found_.script.commands) {
            if (!command.is_captured) check_printing(command);
            check_tracing(command);
        }
    }

private:
    void check_printing(const shell::Command& command) {
        const std::string_view name = command.name();
        if (name == "echo" || name == "printf") {
            for (const shell::Word& word : command.words)
                check_variables(word.variables);
        } else if (name == "cat") {
            check_variables(command.document_variables);
        } else if ((name == "env" || name == "printenv" || name == "export") &&
                   command.words.size() == 1) {
            context_.report(kAll, found_.span(command.words.front().range, context_), name)
                .help("name the variables that are wanted: `printenv HOME`");
        } else if (name == "printenv") {
            check_printenv(command);
        }
    }

    void check_printenv(const shell::Command& command) {
        for (const shell::Word& word : command.words) {
            if (!secrets_.holds(word.text)) continue;
            report(word.text, word.range);
        }
    }

    void check_variables(const std::vector<shell::Variable>& variables) {
        for (const shell::Variable& variable : variables) {
            // `${#NAME}`, `${NAME:+set}` show no more than that there is one.
            if (variable.has_operator || !secrets_.holds(variable.name)) continue;
            report(variable.name, variable.range);
        }
    }

    void report(std::string_view name, shell::Range range) {
        context_.report(kPrinted, found_.span(range, context_), name)
            .note("logs are kept by the cluster, by `archiveLogs` and by whoever collects them, "
                  "and read by more people than the Secret")
            .help("leave it out, or print whether it is set: `${" + std::string(name) + ":+set}`");
    }

    /// `set -x` before a command that has a secret among its words.
    void check_tracing(const shell::Command& command) {
        if (command.name() == "set" && command.words.size() > 1) {
            const std::string_view option = command.words[1].text;
            if (option.find('x') != option.npos && option.starts_with("-")) trace_ = &command;
            if (option.find('x') != option.npos && option.starts_with("+")) trace_ = nullptr;
        }
        if (trace_ == nullptr) return;
        for (const shell::Word& word : command.words) {
            for (const shell::Variable& variable : word.variables) {
                if (!secrets_.holds(variable.name)) continue;
                context_.report(kTraced, found_.span(trace_->range, context_), variable.name)
                    .related(found_.span(variable.range, context_), "it is expanded here")
                    .help("write `set +x` before that command");
                trace_ = nullptr;
                return;
            }
        }
    }

    const ShellScript& found_;
    SecretNames secrets_;
    Context& context_;
    const shell::Command* trace_ = nullptr;
};

void check(const ContainerView& container, Context& context) {
    SecretNames secrets = secret_names(container);
    if (secrets.names.empty() && !secrets.has_others) return;
    const ShellScript* found = context.facts().script(container);
    if (found != nullptr) ScriptCheck(*found, std::move(secrets), context).run();
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "secrets that a script prints into its log",
                 .doc = R"md(
Argo shows the log of a step in its UI, stores it with `archiveLogs`, and the cluster collects it. A
secret that a script prints (`echo $TOKEN`, `env`, `set -x` before a command that has it as an
argument) is then read by everybody who reads logs. What goes into a pipe, a file or a variable is
left alone.

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
      command: [sh, -e]
      env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: api, key: token}}}]
      source: |
        echo "token: $TOKEN"
        curl -H "Authorization: $TOKEN" https://api.example.com
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
      command: [sh, -e]
      env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: api, key: token}}}]
      source: |
        echo "token: ${TOKEN:+set}"
        echo "$TOKEN" | docker login --password-stdin
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::secret_echoed
