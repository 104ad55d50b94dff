// What an ended workflow asks to be deleted, and what is written down about it.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "runtime/controller/garbage.h"
#include "runtime/controller/packed_nodes.h"

namespace tiphys::control {
namespace {

using Json = nlohmann::json;

Json ended_workflow() {
    return Json::parse(R"({
        "metadata": {"name": "wf", "namespace": "ns", "uid": "u", "resourceVersion": "7",
                     "labels": {"workflows.argoproj.io/completed": "true"},
                     "finalizers": ["other", "workflows.argoproj.io/artifact-gc"]},
        "spec": {"artifactGC": {"strategy": "OnWorkflowDeletion"},
                 "templates": [{"name": "t", "archiveLocation": {"s3": {"bucket": "own",
                     "key": "k", "secretKeySecret": {"name": "s", "key": "x"}}}}]},
        "status": {"phase": "Succeeded", "conditions": [{"type": "Completed", "status": "True"}],
            "artifactRepositoryRef": {"artifactRepository": {"s3": {"bucket": "usual",
                "keyFormat": "f"}}},
            "nodes": {
                "a": {"type": "Pod", "outputs": {"artifacts": [
                    {"name": "now", "s3": {"key": "1"},
                     "artifactGC": {"strategy": "OnWorkflowCompletion"}},
                    {"name": "later", "s3": {"key": "2"}},
                    {"name": "kept", "s3": {"key": "3"}, "artifactGC": {"strategy": "Never"}}]}},
                "b": {"type": "Pod", "templateName": "t", "outputs": {"artifacts": [
                    {"name": "now", "s3": {"key": "4"},
                     "artifactGC": {"strategy": "OnWorkflowCompletion"}}]}},
                "c": {"type": "Retry", "outputs": {"artifacts": [
                    {"name": "now", "s3": {"key": "4"},
                     "artifactGC": {"strategy": "OnWorkflowCompletion"}}]}}}}})");
}

std::string nothing(const std::string&, const std::string&) {
    return "";
}

Json patched(const Json& object, const std::vector<std::string>& errors) {
    const auto ended = read_ended(object.dump(), "", nothing);
    REQUIRE(ended);
    return Json::parse(patch_after(*ended, object.dump(), errors, nothing, nothing));
}

} // namespace

TEST_CASE("only what is due is deleted, where it is") {
    const auto ended = read_ended(ended_workflow().dump(), "", nothing);
    REQUIRE(ended);
    CHECK(ended->due == std::vector<std::string>{"OnWorkflowCompletion"});
    REQUIRE(ended->garbage.size() == 2);
    CHECK(ended->garbage[0].artifact.location == "1");
    CHECK(ended->garbage[0].artifact.access == R"({"bucket":"usual"})");
    CHECK(ended->garbage[1].artifact.location == "4");
    CHECK(ended->garbage[1].artifact.access.find(R"("bucket":"own")") != std::string::npos);
    CHECK_FALSE(ended->is_last);
}

TEST_CASE("a workflow that runs, or is not held, has no garbage") {
    Json runs = ended_workflow();
    runs["status"]["phase"] = "Running";
    CHECK_FALSE(read_ended(runs.dump(), "", nothing));
    Json is_free = ended_workflow();
    is_free["metadata"]["finalizers"] = {"other"};
    CHECK_FALSE(read_ended(is_free.dump(), "", nothing));
}

TEST_CASE("what was deleted is written down, and what could not be") {
    const Json patch = patched(ended_workflow(), {"", "it is locked"});
    CHECK(patch["metadata"] == Json::parse(R"({"uid": "u", "resourceVersion": "7"})"));
    CHECK(patch["status"]["artifactGCStatus"]["strategiesProcessed"] ==
          Json::parse(R"({"OnWorkflowCompletion": true})"));
    CHECK(patch["status"]["nodes"].size() == 1);
    CHECK(patch["status"]["nodes"]["a"]["outputs"]["artifacts"][0]["deleted"] == true);
    CHECK_FALSE(patch["status"]["nodes"]["a"]["outputs"]["artifacts"][1].contains("deleted"));
    CHECK(patch["status"]["conditions"].size() == 2);
    CHECK(patch["status"]["conditions"][1]["message"] == "it is locked");
}

TEST_CASE("a deleted workflow goes once nothing is left") {
    Json object = ended_workflow();
    object["metadata"]["deletionTimestamp"] = "2020-01-01T00:00:00Z";
    CHECK(patched(object, {"", "", ""})["metadata"]["finalizers"] == Json::array({"other"}));
    CHECK_FALSE(patched(object, {"", "", "no"})["metadata"].contains("finalizers"));
    object["spec"]["artifactGC"]["forceFinalizerRemoval"] = true;
    CHECK(patched(object, {"", "", "no"})["metadata"]["finalizers"] == Json::array({"other"}));
}

TEST_CASE("nodes that are packed stay so") {
    Json object = ended_workflow();
    object["status"]["compressedNodes"] = pack_nodes(object["status"]["nodes"].dump());
    object["status"].erase("nodes");
    const Json patch = patched(object, {"", ""});
    CHECK_FALSE(patch["status"].contains("nodes"));
    const auto nodes = unpack_nodes(patch["status"]["compressedNodes"].get<std::string>());
    REQUIRE(nodes);
    CHECK(Json::parse(*nodes)["b"]["outputs"]["artifacts"][0]["deleted"] == true);
}

} // namespace tiphys::control
