// Builds and tests in images of languages, which hold no sources of anybody.
#include <algorithm>
#include <array>

#include "analyzer/facts.h"
#include "analyzer/images.h"

namespace tiphys::rules::missing_sources {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kNothing{
    "`{}` works on files that nothing brings into this pod: image `{}` holds the tools alone"};

/// Images of a language, and commands that are about the files of the current folder.
struct Toolchain {
    std::string_view repository;
    std::string_view program;
    std::string_view verbs; ///< each between blanks; empty for any
};
constexpr std::array<Toolchain, 17> kToolchains{
    Toolchain{"golang", "go", " build test vet generate "},
    Toolchain{"golangci/golangci-lint", "golangci-lint", " run "},
    Toolchain{"node", "npm", " ci test run run-script start "},
    Toolchain{"node", "yarn", " install test run build "},
    Toolchain{"node", "pnpm", " install test run build "},
    Toolchain{"maven", "mvn", ""},
    Toolchain{"gradle", "gradle", ""},
    Toolchain{"rust", "cargo", " build test check clippy "},
    Toolchain{"ruby", "bundle", " install exec "},
    Toolchain{"ruby", "rake", ""},
    Toolchain{"php", "composer", " install "},
    Toolchain{"composer", "composer", " install "},
    Toolchain{"python", "pytest", ""},
    Toolchain{"python", "tox", ""},
    Toolchain{"gcc", "make", ""},
    Toolchain{"hashicorp/terraform", "terraform", " init plan apply validate "},
    Toolchain{"gcr.io/bazel-public/bazel", "bazel", " build test "}};

/// Programs that bring files, or write some.
constexpr std::array<std::string_view, 22> kBringers{
    "git", "curl",   "wget", "cp",  "mv",   "tar",    "unzip", "aws",   "gsutil", "az", "rsync",
    "scp", "rclone", "mc",   "cat", "echo", "printf", "tee",   "touch", "svn",    "hg", "sed"};

bool is_bringer(const shell::Command& command) {
    const std::string_view name = command.name();
    if (std::find(kBringers.begin(), kBringers.end(), name) != kBringers.end()) return true;
    const auto is_word = [](std::string_view wanted) {
        return [wanted](const shell::Word& word) { return word.text == wanted; };
    };
    // `go mod init`, `npm init`, `go install …@latest`: they need no files.
    const bool makes = std::any_of(command.words.begin(), command.words.end(), is_word("init")) ||
                       std::any_of(command.words.begin(), command.words.end(), is_word("new")) ||
                       std::any_of(command.words.begin(), command.words.end(), is_word("create"));
    return (makes && name != "terraform") || name.empty();
}

const Toolchain* toolchain_of(std::string_view repository, std::string_view program,
                              std::string_view verb) {
    for (const Toolchain& known : kToolchains) {
        if (known.repository != repository || known.program != program) continue;
        if (known.verbs.empty() && !verb.starts_with("-") && !verb.starts_with("--")) return &known;
        const std::string padded = " " + std::string(verb) + " ";
        if (!verb.empty() && known.verbs.find(padded) != known.verbs.npos) return &known;
    }
    return nullptr;
}

/// Files may come by volumes, artifacts, patches of the pod, or containers before this one.
bool may_get_files(const ContainerView& container, const Context& context) {
    if (container.volume_mounts().size() > 0) return true;
    const auto* own = context.enclosing<wf::Template>();
    if (own == nullptr) return true;
    for (const std::string_view field : {"podSpecPatch", "initContainers", "volumes"}) {
        if (own->field(field) != nullptr) return true;
    }
    if (own->inputs() != nullptr && own->inputs()->artifacts().size() > 0) return true;
    const auto* spec = context.enclosing<wf::WorkflowSpec>();
    if (spec == nullptr) return true;
    const wf::Template* defaults = spec->template_defaults();
    return spec->field("podSpecPatch") != nullptr || defaults != nullptr;
}

void report(std::string_view words, Span span, const ir::Scalar& image, Context& context) {
    context.report(kNothing, span, words, image.text)
        .related(image.span, "the image")
        .help("give the template the sources as an input artifact (`git:` fetches a repository), "
              "or mount the volume that they are in");
}

void check_script(const ShellScript& found, std::string_view repository, const ir::Scalar& image,
                  Context& context) {
    for (const shell::Command& command : found.script.commands) {
        if (is_bringer(command) || !command.redirects.empty()) return;
        const std::string_view verb =
            command.words.size() > 1 ? std::string_view(command.words[1].text) : "";
        if (toolchain_of(repository, command.name(), verb) == nullptr) continue;
        const std::string words =
            std::string(command.name()) + (verb.empty() ? "" : " " + std::string(verb));
        report(words, found.span(command.words.front().range, context), image, context);
        return;
    }
}

void check(const ContainerView& container, Context& context) {
    const ir::Scalar* image = container.image();
    if (image == nullptr || container.role() != ContainerRole::kMain) return;
    const auto name = known_image(image->text);
    if (!name || may_get_files(container, context)) return;
    const bool is_hub = name->registry.empty() || name->registry == "docker.io";
    const std::string repository =
        is_hub ? std::string(short_repository(*name))
               : std::string(name->registry) + "/" + std::string(name->repository);
    if (const ShellScript* found = context.facts().script(container)) {
        check_script(*found, repository, *image, context);
        return;
    }
    const std::vector<const ir::Scalar*> words = container.words();
    if (words.empty() || container.command().size() == 0) return;
    const std::string_view verb = words.size() > 1 ? words[1]->text : std::string_view{};
    if (toolchain_of(repository, words[0]->text, verb) == nullptr) return;
    report(std::string(words[0]->text) + (verb.empty() ? "" : " " + std::string(verb)),
           words[0]->span, *image, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "builds and tests in pods without sources",
                 .doc = R"md(
The images of languages hold compilers and tools, and no sources. A pod that runs `go test`, `npm ci`
or `mvn` in one of them needs an input artifact, a volume, or a command before that fetches the
files; what another step has cloned into its own pod is not there. Known are the images that
everybody uses, with the commands that read the current folder.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: test-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'golang:1.23', command: [go, test, ./...]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: test-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs:
      artifacts:
      - name: source
        path: /src
        git: {repo: 'https://github.com/acme/app.git', revision: v1.4.0}
    container: {image: 'golang:1.23', workingDir: /src, command: [go, test, ./...]}
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::missing_sources
