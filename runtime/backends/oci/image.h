#pragma once
// An image that is ready to be run: its files on this machine, and what its configuration says.

#include <string>
#include <vector>

namespace tiphys::run {

struct Image {
    /// The digest of its configuration, without `sha256:`.
    std::string id;
    /// The folder with its files; nobody writes there.
    std::string root;
    std::vector<std::string> entrypoint;
    std::vector<std::string> command;
    /// `NAME=value`
    std::vector<std::string> env;
    std::string working_dir;
    /// `USER[:GROUP]`, names or numbers; empty: root.
    std::string user;
};

} // namespace tiphys::run
