#pragma once
// Walks over all objects of a document, for rules that look at what the schema says of a field
// rather than at one type.

#include <functional>
#include <vector>

#include "compiler/ir/object.h"

namespace tiphys::analyze {

/// A field that is present, with the schema's knowledge of it.
struct PresentField {
    const ir::Object* owner = nullptr;
    const schema::Field* field = nullptr;
    const ir::Entry* entry = nullptr;
};

/// Calls `visit` for each present field of each object in `root`, in source order of the types'
/// fields, outer ones first.
void for_each_field(const ir::Value& root, const std::function<void(const PresentField&)>& visit);

/// Calls `visit` for each text of a field: itself, or the elements of its lists and mappings.
void for_each_scalar(const ir::Value& value, const std::function<void(const ir::Scalar&)>& visit);

/// Calls `visit` for each text at any depth of a value, in objects too.
void for_each_text(const ir::Value& value, const std::function<void(const ir::Scalar&)>& visit);

} // namespace tiphys::analyze
