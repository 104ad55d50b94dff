// A folder for a command's own use.
#include "cli/scratch_folder.h"

#include <cstdlib>
#include <string>
#include <system_error>

namespace tiphys::cli {

ScratchFolder::ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "tiphys-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

} // namespace tiphys::cli
