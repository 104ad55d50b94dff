#pragma once
// The path that a trigger parameter writes to, in the object that it changes.
// sjson: parsePath and appendRawPaths in sjson.go.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/object.h"

namespace tiphys::analyze {

/// A part between two dots, without its escapes.
struct DestPart {
    std::string text;
    std::size_t begin = 0;
    std::size_t end = 0;
    /// Written as `:5`: a key, though it looks like a number.
    bool is_key = false;

    /// The number of a list's element; nothing for names and for -1.
    [[nodiscard]] std::optional<std::size_t> index() const;
    /// -1: behind the last element.
    [[nodiscard]] bool is_append() const { return !is_key && text == "-1"; }
};

struct DestPath {
    std::vector<DestPart> parts;
    /// Has `#`, `*`, `?`, `|` or `@`: writes to what gjson finds, and nowhere when it finds
    /// nothing.
    bool is_query = false;
};
[[nodiscard]] DestPath split_dest(std::string_view dest);

/// Where a path leads.
struct DestPlace {
    /// The value there now; null where there is none.
    const ir::Value* value = nullptr;
    /// What may stand there, as far as the schema knows.
    std::optional<schema::Shape> shape;
    const schema::Field* field = nullptr;
    /// The number of parts that were followed; smaller than the number of parts after an error.
    std::size_t n_followed = 0;
    enum class Fault : std::uint8_t {
        kNone,
        kUnknownField,  ///< the type has no such field
        kNameInList,    ///< a list takes numbers; sjson refuses the path
        kBehindEnd,     ///< the elements between are filled with null
        kInsideOfScalar ///< the field is a text, number or bool: nothing stands inside
    };
    Fault fault = Fault::kNone;
    /// kUnknownField: the type without it. kBehindEnd: the size of the list.
    const schema::Type* type = nullptr;
    std::size_t size = 0;
};
[[nodiscard]] DestPlace follow_dest(const ir::Value& root, const DestPath& path);

} // namespace tiphys::analyze
