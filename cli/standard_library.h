#pragma once
// What the doc comments of the standard library say: its page, and its examples.

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace tiphys::cli {

/// A declaration of a module with its doc comment.
struct StandardItem {
    /// `task clone(repo, revision = "HEAD") -> (src: dir at "/tmp/src")`, on one line.
    std::string signature;
    std::string text;
    /// The indented lines at the end of the doc comment; `use` lines come first.
    std::string example;
};

struct StandardModule {
    std::string_view name;
    std::string text;
    std::vector<StandardItem> items;
};

/// A doc comment ends where a line without `##` stands; that line begins the declaration.
[[nodiscard]] StandardModule read_standard_module(std::string_view name, std::string_view text);

/// A whole file that holds an example, in a workflow with settings that a careful writer gives it.
[[nodiscard]] std::string whole_example(const StandardItem& item);

/// The page docs/stdlib.md.
void write_standard_library(std::ostream& out);

} // namespace tiphys::cli
