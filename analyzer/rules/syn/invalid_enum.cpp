// Words that a field with a closed set of values does not know.
#include <algorithm>

#include "analyzer/describe.h"
#include "analyzer/edits.h"
#include "compiler/base/nearest.h"

namespace tiphys::rules::invalid_enum {
namespace {

using namespace analyze;

constexpr Message<std::string_view, std::string_view> kUnknown{"`{}` is no value of `{}`"};

std::vector<std::string_view> words_of(const schema::Field& field) {
    std::vector<std::string_view> words;
    for (const std::string_view word : field.enumeration) {
        if (!word.empty()) words.push_back(word);
    }
    return words;
}

/// Words that mean the same elsewhere.
struct Synonym {
    std::string_view written;
    std::string_view meant;
};
constexpr Synonym kSynonyms[] = {{"==", "="},           {"===", "="},           {"<>", "!="},
                                 {"=>", ">="},          {"=<", "<="},           {"eq", "="},
                                 {"create", "submit"},  {"string[]", "string"}, {"int", "number"},
                                 {"integer", "number"}, {"float", "number"},    {"boolean", "bool"},
                                 {"Skip", "Forbid"}};

std::string_view meant_word(std::string_view written, const std::vector<std::string_view>& words) {
    for (const Synonym& synonym : kSynonyms) {
        const bool is_known = std::find(words.begin(), words.end(), synonym.meant) != words.end();
        if (synonym.written == written && is_known) return synonym.meant;
    }
    return nearest_name(written, words);
}

void check(const ir::Defect& defect, Context& context) {
    const ir::Scalar& scalar = *ir::scalar_as(defect.value);
    const std::vector<std::string_view> words = words_of(*defect.field);
    Finding finding = context.report(kUnknown, defect.span, scalar.text, defect.field->name);
    const std::string_view near = meant_word(scalar.text, words);
    if (near.empty()) {
        finding.help("it takes " + alternatives(words));
        return;
    }
    finding.help("did you mean `" + std::string(near) + "`? It takes " + alternatives(words));
    const std::size_t distance = edit_distance(scalar.text, near);
    const bool is_unique = std::count_if(words.begin(), words.end(), [&](std::string_view word) {
                               return edit_distance(scalar.text, word) <= distance;
                           }) == 1;
    std::vector<TextEdit> edits{replace_value(scalar, plain_or_quoted(near))};
    const std::string title = "write `" + std::string(near) + "`";
    if (is_unique && distance <= 3) {
        finding.safe_fix(title, std::move(edits));
    } else {
        finding.unsafe_fix(title, std::move(edits));
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "words that a field with a fixed set of values does not know",
                 .doc = R"md(
The field takes one of a few words, spelt exactly so, letter case included. Argo refuses the object
or does as if the field were absent.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  podGC:
    strategy: OnPodComplete
  templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo, hello]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: main
  podGC:
    strategy: OnPodCompletion
  templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on_defect(ir::DefectKind::kEnumeration, check)}};

} // namespace tiphys::rules::invalid_enum
