#pragma once
// Reads a text for the unit tests of this folder and shows the tree in comparable form.

#include <string>
#include <vector>

#include "compiler/base/arena.h"
#include "compiler/doc/tree.h"

namespace tiphys::doc {

/// The first document of a text.
struct ReadText {
    explicit ReadText(std::string yaml);

    std::string text;
    Arena arena;
    Tree tree;

    /// The bytes of each node's span, in the order of the tree.
    [[nodiscard]] std::vector<std::string> sources() const;
    /// Type and value of each scalar: `int 1`, `string a`; of aliases `*name`.
    [[nodiscard]] std::vector<std::string> values() const;
    /// `line:column kind [bytes] detail` of each defect.
    [[nodiscard]] std::vector<std::string> defects() const;
    [[nodiscard]] std::vector<std::string> comments() const;
};

using Strings = std::vector<std::string>;

/// The folder with the recorded answers and manifests that some tests compare with, or an empty
/// string, with a line on standard output, if it is not there.
[[nodiscard]] std::string shared_folder();

} // namespace tiphys::doc
