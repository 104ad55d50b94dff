// Tags with a brace too few, and the `${{ }}` of other systems.
// Argo: util/template/template.go; valyala/fasttemplate.
#include <algorithm>
#include <array>
#include <cctype>

#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "compiler/expr/unicode.h"

namespace tiphys::rules::malformed_tag {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnclosed{"`{}` is never closed"};
constexpr Message<std::string_view> kOneBrace{"`{}` is no tag, so it stays as it is"};
constexpr Message<std::string_view> kDollar{"the `$` before `{}` becomes part of the text"};

constexpr std::array<std::string_view, 7> kRoots{"inputs.", "outputs.",  "steps.",  "tasks.",
                                                 "item",    "workflow.", "pod.name"};
/// What GitHub's expressions begin with.
constexpr std::array<std::string_view, 7> kForeignRoots{"github.", "secrets.", "env.",   "matrix.",
                                                        "needs.",  "runner.",  "inputs."};

template <std::size_t N>
bool begins_with_one(std::string_view text, const std::array<std::string_view, N>& roots) {
    const std::size_t first = text.find_first_not_of(" =");
    if (first == text.npos) return false;
    text.remove_prefix(first);
    return std::any_of(roots.begin(), roots.end(),
                       [&](std::string_view root) { return text.starts_with(root); });
}

std::string_view first_line(std::string_view text) {
    return text.substr(0, text.find('\n'));
}

/// `{{ workflow.parameters.a }`: whatever follows, up to the next `}}` of the whole template,
/// becomes the name.
void check_unclosed(const front::TextUse& use, Context& context) {
    const std::string_view text = use.scalar->text;
    const std::size_t at = text.rfind("{{");
    if (at == text.npos) return;
    const std::string_view inside = text.substr(at + 2);
    const bool is_meant = begins_with_one(inside, kRoots);
    if (!is_meant && is_foreign_text(use)) return;
    const std::size_t end =
        at + 2 +
        std::min(first_line(inside).find_first_of("}\"' \t", 1), first_line(inside).size());
    std::size_t to = end;
    while (to < text.size() && (text[to] == ' ' || text[to] == '}'))
        ++to;
    const bool has_one = to > end && text[to - 1] == '}';
    const std::string_view seen = text.substr(at, (has_one ? to : end) - at);
    Finding finding =
        context.report(kUnclosed, context.span_in(*use.scalar, at, at + seen.size()), seen);
    finding.help("a tag ends with `}}`");
    if (!is_meant) finding.severity(Severity::kWarning);
    if (!has_one) return;
    const Span place = context.span_in(*use.scalar, to, to);
    finding.unsafe_fix("close it", {{place, "}"}});
}

/// A path of an Argo variable between `begin` and the brace that ends it; empty where there is
/// something else.
std::string_view variable_at(std::string_view text) {
    std::size_t end = 0;
    const auto is_part = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_';
    };
    while (end < text.size() && is_part(text[end]))
        ++end;
    const std::string_view name = text.substr(0, end);
    if (end == text.size() || text[end] != '}' || !begins_with_one(name, kRoots)) return {};
    return name.find(".parameters.") == name.npos && name.find(".outputs.") == name.npos
               ? std::string_view{}
               : name;
}

Span span_at(Span file, std::size_t begin, std::size_t end) {
    return {file.file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

bool is_in_comment(const ir::SourceUnit& unit, std::size_t at) {
    return std::any_of(unit.comments.begin(), unit.comments.end(),
                       [&](Span comment) { return comment.begin <= at && at < comment.end; });
}

/// `{workflow.parameters.a}` or `{workflow.parameters.a}}`; `at` is the brace.
void check_one_brace(std::string_view text, std::size_t at, Span document, Context& context) {
    if (at > 0 && (text[at - 1] == '{' || text[at - 1] == '$')) return;
    const std::string_view name = variable_at(text.substr(at + 1));
    if (name.empty() || is_in_comment(context.unit(), at)) return;
    std::size_t end = at + 1 + name.size() + 1;
    if (end < text.size() && text[end] == '}') ++end;
    const Span span = span_at(document, at, end);
    const std::string tag = "{{" + std::string(name) + "}}";
    context.report(kOneBrace, span, text.substr(at, end - at))
        .severity(Severity::kWarning)
        .help("write `" + tag + "`")
        .unsafe_fix("write `" + tag + "`", {{span, tag}});
}

/// `${{ workflow.parameters.a }}`; `at` is the first brace.
void check_dollar(std::string_view text, std::size_t at, Span document, Context& context) {
    if (at == 0 || text[at - 1] != '$' || is_in_comment(context.unit(), at)) return;
    const std::size_t end = text.find("}}", at);
    if (end == text.npos || end > document.end) return;
    const std::string_view tag = text.substr(at, end + 2 - at);
    if (tag.find('\n') != tag.npos) return;
    const std::string_view inside = tag.substr(2, tag.size() - 4);
    const bool is_ours = begins_with_one(inside, kRoots);
    if (!is_ours && !begins_with_one(inside, kForeignRoots)) return;
    Finding finding = context.report(kDollar, span_at(document, at - 1, end + 2), tag);
    finding.severity(Severity::kWarning);
    if (!is_ours) {
        finding.help("Argo does not know what GitHub calls `" +
                     std::string(expr::trim_space(inside)) +
                     "`: pass it as a parameter, or a Secret in `env`");
        return;
    }
    finding.help("tags of Argo have no `$`: write `" + std::string(tag) + "`")
        .unsafe_fix("remove the `$`", {{span_at(document, at - 1, at), ""}});
}

void check(const ir::Document& document, Context& context) {
    if (document.object() == nullptr || !document.is_complete) return;
    for (const front::Flow* flow : context.facts().flows(document)) {
        for (const front::TextUse& use : context.facts().uses(*flow).unclosed)
            check_unclosed(use, context);
    }
    if (document.type->package != schema::Package::kWorkflow) return;
    const std::string_view text = context.project().sources().file(document.file).text;
    const std::size_t last = std::min<std::size_t>(document.span.end, text.size());
    for (std::size_t at = text.find('{', document.span.begin); at < last;
         at = text.find('{', at + 1)) {
        const bool is_double = at + 1 < text.size() && text[at + 1] == '{';
        if (is_double) {
            check_dollar(text, at, document.span, context);
            ++at;
        } else {
            check_one_brace(text, at, document.span, context);
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "tags with a brace too few, or with the `$` of other systems",
                 .doc = R"md(
A tag stands between `{{` and `}}`. Where the end is missing, Argo takes all that follows for the
name, and refuses the template. With one brace, the text stays as it is. A `$` before a tag, as
GitHub's expressions have it, stays before the value.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: hello-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: who, value: you}]}
  templates:
    - name: main
      container:
        image: alpine:3.20
        command: [echo]
        args: ['${{ workflow.parameters.who }}', '{{workflow.parameters.who}']
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: hello-}
spec:
  entrypoint: main
  arguments: {parameters: [{name: who, value: you}]}
  templates:
    - name: main
      container:
        image: alpine:3.20
        command: [echo]
        args: ['{{ workflow.parameters.who }}', '{{workflow.parameters.who}}']
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::malformed_tag
