// Writing the files that a command makes.
#include "cli/write_file.h"

#include <fstream>

#include "cli/read_sources.h"

namespace tiphys::cli {

namespace fs = std::filesystem;

Result<bool> write_file(const fs::path& path, const std::string& text) {
    std::error_code error;
    if (fs::exists(path, error)) {
        const Result<std::string> present = read_file(path.string());
        if (present.has_value() && *present == text) return false;
    }
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    if (!file.flush()) return Error{"cannot write `" + path.generic_string() + "`"};
    return true;
}

} // namespace tiphys::cli
