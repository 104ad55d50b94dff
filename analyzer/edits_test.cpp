// Changes to YAML text that keep its style.
#include <string>

#include <catch2/catch.hpp>

#include "analyzer/edits.h"
#include "compiler/front/load.h"

namespace tiphys::analyze {
namespace {

/// A document of a foreign kind, whose mappings keep all of their keys.
class Sample {
public:
    explicit Sample(const std::string& body) : project_(sources_) {
        const front::InputFile file{sources_.add("sample.yaml", "kind: Secret\n" + body), true};
        project_ = front::load_project(sources_, {&file, 1}, 1);
    }

    [[nodiscard]] const ir::Map& root() const {
        return *ir::map_as(project_.units()[0].documents[0].root);
    }
    [[nodiscard]] const ir::Map& map(std::string_view key) const {
        return *ir::map_as(root().find(key));
    }
    [[nodiscard]] static const ir::Entry& entry(const ir::Map& map, std::string_view key) {
        for (const ir::Entry& entry : map.entries) {
            if (entry.key == key) return entry;
        }
        FAIL("no key " << key);
        return map.entries.front();
    }
    [[nodiscard]] const Context& context() const { return context_; }
    /// The text after the edits, without the first line.
    [[nodiscard]] std::string after(std::vector<TextEdit> edits) const {
        const std::string text = apply_edits(sources_.file(FileId{0}).text, std::move(edits));
        return text.substr(text.find('\n') + 1);
    }

private:
    SourceMap sources_;
    ir::Project project_;
    Settings settings_;
    ir::SourceUnit unit_;
    std::vector<Diagnostic> out_;
    Context context_{project_, unit_, settings_, out_};
};

} // namespace

TEST_CASE("fields are inserted in the style of their mapping") {
    const Sample sample("a: 1 # one\nb: {c: 2}\nd:\n  e: |\n    text\n  f: 3\n");
    const ir::Map& root = sample.root();
    CHECK(sample.after({insert_after(sample.context(), root, Sample::entry(root, "a"), "x: 0")}) ==
          "a: 1 # one\nx: 0\nb: {c: 2}\nd:\n  e: |\n    text\n  f: 3\n");
    const ir::Map& flow = sample.map("b");
    CHECK(sample.after({insert_after(sample.context(), flow, Sample::entry(flow, "c"), "x: 0")}) ==
          "a: 1 # one\nb: {c: 2, x: 0}\nd:\n  e: |\n    text\n  f: 3\n");
    CHECK(sample.after({insert_before(sample.context(), flow, Sample::entry(flow, "c"), "x: 0")}) ==
          "a: 1 # one\nb: {x: 0, c: 2}\nd:\n  e: |\n    text\n  f: 3\n");
    const ir::Map& inner = sample.map("d");
    CHECK(sample.after(
              {insert_after(sample.context(), inner, Sample::entry(inner, "e"), "x:\n  y: 0")}) ==
          "a: 1 # one\nb: {c: 2}\nd:\n  e: |\n    text\n  x:\n    y: 0\n  f: 3\n");
    CHECK(
        sample.after({insert_before(sample.context(), inner, Sample::entry(inner, "f"), "x: 0")}) ==
        "a: 1 # one\nb: {c: 2}\nd:\n  e: |\n    text\n  x: 0\n  f: 3\n");
}

TEST_CASE("fields are removed with their lines or their comma") {
    const Sample sample("a: 1\nb: {c: 2, d: 3, e: 4}\nf:\n  g: |\n    text\n  h: 5\n");
    const auto without = [&](const ir::Map& map, std::string_view key) {
        const auto edit = remove_field(sample.context(), map, Sample::entry(map, key));
        return edit ? sample.after({*edit}) : "";
    };
    const ir::Map& flow = sample.map("b");
    const std::string rest = "f:\n  g: |\n    text\n  h: 5\n";
    CHECK(without(sample.root(), "a") == "b: {c: 2, d: 3, e: 4}\n" + rest);
    CHECK(without(flow, "c") == "a: 1\nb: {d: 3, e: 4}\n" + rest);
    CHECK(without(flow, "d") == "a: 1\nb: {c: 2, e: 4}\n" + rest);
    CHECK(without(flow, "e") == "a: 1\nb: {c: 2, d: 3}\n" + rest);
    CHECK(without(sample.map("f"), "g") == "a: 1\nb: {c: 2, d: 3, e: 4}\nf:\n  h: 5\n");
    CHECK(without(sample.root(), "f") == "a: 1\nb: {c: 2, d: 3, e: 4}\n");
}

TEST_CASE("fields without a value are removed, with a colon or without one") {
    const Sample sample("a: {b: 1, c}\nd: {e: 1, f: }\n");
    const auto without = [&](const ir::Map& map, std::string_view key) {
        const auto edit = remove_field(sample.context(), map, Sample::entry(map, key));
        return edit ? sample.after({*edit}) : "";
    };
    CHECK(without(sample.map("a"), "c") == "a: {b: 1}\nd: {e: 1, f: }\n");
    CHECK(without(sample.map("a"), "b") == "a: {c}\nd: {e: 1, f: }\n");
    CHECK(without(sample.map("d"), "f") == "a: {b: 1, c}\nd: {e: 1 }\n");
}

TEST_CASE("the first field behind a dash gives its place to the next, the only one stays") {
    const Sample sample("a:\n  - b: 1\n    c: 2\n  - d: 3\n");
    const ir::List& list = *ir::list_as(sample.root().find("a"));
    const ir::Map& two = *ir::map_as(list.items[0]);
    const ir::Map& one = *ir::map_as(list.items[1]);
    const auto edit = remove_field(sample.context(), two, Sample::entry(two, "b"));
    REQUIRE(edit);
    CHECK(sample.after({*edit}) == "a:\n  - c: 2\n  - d: 3\n");
    CHECK_FALSE(remove_field(sample.context(), one, Sample::entry(one, "d")));
}

TEST_CASE("fields that a merge key brings in are left alone") {
    const Sample sample("a: &base\n  b: 1\n  c: 2\nd:\n  <<: *base\n  e: 3\n");
    const ir::Map& merged = sample.map("d");
    CHECK(entries_in_order(merged).size() == 1);
    CHECK_FALSE(remove_field(sample.context(), merged, Sample::entry(merged, "b")));
}

TEST_CASE("a value becomes the only element of a list") {
    const Sample sample("a: 1\nb: {c: 2}\nd:\n  e: |\n    text\n\n    more\n  f: 3\n");
    CHECK(sample.after(wrap_in_list(sample.context(), *sample.root().find("a"))) ==
          "a: [1]\nb: {c: 2}\nd:\n  e: |\n    text\n\n    more\n  f: 3\n");
    CHECK(sample.after(wrap_in_list(sample.context(), *sample.root().find("b"))) ==
          "a: 1\nb: [{c: 2}]\nd:\n  e: |\n    text\n\n    more\n  f: 3\n");
    CHECK(sample.after(wrap_in_list(sample.context(), *sample.root().find("d"))) ==
          "a: 1\nb: {c: 2}\nd:\n  - e: |\n      text\n\n      more\n    f: 3\n");
}

TEST_CASE("lines of a field lose the indentation that they share") {
    const Sample sample("a:\n  b:\n    # note\n    c: 1\n  d: 2\n");
    const ir::Map& inner = sample.map("a");
    CHECK(lines_of_field(sample.context(), inner, Sample::entry(inner, "b")) ==
          std::string("b:\n  # note\n  c: 1"));
}

TEST_CASE("texts are quoted where YAML would read something else") {
    CHECK(plain_or_quoted("main") == "main");
    CHECK(plain_or_quoted("no") == "\"no\"");
    CHECK(plain_or_quoted("12") == "\"12\"");
    CHECK(plain_or_quoted("a: b") == "\"a: b\"");
    CHECK(plain_or_quoted("") == "\"\"");
    CHECK(double_quoted("a \"b\" \\ c\n") == "\"a \\\"b\\\" \\\\ c\\n\"");
}

} // namespace tiphys::analyze
