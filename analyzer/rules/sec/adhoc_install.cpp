// Packages that are installed while the step runs.
#include <array>

#include "analyzer/facts.h"

namespace tiphys::rules::adhoc_install {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnpinned{"`{}` is installed in whatever version is newest"};
constexpr Message<std::string_view> kInstalled{"`{}` installs programs while the step runs"};

bool is_option(std::string_view text) {
    return text.starts_with("-");
}

/// A name without a version, from a package index.
bool is_unpinned(std::string_view tool, std::string_view package) {
    const bool is_other = package.empty() || package.front() == '.' || package.front() == '/' ||
                          package.find("://") != package.npos || package.ends_with(".whl") ||
                          package.ends_with(".txt") || package.ends_with(".tgz");
    if (is_other) return false;
    if (tool == "go") return package.ends_with("@latest");
    if (tool == "npm") return package.find('@', 1) == package.npos || package.ends_with("@latest");
    return package.find_first_of("=<>~@") == package.npos;
}

struct Installer {
    std::string_view tool;
    std::string_view verb;
    bool is_index; ///< packages of a language, by name and version
};

constexpr std::array<Installer, 13> kInstallers{
    Installer{"pip", "install", true},  Installer{"pip3", "install", true},
    Installer{"npm", "install", true},  Installer{"npm", "i", true},
    Installer{"gem", "install", true},  Installer{"go", "install", true},
    Installer{"apk", "add", false},     Installer{"apt-get", "install", false},
    Installer{"apt", "install", false}, Installer{"yum", "install", false},
    Installer{"dnf", "install", false}, Installer{"microdnf", "install", false},
    Installer{"tdnf", "install", false}};

/// The place of the first word behind `sudo`, and of `pip` in `python -m pip`.
std::size_t program_index(const shell::Command& command) {
    std::size_t at = 0;
    if (command.name() == "sudo") ++at;
    const auto word = [&](std::size_t i) -> std::string_view {
        return i < command.words.size() ? std::string_view(command.words[i].text) : "";
    };
    if (word(at).starts_with("python") && word(at + 1) == "-m") at += 2;
    return at;
}

const Installer* installer_of(const shell::Command& command, std::size_t& packages) {
    const std::size_t at = program_index(command);
    if (at >= command.words.size()) return nullptr;
    std::string_view tool = command.words[at].text;
    tool.remove_prefix(tool.rfind('/') == tool.npos ? 0 : tool.rfind('/') + 1);
    std::size_t verb = at + 1;
    while (verb < command.words.size() && is_option(command.words[verb].text))
        ++verb;
    if (verb >= command.words.size()) return nullptr;
    for (const Installer& installer : kInstallers) {
        if (installer.tool != tool || installer.verb != command.words[verb].text) continue;
        packages = verb + 1;
        return &installer;
    }
    return nullptr;
}

bool takes_value(std::string_view option) {
    return option == "-r" || option == "--requirement" || option == "-c" || option == "-t" ||
           option == "--target" || option == "-i" || option == "--index-url" ||
           option == "--extra-index-url" || option == "--prefix" || option == "-e";
}

void check_index(const Installer& installer, const shell::Command& command, std::size_t packages,
                 const ShellScript& found, Context& context) {
    for (std::size_t i = packages; i < command.words.size(); ++i) {
        const shell::Word& word = command.words[i];
        if (takes_value(word.text)) {
            ++i;
            continue;
        }
        const bool is_name = word.is_literal && !is_option(word.text);
        if (!is_name || !is_unpinned(installer.tool, word.text)) continue;
        // Names from tags may bring a version.
        const std::string_view written =
            found.scalar->text.substr(word.range.begin, word.range.end - word.range.begin);
        if (written.find("{{") != written.npos) continue;
        context.report(kUnpinned, found.span(word.range, context), word.text)
            .note("the step does something else when a new version appears, and fails when the "
                  "index is out of reach")
            .help("name a version, or put the package into the image");
        return;
    }
}

void check(const ContainerView& container, Context& context) {
    const ShellScript* found = context.facts().script(container);
    if (found == nullptr) return;
    for (const shell::Command& command : found->script.commands) {
        std::size_t packages = 0;
        const Installer* installer = installer_of(command, packages);
        if (installer == nullptr) continue;
        if (installer->is_index) {
            check_index(*installer, command, packages, *found, context);
            continue;
        }
        context.report(kInstalled, found->span(command.range, context), installer->tool)
            .severity(Severity::kInfo)
            .help("put them into the image: the step starts sooner and does not need the mirrors");
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "packages that are installed while the step runs",
                 .doc = R"md(
A step that installs its programs needs the package index each time, takes longer, and runs other
versions tomorrow. A package that is taken over in the index runs in the pod at once. Packages of an
index (`pip`, `npm`, `gem`, `go`) without a version are warnings; those of a distribution (`apk`,
`apt-get`, `dnf`) are information.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    script:
      image: python:3.13
      command: [sh, -e]
      source: |
        pip install requests
        python /data/main.py
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
      image: python:3.13
      command: [sh, -e]
      source: |
        pip install requests==2.32.3
        python /data/main.py
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::adhoc_install
