#pragma once
// Images by name: from layouts and tarballs on this machine, or from the stores of podman, docker
// and containerd. Each is unpacked once.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/backends/oci/image.h"
#include "runtime/backends/oci/image_layout.h"

namespace tiphys::run {

struct ImageOptions {
    /// Names of images, each with the layout or tarball that holds it.
    std::vector<std::pair<std::string, std::string>> given;
    /// A layout, or a folder of layouts and tarballs; empty: none.
    std::string folder;
    /// Where images are kept unpacked, by digest.
    std::string cache;
};

class ImageStore {
public:
    explicit ImageStore(ImageOptions options) : options_(std::move(options)) {}

    /// The image, unpacked where it was not yet. An Error says where it was looked for, or what is
    /// wrong with it.
    [[nodiscard]] Result<const Image*> find(const std::string& name);

private:
    /// A layout or tarball, read.
    struct Source {
        /// Without the end of tarballs.
        std::string name;
        std::string folder;
        std::vector<PackedImage> images;
        /// Whether the folder is ours, to be removed.
        bool is_scratch = false;
    };

    [[nodiscard]] Result<Image> load(const std::string& name);
    [[nodiscard]] Result<Source> open_source(const std::string& path) const;
    [[nodiscard]] Result<Image> take_given(const std::string& name, const std::string& path) const;
    [[nodiscard]] Result<Image> take_tarball(const std::string& name,
                                             const std::string& path) const;
    [[nodiscard]] Result<Image> take_from_folder(const std::string& name) const;
    [[nodiscard]] Result<Image> take_from_tools(const std::string& name) const;
    [[nodiscard]] Result<Image> unpack(const PackedImage& packed) const;
    [[nodiscard]] std::string note_of(const std::string& path, const std::string& name) const;
    [[nodiscard]] std::string note_named(const std::string& what) const;
    [[nodiscard]] Result<Image> recall(const std::string& note) const;
    void remember(const std::string& note, const Image& image) const;

    ImageOptions options_;
    std::map<std::string, Image> known_;
};

/// What the configuration of an image says. `text`: its JSON.
[[nodiscard]] Result<Image> read_image_config(const std::string& text);

} // namespace tiphys::run
