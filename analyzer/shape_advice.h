#pragma once
// How a value of the wrong shape is written in the right one: a text as an object, a mapping as a
// list of named elements, a list as a text.

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/context.h"

namespace tiphys::analyze {

/// Words for `help`, and the same as a change where nothing has to be made up.
struct ShapeAdvice {
    std::string help;
    std::string title;
    std::vector<TextEdit> edits;
};

/// A text where an object of `type` is wanted: `{name: x}`.
[[nodiscard]] std::optional<ShapeAdvice> text_as_object(const ir::Scalar& scalar,
                                                        const schema::Type& type);

/// A mapping where a list of objects of `type` is wanted: its keys are the names of the elements.
/// Nothing where the mapping is an element itself.
[[nodiscard]] std::optional<ShapeAdvice>
mapping_as_named_list(const Context& context, const ir::Value& mapping, const schema::Type& type);

/// A list where an object of `type` is wanted that has a list of such elements in it; `key` is the
/// field that holds the object.
[[nodiscard]] std::optional<ShapeAdvice> list_as_object(const Context& context,
                                                        const ir::Value& list,
                                                        const schema::Type& type,
                                                        std::string_view key);

/// A list or mapping where `field` of `type` takes a text.
[[nodiscard]] std::optional<ShapeAdvice> collection_as_text(const Context& context,
                                                            const ir::Defect& defect);

} // namespace tiphys::analyze
