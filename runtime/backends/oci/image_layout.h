#pragma once
// Images as folders: OCI layouts, and what `docker save` writes.

#include <string>
#include <vector>

#include "compiler/base/result.h"

namespace tiphys::run {

struct LayerFile {
    std::string path;
    /// `sha256:…` of the file; empty: not known.
    std::string digest;
};

/// An image as it lies in a folder, not unpacked.
struct PackedImage {
    /// As the folder calls it: whole names, or tags alone.
    std::vector<std::string> names;
    /// Of its manifest, and of the list that it came from; empty for what docker saves.
    std::vector<std::string> digests;
    LayerFile config;
    /// Lowest first.
    std::vector<LayerFile> layers;
};

[[nodiscard]] bool is_image_layout(const std::string& folder);

/// All images in the folder that this machine's processor can run, in the order of the folder's
/// index. An Error tells which file of it is missing or cannot be understood.
[[nodiscard]] Result<std::vector<PackedImage>> read_layout(const std::string& folder);

} // namespace tiphys::run
