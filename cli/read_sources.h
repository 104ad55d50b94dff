#pragma once
// The commands' way of reading manifests: paths and standard input in, a project out.

#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "compiler/base/result.h"
#include "compiler/base/source_map.h"
#include "compiler/front/load.h"
#include "compiler/ir/project.h"

namespace tiphys::cli {

/// The whole of a file. Errors name the path and the reason: missing, a folder, not readable,
/// larger than limits::kFileBytes.
[[nodiscard]] Result<std::string> read_file(const std::string& path);

/// All of standard input. Errors: it is closed, a folder, larger than limits::kFileBytes.
[[nodiscard]] Result<std::string> read_standard_input(std::istream& in);

/// What was read, with the texts it points into. Not movable once loaded, hence by pointer.
struct Sources {
    SourceMap map;
    ir::Project project{map};
    /// Files that could not be read although the folder lists them, in words.
    std::vector<std::string> unreadable;
    /// Files that hold an Argo object or something wrong.
    std::size_t n_relevant = 0;
    /// The files of `project`, in its order.
    std::vector<front::InputFile> inputs;
};

/// What to read: files and folders, `-` for standard input.
struct ReadRequest {
    std::vector<std::string> paths;
    /// Name shown for standard input; a file of this name is not read from disk.
    std::string stdin_name = "<stdin>";
    /// A folder whose files are read besides, so that what refers to them is right.
    std::string surroundings;
    /// Files and folders that are read for what others refer to, and not checked.
    std::vector<std::string> known;
    /// Files of the map that belong to the project.
    std::vector<front::InputFile> loaded;
    /// 0 means as many as the machine has, at most eight.
    unsigned n_threads = 0;
    /// The overlay of .tiphys files to apply; none where it is empty.
    std::string environment;
};

/// Reads what is asked for into `sources`, whose project must be empty. No path at all means the
/// current folder. Returns the file that standard input became, or FileId::kNone.
[[nodiscard]] Result<FileId> read_into(Sources& sources, const ReadRequest& request,
                                       Streams& streams);

/// Reads files and folders; `-` is standard input, shown as `stdin_name`. No path at all means the
/// current folder. Where a WorkflowTemplate is missing, the files beside those that `paths` names
/// are searched for it. Files that .tiphys files use are read too; `environment` chooses their
/// overlay. `n_threads` 0 means as many as the machine has, at most eight.
[[nodiscard]] Result<std::unique_ptr<Sources>>
read_sources(const std::vector<std::string>& paths, Streams& streams, const std::string& stdin_name,
             unsigned n_threads, const std::string& environment = {});

[[nodiscard]] unsigned default_threads();

} // namespace tiphys::cli
