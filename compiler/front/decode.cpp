// From YAML as written to typed objects, by the schema tables.
#include "compiler/front/decode.h"

#include <algorithm>
#include <set>

#include "compiler/base/limits.h"
#include "compiler/base/nearest.h"
#include "compiler/doc/resolve.h"
#include "compiler/expr/names.h"
#include "compiler/front/check_scalar.h"
#include "compiler/front/load.h"

namespace tiphys::front {
namespace {

using doc::Node;
using doc::NodeId;
using doc::NodeKind;
using ir::DefectKind;
using schema::Form;
using schema::Shape;
using schema::Wrapper;

/// Where a value stands: the field that holds it, and the words to point at when something in it
/// is missing.
struct Place {
    const schema::Field* field = nullptr;
    const schema::Type* owner = nullptr;
    Span headline;
    bool is_partial = false;
    const ir::Object* parent = nullptr;
};

class Decoder {
public:
    Decoder(const doc::Tree& tree, std::string_view text, Arena& arena,
            std::vector<ir::Defect>& defects)
        : tree_(tree), text_(text), arena_(arena), defects_(defects),
          may_repeat_keys_(
              std::any_of(tree.defects.begin(), tree.defects.end(), [](const doc::Defect& defect) {
                  return defect.kind == doc::DefectKind::kDuplicateKey ||
                         defect.kind == doc::DefectKind::kSyntax;
              })) {}

    const ir::Value* decode(NodeId id, Shape shape, const Place& place);
    const ir::Value* decode_any(NodeId id);
    const ir::Value* decode_object(NodeId id, const schema::Type& type, const Place& place);
    /// What an object says that it is; empty where it does not.
    struct Identity {
        std::string_view api_version;
        std::string_view kind;
        bool has_spec = false;
    };
    Identity identity_of(NodeId mapping);
    /// False where something was left out since it nests too deep.
    [[nodiscard]] bool is_complete() const { return is_complete_; }

private:
    /// A key and its value before decoding; merge keys are resolved. `name` is the key of the JSON
    /// object: `yes: 1` becomes `"true": 1`.
    struct Pair {
        NodeId key;
        NodeId value;
        std::string_view name;
    };
    /// Counts the collections around a value.
    class Nesting {
    public:
        explicit Nesting(std::uint32_t& depth) : depth_(depth) { ++depth_; }
        ~Nesting() { --depth_; }
        Nesting(const Nesting&) = delete;
        Nesting& operator=(const Nesting&) = delete;
        [[nodiscard]] bool is_too_deep() const { return depth_ > limits::kYamlDepth; }

    private:
        std::uint32_t& depth_;
    };

    /// The node that an alias stands for; itself where that is the collection around it.
    NodeId resolved(NodeId id) const {
        while (tree_.node(id).kind == NodeKind::kAlias && tree_.node(id).target != NodeId::kNone)
            id = tree_.node(id).target;
        return id;
    }
    std::vector<Pair> pairs_of(NodeId mapping);
    void add_pairs(NodeId mapping, std::vector<Pair>& pairs);
    std::string_view name_of(NodeId key);
    static void remove_repeated(std::vector<Pair>& pairs);
    /// A merge key; of the pairs the first `n_own` are those of its mapping, those up to `n_before`
    /// stand there since earlier merges.
    struct MergeKey {
        NodeId key;
        std::size_t n_own;
        std::size_t n_before;
    };
    void merge(NodeId source, const MergeKey& at, std::vector<Pair>& pairs);
    void refuse_merge(NodeId merge_key);
    Span headline_of(NodeId id, Span otherwise) const;

    template <class T>
    T* make(NodeId id, ir::ValueKind kind) {
        const Node& node = tree_.node(id);
        T* value = arena_.make<T>();
        value->kind = kind;
        value->style = node.style;
        value->scalar_type = node.type;
        value->span = tree_.span_of(id);
        return value;
    }
    const ir::Value* decode_scalar(NodeId id, Shape shape, const Place& place);
    const ir::Value* decode_list(NodeId id, Shape shape, const Place& place);
    const ir::Value* decode_map(NodeId id, Shape shape, const Place& place);
    const ir::Value* decode_manifest(NodeId id, const Place& place);
    const ir::Value* wrong_kind(NodeId id, const Place& place);
    const ir::Value* too_deep(NodeId id);
    ir::Entry entry_of(const Pair& pair, const ir::Value* value) const;
    bool may_be_torn(const Node& node) const;
    void check_key(NodeId key, const Place& place);
    void check_object(const ir::Object& object, const Place& place);
    void check_required(const ir::Object& object, const Place& place);
    void check_one_ofs(const ir::Object& object, const Place& place);
    void check_size(const ir::Value& value, std::size_t size, const Place& place);
    void report(ir::Defect defect) { defects_.push_back(defect); }

    const doc::Tree& tree_;
    std::string_view text_;
    Arena& arena_;
    std::vector<ir::Defect>& defects_;
    bool may_repeat_keys_;
    bool is_complete_ = true;
    std::uint32_t depth_ = 0;
};

/// `<<` merges in the keys of other mappings. Keys written out behind it win, then earlier merges;
/// what it brings wins over keys before it. Argo: merge in decode.go of its YAML library.
std::vector<Decoder::Pair> Decoder::pairs_of(NodeId mapping) {
    std::vector<Pair> pairs;
    add_pairs(mapping, pairs);
    if (may_repeat_keys_) remove_repeated(pairs);
    const std::size_t n_own = pairs.size();
    NodeId key = tree_.node(mapping).first_child;
    while (key != NodeId::kNone) {
        const NodeId value = tree_.node(key).next_sibling;
        // The reading stopped behind this key.
        if (value == NodeId::kNone) break;
        if (tree_.node(key).text == "<<" && tree_.node(key).style == ScalarStyle::kPlain) {
            merge(resolved(value), {key, n_own, pairs.size()}, pairs);
        }
        key = tree_.node(value).next_sibling;
    }
    return pairs;
}

void Decoder::refuse_merge(NodeId merge_key) {
    report({.kind = DefectKind::kYamlSyntax,
            .span = tree_.span_of(merge_key),
            .text = "`<<` takes a mapping, or a list of mappings"});
}

/// Kubernetes' strict reader refuses a key that is there already.
void Decoder::merge(NodeId source, const MergeKey& at, std::vector<Pair>& pairs) {
    const Nesting nesting(depth_);
    if (nesting.is_too_deep()) return;
    if (tree_.node(source).kind == NodeKind::kMapping) {
        for (const Pair& pair : pairs_of(source)) {
            const auto known = std::find_if(pairs.begin(), pairs.end(), [&](const Pair& other) {
                return other.name == pair.name;
            });
            if (known == pairs.end()) {
                pairs.push_back(pair);
                continue;
            }
            report({.kind = DefectKind::kDuplicateKey,
                    .span = tree_.span_of(known->key),
                    .other = tree_.span_of(at.key),
                    .text = pair.name});
            const auto index = static_cast<std::size_t>(known - pairs.begin());
            const bool is_behind =
                index < at.n_own && tree_.node(known->key).begin > tree_.node(at.key).begin;
            if (index < at.n_before && !is_behind) known->value = pair.value;
        }
    } else if (tree_.node(source).kind == NodeKind::kSequence) {
        NodeId item = tree_.node(source).first_child;
        for (; item != NodeId::kNone; item = tree_.node(item).next_sibling) {
            if (tree_.node(resolved(item)).kind == NodeKind::kMapping) {
                merge(resolved(item), at, pairs);
            } else {
                refuse_merge(at.key);
            }
        }
    } else {
        refuse_merge(at.key);
    }
}

/// Of a repeated key the last value counts; the reader has reported it.
void Decoder::remove_repeated(std::vector<Pair>& pairs) {
    std::vector<Pair> kept;
    std::set<std::string_view> seen;
    for (auto pair = pairs.rbegin(); pair != pairs.rend(); ++pair) {
        if (seen.insert(pair->name).second) kept.push_back(*pair);
    }
    pairs.assign(kept.rbegin(), kept.rend());
}

std::string_view Decoder::name_of(NodeId key) {
    const Node& node = tree_.node(resolved(key));
    if (node.type == ScalarType::kString) return node.text;
    const auto json = doc::to_json_key(node.text, node.type);
    if (is_yaml11_bool(node.text)) {
        report({.kind = DefectKind::kImplicitBool, .span = tree_.span_of(key), .text = node.text});
    }
    return json ? arena_.copy(*json) : node.text;
}

void Decoder::add_pairs(NodeId mapping, std::vector<Pair>& pairs) {
    NodeId key = tree_.node(mapping).first_child;
    while (key != NodeId::kNone) {
        const NodeId value = tree_.node(key).next_sibling;
        // The reading stopped behind this key.
        if (value == NodeId::kNone) break;
        const Node& node = tree_.node(key);
        const bool is_merge_key = node.text == "<<" && node.style == ScalarStyle::kPlain;
        // A mapping or list as a key has been told as a syntax error.
        const bool is_name = tree_.node(resolved(key)).kind == NodeKind::kScalar;
        if (is_name && !is_merge_key) pairs.push_back({key, value, name_of(key)});
        key = tree_.node(value).next_sibling;
    }
}

/// The piece of a mapping or list that stands for it in a message: its first key, dash or bracket.
Span Decoder::headline_of(NodeId id, Span otherwise) const {
    const Node& node = tree_.node(id);
    const bool has_dash = node.kind == NodeKind::kSequence;
    if (node.is_flow || has_dash) return {tree_.file, node.begin, node.begin + 1};
    if (node.first_child == NodeId::kNone) return otherwise;
    return tree_.span_of(node.first_child);
}

ir::Entry Decoder::entry_of(const Pair& pair, const ir::Value* value) const {
    return {pair.name, tree_.node(pair.key).begin, tree_.node(pair.key).end, value};
}

/// Aliases nest what the reader has seen side by side.
const ir::Value* Decoder::too_deep(NodeId id) {
    is_complete_ = false;
    report({.kind = DefectKind::kYamlSyntax,
            .span = tree_.span_of(id),
            .text = "collections nest too deep here"});
    auto* scalar = make<ir::Scalar>(id, ir::ValueKind::kScalar);
    scalar->scalar_type = ScalarType::kNull;
    return scalar;
}

const ir::Value* Decoder::decode(NodeId id, Shape shape, const Place& place) {
    id = resolved(id);
    const Node& node = tree_.node(id);
    const bool is_null = node.kind == NodeKind::kScalar && node.type == ScalarType::kNull;
    if (is_null || node.kind == NodeKind::kAlias) return decode_any(id);
    if (shape.wrappers[0] == Wrapper::kList) return decode_list(id, shape, place);
    if (shape.wrappers[0] == Wrapper::kMap) return decode_map(id, shape, place);
    switch (shape.form) {
    case Form::kAny:
        return decode_any(id);
    case Form::kMapping:
        if (node.kind != NodeKind::kMapping) return wrong_kind(id, place);
        return decode_any(id);
    case Form::kManifest:
        return decode_manifest(id, place);
    case Form::kObject:
        if (node.kind != NodeKind::kMapping) return wrong_kind(id, place);
        return decode_object(id, schema::type(shape.type), place);
    case Form::kString:
    case Form::kBool:
    case Form::kInt:
    case Form::kFloat:
    case Form::kIntOrString:
    case Form::kAnyString:
    case Form::kAnyNumber:
    case Form::kQuantity:
    case Form::kTime:
    case Form::kBytes:
        return decode_scalar(id, shape, place);
    }
    return decode_any(id);
}

const ir::Value* Decoder::wrong_kind(NodeId id, const Place& place) {
    const ir::Value* value = decode_any(id);
    report({.kind = DefectKind::kWrongType,
            .span = tree_.node(id).kind == NodeKind::kScalar ? tree_.span_of(id)
                                                             : headline_of(id, tree_.span_of(id)),
            .type = place.owner,
            .field = place.field,
            .value = value,
            .parent = place.parent});
    return value;
}

const ir::Value* Decoder::decode_any(NodeId id) {
    id = resolved(id);
    const Node& node = tree_.node(id);
    const Nesting nesting(depth_);
    const bool is_collection = node.kind != NodeKind::kScalar && node.kind != NodeKind::kAlias;
    if (is_collection && nesting.is_too_deep()) return too_deep(id);
    if (node.kind == NodeKind::kSequence) {
        std::vector<const ir::Value*> items;
        NodeId item = node.first_child;
        for (; item != NodeId::kNone; item = tree_.node(item).next_sibling) {
            items.push_back(decode_any(item));
        }
        auto* list = make<ir::List>(id, ir::ValueKind::kList);
        list->items = arena_.copy(items);
        return list;
    }
    if (node.kind == NodeKind::kMapping) {
        std::vector<ir::Entry> entries;
        for (const Pair& pair : pairs_of(id)) {
            entries.push_back(entry_of(pair, decode_any(pair.value)));
        }
        auto* map = make<ir::Map>(id, ir::ValueKind::kMap);
        map->entries = arena_.copy(entries);
        return map;
    }
    auto* scalar = make<ir::Scalar>(id, ir::ValueKind::kScalar);
    // An alias to a collection around it: the reader has reported it.
    if (node.kind == NodeKind::kAlias) {
        scalar->scalar_type = ScalarType::kNull;
    } else {
        scalar->text = node.text;
    }
    return scalar;
}

const ir::Value* Decoder::decode_scalar(NodeId id, Shape shape, const Place& place) {
    const Node& node = tree_.node(id);
    if (node.kind != NodeKind::kScalar) return wrong_kind(id, place);
    auto* scalar = make<ir::Scalar>(id, ir::ValueKind::kScalar);
    scalar->text = node.text;
    ir::Defect defect{.span = scalar->span,
                      .text = scalar->text,
                      .type = place.owner,
                      .field = place.field,
                      .value = scalar,
                      .parent = place.parent};
    if (!may_be_torn(node) && check_scalar(*scalar, shape, place.field, defect)) report(defect);
    return scalar;
}

/// In a document with a syntax error, a value of several lines may hold what should be keys.
bool Decoder::may_be_torn(const Node& node) const {
    if (tree_.is_complete || node.style != ScalarStyle::kPlain) return false;
    return text_.substr(node.begin, node.end - node.begin).find('\n') != text_.npos;
}

const ir::Value* Decoder::decode_list(NodeId id, Shape shape, const Place& place) {
    const Node& node = tree_.node(id);
    if (node.kind != NodeKind::kSequence) return wrong_kind(id, place);
    const Nesting nesting(depth_);
    if (nesting.is_too_deep()) return too_deep(id);
    std::vector<const ir::Value*> items;
    NodeId item = node.first_child;
    for (; item != NodeId::kNone; item = tree_.node(item).next_sibling) {
        Place element = place;
        element.headline = headline_of(resolved(item), tree_.span_of(item));
        items.push_back(decode(item, shape.element(), element));
    }
    auto* list = make<ir::List>(id, ir::ValueKind::kList);
    list->items = arena_.copy(items);
    check_size(*list, items.size(), place);
    return list;
}

const ir::Value* Decoder::decode_map(NodeId id, Shape shape, const Place& place) {
    if (tree_.node(id).kind != NodeKind::kMapping) return wrong_kind(id, place);
    const Nesting nesting(depth_);
    if (nesting.is_too_deep()) return too_deep(id);
    std::vector<ir::Entry> entries;
    for (const Pair& pair : pairs_of(id)) {
        Place element = place;
        element.headline = tree_.span_of(pair.key);
        entries.push_back(entry_of(pair, decode(pair.value, shape.element(), element)));
        check_key(pair.key, place);
    }
    auto* map = make<ir::Map>(id, ir::ValueKind::kMap);
    map->entries = arena_.copy(entries);
    check_size(*map, entries.size(), place);
    return map;
}

/// Keys of labels and annotations have a form of their own.
void Decoder::check_key(NodeId key, const Place& place) {
    if (place.field == nullptr) return;
    const schema::Format format = place.field->format;
    if (format != schema::Format::kLabels && format != schema::Format::kAnnotations) return;
    const std::string_view text = tree_.node(resolved(key)).text;
    const bool fits = format == schema::Format::kLabels ? matches(schema::Format::kLabelKey, text)
                                                        : expr::is_annotation_key(text);
    if (fits || text.find("{{") != text.npos) return;
    report({.kind = DefectKind::kFormat,
            .span = tree_.span_of(key),
            .text = text,
            .type = place.owner,
            .field = place.field,
            .parent = place.parent});
}

Decoder::Identity Decoder::identity_of(NodeId mapping) {
    Identity identity;
    for (const Pair& pair : pairs_of(mapping)) {
        const std::string_view text = tree_.node(resolved(pair.value)).text;
        if (pair.name == "apiVersion") identity.api_version = text;
        if (pair.name == "kind") identity.kind = text;
        if (pair.name == "spec") identity.has_spec = true;
    }
    return identity;
}

/// The type of an embedded object follows from its own `apiVersion` and `kind`.
const ir::Value* Decoder::decode_manifest(NodeId id, const Place& place) {
    if (tree_.node(id).kind != NodeKind::kMapping) return wrong_kind(id, place);
    const Identity identity = identity_of(id);
    const schema::Type* type = schema::find_kind(identity.api_version, identity.kind);
    if (type == nullptr) return decode_any(id);
    return decode_object(id, *type, place);
}

const ir::Value* Decoder::decode_object(NodeId id, const schema::Type& type, const Place& place) {
    const Nesting nesting(depth_);
    if (nesting.is_too_deep()) return too_deep(id);
    std::vector<std::pair<int, ir::Entry>> known;
    std::vector<ir::Entry> unknown;
    auto* object = make<ir::Object>(id, ir::ValueKind::kObject);
    object->type = &type;
    for (const Pair& pair : pairs_of(id)) {
        const int index = schema::find_field(type, pair.name);
        if (index < 0) {
            unknown.push_back(entry_of(pair, decode_any(pair.value)));
            continue;
        }
        const schema::Field& field = type.fields[static_cast<std::size_t>(index)];
        const Place inner{&field, &type, tree_.span_of(pair.key),
                          place.is_partial || field.is_partial, object};
        known.emplace_back(index, entry_of(pair, decode(pair.value, field.shape, inner)));
    }
    std::sort(known.begin(), known.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<ir::Entry> fields;
    for (const auto& [index, entry] : known) {
        object->present |= std::uint64_t{1} << index;
        fields.push_back(entry);
    }
    object->fields = arena_.copy(fields).data();
    object->unknown = arena_.copy(unknown);
    check_object(*object, place);
    return object;
}

void Decoder::check_object(const ir::Object& object, const Place& place) {
    if (!object.type->is_open) {
        for (const ir::Entry& entry : object.unknown) {
            report({.kind = DefectKind::kUnknownField,
                    .span = ir::key_span(object, entry),
                    .text = entry.key,
                    .type = object.type,
                    .value = &object,
                    .parent = place.parent});
        }
    }
    check_required(object, place);
    check_one_ofs(object, place);
    for (std::size_t i = 0; i < object.type->fields.size(); ++i) {
        const schema::Field& field = object.type->fields[i];
        if (field.until.empty() || !object.has(i)) continue;
        report({.kind = DefectKind::kRemovedField,
                .span = ir::key_span(object, *object.entry(i)),
                .text = field.name,
                .type = object.type,
                .field = &field,
                .value = &object,
                .parent = place.parent});
    }
}

bool is_empty(const ir::Value* value) {
    if (value == nullptr || ir::is_null(*value)) return true;
    if (const auto* scalar = ir::scalar_as(value)) return scalar->text.empty();
    if (const auto* list = ir::list_as(value)) return list->items.empty();
    return false;
}

void Decoder::check_required(const ir::Object& object, const Place& place) {
    if (place.is_partial) return;
    for (std::size_t i = 0; i < object.type->fields.size(); ++i) {
        const schema::Field& field = object.type->fields[i];
        if (!field.is_required || !is_empty(object.field(i))) continue;
        const ir::Entry* entry = object.entry(i);
        report({.kind = DefectKind::kMissingField,
                .span = entry == nullptr ? place.headline : ir::key_span(object, *entry),
                .text = field.name,
                .type = object.type,
                .field = &field,
                .value = &object,
                .parent = place.parent});
    }
}

void Decoder::check_one_ofs(const ir::Object& object, const Place& place) {
    for (const schema::OneOf& one_of : object.type->one_ofs) {
        const ir::Entry* first = nullptr;
        bool is_reported = false;
        for (std::size_t i = 0; i < object.type->fields.size(); ++i) {
            if ((one_of.fields >> i & 1U) == 0 || !object.has(i)) continue;
            const ir::Entry* entry = object.entry(i);
            if (ir::is_null(*entry->value)) continue;
            if (first == nullptr) {
                first = entry;
                continue;
            }
            const bool in_order = first->key_begin < entry->key_begin;
            report({.kind = DefectKind::kOneOf,
                    .span = ir::key_span(object, in_order ? *entry : *first),
                    .other = ir::key_span(object, in_order ? *first : *entry),
                    .type = object.type,
                    .one_of = &one_of,
                    .value = &object,
                    .parent = place.parent});
            is_reported = true;
        }
        if (first == nullptr && !is_reported && one_of.is_required && !place.is_partial) {
            report({.kind = DefectKind::kOneOf,
                    .span = place.headline,
                    .type = object.type,
                    .one_of = &one_of,
                    .value = &object,
                    .parent = place.parent});
        }
    }
}

void Decoder::check_size(const ir::Value& value, std::size_t size, const Place& place) {
    if (place.field == nullptr || place.field->shape.wrappers[1] != Wrapper::kNone) return;
    if (size >= place.field->least_items && size <= place.field->most_items) return;
    // An empty list of a required field is a missing field already.
    if (size == 0 && place.field->is_required) return;
    report({.kind = DefectKind::kRange,
            .span = place.headline,
            .type = place.owner,
            .field = place.field,
            .value = &value,
            .parent = place.parent});
}

std::string_view text_at(const ir::Value* root, std::string_view key) {
    if (const auto* object = ir::any_object_as(root)) {
        return ir::text_of(ir::scalar_as(object->field(key)));
    }
    const auto* map = ir::map_as(root);
    return map == nullptr ? std::string_view{} : ir::text_of(ir::scalar_as(map->find(key)));
}

const ir::Value* member(const ir::Value* root, std::string_view key) {
    if (const auto* object = ir::any_object_as(root)) return object->field(key);
    const auto* map = ir::map_as(root);
    return map == nullptr ? nullptr : map->find(key);
}

constexpr std::string_view kGroup = "argoproj.io";
constexpr std::string_view kVersion = "argoproj.io/v1alpha1";

/// The kind that is meant where an object of Argo has a misspelt `kind`, or an `apiVersion` that is
/// misspelt or missing; null where nothing is near.
const schema::Type* nearest_kind(std::string_view api_version, std::string_view kind,
                                 bool has_spec) {
    if (kind.empty() || is_other_argo_kind(kind)) return nullptr;
    if (api_version.empty()) return has_spec ? schema::find_kind(kVersion, kind) : nullptr;
    if (api_version.substr(0, api_version.find('/')) != kGroup) {
        return is_near_argo_version(api_version) ? schema::find_kind(kVersion, kind) : nullptr;
    }
    std::vector<std::string_view> names;
    for (const schema::TypeId id : schema::kinds()) {
        if (schema::type(id).api_version == kVersion) names.push_back(schema::type(id).name);
    }
    return schema::find_kind(kVersion, nearest_name(kind, names));
}

/// Defects that follow from the kind being a guess: unknown-kind-or-version tells them better.
bool is_about_identity(const ir::Defect& defect, const schema::Type* root) {
    const bool is_guessed =
        defect.kind == DefectKind::kEnumeration || defect.kind == DefectKind::kMissingField;
    if (!is_guessed || defect.type != root || defect.field == nullptr) return false;
    return defect.field->name == "apiVersion" || defect.field->name == "kind";
}

} // namespace

ir::Document decode_document(const doc::Tree& tree, std::string_view text, Arena& arena,
                             std::vector<ir::Defect>& defects) {
    ir::Document document{.file = tree.file, .span = tree.span, .is_complete = tree.is_complete};
    if (tree.root == doc::NodeId::kNone) return document;
    Decoder decoder(tree, text, arena, defects);
    const doc::Node& root = tree.node(tree.root);
    if (root.kind != doc::NodeKind::kMapping) {
        document.root = decoder.decode_any(tree.root);
        return document;
    }
    const Decoder::Identity identity = decoder.identity_of(tree.root);
    document.kind = identity.kind;
    document.type = schema::find_kind(identity.api_version, identity.kind);
    const std::size_t n_before = defects.size();
    const bool is_guess = document.type == nullptr && tree.is_complete;
    if (is_guess)
        document.type = nearest_kind(identity.api_version, identity.kind, identity.has_spec);
    if (is_guess && document.type != nullptr) document.kind = document.type->name;
    const bool is_empty_root = root.first_child == doc::NodeId::kNone;
    const Span headline = tree.span_of(is_empty_root ? tree.root : root.first_child);
    document.root = document.type == nullptr
                        ? decoder.decode_any(tree.root)
                        : decoder.decode_object(tree.root, *document.type,
                                                {nullptr, nullptr, headline, !tree.is_complete});
    document.is_complete = tree.is_complete && decoder.is_complete();
    if (is_guess) {
        const auto first = defects.begin() + static_cast<std::ptrdiff_t>(n_before);
        const auto is_told = [&](const ir::Defect& defect) {
            return is_about_identity(defect, document.type);
        };
        defects.erase(std::remove_if(first, defects.end(), is_told), defects.end());
    }
    const ir::Value* metadata = member(document.root, "metadata");
    document.name = text_at(metadata, "name");
    document.namespace_name = text_at(metadata, "namespace");
    if (const ir::Value* name = member(metadata, "name")) document.name_span = name->span;
    return document;
}

} // namespace tiphys::front
