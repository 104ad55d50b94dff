#pragma once
// Archived workflows as people and programs read them.

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "runtime/archive/archive.h"

namespace tiphys::cli {

/// `form`: a table, or `wide`, `json`, `name`.
void write_archived(const std::vector<archive::ArchivedWorkflow>& workflows,
                    const std::string& form, std::ostream& out);

/// A Workflow in JSON as `form`: `json`, else YAML.
void write_object(const std::string& object, const std::string& form, std::ostream& out);

/// Puts the Workflow of `text` into the archive, or all of the list that it is; JSON. Returns how
/// many.
[[nodiscard]] Result<std::int64_t> add_objects(archive::Archive& archive, const std::string& text);

} // namespace tiphys::cli
