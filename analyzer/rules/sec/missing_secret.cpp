// A reference to a Secret, or to a key of it, that is not there.
#include <algorithm>
#include <set>

#include "analyzer/context.h"
#include "analyzer/embedded.h"
#include "analyzer/events.h"
#include "analyzer/suggest.h"
#include "compiler/front/resolve.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::missing_secret {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kNoSecret{"Secret `{}` is not in this project"};
constexpr Message<std::string_view, std::string_view> kNoKey{"Secret `{}` has no key `{}`"};

constexpr std::string_view kSecretKinds[] = {"Secret", "SealedSecret", "ExternalSecret"};

/// Which fields of a type name a Secret, one of its keys, and whether it may be absent. Taken from
/// the schema tables, so a new kind of reference there is checked here.
struct ReferenceFields {
    int name = -1;
    int key = -1;
    int items = -1;
    int optional = -1;
};

std::vector<ReferenceFields> make_reference_fields() {
    std::vector<ReferenceFields> all(schema::types().size());
    for (const schema::Type& type : schema::types()) {
        ReferenceFields& fields = all[static_cast<std::size_t>(type.id)];
        for (std::size_t i = 0; i < type.fields.size(); ++i) {
            if (type.fields[i].refers == schema::Symbol::kSecret) fields.name = static_cast<int>(i);
            if (type.fields[i].refers == schema::Symbol::kSecretKey) {
                fields.key = static_cast<int>(i);
            }
        }
        fields.items = schema::find_field(type, "items");
        fields.optional = schema::find_field(type, "optional");
    }
    return all;
}

const ReferenceFields& reference_fields(const schema::Type& type) {
    static const std::vector<ReferenceFields> kAll = make_reference_fields();
    return kAll[static_cast<std::size_t>(type.id)];
}

const ir::Value* field(const ir::Object& object, int index) {
    return index < 0 ? nullptr : object.field(static_cast<std::size_t>(index));
}

/// What the project knows about a Secret: the document that makes it, and its keys where they are
/// written down.
struct Known {
    const ir::Document* document = nullptr;
    bool has_all_keys = false;
    std::vector<std::string_view> keys;
};

void add_keys(const ir::Value* mapping, Known& known) {
    const ir::Map* map = ir::map_as(mapping);
    if (map == nullptr) return;
    for (const ir::Entry& entry : map->entries)
        known.keys.push_back(entry.key);
}

/// The value at a path of keys in a document of a kind that the tables do not have.
const ir::Value* at_path(const ir::Value* value, std::initializer_list<std::string_view> path) {
    for (std::string_view key : path) {
        const ir::Map* map = ir::map_as(value);
        if (map == nullptr) return nullptr;
        value = map->find(key);
    }
    return value;
}

/// The name of the Secret that an ExternalSecret makes.
std::string_view target_name(const ir::Document& document) {
    const auto* name = ir::scalar_as(at_path(document.root, {"spec", "target", "name"}));
    return name == nullptr ? document.name : name->text;
}

Known find_secret(std::string_view name, const ir::Document& asking, const ir::Project& project) {
    Known known;
    const std::string_view namespace_name = asking.namespace_name;
    known.document = project.find("Secret", namespace_name, name, asking.file);
    if (known.document != nullptr) {
        if (const auto* secret = ir::object_as<k8s::Secret>(known.document->root)) {
            add_keys(secret->field("data"), known);
            add_keys(secret->field("stringData"), known);
            known.has_all_keys = true;
        }
        return known;
    }
    known.document = project.find("SealedSecret", namespace_name, name, asking.file);
    if (known.document != nullptr) {
        const ir::Value* encrypted = at_path(known.document->root, {"spec", "encryptedData"});
        add_keys(encrypted, known);
        add_keys(at_path(known.document->root, {"spec", "template", "data"}), known);
        known.has_all_keys = ir::map_as(encrypted) != nullptr;
        return known;
    }
    for (const ir::Document* document : project.all("ExternalSecret")) {
        const std::string_view theirs = document->namespace_name;
        const bool is_visible =
            theirs.empty() || namespace_name.empty() || theirs == namespace_name;
        if (is_visible && target_name(*document) == name) known.document = document;
    }
    return known;
}

class DocumentCheck {
public:
    DocumentCheck(const ir::Document& document, Context& context)
        : document_(document), context_(context) {}

    void visit(const ir::Value& value) {
        switch (value.kind) {
        case ir::ValueKind::kScalar:
            return;
        case ir::ValueKind::kList:
            for (const ir::Value* item : static_cast<const ir::List&>(value).items)
                visit(*item);
            return;
        case ir::ValueKind::kMap:
            for (const ir::Entry& entry : static_cast<const ir::Map&>(value).entries)
                visit(*entry.value);
            return;
        case ir::ValueKind::kObject:
            visit_object(static_cast<const ir::Object&>(value));
            return;
        }
    }

    /// Artifact repositories and other settings of the controller, which are YAML in a text.
    void visit_settings(const ir::Scalar& text) {
        const EmbeddedYaml yaml(text, context_);
        std::set<std::string_view> seen;
        for (const doc::Tree& tree : yaml.documents()) {
            for (const doc::Node& key : tree.nodes) {
                const bool is_reference = key.kind == doc::NodeKind::kScalar &&
                                          key.next_sibling != doc::NodeId::kNone &&
                                          key.text.ends_with("Secret");
                if (!is_reference) continue;
                const doc::NodeId name = child_of(tree, key.next_sibling, "name");
                if (name == doc::NodeId::kNone || !seen.insert(tree.node(name).text).second)
                    continue;
                const std::string_view text_of_name = tree.node(name).text;
                const Known known = find_secret(text_of_name, document_, context_.project());
                if (known.document == nullptr && !text_of_name.empty()) {
                    report_unknown(text_of_name, yaml.place(tree.span_of(name)));
                }
            }
        }
    }

private:
    void visit_object(const ir::Object& object) {
        // Argo: a memoization cache names a ConfigMap by a LocalObjectReference.
        if (object.type->id == wf::Cache::kType) return;
        const ReferenceFields& fields = reference_fields(*object.type);
        if (fields.name >= 0) check_reference(object, fields);
        for (const ir::Entry& entry : object.present_fields())
            visit(*entry.value);
    }

    void check_reference(const ir::Object& object, const ReferenceFields& fields) {
        const ir::Scalar* name = ir::scalar_as(field(object, fields.name));
        if (name == nullptr || name->text.empty() || front::has_tag(name->text)) return;
        if (front::is_true(ir::scalar_as(field(object, fields.optional)))) return;
        const Known known = find_secret(name->text, document_, context_.project());
        if (known.document == nullptr) {
            report_unknown(name->text, context_.span_in(*name, 0, name->text.size()));
        } else if (known.has_all_keys) {
            check_keys(object, fields, *name, known);
        }
    }

    void report_unknown(std::string_view name, Span span) {
        const ir::Project& project = context_.project();
        std::vector<std::string_view> names;
        for (std::string_view kind : kSecretKinds) {
            for (std::string_view other : project.names(kind))
                names.push_back(other);
        }
        Finding finding = context_.report(kNoSecret, span, name);
        if (names.empty()) {
            finding.severity(Severity::kInfo)
                .help("it must exist in the cluster before the workflow runs");
            return;
        }
        finding.note("the project defines others: " + quoted_list(names));
        const Meant meant = meant_name(name, names);
        if (meant.name.empty()) {
            finding.help("add it, or mark the reference `optional: true` if the work can be done "
                         "without");
        } else {
            suggest(finding, span, name, names, "Secrets here are");
        }
    }

    void check_keys(const ir::Object& object, const ReferenceFields& fields, const ir::Scalar& name,
                    const Known& known) {
        check_key(ir::scalar_as(field(object, fields.key)), name, known);
        const ir::List* items = ir::list_as(field(object, fields.items));
        if (items == nullptr) return;
        for (const ir::Value* item : items->items) {
            const auto* path = ir::object_as<k8s::KeyToPath>(item);
            if (path != nullptr) check_key(path->key(), name, known);
        }
    }

    void check_key(const ir::Scalar* key, const ir::Scalar& name, const Known& known) {
        if (key == nullptr || key->text.empty() || front::has_tag(key->text)) return;
        const auto& keys = known.keys;
        if (std::find(keys.begin(), keys.end(), key->text) != keys.end()) return;
        const Span span = context_.span_in(*key, 0, key->text.size());
        Finding finding = context_.report(kNoKey, span, name.text, key->text);
        finding.severity(Severity::kError)
            .related(known.document->name_span, "`" + std::string(name.text) + "` is defined here");
        suggest(finding, span, key->text, keys, "its keys are");
    }

    const ir::Document& document_;
    Context& context_;
};

void check(const ir::Document& document, Context& context) {
    if (document.root == nullptr) return;
    DocumentCheck all(document, context);
    all.visit(*document.root);
    const bool is_settings =
        document.kind == "ConfigMap" && (document.name == "workflow-controller-configmap" ||
                                         document.name == "artifact-repositories");
    const ir::Map* data = is_settings ? ir::map_as(value_at(document.root, {"data"})) : nullptr;
    if (data == nullptr) return;
    for (const ir::Entry& entry : data->entries) {
        if (const ir::Scalar* text = ir::scalar_as(entry.value)) all.visit_settings(*text);
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "references to Secrets, or keys of them, that are not there",
                 .doc = R"md(
Environment variables, volumes, image pulls, artifact repositories, event sources and triggers
take credentials from Secrets. A pod that refers to a Secret that does not exist, or to a key
that the Secret lacks, does not start: it waits until somebody notices.

Where the project has the Secret but not the key, this is an error. Where the project defines
Secrets (or SealedSecrets or ExternalSecrets) but not this one, it is a warning; where it defines
none, they live elsewhere, and it is information (`--strict`). References that are
`optional: true` are left alone.

```yaml bad
apiVersion: v1
kind: Secret
metadata: {name: registry}
stringData: {user: ci}
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: push-}
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: alpine:3.20
      command: [push]
      env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: registry, key: token}}}]
```

```yaml good
apiVersion: v1
kind: Secret
metadata: {name: registry}
stringData: {user: ci}
---
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: push-}
spec:
  entrypoint: main
  templates:
  - name: main
    container:
      image: alpine:3.20
      command: [push]
      env: [{name: USER, valueFrom: {secretKeyRef: {name: registry, key: user}}}]
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::missing_secret
