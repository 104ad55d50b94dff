// The client against the cluster of $KUBECONFIG, in a namespace of its own: `[cluster]`.

#include <cstdlib>
#include <iostream>

#include <catch2/catch.hpp>

#include "runtime/kubernetes/client.h"
#include "runtime/kubernetes/loop.h"

using namespace tiphys;
using namespace tiphys::kube;

namespace {

const std::string kSpace = "tiphys-client-test";

/// Null, with a line on standard output, where no cluster is named.
std::unique_ptr<Client> open_client() {
    if (std::getenv("KUBECONFIG") == nullptr) {
        std::cout << "skipped: KUBECONFIG names no cluster\n";
        return nullptr;
    }
    const auto access = read_access({});
    REQUIRE(access.has_value());
    auto client = Client::open(*access);
    REQUIRE(client.has_value());
    Request request;
    request.method = "POST";
    request.resource = {"v1", "namespaces", "", "", ""};
    request.body = R"({"metadata":{"name":")" + kSpace + R"("}})";
    const Response made = (*client)->call(request);
    INFO(made.message());
    REQUIRE((made.ok() || made.status == 409));
    return std::move(*client);
}

Request post(const Resource& resource, const std::string& body) {
    Request request;
    request.method = "POST";
    request.resource = resource;
    request.body = body;
    return request;
}

Request remove(const Resource& resource) {
    Request request;
    request.method = "DELETE";
    request.resource = resource;
    request.query = {{"gracePeriodSeconds", "0"}};
    return request;
}

const Resource kMaps{"v1", "configmaps", kSpace, "", ""};

} // namespace

TEST_CASE("a real server: many objects are made, watched and deleted", "[.cluster]") {
    const auto client = open_client();
    if (!client) return;
    std::size_t n_added = 0;
    std::size_t n_deleted = 0;
    bool is_synced = false;
    client->watch({kMaps, "of=test", ""}, [&](const WatchEvent& event) {
        if (event.kind == WatchEvent::Kind::kAdded) ++n_added;
        if (event.kind == WatchEvent::Kind::kDeleted) ++n_deleted;
        if (event.kind == WatchEvent::Kind::kSynced) is_synced = true;
    });
    constexpr std::size_t kMany = 200;
    const std::int64_t end = unix_now_ms() + 30'000;
    while (!is_synced && unix_now_ms() < end) {
        client->poll(end);
    }
    const std::size_t n_before = n_added;
    const std::int64_t begun = unix_now_ms();
    for (std::size_t i = 0; i < kMany; ++i) {
        client->send(post(kMaps, R"({"metadata":{"name":"m)" + std::to_string(i) +
                                     R"(","labels":{"of":"test"}}})"),
                     [](const Response& response) { CHECK(response.ok()); });
    }
    while (n_added < n_before + kMany && unix_now_ms() < end) {
        client->poll(end);
    }
    CHECK(n_added == n_before + kMany);
    std::cout << kMany << " objects made and seen in " << unix_now_ms() - begun << " ms\n";
    for (std::size_t i = 0; i < kMany; ++i) {
        Resource one = kMaps;
        one.name = "m" + std::to_string(i);
        client->send(remove(one), nullptr);
    }
    while (n_deleted < kMany && unix_now_ms() < end) {
        client->poll(end);
    }
    CHECK(n_deleted == kMany);
}

TEST_CASE("a real server: commands run in containers, and logs come", "[.cluster]") {
    const auto client = open_client();
    if (!client) return;
    const Resource pods{"v1", "pods", kSpace, "", ""};
    Resource pod = pods;
    pod.name = "exec";
    client->call(remove(pod));
    const Response made = client->call(post(pods, R"({"metadata":{"name":"exec"},"spec":{
        "hostNetwork":true,"restartPolicy":"Never","containers":[{"name":"main",
        "image":"busybox:latest","imagePullPolicy":"Never",
        "command":["sh","-c","echo here I am; sleep 60"]}]}})"));
    INFO(made.message());
    REQUIRE(made.ok());
    std::string phase;
    const std::int64_t end = unix_now_ms() + 30'000;
    const WatchId id =
        client->watch({pods, "", "metadata.name=exec"}, [&phase](const WatchEvent& event) {
            if (event.object.find("\"phase\":\"Running\"") != event.object.npos) phase = "Running";
        });
    while (phase.empty() && unix_now_ms() < end) {
        client->poll(end);
    }
    client->end_watch(id);
    REQUIRE(phase == "Running");
    std::string output;
    const auto take = [&output](std::string_view text) { output += text; };
    const ExecRequest request{
        kSpace, "exec", "main", {"sh", "-c", "echo a b; echo c >&2; exit 7"}, 10'000};
    const std::int64_t begun = unix_now_ms();
    const auto code = client->exec(request, take);
    std::cout << "a command ran in " << unix_now_ms() - begun << " ms\n";
    INFO((code ? "" : code.error().message));
    REQUIRE(code.has_value());
    CHECK(*code == 7);
    CHECK(output.find("a b\n") != std::string::npos);
    CHECK(output.find("c\n") != std::string::npos);
    const auto missing = client->exec({kSpace, "absent", "main", {"true"}, 10'000}, nullptr);
    REQUIRE(!missing.has_value());
    CHECK(missing.error().message == "pods \"absent\" not found");
    const auto slow = client->exec({kSpace, "exec", "main", {"sleep", "9"}, 300}, nullptr);
    CHECK(!slow.has_value());

    Request log;
    log.resource = pod;
    log.resource.subresource = "log";
    CHECK(client->call(log).body == "here I am\n");
    CHECK(client->call(remove(pod)).ok());
}
