// Artifact repositories that are opened with keys where the cloud knows the pod's identity.
#include <array>

#include "analyzer/embedded.h"
#include "analyzer/events.h"

namespace tiphys::rules::static_cloud_keys {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kKeys{
    "the repository is opened with stored keys (`{}`), which do not expire"};

/// A kind of store, the field that names its keys, and what to write instead. Stores of S3's
/// protocol elsewhere know no identities of pods.
struct Store {
    std::string_view name;
    std::string_view keys;
    std::string_view endpoint; ///< part of the endpoint; empty for any
    std::string_view advice;
};
constexpr std::array<Store, 3> kStores{
    Store{"s3", "accessKeySecret", "amazonaws.com",
          "set `useSDKCreds: true` and give the service account a role of IAM"},
    Store{"gcs", "serviceAccountKeySecret", "",
          "leave it out and give the service account Workload Identity"},
    Store{"azure", "accountKeySecret", "blob.core.windows.net",
          "set `useSDKCreds: true` and give the service account a workload identity"}};

std::string_view text_of(const doc::Tree& tree, doc::NodeId mapping, std::string_view key) {
    const doc::NodeId child = child_of(tree, mapping, key);
    return child == doc::NodeId::kNone ? std::string_view{} : tree.node(child).text;
}

void check_store(const EmbeddedYaml& yaml, const doc::Tree& tree, doc::NodeId repository,
                 Context& context) {
    for (const Store& store : kStores) {
        const doc::NodeId settings = child_of(tree, repository, store.name);
        if (settings == doc::NodeId::kNone) continue;
        const doc::NodeId keys = child_of(tree, settings, store.keys);
        if (keys == doc::NodeId::kNone) continue;
        const std::string_view endpoint = text_of(tree, settings, "endpoint");
        if (endpoint.find(store.endpoint) == endpoint.npos) continue;
        doc::NodeId key = tree.node(settings).first_child;
        while (key != doc::NodeId::kNone && tree.node(key).text != store.keys)
            key = tree.node(tree.node(key).next_sibling).next_sibling;
        context.report(kKeys, yaml.place(tree.span_of(key)), store.keys)
            .help(std::string(store.advice));
    }
}

void check_text(const ir::Scalar& text, bool is_whole_config, Context& context) {
    const EmbeddedYaml yaml(text, context);
    for (const doc::Tree& tree : yaml.documents()) {
        if (tree.root == doc::NodeId::kNone || tree.node(tree.root).kind != doc::NodeKind::kMapping)
            continue;
        doc::NodeId repository = tree.root;
        if (is_whole_config) repository = child_of(tree, tree.root, "artifactRepository");
        if (repository != doc::NodeId::kNone) check_store(yaml, tree, repository, context);
    }
}

/// The controller's own repository, and those that workflows name by `artifactRepositoryRef`.
void check(const ir::Document& document, Context& context) {
    if (document.kind != "ConfigMap") return;
    const ir::Map* data = ir::map_as(value_at(document.root, {"data"}));
    if (data == nullptr) return;
    const bool is_controller = document.name == "workflow-controller-configmap";
    const bool is_repositories = document.name == "artifact-repositories";
    if (!is_controller && !is_repositories) return;
    for (const ir::Entry& entry : data->entries) {
        const ir::Scalar* text = ir::scalar_as(entry.value);
        if (text == nullptr) continue;
        const bool is_config = is_controller && entry.key == "config";
        if (is_repositories || is_config || entry.key == "artifactRepository") {
            check_text(*text, is_config, context);
        }
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "keys of artifact repositories where the cloud knows identities",
                 .doc = R"md(
Keys in a Secret are good until somebody changes them, and every pod that may read the Secret has
them. On AWS, Google Cloud and Azure a service account can have an identity of the cloud's, whose
credentials last for an hour. Looked at are the repositories in `workflow-controller-configmap` and
`artifact-repositories`.

```yaml bad
apiVersion: v1
kind: ConfigMap
metadata: {name: artifact-repositories}
data:
  default: |
    s3:
      bucket: acme-artifacts
      endpoint: s3.eu-central-1.amazonaws.com
      accessKeySecret: {name: s3, key: access}
      secretKeySecret: {name: s3, key: secret}
```

```yaml good
apiVersion: v1
kind: ConfigMap
metadata: {name: artifact-repositories}
data:
  default: |
    s3:
      bucket: acme-artifacts
      endpoint: s3.eu-central-1.amazonaws.com
      useSDKCreds: true
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::static_cloud_keys
