// Keys of the controller's ConfigMap that the controller does not know.
// Argo: config/controller.go parseConfigMap, config/config.go.
#include <algorithm>
#include <array>

#include "analyzer/embedded.h"
#include "analyzer/events.h"
#include "analyzer/suggest.h"

namespace tiphys::rules::unknown_controller_setting {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnknown{"the workflow controller has no setting `{}`"};
constexpr Message<> kBeside{"beside `config` no other key may stand"};

constexpr std::array<std::string_view, 32> kSettings{"artifactDrivers",
                                                     "artifactRepository",
                                                     "columns",
                                                     "config",
                                                     "disableAgentPodCreation",
                                                     "executor",
                                                     "failedPodRestart",
                                                     "images",
                                                     "initialDelay",
                                                     "initlessPod",
                                                     "instanceID",
                                                     "kubeConfig",
                                                     "links",
                                                     "mainContainer",
                                                     "metricsConfig",
                                                     "namespace",
                                                     "namespaceParallelism",
                                                     "navColor",
                                                     "nodeEvents",
                                                     "parallelism",
                                                     "persistence",
                                                     "podGCDeleteDelayDuration",
                                                     "podGCGracePeriodSeconds",
                                                     "podSpecLogStrategy",
                                                     "resourceRateLimit",
                                                     "retentionPolicy",
                                                     "sso",
                                                     "synchronization",
                                                     "telemetryConfig",
                                                     "workflowDefaults",
                                                     "workflowEvents",
                                                     "workflowRestrictions"};

/// Settings of former versions, and what came of them.
struct Removed {
    std::string_view name;
    std::string_view advice;
};
constexpr std::array<Removed, 4> kRemoved{
    {{"containerRuntimeExecutor", "remove it: since Argo 3.4 there is one executor"},
     {"kubeletPort", "remove it: the kubelet executor is gone"},
     {"kubeletInsecure", "remove it: the kubelet executor is gone"},
     {"executorImage", "the image is an argument of the controller: `--executor-image`"}}};

bool is_known(std::string_view key) {
    return std::find(kSettings.begin(), kSettings.end(), key) != kSettings.end();
}

void report(std::string_view key, Span span, Context& context) {
    Finding finding = context.report(kUnknown, span, key);
    finding.note("the controller reads its settings strictly and does not start with this one");
    const auto* removed = std::find_if(kRemoved.begin(), kRemoved.end(),
                                       [&](const Removed& old) { return old.name == key; });
    if (removed != kRemoved.end()) {
        finding.help(std::string(removed->advice));
        return;
    }
    const std::vector<std::string_view> names(kSettings.begin(), kSettings.end());
    suggest(finding, span, key, names, "the settings are");
}

/// All settings as one text.
void check_config(const ir::Scalar& config, Context& context) {
    const EmbeddedYaml yaml(config, context);
    for (const doc::Tree& tree : yaml.documents()) {
        if (tree.root == doc::NodeId::kNone || tree.node(tree.root).kind != doc::NodeKind::kMapping)
            continue;
        doc::NodeId key = tree.node(tree.root).first_child;
        while (key != doc::NodeId::kNone) {
            const doc::NodeId value = tree.node(key).next_sibling;
            const std::string_view name = tree.node(key).text;
            if (!is_known(name) || name == "config") {
                report(name, yaml.place(tree.span_of(key)), context);
            }
            if (value == doc::NodeId::kNone) break;
            key = tree.node(value).next_sibling;
        }
    }
}

void check(const ir::Document& document, Context& context) {
    if (document.kind != "ConfigMap" || document.name != "workflow-controller-configmap") return;
    const ir::Map* data = ir::map_as(value_at(document.root, {"data"}));
    if (data == nullptr) return;
    const bool has_config = data->find("config") != nullptr;
    for (const ir::Entry& entry : data->entries) {
        const Span span = ir::key_span(*data, entry);
        const ir::Scalar* text = ir::scalar_as(entry.value);
        if (entry.key == "config" && text != nullptr) {
            check_config(*text, context);
        } else if (has_config) {
            context.report(kBeside, span)
                .note("the controller refuses the ConfigMap")
                .help("move it into the text of `config`");
        } else if (!is_known(entry.key)) {
            report(entry.key, span, context);
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "settings that the workflow controller does not know",
                 .doc = R"md(
The controller reads the ConfigMap `workflow-controller-configmap` strictly: with a key that it does
not know it logs an error and does not start, or keeps its former settings. The settings stand each
under its own key, or all of them in the text of `config`.

```yaml bad
apiVersion: v1
kind: ConfigMap
metadata: {name: workflow-controller-configmap, namespace: argo}
data:
  paralelism: '50'
```

```yaml bad
apiVersion: v1
kind: ConfigMap
metadata: {name: workflow-controller-configmap, namespace: argo}
data:
  config: |
    parallelism: 50
    containerRuntimeExecutor: emissary
```

```yaml good
apiVersion: v1
kind: ConfigMap
metadata: {name: workflow-controller-configmap, namespace: argo}
data:
  parallelism: '50'
  workflowDefaults: |
    spec:
      ttlStrategy: {secondsAfterCompletion: 86400}
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::unknown_controller_setting
