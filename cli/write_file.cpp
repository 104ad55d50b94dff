// Writing the files that a command makes or changes.
#include "cli/write_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include "cli/read_sources.h"

namespace tiphys::cli {

namespace fs = std::filesystem;

Result<Done> write_text(const fs::path& path, std::string_view text) {
    errno = 0;
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    if (file.flush()) return Done{};
    const std::string reason = errno == 0 ? "" : std::string(": ") + std::strerror(errno);
    return Error{"cannot write `" + path.generic_string() + "`" + reason};
}

Result<bool> write_if_changed(const fs::path& path, std::string_view text) {
    std::error_code error;
    if (fs::exists(path, error)) {
        const Result<std::string> present = read_file(path.string());
        if (present.has_value() && *present == text) return false;
    }
    TIPHYS_TRY(written, write_text(path, text));
    static_cast<void>(written);
    return true;
}

} // namespace tiphys::cli
