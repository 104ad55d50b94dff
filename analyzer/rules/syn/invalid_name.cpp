// Names that Kubernetes or Argo refuses.
// Argo: workflow/validate/validate.go; Kubernetes: k8s.io/apimachinery/pkg/util/validation.
#include <algorithm>
#include <optional>

#include "analyzer/context.h"
#include "analyzer/edits.h"
#include "compiler/expr/names.h"
#include "compiler/expr/tags.h"
#include "compiler/front/resolve.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::invalid_name {
namespace {

using namespace analyze;
using schema::Format;

constexpr Message<std::string_view, std::string_view> kRefused{"`{}` cannot be {}"};
constexpr Message<std::string_view, std::int64_t, std::string_view, std::int64_t> kTooLong{
    "`{}` has {} characters; {} has at most {}"};
constexpr Message<std::string_view> kReserved{
    "the container name `{}` is taken by Argo's own container"};
constexpr Message<std::string_view> kDynamic{"the name `{}` of a template cannot hold a tag"};
constexpr Message<std::string_view> kDynamicMetric{"the name `{}` of a metric cannot hold a tag"};
constexpr Message<std::string_view> kDigit{
    "task `{}` begins with a digit, which a DAG with dependencies does not allow"};

bool is_lower(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_any_letter(char c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z');
}

/// What a name of some form is called, what it may hold, and how long it may be.
struct Form {
    std::string_view what;
    std::string_view holds;
    std::size_t most;
    bool (*is_allowed)(char);
};

constexpr Form kObjectName{
    "the name of an object",
    "lower-case letters, digits, `-` and `.`, with a letter or digit at both ends", 253,
    [](char c) { return is_lower(c) || c == '-' || c == '.'; }};

/// Nothing for forms that are none of a name.
std::optional<Form> form_of(Format format) {
    switch (format) {
    case Format::kArgoName:
        return Form{"the name of a parameter or artifact", "letters, digits, `-` and `_`", SIZE_MAX,
                    [](char c) { return is_any_letter(c) || c == '-' || c == '_'; }};
    case Format::kTemplateName:
        return Form{"the name of a template, step or task",
                    "letters, digits and `-`, with a letter or digit at the start", 128,
                    [](char c) { return is_any_letter(c) || c == '-'; }};
    case Format::kDnsLabel:
        return Form{"a name here",
                    "lower-case letters, digits and `-`, with a letter or digit at both ends", 63,
                    [](char c) { return is_lower(c) || c == '-'; }};
    case Format::kDnsSubdomain:
        return kObjectName;
    case Format::kLabelKey:
        return Form{"the key of a label",
                    "letters, digits, `-`, `_` and `.`, after a domain and `/` if need be",
                    SIZE_MAX, [](char c) {
                        return is_any_letter(c) || c == '-' || c == '_' || c == '.' || c == '/';
                    }};
    case Format::kLabelValue:
    case Format::kLabels:
        return Form{"the value of a label",
                    "letters, digits, `-`, `_` and `.`, with a letter or digit at both ends", 63,
                    [](char c) { return is_any_letter(c) || c == '-' || c == '_' || c == '.'; }};
    case Format::kEnvName:
        return Form{"the name of an environment variable",
                    "letters, digits, `_`, `-` and `.`, without a digit at the start", SIZE_MAX,
                    [](char c) { return is_any_letter(c) || c == '-' || c == '_' || c == '.'; }};
    case Format::kMetricName:
    case Format::kMetricLabel:
        return Form{"the name of a metric or of its label",
                    "letters, digits and `_`, without a digit at the start", SIZE_MAX,
                    [](char c) { return is_any_letter(c) || c == '_'; }};
    case Format::kAnnotations:
        return Form{"the key of an annotation",
                    "letters, digits, `-`, `_` and `.`, after a domain and `/` if need be",
                    SIZE_MAX, [](char c) {
                        return is_any_letter(c) || c == '-' || c == '_' || c == '.' || c == '/';
                    }};
    case Format::kNone:
    case Format::kNameList:
    case Format::kImage:
    case Format::kCron:
    case Format::kTimezone:
    case Format::kTimeOfDay:
    case Format::kUrl:
    case Format::kGitUrl:
    case Format::kHostPort:
    case Format::kPort:
    case Format::kPath:
    case Format::kAbsolutePath:
    case Format::kMode:
    case Format::kRegex:
    case Format::kPrintf:
    case Format::kJson:
    case Format::kYaml:
    case Format::kStrategicPatch:
    case Format::kInteger:
    case Format::kFileOperations:
    case Format::kLabelSelector:
        return std::nullopt;
    }
    return std::nullopt;
}

/// "; `_` is not among them", for the first character that is not allowed.
std::string culprit(std::string_view name, const Form& form) {
    const auto* at = std::find_if_not(name.begin(), name.end(), form.is_allowed);
    if (at == name.end()) return {};
    const auto* end = at + 1;
    while (end != name.end() && (static_cast<unsigned char>(*end) & 0xC0U) == 0x80U)
        ++end;
    if (*at == ' ') return "; a blank is not among them";
    return "; `" + std::string(at, end) + "` is not among them";
}

/// The nearest name of lower-case letters, digits and dashes; empty where nothing is left of it.
std::string tamed(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
        if (is_lower(lower) || lower == '.') {
            out += lower;
        } else if (!out.empty() && out.back() != '-') {
            out += '-';
        }
    }
    while (!out.empty() && !is_lower(out.back()))
        out.pop_back();
    while (!out.empty() && !is_lower(out.front()))
        out.erase(0, 1);
    return out;
}

Finding report(std::string_view name, Span span, const Form& form, Context& context) {
    if (name.size() > form.most) {
        return context.report(kTooLong, span, name, static_cast<std::int64_t>(name.size()),
                              form.what, static_cast<std::int64_t>(form.most));
    }
    Finding finding = context.report(kRefused, span, name, form.what);
    finding.help("it takes " + std::string(form.holds) + culprit(name, form));
    return finding;
}

void check_defect(const ir::Defect& defect, Context& context) {
    // A defect without a value is about the key of a mapping.
    const bool is_key = defect.value == nullptr;
    const bool is_label_key = is_key && defect.field->format == Format::kLabels;
    const auto form = form_of(is_label_key ? Format::kLabelKey : defect.field->format);
    if (!form) return;
    Finding finding = report(defect.text, defect.span, *form, context);
    // The API server refuses them, `argo lint` only those of `podGC`.
    const bool is_label =
        defect.field->format == Format::kLabels || defect.field->format == Format::kAnnotations;
    const bool is_selector = ir::object_as<k8s::LabelSelector>(defect.parent) != nullptr;
    if (is_label && !is_selector) finding.severity(Severity::kWarning);
    const auto* scalar = ir::scalar_as(defect.value);
    if (scalar == nullptr || defect.field->format != Format::kDnsSubdomain) return;
    const std::string near = tamed(scalar->text);
    if (near.empty() || !expr::is_dns1123_subdomain(near)) return;
    finding.unsafe_fix("write `" + near + "`", {replace_value(*scalar, near)});
}

struct Limit {
    std::string_view kind;
    std::size_t most;
    std::string_view why;
};

// The names of pods, jobs and labels are made of these.
constexpr Limit kLimits[] = {
    {"Workflow", 63, "the name becomes a label of its pods"},
    {"WorkflowTemplate", 63, "the name becomes a label of its workflows"},
    {"ClusterWorkflowTemplate", 63, "the name becomes a label of its workflows"},
    {"CronWorkflow", 52, "its workflows get the name and 11 more characters"},
    {"Sensor", 63, "the name becomes a label of its pods"},
    {"EventSource", 63, "the name becomes a label of its pods"}};

void check_object_name(const ir::Document& document, Context& context) {
    if (document.type == nullptr || document.object() == nullptr) return;
    const auto* metadata = ir::any_object_as(document.object()->field("metadata"));
    if (metadata == nullptr) return;
    for (const Limit& limit : kLimits) {
        if (document.kind != limit.kind || document.name.size() <= limit.most) continue;
        if (front::has_tag(document.name) || document.name.size() > kObjectName.most) continue;
        context
            .report(kTooLong, document.name_span, document.name,
                    static_cast<std::int64_t>(document.name.size()),
                    "the name of a " + std::string(limit.kind),
                    static_cast<std::int64_t>(limit.most))
            .help(std::string(limit.why));
    }
    const auto* prefix = ir::scalar_as(metadata->field("generateName"));
    if (prefix == nullptr || prefix->text.empty() || front::has_tag(prefix->text)) return;
    if (!expr::is_generate_name(prefix->text)) {
        static_cast<void>(report(prefix->text, prefix->span, kObjectName, context));
    }
}

/// Argo: IsArgoSidecar in workflow/common/common.go.
void check_container(const ir::Scalar* name, Context& context) {
    const std::string_view text = ir::text_of(name);
    if (text != "wait" && text != "supervisor" && !text.starts_with("artifact-plugin-")) return;
    context.report(kReserved, name->span, text).help("give the container another name");
}

void check_containers(const wf::Template& own, Context& context) {
    for (const wf::UserContainer* sidecar : own.sidecars())
        check_container(sidecar->name(), context);
    if (own.container_set() == nullptr) return;
    for (const wf::ContainerNode* node : own.container_set()->containers())
        check_container(node->name(), context);
}

/// Argo: validateDAG. With `depends` a leading digit would begin a number.
void check_dag(const wf::DAGTemplate& dag, Context& context) {
    bool is_using_depends = false;
    for (const wf::DAGTask* task : dag.tasks()) {
        is_using_depends = is_using_depends || !ir::text_of(task->depends()).empty();
    }
    for (const wf::DAGTask* task : dag.tasks()) {
        const std::string_view name = ir::text_of(task->name());
        if (name.empty() || name.front() < '0' || name.front() > '9') continue;
        if (!is_using_depends && task->dependencies().size() == 0) continue;
        context.report(kDigit, task->name()->span, name)
            .help("begin the name with a letter: `t" + std::string(name) + "`");
    }
}

/// Templates are found by name before any tag is replaced.
void check_spec(const wf::WorkflowSpec& spec, Context& context) {
    for (const wf::Template* own : spec.templates()) {
        const ir::Scalar* name = own->name();
        if (name == nullptr || !front::has_tag(name->text)) continue;
        context.report(kDynamic, name->span, name->text)
            .help("steps, tasks and `entrypoint` find a template by its name as written");
    }
}

/// Argo: IsValidMetricName on the template after its parameters were filled in; other tags have no
/// value then.
void check_metric(const wf::Prometheus& metric, Context& context) {
    const ir::Scalar* name = metric.name();
    if (name == nullptr || context.enclosing<wf::Template>() == nullptr) return;
    for (const expr::Tag& tag : expr::scan_tags(name->text).tags) {
        const std::string_view inner =
            name->text.substr(tag.name.begin, tag.name.end - tag.name.begin);
        if (tag.is_expression || inner.find("parameters.") != inner.npos) continue;
        context.report(kDynamicMetric, name->span, name->text)
            .help("what differs between runs belongs into `labels`");
        return;
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "names that Kubernetes or Argo refuses",
                 .doc = R"md(
Objects are named by lower-case letters, digits, `-` and `.`; most kinds of Argo at most 63 of them, a
CronWorkflow at most 52 because its workflows get a longer name. Templates, steps and tasks take
letters, digits and `-`; parameters and artifacts also `_`. Names with tags are left alone, except
those of templates and metrics, which need to be known before the workflow runs.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: Build_All
spec:
  entrypoint: main
  templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo, hello]}
```

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-
spec:
  entrypoint: build_all
  templates:
    - name: build_all
      container: {image: 'alpine:3.20', command: [echo, hello]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: build-all
spec:
  entrypoint: main
  templates:
    - name: main
      container: {image: 'alpine:3.20', command: [echo, hello]}
```
)md",
                 .checks = {on_defect(ir::DefectKind::kFormat, check_defect),
                            on_document(check_object_name), on<check_dag>(), on<check_containers>(),
                            on<check_spec>(), on<check_metric>()}};

} // namespace tiphys::rules::invalid_name
