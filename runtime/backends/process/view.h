#pragma once
// What a task sees as its file system, and where that lies on this machine.

#include <optional>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/backends/process/launch.h"

namespace tiphys::run {

/// How tasks are kept apart.
enum class Isolation : std::uint8_t {
    kNone,      ///< paths that a template declares are moved into the task's folder
    kUserSpace, ///< a user namespace: read-only machine, own `/tmp` and declared paths
    kRoot,      ///< for root: an overlay over the whole machine
    kImage      ///< an overlay over the files of an image; a container is made of it
};

/// What views need to know about this machine; read once.
struct Machine {
    /// Mount points besides `/`, `/proc`, `/sys`, `/dev` and `/run`.
    std::vector<std::string> mounts;
    /// Names in `/`.
    std::vector<std::string> root_entries;
};
[[nodiscard]] Machine read_machine();

/// A path of the task that is kept at a place of its own: volume, artifact, script.
struct Mapping {
    std::string path;
    std::string host;
    bool is_folder = false;
    bool read_only = false;
};

/// The view of one process. Prepared by us, entered by the process, and read by us afterwards.
class View {
public:
    /// `upper` holds everything that the process writes outside of mappings; `scratch` is for
    /// the system. Both are folders that exist and are empty.
    View(Isolation isolation, const Machine& machine, std::string upper, std::string scratch)
        : isolation_(isolation), machine_(&machine), upper_(std::move(upper)),
          scratch_(std::move(scratch)) {}
    /// The files of an image in place of the machine's. For kImage, before anything else.
    void stand_on(std::string image_root) { base_ = std::move(image_root); }

    void map(Mapping mapping);
    /// The process will write here: a path that must be writable, or moved.
    void declare(const std::string& path);

    /// Makes what must be there before the process starts, and says how to enter the view.
    [[nodiscard]] Result<Done> prepare(Launch& launch);

    /// Text of the manifest with the paths as the process must use them.
    [[nodiscard]] std::string adapt(const std::string& text) const;

    /// Where `path` of the process lies on this machine; it need not exist.
    [[nodiscard]] std::string host_path(const std::string& path) const;
    /// The same for reading all of it: a folder of the machine that the process has added to is
    /// put together first.
    [[nodiscard]] Result<std::string> readable_path(const std::string& path);
    /// Whether `path` stands in a volume.
    [[nodiscard]] bool is_mapped(const std::string& path) const;

private:
    [[nodiscard]] const Mapping* mapping_of(const std::string& path) const;
    [[nodiscard]] bool is_hidden(const std::string& path) const;
    Result<Done> make_mount_point(const Mapping& mapping);
    [[nodiscard]] std::string resolved(const std::string& path) const;
    Result<Done> prepare_overlay(Launch& launch);
    Result<Done> prepare_root(Launch& launch);
    Result<Done> prepare_image(Launch& launch);
    Result<Done> prepare_user(Launch& launch);
    void add_mappings(Launch& launch);

    Isolation isolation_;
    const Machine* machine_;
    /// The files that the process finds; empty: the machine's.
    std::string base_;
    std::string upper_;
    std::string scratch_;
    /// Longest path first.
    std::vector<Mapping> mappings_;
    std::vector<std::string> declared_;
};

} // namespace tiphys::run
