#pragma once
// Users of images: by the names in their own files.

#include <cstdint>
#include <string>

#include "compiler/base/result.h"

namespace tiphys::run {

struct ImageUser {
    std::uint32_t user = 0;
    std::uint32_t group = 0;
};

/// `text`: `USER[:GROUP]`, each a name of /etc/passwd or /etc/group below `root`, or a number;
/// empty: root. A user without a group has the one of its line.
[[nodiscard]] Result<ImageUser> read_image_user(const std::string& text, const std::string& root);

} // namespace tiphys::run
