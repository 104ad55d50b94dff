// Requests, limits, labels and annotations as containers see them.
#include <catch2/catch.hpp>

#include "runtime/core/pod_values.h"

namespace tiphys::run {
namespace {

constexpr std::int64_t kMebibyte = 1024 * 1024;
constexpr Resources kMachine{4000, 8192 * kMebibyte};

Template with_container() {
    Template self;
    ContainerSpec& main = self.containers.emplace_back();
    main.requests = {250, 64 * kMebibyte};
    main.limits = {1500, 0};
    return self;
}

std::string text(const std::string& resource, const std::string& divisor = "") {
    const ResourceText made = resource_text(with_container(), "main", resource, divisor, kMachine);
    return made.error.empty() ? made.text : "error: " + made.error;
}

} // namespace

TEST_CASE("a request or limit is counted in whole units of its divisor") {
    CHECK(text("requests.cpu") == "1");
    CHECK(text("requests.cpu", "1m") == "250");
    CHECK(text("limits.cpu") == "2");
    CHECK(text("limits.cpu", "0") == "2");
    CHECK(text("requests.memory") == "67108864");
    CHECK(text("requests.memory", "1Mi") == "64");
    CHECK(text("requests.memory", "1M") == "68");
}

TEST_CASE("what is not limited may have the whole machine") {
    CHECK(text("limits.memory", "1Gi") == "8");
}

TEST_CASE("a container or resource that is not there is an error") {
    CHECK(text("limits.ephemeral-storage") ==
          "error: unsupported container resource : limits.ephemeral-storage");
    CHECK(resource_text(with_container(), "other", "limits.cpu", "", kMachine).error ==
          "container other not found");
}

TEST_CASE("labels are quoted lines in the order of their names") {
    CHECK(lines_text({{"b", "two\nlines"}, {"a", "\"one\""}}) ==
          "a=\"\\\"one\\\"\"\nb=\"two\\nlines\"");
    CHECK(lines_text({}).empty());
}

} // namespace tiphys::run
