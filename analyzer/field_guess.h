#pragma once
// Which field of the API somebody meant by one that it does not have.

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/ir/object.h"

namespace tiphys::analyze {

/// What the author probably meant.
struct FieldGuess {
    enum class Kind : std::uint8_t {
        kNone,
        kCase,    ///< the same letters in another case
        kSynonym, ///< a name from Kubernetes, another tool or another version
        kAbove,   ///< a field of the object around it
        kCallee,  ///< a field of the template that is called
        kBelow,   ///< a field of a mapping in this object
        kBeside,  ///< a field of another mapping in the object around it
        kPair,    ///< the name of an element of names and values, which stands in `name`
        kPartOf,  ///< the first or last words of a field
        kNear     ///< nearly the same letters
    };
    Kind kind = Kind::kNone;
    /// The field; empty where only `words` explain.
    std::string_view name;
    /// The mappings that have the field, of kBelow and kBeside.
    std::vector<std::string_view> holders;
    /// What to do, where a name does not say it.
    std::string_view words;
};

/// `parent` is the object around `object`, or null.
[[nodiscard]] FieldGuess guess_field(const ir::Object& object, const ir::Object* parent,
                                     std::string_view written);

/// True where an unknown field of `object` is meant to be `name`, or to stand inside of it: the
/// finding about that one is enough.
[[nodiscard]] bool is_misspelt(const ir::Object& object, std::string_view name);

/// The fields that a type has and is not about to lose.
[[nodiscard]] std::vector<std::string_view> living_fields(const schema::Type& type);

} // namespace tiphys::analyze
