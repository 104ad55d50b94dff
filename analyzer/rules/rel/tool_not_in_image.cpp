// Programs that an image does not have.
#include <algorithm>
#include <array>

#include "analyzer/facts.h"
#include "analyzer/images.h"

namespace tiphys::rules::tool_not_in_image {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kMissing{"image `{}` has no `{}`"};

/// What well-known images lack, of the tools that scripts use most.
struct Lack {
    std::string_view repository;
    std::string_view flavour; ///< part of the tag; empty for all
    std::string_view tools;   ///< each between blanks
};

constexpr std::array<Lack, 12> kLacks{
    Lack{"alpine", "",
         " bash git curl jq python python3 pip node npm go make gcc docker kubectl "
         "helm aws gcloud "},
    Lack{"busybox", "",
         " bash git curl jq python python3 pip node npm go make gcc docker kubectl "
         "helm aws gcloud "},
    Lack{"debian", "", " git curl wget jq python pip node npm go docker kubectl helm aws gcloud "},
    Lack{"ubuntu", "", " git curl wget jq python pip node npm go docker kubectl helm aws gcloud "},
    Lack{"golang", "", " golangci-lint docker kubectl helm jq aws gcloud node npm "},
    Lack{"python", "alpine", " bash git curl jq docker kubectl helm aws gcloud node npm gcc make "},
    Lack{"python", "slim", " git curl wget jq docker kubectl helm aws gcloud node npm gcc make "},
    Lack{"python", "", " jq docker kubectl helm aws gcloud "},
    Lack{"node", "alpine", " bash git curl jq python python3 docker kubectl helm aws gcloud "},
    Lack{"node", "", " jq docker kubectl helm aws gcloud "},
    Lack{"curlimages/curl", "", " bash git jq python python3 docker kubectl helm aws gcloud "},
    Lack{"alpine/git", "", " bash curl jq python python3 docker kubectl helm aws gcloud "}};

bool lacks(const expr::ImageReference& image, std::string_view tool) {
    if (!image.registry.empty() && image.registry != "docker.io") return false;
    const std::string_view name = short_repository(image);
    const std::string padded = " " + std::string(tool) + " ";
    for (const Lack& lack : kLacks) {
        if (lack.repository != name) continue;
        if (!lack.flavour.empty() && image.tag.find(lack.flavour) == image.tag.npos) continue;
        // `golang:1.23-alpine` lacks what others lack too, and more.
        if (lack.tools.find(padded) != lack.tools.npos) return true;
    }
    return false;
}

/// Something in the script brings programs, or asks for them before.
bool brings_programs(std::string_view text) {
    for (const std::string_view word :
         {"apk ", "apt-get", "apt ", "yum ", "dnf ", "pip ", "pip3 ", "npm ", "go install",
          "install", "command -v", "which ", "PATH=", "type "}) {
        if (text.find(word) != text.npos) return true;
    }
    return false;
}

/// An input artifact may be the program, or a folder of programs.
bool is_input(const Context& context, std::string_view tool) {
    const auto* source = context.enclosing<wf::Template>();
    if (source == nullptr || source->inputs() == nullptr) return false;
    for (const wf::Artifact* artifact : source->inputs()->artifacts()) {
        const std::string_view path = ir::text_of(artifact->path());
        if (path.ends_with(tool) || path.find("/bin") != path.npos) return true;
    }
    return false;
}

void report(const ir::Scalar& image, std::string_view tool, Span span, Context& context) {
    context.report(kMissing, span, image.text, tool)
        .related(image.span, "the image")
        .help("use an image that has it, or build one");
}

void check_script(const ShellScript& found, const ir::Scalar& image,
                  const expr::ImageReference& name, Context& context) {
    if (brings_programs(found.text)) return;
    std::vector<std::string_view> seen;
    for (const shell::Command& command : found.script.commands) {
        if (command.words.empty() || command.words.front().text.find('/') != std::string::npos) {
            continue;
        }
        const std::string_view tool = command.name();
        if (tool.empty() || !lacks(name, tool) || is_input(context, tool)) continue;
        if (std::find(seen.begin(), seen.end(), tool) != seen.end()) continue;
        seen.push_back(tool);
        report(image, tool, found.span(command.words.front().range, context), context);
    }
}

/// The parameter that is the whole script: `sh -c '{{inputs.parameters.command}}'`.
std::optional<std::string_view> script_parameter(const std::vector<const ir::Scalar*>& words) {
    constexpr std::string_view kBegin = "{{inputs.parameters.";
    constexpr std::string_view kEnd = "}}";
    if (words.size() != 3 || words[1]->text != "-c") return std::nullopt;
    std::string_view text = words[2]->text;
    if (!text.starts_with(kBegin) || !text.ends_with(kEnd)) return std::nullopt;
    text = text.substr(kBegin.size(), text.size() - kBegin.size() - kEnd.size());
    return text.find('{') == text.npos ? std::optional(text) : std::nullopt;
}

const ir::Scalar* argument_of(const front::FlowNode& node, std::string_view name) {
    if (node.call.arguments == nullptr) return nullptr;
    for (const wf::Parameter* parameter : node.call.arguments->parameters()) {
        if (ir::text_of(parameter->name()) == name) return ir::scalar_as(parameter->field("value"));
    }
    return nullptr;
}

void check_argument(const ir::Scalar& script, const ir::Scalar& image,
                    const expr::ImageReference& name, Context& context) {
    if (front::has_tag(script.text) || brings_programs(script.text)) return;
    const shell::Script parsed = shell::parse(script.text, shell::Dialect::kBash);
    for (const shell::Command& command : parsed.commands) {
        if (command.words.empty() || !lacks(name, command.name())) continue;
        const shell::Range range = command.words.front().range;
        return report(image, command.name(), context.span_in(script, range.begin, range.end),
                      context);
    }
}

/// What the steps and tasks of the workflow give for the parameter.
void check_callers(std::string_view parameter, const ir::Scalar& image,
                   const expr::ImageReference& name, Context& context) {
    const auto* own = context.enclosing<wf::Template>();
    for (const front::Flow* flow : context.facts().flows(*context.document())) {
        for (const auto& caller : flow->templates()) {
            for (const front::FlowNode& node : caller->nodes) {
                if (own == nullptr || node.callee.target != own) continue;
                const ir::Scalar* script = argument_of(node, parameter);
                if (script != nullptr) check_argument(*script, image, name, context);
            }
        }
    }
}

void check(const ContainerView& container, Context& context) {
    const ir::Scalar* image = container.image();
    if (image == nullptr || container.volume_mounts().size() > 0) return;
    const auto name = known_image(image->text);
    if (!name) return;
    const std::vector<const ir::Scalar*> words = container.words();
    const std::string_view program = words.empty() ? std::string_view{} : words.front()->text;
    if (container.command().size() > 0 && lacks(*name, program)) {
        if (is_input(context, program)) return;
        report(*image, program, words.front()->span, context);
        return;
    }
    if (const auto parameter = script_parameter(words)) {
        return check_callers(*parameter, *image, *name, context);
    }
    const ShellScript* found = context.facts().script(container);
    if (found != nullptr) check_script(*found, *image, *name, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "programs that an image does not have",
                 .doc = R"md(
`alpine` and `busybox` have no `bash`, `git` or `curl`; `golang` has no `golangci-lint`. The step
fails with `not found`, often only in the branch that needs it. Where a parameter is the whole
script, what the steps and tasks give is looked at. Known are a dozen images that
everybody uses and the tools that scripts use most. Containers with mounted volumes, programs that are
input artifacts, and scripts that install something are left alone.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [git, describe]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine/git:v2.45.2', command: [git, describe]}
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::tool_not_in_image
