// The commands' way of changing files.
#include "cli/write_text.h"

#include <fstream>

namespace tiphys::cli {

Result<Done> write_text(const std::string& path, const std::string& text) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    if (!out.flush()) return Error{"cannot write `" + path + "`"};
    return Done{};
}

} // namespace tiphys::cli
