#pragma once
// Reads files into a project: documents are found, read, decoded and indexed.

#include <span>
#include <string_view>
#include <vector>

#include "compiler/ir/project.h"

namespace tiphys::front {

struct InputFile {
    FileId file = FileId::kNone;
    /// Read whatever it holds, since the user named it.
    bool is_explicit = false;
    /// Read for what others refer to; see `ir::SourceUnit::is_known`.
    bool is_known = false;
    /// A file of the language that is only there to be used by others.
    bool is_module = false;
};

/// Reads the given files of `sources` (their texts must be filled in). Files are read on up to
/// `n_threads` threads; the result does not depend on their number. What is wrong is in the units'
/// defects; `environment` chooses the overlay of .tiphys files. Documents that have nothing to do
/// with Argo are passed over without being parsed, except the kinds that references are resolved
/// against (Secret, ConfigMap, ServiceAccount …).
[[nodiscard]] ir::Project load_project(SourceMap& sources, std::span<const InputFile> files,
                                       unsigned n_threads, std::string_view environment = {});

/// Reads one file of `project` again, after its text in `sources` has changed.
void reload_file(ir::Project& project, const SourceMap& sources, InputFile file,
                 std::string_view environment = {});

/// Whether a document's text names an API group or kind that is of interest.
[[nodiscard]] bool is_of_interest(std::string_view text);

/// Whether an `apiVersion` is of Argo Workflows' or Argo Events' group but the kind is one of the
/// group's other products (Argo CD, Rollouts), which are none of our business.
[[nodiscard]] bool is_other_argo_kind(std::string_view kind);

/// Whether an `apiVersion` of another group, or of none, may be meant as `argoproj.io/v1alpha1`.
/// For kinds of Argo's only: others have versions like these.
[[nodiscard]] bool is_near_argo_version(std::string_view api_version);

} // namespace tiphys::front
