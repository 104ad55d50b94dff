#pragma once
// Everything the program knows about Argo's API, as tables: types, fields, and what each field's
// values mean. The tables are generated from schemas/*/*.schema by schemac; schemas/README.md
// describes the columns.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "schemas/vocabulary.gen.h" // TypeId, Format, Language, Symbol, Unit

namespace tiphys::schema {

/// What one value is, apart from the lists and mappings around it.
enum class Form : std::uint8_t {
    kString,
    kBool,
    kInt,
    kFloat,
    kIntOrString,
    kAnyString, ///< string, number or bool (Argo: anystring.go)
    kAnyNumber, ///< number or string (Argo: Amount)
    kQuantity,  ///< Kubernetes quantity: string or number
    kTime,      ///< RFC 3339 text
    kBytes,     ///< base64 text
    kAny,
    kMapping,  ///< any mapping
    kManifest, ///< a Kubernetes object, decoded by its own kind
    kObject    ///< an object of the type named in the shape
};

enum class Wrapper : std::uint8_t { kNone, kList, kMap };

/// The type of a field: a form inside up to three lists or mappings, outermost first.
struct Shape {
    Form form = Form::kAny;
    TypeId type = TypeId::kNone;
    std::array<Wrapper, 3> wrappers{};

    [[nodiscard]] constexpr bool is_list() const { return wrappers[0] == Wrapper::kList; }
    [[nodiscard]] constexpr bool is_map() const { return wrappers[0] == Wrapper::kMap; }
    [[nodiscard]] constexpr bool is_object() const {
        return wrappers[0] == Wrapper::kNone && form == Form::kObject;
    }
    /// The shape of the elements of a list or mapping.
    [[nodiscard]] constexpr Shape element() const {
        return {form, type, {wrappers[1], wrappers[2], Wrapper::kNone}};
    }
};

inline constexpr std::int64_t kNoMinimum = INT64_MIN;
inline constexpr std::int64_t kNoMaximum = INT64_MAX;

/// One field of a type; texts that do not apply are empty.
struct Field {
    std::string_view name;
    Shape shape;
    bool is_required = false;
    /// What stands here is completed elsewhere: nothing inside of it is required.
    bool is_partial = false;
    Unit unit = Unit::kNone;
    Format format = Format::kNone;
    Language language = Language::kNone;
    Symbol defines = Symbol::kNone;
    Symbol refers = Symbol::kNone;
    std::int64_t minimum = kNoMinimum;
    std::int64_t maximum = kNoMaximum;
    /// Least and greatest size of a list or mapping.
    std::uint32_t least_items = 0;
    std::uint32_t most_items = UINT32_MAX;
    std::uint32_t most_bytes = UINT32_MAX;
    std::span<const std::string_view> enumeration;
    std::string_view default_text;
    /// Field by which elements of a list are told apart when lists are merged.
    std::string_view merge_key;
    std::string_view since;
    /// First version without the field, and what to use instead.
    std::string_view until;
    std::string_view replacement;
    std::string_view deprecated;
    std::string_view doc;
};

/// Fields of which at most one (when required: exactly one) may be present.
struct OneOf {
    std::string_view name;
    bool is_required = false;
    /// Bit i stands for fields[i] of the type.
    std::uint64_t fields = 0;
};

enum class Package : std::uint8_t { kWorkflow, kEvents, kK8s };

/// A type of the API. Fields stand in canonical order: the order in which YAML is emitted.
struct Type {
    TypeId id = TypeId::kNone;
    std::string_view name;
    Package package = Package::kWorkflow;
    std::span<const Field> fields;
    /// Indexes of `fields`, ordered by name.
    std::span<const std::uint8_t> by_name;
    std::span<const OneOf> one_ofs;
    /// "argoproj.io/v1alpha1" of a top-level kind; empty for other types.
    std::string_view api_version;
    bool is_cluster_scoped = false;
    /// Unknown keys are allowed.
    bool is_open = false;
    /// Argo's own decoder drops unknown keys here without a word.
    bool is_lenient = false;
    std::string_view doc;
};

/// All types, in the order of TypeId.
[[nodiscard]] std::span<const Type> types();

[[nodiscard]] const Type& type(TypeId id);

/// The index of a field in `type.fields`, or -1.
[[nodiscard]] int find_field(const Type& type, std::string_view name);

/// The types that are top-level kinds.
[[nodiscard]] std::span<const TypeId> kinds();

/// The type of a top-level kind, or null. `api_version` as in the manifest.
[[nodiscard]] const Type* find_kind(std::string_view api_version, std::string_view kind);

/// The type of that name in a package, or null.
[[nodiscard]] const Type* find_type(Package package, std::string_view name);

} // namespace tiphys::schema
