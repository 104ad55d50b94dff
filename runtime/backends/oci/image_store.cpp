// Finding images, and unpacking them under their digest.

#include "runtime/backends/oci/image_store.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <optional>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "compiler/expr/digest.h"
#include "runtime/backends/oci/image_name.h"
#include "runtime/backends/oci/layers.h"
#include "runtime/io/descriptor.h"
#include "runtime/io/files.h"
#include "runtime/io/json_fields.h"
#include "runtime/io/run_program.h"

namespace tiphys::run {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTarballs[] = {".tar", ".tar.gz", ".tgz", ".tar.zst"};

/// The end of a tarball's name; empty: it is none.
std::string_view tarball_end(std::string_view name) {
    for (const std::string_view end : kTarballs) {
        if (name.ends_with(end)) return end;
    }
    return "";
}

std::string absolute(const std::string& path) {
    std::error_code error;
    return fs::absolute(path, error).lexically_normal().string();
}

/// Removes a folder when it goes.
class ScratchFolder {
public:
    explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
    ~ScratchFolder() {
        if (!path_.empty()) remove_tree(path_);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

private:
    std::string path_;
};

Result<std::string> sha256_of(const std::string& path) {
    const Descriptor file(path, O_RDONLY);
    struct stat status {};
    if (file.number() < 0 || ::fstat(file.number(), &status) != 0) {
        return Error{"cannot read `" + path + "`: " + std::strerror(errno)};
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) return expr::to_hex(expr::sha256(""));
    void* bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
    if (bytes == MAP_FAILED) return Error{"cannot read `" + path + "`: " + std::strerror(errno)};
    std::string digest = expr::to_hex(expr::sha256({static_cast<const char*>(bytes), size}));
    ::munmap(bytes, size);
    return digest;
}

Result<Done> check_digest(const LayerFile& file) {
    constexpr std::string_view kSha256 = "sha256:";
    if (!file.digest.starts_with(kSha256)) return Done{};
    TIPHYS_TRY(digest, sha256_of(file.path));
    if (digest == file.digest.substr(kSha256.size())) return Done{};
    return Error{"`" + file.path + "` is damaged: its content is not what its name says"};
}

/// Whether the image is meant by `wanted`. `source`: the name of the folder or tarball, which
/// stands for the repository where the layout holds tags alone.
bool is_called(const PackedImage& image, const std::string& source, const std::string& wanted) {
    const std::string digest = digest_of_name(wanted);
    if (!digest.empty()) {
        return std::find(image.digests.begin(), image.digests.end(), digest) != image.digests.end();
    }
    const std::string full = full_image_name(wanted);
    if (image.names.empty()) return full_image_name(source) == full;
    return std::any_of(image.names.begin(), image.names.end(), [&](const std::string& name) {
        const bool is_tag = name.find('/') == name.npos && name.find(':') == name.npos;
        return full_image_name(name) == full ||
               (is_tag && full_image_name(source + ":" + name) == full);
    });
}

std::vector<std::string> texts_at(const nlohmann::json& object, const char* key) {
    std::vector<std::string> texts;
    const auto found = object.find(key);
    if (found == object.end() || !found->is_array()) return texts;
    for (const nlohmann::json& text : *found) {
        if (text.is_string()) texts.push_back(text.get<std::string>());
    }
    return texts;
}

/// A way to get an image out of another program's store as a tarball.
struct Tool {
    /// Prints something that is the image's own; nothing where there is no such image.
    std::vector<std::string> identify;
    bool prints_heading = false;
    /// Gets what the store lacks; empty: this is not for us to do.
    std::vector<std::string> fetch;
    std::vector<std::string> save;
};

std::vector<Tool> tools_for(const std::string& name, const std::string& tarball) {
    const std::string full = full_image_name(name);
    const std::string stored = "containers-storage:" + full;
    const std::string remote = "docker://" + full;
    return {{{"podman", "image", "inspect", "--format", "{{.Id}}", full},
             false,
             {"podman", "pull", "--quiet", full},
             {"podman", "save", "--quiet", "--format", "oci-archive", "--output", tarball, full}},
            {{"docker", "image", "inspect", "--format", "{{.Id}}", full},
             false,
             {"docker", "pull", "--quiet", full},
             {"docker", "save", "--output", tarball, full}},
            {{"nerdctl", "images", "--quiet", "--no-trunc", full},
             false,
             {"nerdctl", "pull", "--quiet", full},
             {"nerdctl", "save", "--output", tarball, full}},
            {{"skopeo", "inspect", "--format", "{{.Digest}}", stored},
             false,
             {},
             {"skopeo", "copy", "--quiet", stored, "oci-archive:" + tarball + ":" + full}},
            {{"skopeo", "inspect", "--format", "{{.Digest}}", remote},
             false,
             {},
             {"skopeo", "copy", "--quiet", remote, "oci-archive:" + tarball + ":" + full}},
            {{"ctr", "--connect-timeout", "2s", "images", "ls", "name==" + full},
             true,
             {},
             {"ctr", "--connect-timeout", "2s", "images", "export", tarball, full}}};
}

/// What programs said last when they failed, in the order of their names.
using Complaints = std::map<std::string, std::string>;

/// What the program printed; nothing where it failed, and says why.
std::optional<std::string> output_of(const std::vector<std::string>& words,
                                     Complaints& complaints) {
    auto ended = run_program({words, {}});
    if (!ended) return std::nullopt;
    if (ended->exit_code == 0) return std::move(ended->stdout_text);
    std::string_view said = ended->stderr_text;
    while (said.ends_with('\n')) {
        said.remove_suffix(1);
    }
    // The last line is the one that says what went wrong.
    said = said.substr(said.rfind('\n') + 1);
    if (said.starts_with(words[0] + ": ")) said.remove_prefix(words[0].size() + 2);
    if (!said.empty()) complaints[words[0]] = said;
    return std::nullopt;
}

/// Empty: the tool is not there, or has no such image.
std::string identify(const Tool& tool, Complaints& complaints) {
    const auto printed = output_of(tool.identify, complaints);
    if (!printed) return "";
    const std::size_t begin = tool.prints_heading ? printed->find('\n') + 1 : 0;
    return printed->substr(begin);
}

Error not_here(const std::string& name, const Complaints& complaints) {
    std::string said;
    for (const auto& [tool, complaint] : complaints) {
        said += (said.empty() ? " (" : "; ") + tool + ": " + complaint;
    }
    if (!said.empty()) said += ")";
    return {"image `" + name +
            "` is not on this machine; name its OCI layout or tarball: `--image " + name +
            "=PATH`, or `--images FOLDER`" + said};
}

} // namespace

Result<Image> read_image_config(const std::string& text) {
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object()) return Error{"the configuration of the image is not JSON"};
    Image image;
    const auto found = json.find("config");
    if (found == json.end() || !found->is_object()) return image;
    image.entrypoint = texts_at(*found, "Entrypoint");
    image.command = texts_at(*found, "Cmd");
    image.env = texts_at(*found, "Env");
    image.working_dir = text_of(*found, "WorkingDir");
    image.user = text_of(*found, "User");
    return image;
}

Result<const Image*> ImageStore::find(const std::string& name) {
    const auto known = known_.find(name);
    if (known != known_.end()) return &known->second;
    TIPHYS_TRY(image, load(name));
    return &known_.emplace(name, std::move(image)).first->second;
}

Result<Image> ImageStore::load(const std::string& name) {
    if (name.empty()) return Error{"the template names no image"};
    for (const auto& [given, path] : options_.given) {
        if (full_image_name(given) == full_image_name(name)) return take_given(name, path);
    }
    if (options_.folder.empty()) return take_from_tools(name);
    auto found = take_from_folder(name);
    if (!found || !found->root.empty()) return found;
    return take_from_tools(name);
}

Result<ImageStore::Source> ImageStore::open_source(const std::string& path) const {
    Source source;
    source.folder = absolute(path);
    source.name = fs::path(source.folder).filename().string();
    if (!path_exists(source.folder)) return Error{"there is no image at `" + path + "`"};
    if (!is_directory(source.folder)) {
        source.name.resize(source.name.size() - tarball_end(source.name).size());
        const std::string tarball = source.folder;
        source.folder = options_.cache + "/open." + std::to_string(::getpid());
        remove_tree(source.folder);
        TIPHYS_TRY(made, make_folders(source.folder));
        static_cast<void>(made);
        source.is_scratch = true;
        const auto unpacked = unpack_over(tarball, source.folder, false);
        if (!unpacked) {
            remove_tree(source.folder);
            return unpacked.error();
        }
    }
    auto images = read_layout(source.folder);
    if (!images) {
        if (source.is_scratch) remove_tree(source.folder);
        return images.error();
    }
    source.images = std::move(*images);
    return source;
}

Result<Image> ImageStore::take_given(const std::string& name, const std::string& path) const {
    const std::string note = note_of(path, name);
    TIPHYS_TRY(known, recall(note));
    if (!known.root.empty()) return known;
    TIPHYS_TRY(image, take_tarball(name, path));
    remember(note, image);
    return image;
}

/// Also of a layout.
Result<Image> ImageStore::take_tarball(const std::string& name, const std::string& path) const {
    TIPHYS_TRY(source, open_source(path));
    const ScratchFolder scratch(source.is_scratch ? source.folder : "");
    // What holds one image only holds the one that was named.
    const bool is_alone = source.images.size() == 1;
    for (const PackedImage& packed : source.images) {
        if (is_alone || is_called(packed, source.name, name)) return unpack(packed);
    }
    return Error{"`" + path + "` holds " + std::to_string(source.images.size()) +
                 " images for this machine, and none is called `" + name + "`"};
}

/// An image without a root: it is not there.
Result<Image> ImageStore::take_from_folder(const std::string& name) const {
    std::vector<std::string> paths;
    if (is_image_layout(options_.folder)) paths.push_back(options_.folder);
    std::error_code error;
    for (fs::directory_iterator entry(options_.folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string path = entry->path().string();
        const bool is_source =
            is_directory(path) ? is_image_layout(path) : !tarball_end(path).empty();
        if (is_source) paths.push_back(path);
    }
    if (error) return Error{"cannot read `" + options_.folder + "`: " + error.message()};
    std::sort(paths.begin(), paths.end());
    for (const std::string& path : paths) {
        TIPHYS_TRY(known, recall(note_of(path, name)));
        if (!known.root.empty()) return known;
    }
    for (const std::string& path : paths) {
        TIPHYS_TRY(source, open_source(path));
        const ScratchFolder scratch(source.is_scratch ? source.folder : "");
        for (const PackedImage& packed : source.images) {
            if (!is_called(packed, source.name, name)) continue;
            TIPHYS_TRY(image, unpack(packed));
            remember(note_of(path, name), image);
            return image;
        }
    }
    return Image{};
}

/// Where it is noted which image the tarball holds under the name; empty for folders, which are
/// read quickly enough.
std::string ImageStore::note_of(const std::string& path, const std::string& name) const {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || S_ISDIR(status.st_mode)) return "";
    return note_named(absolute(path) + "\n" + name + "\n" + std::to_string(status.st_size) + "\n" +
                      std::to_string(status.st_mtim.tv_sec) + "." +
                      std::to_string(status.st_mtim.tv_nsec));
}

/// `what`: all that the image depends on.
std::string ImageStore::note_named(const std::string& what) const {
    return options_.cache + "/noted/" + expr::to_hex(expr::sha256(what));
}

/// An image without a root: nothing is known of it.
Result<Image> ImageStore::recall(const std::string& note) const {
    if (note.empty()) return Image{};
    const auto id = read_file(note);
    if (!id) return Image{};
    const auto text = read_file(options_.cache + "/" + *id + "/config.json");
    if (!text) return Image{};
    TIPHYS_TRY(image, read_image_config(*text));
    image.id = *id;
    image.root = options_.cache + "/" + *id + "/rootfs";
    return image;
}

void ImageStore::remember(const std::string& note, const Image& image) const {
    // Without the note the image is read once more.
    if (!note.empty() && make_folders_above(note)) {
        static_cast<void>(replace_file(note, image.id));
    }
}

Result<Image> ImageStore::take_from_tools(const std::string& name) const {
    TIPHYS_TRY(made, make_folders(options_.cache));
    static_cast<void>(made);
    const std::string tarball = options_.cache + "/saved." + std::to_string(::getpid()) + ".tar";
    const ScratchFolder scratch(tarball);
    Complaints complaints;
    for (const Tool& tool : tools_for(name, tarball)) {
        std::string id = identify(tool, complaints);
        if (id.empty() && !tool.fetch.empty() && output_of(tool.fetch, complaints)) {
            id = identify(tool, complaints);
        }
        if (id.empty()) continue;
        const std::string note = note_named(tool.identify[0] + "\n" + name + "\n" + id);
        TIPHYS_TRY(known, recall(note));
        if (!known.root.empty()) return known;
        if (!output_of(tool.save, complaints)) continue;
        TIPHYS_TRY(image, take_tarball(name, tarball));
        remember(note, image);
        return image;
    }
    return not_here(name, complaints);
}

Result<Image> ImageStore::unpack(const PackedImage& packed) const {
    TIPHYS_TRY(config_checked, check_digest(packed.config));
    static_cast<void>(config_checked);
    TIPHYS_TRY(text, read_file(packed.config.path));
    TIPHYS_TRY(image, read_image_config(text));
    image.id = expr::to_hex(expr::sha256(text));
    const std::string place = options_.cache + "/" + image.id;
    image.root = place + "/rootfs";
    if (path_exists(place)) return image;
    const std::string draft = options_.cache + "/new." + std::to_string(::getpid());
    const ScratchFolder scratch(draft);
    remove_tree(draft);
    TIPHYS_TRY(made, make_folders(draft + "/rootfs"));
    static_cast<void>(made);
    TIPHYS_TRY(written, write_file(draft + "/config.json", text));
    static_cast<void>(written);
    for (const LayerFile& layer : packed.layers) {
        TIPHYS_TRY(checked, check_digest(layer));
        static_cast<void>(checked);
        TIPHYS_TRY(applied, unpack_over(layer.path, draft + "/rootfs", true));
        static_cast<void>(applied);
    }
    // Another process may have been quicker.
    if (::rename(draft.c_str(), place.c_str()) != 0 && !path_exists(place)) {
        return Error{"cannot create `" + place + "`: " + std::strerror(errno)};
    }
    return image;
}

} // namespace tiphys::run
