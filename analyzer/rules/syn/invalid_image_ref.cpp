// Images whose name no container tool can parse.
#include <algorithm>

#include "analyzer/context.h"
#include "compiler/expr/names.h"

namespace tiphys::rules::invalid_image_ref {
namespace {

using namespace analyze;

constexpr Message<std::string_view> kNoReference{"`{}` is no image reference"};

/// The likely mistake, in words.
std::string advice(std::string_view text) {
    if (text.find_first_of(" \t\n") != text.npos) return "an image reference holds no blanks";
    const std::size_t scheme = text.find("://");
    if (scheme != text.npos) {
        return "leave out `" + std::string(text.substr(0, scheme + 3)) +
               "`: the registry stands first, without a scheme";
    }
    const std::size_t slash = text.rfind('/');
    const std::string_view last = slash == text.npos ? text : text.substr(slash + 1);
    if (last.ends_with(":")) return "a tag must follow the colon";
    const std::string_view path = text.substr(0, text.find_first_of(":@", slash + 1));
    for (const char c : path) {
        if (c >= 'A' && c <= 'Z') return "repositories are written in lower case";
    }
    if (last.find("::") != last.npos) return "one colon parts the name from the tag";
    return "write it as `registry.example.com/path/name:tag`";
}

void check(const ir::Defect& defect, Context& context) {
    if (defect.field->format != schema::Format::kImage) return;
    // Text that is not YAML may be cut anywhere.
    const auto& defects = context.unit().defects;
    const bool is_torn = std::any_of(defects.begin(), defects.end(), [&](const ir::Defect& other) {
        return other.kind == ir::DefectKind::kYamlSyntax && other.span.begin >= defect.span.begin &&
               other.span.begin <= defect.span.end;
    });
    if (is_torn) return;
    context.report(kNoReference, defect.span, defect.text).help(advice(defect.text));
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "images whose name no container tool can parse",
                 .doc = R"md(
The kubelet refuses the image before it asks any registry (`InvalidImageName`), and the pod waits for
ever. References with tags such as `{{inputs.parameters.image}}` are left alone.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      container: {image: 'docker://Alpine:3.20', command: [echo, hello]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  templates:
    - name: main
      container: {image: 'registry.example.com:5000/tools/alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on_defect(ir::DefectKind::kFormat, check)}};

} // namespace tiphys::rules::invalid_image_ref
