#pragma once
// Manifests while they are made from a .tiphys file: values that grow, each with its place in the
// source. A finished one becomes a doc::Tree and is decoded like YAML.

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/arena.h"
#include "compiler/base/scalar.h"
#include "compiler/base/span.h"
#include "compiler/doc/tree.h"

namespace tiphys::front {

/// A scalar, list or mapping. Texts point into the file or its arena.
struct Draft {
    enum class Kind : std::uint8_t { kScalar, kList, kMap };
    struct Entry {
        std::string_view key;
        Span key_span;
        Draft* value = nullptr;
    };

    Kind kind = Kind::kScalar;
    ScalarType type = ScalarType::kNull;
    std::string_view text;
    Span span;
    std::vector<Entry> entries;
    std::vector<Draft*> items;

    [[nodiscard]] bool is_map() const { return kind == Kind::kMap; }
    [[nodiscard]] bool is_list() const { return kind == Kind::kList; }
    [[nodiscard]] bool is_null() const {
        return kind == Kind::kScalar && type == ScalarType::kNull;
    }
    /// The value of a key, or null.
    [[nodiscard]] Draft* find(std::string_view key) const;
    /// Adds a key, or replaces its value.
    void set(std::string_view key, Span key_span, Draft* value);
    void remove(std::string_view key);
};

/// Owns the drafts of a file.
class Drafts {
public:
    explicit Drafts(Arena& arena) : arena_(arena) {}

    Draft* text(std::string_view text, Span span);
    Draft* scalar(std::string_view text, ScalarType type, Span span);
    Draft* number(std::int64_t value, Span span);
    Draft* boolean(bool value, Span span);
    Draft* null(Span span);
    Draft* list(Span span);
    Draft* map(Span span);
    Draft* copy(const Draft& other);

    /// The mapping under a key; made if absent.
    Draft* child_map(Draft& map, std::string_view key, Span span);
    Draft* child_list(Draft& map, std::string_view key, Span span);

    /// Keys of `over` replace those of `map`; mappings are merged, and so are lists whose elements
    /// have a `name`.
    void merge(Draft& map, const Draft& over);

    [[nodiscard]] std::string_view keep(std::string_view text) { return arena_.copy(text); }

private:
    Draft* make(Draft::Kind kind, Span span);

    Arena& arena_;
    std::deque<Draft> all_;
};

/// The draft as a document of the file.
[[nodiscard]] doc::Tree to_tree(const Draft& root, FileId file);

} // namespace tiphys::front
