// Where an artifact is kept.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "runtime/executor/location.h"

namespace tiphys::executor {
namespace {

using Json = nlohmann::json;

const std::string kArchive =
    R"({"s3": {"endpoint": "e", "bucket": "b", "key": "wf/pod/"}, "archiveLogs": true})";

TEST_CASE("an artifact without a key gets one below that of the archive location") {
    const auto artifact = placed(R"({"name": "a", "path": "/p"})", kArchive, "a.tgz");
    REQUIRE(artifact);
    CHECK(Json::parse(*artifact) ==
          Json::parse(R"({"name": "a", "path": "/p", "s3": {"key": "wf/pod/a.tgz"}})"));
}

TEST_CASE("a key of one's own stays") {
    const std::string own = R"({"name": "a", "s3": {"key": "mine"}})";
    const auto artifact = placed(own, kArchive, "a.tgz");
    REQUIRE(artifact);
    CHECK(*artifact == own);
}

TEST_CASE("a key alone is completed by the archive location") {
    const auto artifact = relocated(R"({"name": "a", "s3": {"key": "mine"}})", kArchive);
    REQUIRE(artifact);
    CHECK(Json::parse(*artifact)["s3"] ==
          Json::parse(R"({"endpoint": "e", "bucket": "b", "key": "mine"})"));
}

TEST_CASE("the key of an archive on the web is a path") {
    const std::string archive = R"({"http": {"url": "http://h:1/base", "headers": []}})";
    const auto artifact = placed(R"({"name": "a"})", archive, "a.tgz");
    REQUIRE(artifact);
    CHECK(location_field(*artifact, "url") == "http://h:1/base/a.tgz");
    CHECK(location_type(*artifact) == "http");
}

TEST_CASE("whole locations need no archive") {
    const std::string raw = R"({"name": "a", "raw": {"data": ""}})";
    CHECK(has_location_or_key(raw));
    CHECK(*relocated(raw, "") == raw);
    CHECK_FALSE(has_location_or_key(R"({"name": "a", "s3": {"bucket": "b"}})"));
    CHECK_FALSE(has_location_or_key(R"({"name": "a"})"));
}

TEST_CASE("without any store there is no place") {
    CHECK(placed(R"({"name": "a"})", "", "f")
              .error()
              .message.starts_with("artifact storage is not configured"));
    CHECK(relocated(R"({"name": "a", "s3": {"key": "k"}})", "").error().message ==
          "template artifact location not set");
}

} // namespace
} // namespace tiphys::executor
