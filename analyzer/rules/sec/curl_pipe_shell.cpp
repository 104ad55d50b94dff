// Programs that are run as they come from the network.
#include <algorithm>
#include <array>

#include "analyzer/facts.h"

namespace tiphys::rules::curl_pipe_shell {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kPiped{"what `{}` fetches is run unseen"};

bool is_fetcher(const shell::Command& command) {
    const std::string_view name = command.name();
    return name == "curl" || name == "wget";
}

/// The program, behind `sudo` and `env`.
std::string_view program_of(const shell::Command& command) {
    for (const shell::Word& word : command.words) {
        std::string_view text = word.text;
        if (!word.is_literal) return {};
        text.remove_prefix(text.rfind('/') == text.npos ? 0 : text.rfind('/') + 1);
        const bool is_wrapper =
            text == "sudo" || text == "env" || text.starts_with("-") || text.find('=') != text.npos;
        if (!is_wrapper) return text;
    }
    return {};
}

bool is_interpreter(std::string_view name) {
    constexpr std::array<std::string_view, 11> kInterpreters{
        "sh", "bash", "dash", "ash", "zsh", "ksh", "python", "python3", "perl", "ruby", "node"};
    return std::find(kInterpreters.begin(), kInterpreters.end(), name) != kInterpreters.end();
}

/// `bash -c …` and `python script.py` do not run what they read.
bool reads_program(const shell::Command& command) {
    if (!is_interpreter(program_of(command))) return false;
    for (std::size_t i = 1; i < command.words.size(); ++i) {
        const std::string_view text = command.words[i].text;
        if (text == "-c" || text == "-m" || text == "-e" || text.ends_with(".py")) return false;
    }
    return true;
}

class ScriptCheck {
public:
    ScriptCheck(const ShellScript& found, Context& context) : found_(found), context_(context) {}

    void run() {
        for (const shell::Pipeline& pipeline : found_.script.pipelines)
            check_pipeline(pipeline);
        for (const shell::Command& command : found_.script.commands)
            check_substitutions(command);
    }

private:
    const shell::Command* fetcher_in(shell::CommandRange range) const {
        const auto& commands = found_.script.commands;
        for (std::uint32_t i = range.first; i < range.end && i < commands.size(); ++i) {
            if (is_fetcher(commands[i])) return &commands[i];
        }
        return nullptr;
    }

    void check_pipeline(const shell::Pipeline& pipeline) {
        const shell::Command* fetcher = nullptr;
        for (const shell::CommandRange stage : pipeline.stages) {
            if (stage.first >= stage.end) continue;
            const shell::Command& command = found_.script.commands[stage.first];
            if (fetcher != nullptr && reads_program(command)) {
                report(*fetcher);
                return;
            }
            if (is_fetcher(command)) fetcher = &command;
        }
    }

    /// `sh -c "$(curl …)"`, `eval "$(curl …)"`, `bash <(curl …)`.
    void check_substitutions(const shell::Command& command) {
        const std::string_view program = program_of(command);
        const bool is_run =
            program == "eval" || program == "source" || program == "." || is_interpreter(program);
        if (!is_run) return;
        for (const shell::Word& word : command.words) {
            if (const shell::Command* fetcher = fetcher_in(word.commands)) report(*fetcher);
        }
    }

    void report(const shell::Command& fetcher) {
        context_.report(kPiped, found_.span(fetcher.words.front().range, context_), fetcher.name())
            .note("who can change the file, or the connection, runs commands in this pod with its "
                  "service account; half of a file is run too when the connection breaks")
            .help("put the program into the image, or fetch a fixed version to a file and compare "
                  "its checksum before it is run");
    }

    const ShellScript& found_;
    Context& context_;
};

void check(const ContainerView& container, Context& context) {
    const ShellScript* found = context.facts().script(container);
    if (found != nullptr) ScriptCheck(*found, context).run();
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "programs that are run as they come from the network",
                 .doc = R"md(
`curl … | sh` runs whatever the server sends at that moment. The step depends on a server that
nobody here owns, does something else tomorrow, and runs half a script when the connection breaks.

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
      source: |
        curl -sSL https://get.example.com/install.sh | sudo bash -s -- -y
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
      source: |
        curl -fsSLo tool.tgz https://dl.example.com/tool-1.2.tgz
        echo 'd0f5…  tool.tgz' | sha256sum -c
        tar xzf tool.tgz
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::curl_pipe_shell
