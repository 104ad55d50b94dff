// Paths, conditions and merges of objects.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "runtime/backends/kubernetes/object_fields.h"
#include "runtime/backends/kubernetes/strategic_merge.h"

namespace tiphys::run {
namespace {

constexpr std::string_view kObject =
    R"({"status":{"phase":"Running","ready":3,"list":[{"n":"a"},{"n":"b"}]},"data":{"x.y":"1"}})";

std::string merged(std::string_view original, std::string_view patch) {
    const auto made = merge_objects(original, patch, pod_spec_type());
    return made ? *made : "error: " + made.error().message;
}

bool is_met(std::string_view condition) {
    const auto parsed = parse_requirements(condition);
    REQUIRE(parsed.has_value());
    return std::all_of(parsed->begin(), parsed->end(),
                       [](const Requirement& one) { return one.matches(kObject); });
}

} // namespace

TEST_CASE("paths of kubectl lead to texts") {
    CHECK(text_at_json_path(kObject, "{.status.phase}/{.status.ready}").value() == "Running/3");
    CHECK(text_at_json_path(kObject, "{.status.list[*].n}").value() == "a b");
    CHECK(text_at_json_path(kObject, "{.status.list[1].n}").value() == "b");
    CHECK(text_at_json_path(kObject, R"({.data.x\.y})").value() == "1");
    CHECK(text_at_json_path(kObject, "{.data['x.y']}").value() == "1");
    CHECK(text_at_json_path(kObject, "{.nothing}").error().message == "nothing is not found");
    CHECK_FALSE(text_at_json_path(kObject, "{.status.list[?(@.n)]}").has_value());
}

TEST_CASE("filters of jq give values, one to a line") {
    CHECK(text_by_filter(kObject, ".data | length").value() == "1");
    CHECK(text_by_filter(kObject, ".status.list[].n").value() == "a\nb");
    CHECK(text_by_filter(kObject, ".missing").value() == "null");
    CHECK(text_by_filter(kObject, ".status.list[0]").value() == R"({"n":"a"})");
    CHECK_FALSE(text_by_filter(kObject, "map(.a)").has_value());
}

TEST_CASE("conditions are those of labels") {
    CHECK(is_met("status.phase == Running"));
    CHECK(is_met("status.phase=Running,status.ready > 2"));
    CHECK_FALSE(is_met("status.phase != Running"));
    CHECK(is_met("status.phase in (Done, Running), !status.other, status.ready"));
    CHECK(is_met("status.list.1.n notin (a)"));
    CHECK(parse_requirements("data.state == broken").value()[0].text() ==
          "{data.state == [broken]}");
    CHECK_FALSE(parse_requirements("a b").has_value());
}

TEST_CASE("objects are merged by the keys of their lists") {
    CHECK(merged(R"({"containers":[{"name":"a","image":"x"},{"name":"b"}]})",
                 R"({"containers":[{"name":"a","image":"y"},{"name":"c"}]})") ==
          R"({"containers":[{"image":"y","name":"a"},{"name":"b"},{"name":"c"}]})");
    CHECK(merged(R"({"containers":[{"name":"a"},{"name":"b"}]})",
                 R"({"containers":[{"name":"b","$patch":"delete"}]})") ==
          R"({"containers":[{"name":"a"}]})");
    CHECK(merged(R"({"nodeSelector":{"a":"1","b":"2"},"hostname":"h"})",
                 R"({"nodeSelector":{"a":null},"hostname":null})") ==
          R"({"nodeSelector":{"b":"2"}})");
    CHECK(merged(R"({"nodeSelector":{"a":"1"}})",
                 R"({"nodeSelector":{"$patch":"replace","b":"2"}})") ==
          R"({"nodeSelector":{"b":"2"}})");
    CHECK(merged(R"({"containers":[{"name":"a","command":["x","y"]}]})",
                 R"({"containers":[{"name":"a","command":["z"]}]})") ==
          R"({"containers":[{"command":["z"],"name":"a"}]})");
}

} // namespace tiphys::run
