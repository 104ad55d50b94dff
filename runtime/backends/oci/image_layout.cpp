// index.json of OCI layouts and manifest.json of docker.
// https://github.com/opencontainers/image-spec/blob/main/image-layout.md

#include "runtime/backends/oci/image_layout.h"

#include <algorithm>
#include <string_view>

#include <nlohmann/json.hpp>

#include "runtime/io/files.h"
#include "runtime/io/json_fields.h"

namespace tiphys::run {
namespace {

using Json = nlohmann::json;

/// Lists of lists have no use; deeper ones are refused.
constexpr int kMostLists = 4;

#if defined(__aarch64__)
constexpr std::string_view kProcessor = "arm64";
#else
constexpr std::string_view kProcessor = "amd64";
#endif

Result<Json> read_json(const std::string& path) {
    TIPHYS_TRY(text, read_file(path));
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return Error{"`" + path + "` is not JSON"};
    return json;
}

/// `sha256:00ff` is at blobs/sha256/00ff. A digest is no path of its own.
Result<LayerFile> blob_of(const std::string& folder, const Json& descriptor) {
    const std::string digest = text_of(descriptor, "digest");
    const std::size_t colon = digest.find(':');
    const bool is_digest =
        colon != digest.npos && digest.find('/') == digest.npos && digest.find("..") == digest.npos;
    if (!is_digest) return Error{"`" + folder + "` names a blob by `" + digest + "`"};
    return LayerFile{folder + "/blobs/" + digest.substr(0, colon) + "/" + digest.substr(colon + 1),
                     digest};
}

std::vector<std::string> names_in(const Json& descriptor) {
    std::vector<std::string> names;
    const Json annotations = object_at(descriptor, "annotations");
    for (const char* key : {"io.containerd.image.name", "org.opencontainers.image.ref.name"}) {
        std::string name = text_of(annotations, key);
        if (!name.empty()) names.push_back(std::move(name));
    }
    return names;
}

bool fits_machine(const Json& descriptor) {
    const Json platform = object_at(descriptor, "platform");
    const std::string system = text_of(platform, "os");
    const std::string processor = text_of(platform, "architecture");
    return (system.empty() || system == "linux") && (processor.empty() || processor == kProcessor);
}

class LayoutReader {
public:
    explicit LayoutReader(std::string folder) : folder_(std::move(folder)) {}

    Result<std::vector<PackedImage>> read() {
        TIPHYS_TRY(index, read_json(folder_ + "/index.json"));
        TIPHYS_TRY(added, add_list(index, {}, 0));
        static_cast<void>(added);
        return std::move(images_);
    }

private:
    Result<Done> add_list(const Json& list, const PackedImage& above, int depth) {
        if (depth > kMostLists)
            return Error{"`" + folder_ + "` nests its lists of images too deep"};
        for (const Json& descriptor : list_at(list, "manifests")) {
            if (!fits_machine(descriptor)) continue;
            PackedImage image = above;
            for (std::string& name : names_in(descriptor)) {
                image.names.push_back(std::move(name));
            }
            image.digests.push_back(text_of(descriptor, "digest"));
            TIPHYS_TRY(blob, blob_of(folder_, descriptor));
            TIPHYS_TRY(manifest, read_json(blob.path));
            if (manifest.is_object() && manifest.contains("manifests")) {
                TIPHYS_TRY(below, add_list(manifest, image, depth + 1));
                static_cast<void>(below);
                continue;
            }
            TIPHYS_TRY(added, add_image(manifest, std::move(image)));
            static_cast<void>(added);
        }
        return Done{};
    }

    Result<Done> add_image(const Json& manifest, PackedImage image) {
        const Json config = object_at(manifest, "config");
        // Signatures and attestations lie beside images and are none.
        if (text_of(config, "mediaType").find("image") == std::string::npos) return Done{};
        TIPHYS_TRY(config_blob, blob_of(folder_, config));
        image.config = std::move(config_blob);
        for (const Json& layer : list_at(manifest, "layers")) {
            const bool is_files = text_of(layer, "mediaType").find(".tar") != std::string::npos ||
                                  text_of(layer, "mediaType").find("layer") != std::string::npos;
            if (!is_files) return Done{};
            TIPHYS_TRY(blob, blob_of(folder_, layer));
            image.layers.push_back(std::move(blob));
        }
        images_.push_back(std::move(image));
        return Done{};
    }

    std::string folder_;
    std::vector<PackedImage> images_;
};

Result<std::vector<PackedImage>> read_docker(const std::string& folder) {
    TIPHYS_TRY(list, read_json(folder + "/manifest.json"));
    std::vector<PackedImage> images;
    if (!list.is_array()) return Error{"`" + folder + "/manifest.json` is no list of images"};
    for (const Json& entry : list) {
        PackedImage image;
        for (const Json& name : list_at(entry, "RepoTags")) {
            if (name.is_string()) image.names.push_back(name.get<std::string>());
        }
        image.config.path = folder + clean_path("/" + text_of(entry, "Config"));
        for (const Json& layer : list_at(entry, "Layers")) {
            if (!layer.is_string()) continue;
            image.layers.push_back({folder + clean_path("/" + layer.get<std::string>()), ""});
        }
        images.push_back(std::move(image));
    }
    return images;
}

} // namespace

bool is_image_layout(const std::string& folder) {
    return path_exists(folder + "/index.json") || path_exists(folder + "/manifest.json");
}

Result<std::vector<PackedImage>> read_layout(const std::string& folder) {
    // Newer dockers write both; the index has digests.
    if (path_exists(folder + "/index.json")) {
        TIPHYS_TRY(images, LayoutReader(folder).read());
        const bool named = std::any_of(images.begin(), images.end(), [](const PackedImage& image) {
            return !image.names.empty();
        });
        if (named || !path_exists(folder + "/manifest.json")) return images;
    }
    if (path_exists(folder + "/manifest.json")) return read_docker(folder);
    return Error{"`" + folder + "` is no image: it has neither index.json nor manifest.json"};
}

} // namespace tiphys::run
