#pragma once
// Objects of files, as a cluster takes them.

#include <memory>
#include <string>
#include <vector>

#include "cli/read_sources.h"
#include "runtime/kubernetes/failure.h"

namespace tiphys::cli {

struct ManifestRequest {
    std::vector<std::string> files;
    /// The overlay of .tiphys files.
    std::string environment;
    /// Only objects of this kind; others are left out, with a word on standard error.
    std::string kind;
    /// The linter's errors count; references to what the cluster may have do not.
    bool is_checked = true;
};

/// An object as JSON, with the document that it was made of: null where there is none.
struct Manifest {
    std::string json;
    const ir::Document* document = nullptr;
};

struct Manifests {
    /// What the documents point into.
    std::unique_ptr<Sources> sources;
    /// In the order of the files.
    std::vector<Manifest> objects;
};

/// No object where the linter found errors, which are written then. Errors: a file cannot be read,
/// or there is no such object.
[[nodiscard]] Result<Manifests> read_manifests(const ManifestRequest& request, Streams& streams);

/// Shows what a server does not take about fields of a document, at their places in the source.
void write_complaints(const std::vector<kube::FieldComplaint>& complaints,
                      const ir::Document& document, const Sources& sources, Streams& streams);

} // namespace tiphys::cli
