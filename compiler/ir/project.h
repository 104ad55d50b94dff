#pragma once
// Everything that was read in one invocation: all documents of all files, and the names they
// declare.

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/base/arena.h"
#include "compiler/base/source_map.h"
#include "compiler/ir/object.h"

namespace tiphys::ir {

/// What is wrong with a document that the reader or the decoder has seen. Rules turn defects into
/// diagnostics; the name says which.
enum class DefectKind : std::uint8_t {
    kYamlSyntax,
    kAliasCycle,
    kDuplicateKey,
    kUnquotedBraces,
    kTemplatedSource,
    kUnusedAnchor,
    kUnknownKind,
    kUnknownField,
    kWrongType,
    kImplicitBool,
    kImplicitNumber,
    kMissingField,
    kOneOf,
    kEnumeration,
    kRange,
    kFormat,
    kQuantity,
    kRemovedField
};

/// A defect with the schema facts needed to explain it.
struct Defect {
    DefectKind kind = DefectKind::kYamlSyntax;
    Span span;
    /// A second place: the first of two equal keys, the other field of a one-of group.
    Span other;
    /// The key or value as written, or a reason, depending on the kind.
    std::string_view text;
    const schema::Type* type = nullptr;
    const schema::Field* field = nullptr;
    const schema::OneOf* one_of = nullptr;
    const Value* value = nullptr;
    /// The object around `value`; null for a document's root.
    const Object* parent = nullptr;
};

/// One YAML document (or one object of a .tiphys file).
struct Document {
    FileId file = FileId::kNone;
    Span span;
    /// The whole document: an Object of a known kind, or a Map of a foreign one. Null where it
    /// could not be read.
    const Value* root = nullptr;
    /// Null for foreign kinds.
    const schema::Type* type = nullptr;
    std::string_view kind;
    std::string_view name;
    std::string_view namespace_name;
    Span name_span;
    /// False where the reading stopped at a defect: what is missing then says nothing.
    bool is_complete = true;

    [[nodiscard]] const Object* object() const { return any_object_as(root); }
};

/// A file's documents, the memory of their values, and its defects and comments.
struct SourceUnit {
    FileId file = FileId::kNone;
    /// Read for the names that it declares; what is wrong in it is not asked for.
    bool is_known = false;
    /// Not null once the file was read. Files that one thread reads share it: thousands of small
    /// ones must not waste the rest of a block each.
    std::shared_ptr<Arena> arena;
    std::vector<Document> documents;
    std::vector<Defect> defects;
    std::vector<Span> comments;
};

/// The names by which documents refer to each other. Look-ups that find several give the one
/// nearest to the asking file: in it, else in the folder that shares most of its path, else the
/// first.
class Project {
public:
    explicit Project(SourceMap& sources) : sources_(&sources) {}
    Project(Project&&) = default;
    Project& operator=(Project&&) = default;

    [[nodiscard]] const SourceMap& sources() const { return *sources_; }
    [[nodiscard]] const std::vector<SourceUnit>& units() const { return units_; }

    /// Takes over what was read; `index` must follow before names are looked up.
    void set_units(std::vector<SourceUnit> units) { units_ = std::move(units); }
    /// The same for one file that was read again, in the place of its former unit.
    void replace_unit(SourceUnit unit);
    void index();

    /// The documents of a kind with that name; an empty `namespace_name` matches every namespace,
    /// as does a document without one.
    [[nodiscard]] const Document* find(std::string_view kind, std::string_view namespace_name,
                                       std::string_view name, FileId asking = FileId::kNone) const;
    /// The documents of a kind, and those of one name in whatever namespace, as they were read.
    /// Valid until the next `index`.
    [[nodiscard]] std::span<const Document* const> all(std::string_view kind) const;
    [[nodiscard]] std::span<const Document* const> named(std::string_view kind,
                                                         std::string_view name) const;
    [[nodiscard]] bool defines_any(std::string_view kind) const;
    /// The names declared for a kind, for suggestions.
    [[nodiscard]] std::vector<std::string_view> names(std::string_view kind) const;

private:
    /// Of one kind.
    struct Documents {
        std::vector<const Document*> as_read;
        /// Those that have one, by name; of one name, as they were read.
        std::vector<const Document*> by_name;
        /// The same, but of one name by the paths of their files: those nearest to a path are
        /// neighbours there.
        std::vector<const Document*> by_path;
    };

    [[nodiscard]] std::string_view path_of(FileId file) const;
    [[nodiscard]] std::size_t nearness(FileId asking, const Document& document) const;
    [[nodiscard]] const Document* nearest(std::span<const Document* const> same_name,
                                          std::string_view namespace_name, FileId asking) const;

    SourceMap* sources_;
    std::vector<SourceUnit> units_;
    std::map<std::string_view, Documents> by_kind_;
};

} // namespace tiphys::ir
