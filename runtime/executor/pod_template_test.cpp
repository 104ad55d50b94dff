// The template of a pod.
#include <catch2/catch.hpp>

#include "runtime/executor/child.h"
#include "runtime/executor/command_line.h"
#include "runtime/executor/pod_template.h"
#include "runtime/executor/wait.h"

namespace tiphys::executor {
namespace {

PodTemplate parsed(std::string_view json) {
    auto pod = parse_pod_template(json);
    REQUIRE(pod);
    return std::move(*pod);
}

TEST_CASE("what main shares with the others is not in its image") {
    const PodTemplate pod = parsed(R"({
        "container": {"volumeMounts": [{"mountPath": "/v/"}]},
        "inputs": {"artifacts": [
            {"name": "given", "path": "/in", "s3": {"key": "k"}},
            {"name": "absent", "path": "/maybe", "optional": true}]}})");
    CHECK(pod.is_in_image("/tmp/x"));
    CHECK(pod.is_in_image("/vv"));
    CHECK_FALSE(pod.is_in_image("/v"));
    CHECK_FALSE(pod.is_in_image("/v/x"));
    CHECK_FALSE(pod.is_in_image("/in"));
    CHECK_FALSE(pod.is_in_image("/in/x"));
    CHECK(pod.is_in_image("/maybe"));
}

TEST_CASE("containers of a set are main, else main is") {
    CHECK(parsed("{}").main_containers() == std::vector<std::string>{"main"});
    const PodTemplate set = parsed(R"({"containerSet": {
        "retryStrategy": {"retries": 2, "duration": "1m1s"},
        "containers": [{"name": "a"}, {"name": "b", "dependencies": ["a"]}]}})");
    CHECK(set.main_containers() == std::vector<std::string>{"a", "b"});
    CHECK(set.n_retries == 2);
    CHECK(set.retry_pause_ms == 61'000);
    CHECK_FALSE(set.has_result);
}

TEST_CASE("parameters know their place among those that have no file") {
    const PodTemplate pod = parsed(R"({"outputs": {"parameters": [
        {"name": "a", "valueFrom": {"expression": "1"}},
        {"name": "b", "valueFrom": {"path": "/b", "default": 7}}]}})");
    REQUIRE(pod.parameters.size() == 1);
    CHECK(pod.parameters[0].index == 1);
    CHECK(pod.parameters[0].default_value == "7");
}

TEST_CASE("text that is no template is refused") {
    CHECK_FALSE(parse_pod_template("[]"));
    CHECK_FALSE(parse_pod_template("{"));
    CHECK_FALSE(parse_pod_template(R"({"containerSet": {"retryStrategy": {"duration": "x"}}})"));
}

TEST_CASE("paths do not leave the folder before their dots") {
    const auto path = [](std::string text) {
        PodArtifact artifact;
        artifact.path = std::move(text);
        return cleaned_path(artifact);
    };
    CHECK(*path("/a//b/./c/") == "/a/b/c");
    // Argo: what stands before the first dots is the safe part.
    CHECK_FALSE(path("/a/b/../c"));
    CHECK(*path("/a/../a/c") == "/a/c");
    CHECK_FALSE(path("/safe/../etc"));
    CHECK_FALSE(path("/safe/.."));
    CHECK_FALSE(path(""));
}

TEST_CASE("progress is a part of a whole") {
    CHECK(parse_progress("1/2") == "1/2");
    CHECK(parse_progress("0/1") == "0/1");
    for (const char* text : {"", "1", "2/1", "1/0", "-1/2", "a/b", "1/2 "}) {
        CHECK_FALSE(parse_progress(text));
    }
}

TEST_CASE("options stand anywhere before the user's command") {
    const auto line = parse_command_line({"emissary", "--loglevel", "debug", "--log-format=json",
                                          "--gloglevel", "0", "--", "echo", "--loglevel", "--"});
    REQUIRE(line);
    CHECK(line->words == std::vector<std::string>{"emissary"});
    CHECK(line->rest == std::vector<std::string>{"echo", "--loglevel", "--"});
    CHECK(line->log.is_json);
    CHECK(line->log.level == LogLevel::kDebug);
    CHECK_FALSE(parse_command_line({"wait", "--colour", "red"}));
    CHECK_FALSE(parse_command_line({"wait", "--token"}));
}

TEST_CASE("programs are found as a shell finds them") {
    CHECK(find_program("sh")->ends_with("/sh"));
    CHECK(find_program("/bin/sh").value() == "/bin/sh");
    CHECK(find_program("/no/such").error().message ==
          "exec: \"/no/such\": stat /no/such: no such file or directory");
    CHECK(find_program("/").error().message == "exec: \"/\": is a directory");
    CHECK_FALSE(find_program(""));
}

} // namespace
} // namespace tiphys::executor
