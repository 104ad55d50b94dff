#pragma once
// Files of the language as units of a project: the same objects as from YAML, with places in the
// .tiphys source.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/project.h"

namespace tiphys::front {

/// A file of the language that others may `use`: its path as `use` finds it.
struct LanguageSource {
    FileId file = FileId::kNone;
    std::string_view path;
    std::string_view text;
};

/// Where the modules of the standard library stand among the files that `use` may name.
inline constexpr std::string_view kStandardFolder = "<std>/";

/// Reads a file: parses it, applies the overlay `environment` (none where it is empty) and makes
/// its objects. `others` are the files that `use` may name: those of the language, the modules of
/// the standard library as `<std>/<name>.tiphys`, and YAML files with WorkflowTemplates. What is
/// wrong is in the unit's defects.
[[nodiscard]] ir::SourceUnit read_language(const LanguageSource& source,
                                           std::span<const LanguageSource> others,
                                           std::string_view environment);

/// The paths of the files that a file uses, relative ones resolved against its own folder; objects
/// of Argo (`argo:…`) are not among them.
[[nodiscard]] std::vector<std::string> used_files(std::string_view path, std::string_view text);

} // namespace tiphys::front
