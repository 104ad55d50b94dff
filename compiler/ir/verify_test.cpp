// Each broken invariant stops the program.
#include <array>
#include <csignal>
#include <cstdio>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include <catch2/catch.hpp>

#include "compiler/ir/verify.h"

namespace tiphys::ir {
namespace {

/// Whether `work` ends its process by an assertion.
bool aborts(const std::function<void()>& work) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        std::fclose(stderr);
        work();
        _exit(0);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

/// A document `a: [b]` whose parts a test can spoil.
struct Sample {
    SourceMap sources;
    FileId file = sources.add("sample.yaml", "a: [b]\nc: d\n");
    Scalar b{{ValueKind::kScalar, ScalarStyle::kPlain, ScalarType::kString, {file, 4, 5}}, "b"};
    std::array<const Value*, 1> items{&b};
    List list{{ValueKind::kList, ScalarStyle::kPlain, ScalarType::kString, {file, 3, 6}}, items};
    Scalar d{{ValueKind::kScalar, ScalarStyle::kPlain, ScalarType::kString, {file, 10, 11}}, "d"};
    std::array<Entry, 2> entries{Entry{"a", 0, 1, &list}, Entry{"c", 7, 8, &d}};
    Map root{{ValueKind::kMap, ScalarStyle::kPlain, ScalarType::kString, {file, 0, 11}}, entries};
    Object object;
    Document document{.file = file, .span = {file, 0, 12}, .root = &root};

    void check() {
        std::vector<SourceUnit> units(1);
        units[0].file = file;
        units[0].documents.push_back(document);
        Project project(sources);
        project.set_units(std::move(units));
        verify(project);
    }
};

/// Whether a sample spoilt by `spoil` stops the program.
bool is_refused(const std::function<void(Sample&)>& spoil) {
    return aborts([&] {
        Sample sample;
        spoil(sample);
        sample.check();
    });
}

TEST_CASE("a sound document passes") {
    CHECK_FALSE(is_refused([](Sample&) {}));
}

TEST_CASE("a value that came through an alias stands before its container") {
    CHECK_FALSE(is_refused([](Sample& sample) { sample.entries[1].value = &sample.b; }));
}

TEST_CASE("a place outside of the file is refused") {
    CHECK(is_refused([](Sample& sample) { sample.d.span.end = 13; }));
    CHECK(is_refused([](Sample& sample) { sample.d.span.begin = 12; }));
    CHECK(is_refused([](Sample& sample) { sample.d.span.file = FileId::kNone; }));
}

TEST_CASE("a place outside of the container is refused") {
    CHECK(is_refused([](Sample& sample) { sample.items[0] = &sample.d; }));
    CHECK(is_refused([](Sample& sample) { sample.entries[0].key_end = 12; }));
    CHECK(is_refused([](Sample& sample) { sample.document.span.end = 9; }));
}

TEST_CASE("a key that stands twice is refused") {
    CHECK(is_refused([](Sample& sample) { sample.entries[1].key = "a"; }));
}

TEST_CASE("an empty place in a tree is refused") {
    CHECK(is_refused([](Sample& sample) { sample.items[0] = nullptr; }));
    CHECK(is_refused([](Sample& sample) { sample.entries[1].value = nullptr; }));
    CHECK(is_refused([](Sample& sample) { sample.document.root = nullptr; }));
}

TEST_CASE("fields of an object keep the order and the kinds of the type") {
    const schema::Type* type = schema::find_type(schema::Package::kWorkflow, "DAGTask");
    REQUIRE(type != nullptr);
    const auto name = static_cast<unsigned>(schema::find_field(*type, "name"));
    const auto check_field = [&](std::string_view key, const auto& choose) {
        return is_refused([&](Sample& sample) {
            sample.entries[0] = {key, 0, 1, choose(sample)};
            sample.object.kind = ValueKind::kObject;
            sample.object.span = sample.root.span;
            sample.object.type = type;
            sample.object.present = std::uint64_t{1} << name;
            sample.object.fields = sample.entries.data();
            sample.document.type = type;
            sample.document.root = &sample.object;
        });
    };
    CHECK_FALSE(check_field("name", [](Sample& sample) { return &sample.d; }));
    CHECK(check_field("names", [](Sample& sample) { return &sample.d; }));
    CHECK(check_field("name", [](Sample& sample) { return &sample.list; }));
}

} // namespace
} // namespace tiphys::ir
