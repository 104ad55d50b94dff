// Markdown pages.
#include <catch2/catch.hpp>

#include "tests/tidy/checks.h"

namespace tiphys::tidy {
namespace {

Findings documents(const std::string& text) {
    Tree tree;
    tree.add("docs/page.md", text);
    tree.add("docs/other.md", "# Other\n\n## Two words, `code`\n");
    tree.add("LICENSE", "");
    return check_documents(tree);
}

TEST_CASE("a page has one title, at its beginning") {
    CHECK(documents("# Title\n\ntext\n").empty());
    CHECK(documents("<!-- generated -->\n# Title\n").empty());
    CHECK(documents("text\n").size() == 1);
    CHECK(documents("# One\n# Two\n").size() == 1);
    CHECK(documents("# One\n```sh\n# a comment\n```\n").empty());
    CHECK(documents("# One\n````md\n```\n# text\n```\n````\n").empty());
}

TEST_CASE("links lead to files and folders of the tree") {
    CHECK(documents("# T\n[a](other.md) [b](../LICENSE) [c](../docs) [d](https://x.org/y)\n")
              .empty());
    CHECK(documents("# T\n[a](missing.md)\n") ==
          Findings{{"docs/page.md", 2, "the link `missing.md` leads nowhere"}});
    CHECK(documents("# T\n[a](../../outside.md)\n").size() == 1);
    CHECK(documents("# T\n`[a](missing.md)`\n```\n[a](missing.md)\n```\n").empty());
}

TEST_CASE("links lead to headings of pages") {
    CHECK(documents("# T\n[a](other.md#two-words-code) [b](#t)\n").empty());
    CHECK(documents("# T\n[a](other.md#three)\n").size() == 1);
    CHECK(documents("# T\n[a](#three)\n").size() == 1);
}

} // namespace
} // namespace tiphys::tidy
