// The client against an API server that answers by a script.

#include <chrono>
#include <limits>
#include <thread>

#include <catch2/catch.hpp>

#include "runtime/kubernetes/client.h"
#include "runtime/kubernetes/loop.h"
#include "runtime/kubernetes/scripted_server.h"

using namespace tiphys;
using namespace tiphys::kube;

namespace {

const Resource kPods{"v1", "pods", "here", "", ""};

std::unique_ptr<Client> open_client(const ScriptedServer& server) {
    Access access;
    access.server = server.address();
    ClientOptions options;
    options.first_pause_ms = 5;
    options.longest_pause_ms = 20;
    options.n_attempts = 4;
    options.chunk_size = 2;
    auto client = Client::open(access, options);
    REQUIRE(client.has_value());
    return std::move(*client);
}

std::string pod(const std::string& name, const std::string& uid, int version) {
    return R"({"metadata":{"name":")" + name + R"(","namespace":"here","uid":")" + uid +
           R"(","resourceVersion":")" + std::to_string(version) + R"("}})";
}

std::string list(const std::string& items, const std::string& version,
                 const std::string& continuation = "") {
    return R"({"kind":"PodList","metadata":{"resourceVersion":")" + version + R"(","continue":")" +
           continuation + R"("},"items":[)" + items + "]}";
}

std::string event(const std::string& type, const std::string& object) {
    return R"({"type":")" + type + R"(","object":)" + object + "}\n";
}

std::string words(const WatchEvent& event) {
    switch (event.kind) {
    case WatchEvent::Kind::kAdded:
        return "+" + event.name + ":" + event.uid;
    case WatchEvent::Kind::kModified:
        return "~" + event.name + ":" + event.uid;
    case WatchEvent::Kind::kDeleted:
        return "-" + event.name + ":" + event.uid;
    case WatchEvent::Kind::kSynced:
        return "synced";
    case WatchEvent::Kind::kFailed:
        return "failed " + std::to_string(event.failure->status);
    }
    return "";
}

/// Everything that a watch tells until `n_events` were told, or five seconds have passed.
std::vector<std::string> watched(Client& client, std::size_t n_events) {
    std::vector<std::string> told;
    const WatchId id = client.watch(
        {kPods, "app=x", ""}, [&told](const WatchEvent& event) { told.push_back(words(event)); });
    const std::int64_t end = unix_now_ms() + 5000;
    while (told.size() < n_events && unix_now_ms() < end) {
        client.poll(end);
    }
    client.end_watch(id);
    return told;
}

using Strings = std::vector<std::string>;

bool is_watch(const std::string& line) {
    return line.find("watch=true") != line.npos;
}

} // namespace

TEST_CASE("an answer is passed on with its status and the words of a Status object") {
    const ScriptedServer server([](const std::string&, const std::string&) {
        return ScriptedAnswer{404, R"({"kind":"Status","reason":"NotFound","message":"no such"})"};
    });
    const auto client = open_client(server);
    Request request;
    request.resource = {"argoproj.io/v1alpha1", "workflows", "a b", "x", "status"};
    request.query = {{"fieldManager", "a&b"}};
    const Response response = client->call(request);
    CHECK(response.status == 404);
    CHECK(response.reason() == "NotFound");
    CHECK(response.message() == "no such");
    REQUIRE(server.requests().size() == 1);
    CHECK(server.requests()[0] == "GET /apis/argoproj.io/v1alpha1/namespaces/a%20b/workflows/x/"
                                  "status?fieldManager=a%26b HTTP/1.1");
    CHECK(client->counts().at({"get", "workflows.argoproj.io/status", 404}).n_calls == 1);
}

TEST_CASE("what fails for a moment is tried again, a creation only where nothing was done") {
    std::atomic<int> n_asked{0};
    std::atomic<int> status{503};
    const ScriptedServer server([&](const std::string&, const std::string&) {
        ScriptedAnswer answer;
        if (++n_asked < 3) answer.status = status;
        return answer;
    });
    const auto client = open_client(server);
    Request request;
    request.resource = kPods;
    CHECK(client->call(request).status == 200);
    CHECK(n_asked == 3);
    request.method = "POST";
    request.body = "{}";
    n_asked = 0;
    CHECK(client->call(request).status == 503);
    CHECK(n_asked == 1);
    n_asked = 0;
    status = 429;
    CHECK(client->call(request).status == 200);
    CHECK(n_asked == 3);
    n_asked = 0;
    status = 500;
    request.is_repeatable = true;
    CHECK(client->call(request).status == 200);
    CHECK(n_asked == 3);
}

TEST_CASE("attempts have an end, and what was refused for good is not tried again") {
    std::atomic<int> n_asked{0};
    std::atomic<int> status{500};
    const ScriptedServer server([&](const std::string&, const std::string&) {
        ++n_asked;
        return ScriptedAnswer{status};
    });
    const auto client = open_client(server);
    Request request;
    request.resource = kPods;
    CHECK(client->call(request).status == 500);
    CHECK(n_asked == 4);
    for (const int refusal : {400, 401, 403, 404, 409, 410, 422}) {
        n_asked = 0;
        status = refusal;
        CHECK(client->call(request).status == refusal);
        CHECK(n_asked == 1);
    }
}

TEST_CASE("the server's Retry-After is waited for") {
    std::atomic<int> n_asked{0};
    const ScriptedServer server([&](const std::string&, const std::string&) {
        ScriptedAnswer answer;
        if (++n_asked == 1) answer = {429, "", "Retry-After: 1\r\n"};
        return answer;
    });
    const auto client = open_client(server);
    Request request;
    request.resource = kPods;
    const std::int64_t begun = unix_now_ms();
    CHECK(client->call(request).ok());
    CHECK(unix_now_ms() - begun >= 1000);
}

TEST_CASE("cut connections and unreachable servers become errors after the last attempt") {
    std::string address;
    {
        const ScriptedServer server([](const std::string&, const std::string&) {
            ScriptedAnswer answer;
            answer.is_cut = true;
            return answer;
        });
        const auto client = open_client(server);
        Request request;
        request.resource = kPods;
        const Response response = client->call(request);
        CHECK(response.status == 0);
        CHECK(response.message().find(server.address()) != std::string::npos);
        CHECK(server.requests().size() >= 4);
        address = server.address();
    }
    Access access;
    access.server = address;
    auto client = Client::open(access, {2, 5});
    REQUIRE(client.has_value());
    Request request;
    request.resource = kPods;
    const std::string message = (*client)->call(request).message();
    CHECK(message ==
          "cannot reach the API server `" + address + "`: connection refused or no route");
}

TEST_CASE("a server out of reach is asked by one request at a time") {
    Access access;
    {
        const ScriptedServer server(
            [](const std::string&, const std::string&) { return ScriptedAnswer{}; });
        access.server = server.address();
    }
    ClientOptions options;
    options.first_pause_ms = 20;
    options.longest_pause_ms = 40;
    options.n_attempts = 1000;
    auto client = Client::open(access, options);
    REQUIRE(client.has_value());
    for (int i = 0; i < 200; ++i) {
        Request request;
        request.resource = {"v1", "pods", "here", "p" + std::to_string(i), ""};
        (*client)->send(request, {});
    }
    const std::int64_t end = unix_now_ms() + 400;
    while (unix_now_ms() < end) {
        (*client)->poll(end);
    }
    int n_calls = 0;
    for (const auto& [key, number] : (*client)->counts()) {
        n_calls += static_cast<int>(number.n_calls);
    }
    CHECK(n_calls >= 3);
    // Those of the first moment, before the first refusal, and one for each pause.
    CHECK(n_calls <= 16 + 20);
}

TEST_CASE("what is urgent overtakes what waits, and is asked for once and not for long") {
    std::atomic<bool> is_open{false};
    std::atomic<int> n_leases{0};
    const ScriptedServer server([&](const std::string& line, const std::string&) {
        if (line.find("/leases/") == line.npos) {
            for (int i = 0; i < 500 && !is_open; ++i) {
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
            }
            return ScriptedAnswer{};
        }
        const int number = ++n_leases;
        if (number == 3) std::this_thread::sleep_for(std::chrono::milliseconds(500));
        return ScriptedAnswer{number == 2 ? 503 : 200};
    });
    Access access;
    access.server = server.address();
    ClientOptions options;
    options.most_in_flight = 1;
    const auto client = Client::open(access, options);
    REQUIRE(client.has_value());
    for (int i = 0; i < 3; ++i) {
        Request usual;
        usual.resource = kPods;
        (*client)->send(usual, {});
    }
    Request urgent;
    urgent.resource = {"coordination.k8s.io/v1", "leases", "here", "x", ""};
    urgent.urgent_ms = 100;
    CHECK((*client)->call(urgent).ok());
    CHECK((*client)->call(urgent).status == 503);
    const std::int64_t begun = unix_now_ms();
    CHECK((*client)->call(urgent).message().ends_with("did not answer in time"));
    CHECK(unix_now_ms() - begun < 400);
    // Over another connection.
    CHECK((*client)->call(urgent).ok());
    CHECK(n_leases == 4);
    CHECK((*client)->n_unanswered() == 3);
    is_open = true;
    while ((*client)->n_unanswered() > 0) {
        (*client)->poll(unix_now_ms() + 1000);
    }
}

TEST_CASE("after its time nothing goes out but what is urgent") {
    const ScriptedServer server(
        [](const std::string&, const std::string&) { return ScriptedAnswer{}; });
    const auto client = open_client(server);
    Request usual;
    usual.resource = kPods;
    Request urgent;
    urgent.resource = {"v1", "nodes", "", "x", ""};
    urgent.urgent_ms = 1000;
    client->send_before(0);
    client->send(usual, {});
    CHECK(client->call(urgent).ok());
    CHECK(server.requests() == Strings{"GET /api/v1/nodes/x HTTP/1.1"});
    CHECK(client->n_unanswered() == 1);
    client->send_before(std::numeric_limits<std::int64_t>::max());
    while (client->n_unanswered() > 0) {
        client->poll(unix_now_ms() + 1000);
    }
    CHECK(server.requests().size() == 2);
}

TEST_CASE("a watch lists in chunks, then tells what changes, and keeps its place") {
    const ScriptedServer server([](const std::string& line, const std::string&) {
        ScriptedAnswer answer;
        if (line.find("continue=next") != line.npos) {
            answer.body = list(pod("c", "3", 7), "10");
        } else if (!is_watch(line)) {
            answer.body = list(pod("a", "1", 5) + "," + pod("b", "2", 6), "10", "next");
        } else if (line.find("resourceVersion=10&") != line.npos) {
            answer.pieces = {event("MODIFIED", pod("a", "1", 11)),
                             event("DELETED", pod("b", "2", 12)),
                             event("BOOKMARK", R"({"metadata":{"resourceVersion":"20"}})")};
        } else {
            answer.pieces = {event("ADDED", pod("d", "4", 21)).substr(0, 30),
                             event("ADDED", pod("d", "4", 21)).substr(30)};
            answer.pause_ms = 20;
        }
        return answer;
    });
    const auto client = open_client(server);
    CHECK(watched(*client, 7) == Strings{"+a:1", "+b:2", "+c:3", "synced", "~a:1", "-b:2", "+d:4"});
    const Strings requests = server.requests();
    REQUIRE(requests.size() >= 4);
    CHECK(requests[0] == "GET /api/v1/namespaces/here/pods?labelSelector=app%3Dx&limit=2 HTTP/1.1");
    CHECK(requests[3].find("resourceVersion=20&allowWatchBookmarks=true") != std::string::npos);
}

TEST_CASE("a watch whose place is gone lists again and tells the difference") {
    std::atomic<int> n_lists{0};
    std::atomic<int> n_watches{0};
    const ScriptedServer server([&](const std::string& line, const std::string&) {
        ScriptedAnswer answer;
        if (!is_watch(line)) {
            answer.body = ++n_lists == 1 ? list(pod("a", "1", 5) + "," + pod("b", "2", 6) + "," +
                                                    pod("c", "3", 7) + "," + pod("d", "4", 8),
                                                "10")
                                         : list(pod("a", "1", 5) + "," + pod("b", "2", 30) + "," +
                                                    pod("c", "9", 31) + "," + pod("e", "5", 32),
                                                "40");
            return answer;
        }
        if (++n_watches == 1) {
            answer.pieces = {event("ERROR", R"({"kind":"Status","code":410,"reason":"Expired"})")};
        } else {
            answer.pieces = {event("ADDED", pod("f", "6", 41))};
        }
        return answer;
    });
    const auto client = open_client(server);
    CHECK(watched(*client, 12) == Strings{"+a:1", "+b:2", "+c:3", "+d:4", "synced", "~b:2", "-c:3",
                                          "+c:9", "+e:5", "-d:4", "synced", "+f:6"});
}

TEST_CASE("a watch goes on after refusals, and says so") {
    std::atomic<int> n_asked{0};
    const ScriptedServer server([&](const std::string& line, const std::string&) {
        ScriptedAnswer answer;
        switch (++n_asked) {
        case 1:
            answer = {403, R"({"kind":"Status","message":"no"})"};
            break;
        case 2:
            answer.is_cut = true;
            break;
        case 4:
            answer = {410, ""};
            break;
        case 6:
            answer = {500, ""};
            break;
        default:
            answer.body = list(pod("a", "1", 5), "10");
            if (is_watch(line)) answer.pieces = {event("MODIFIED", pod("a", "1", 11))};
        }
        return answer;
    });
    const auto client = open_client(server);
    // The cut connection is libcurl's to make again: nothing had come over it.
    CHECK(watched(*client, 6) ==
          Strings{"failed 403", "+a:1", "synced", "synced", "failed 500", "~a:1"});
}

TEST_CASE("many requests are answered, each once, and callbacks may send more") {
    const ScriptedServer server([](const std::string& line, const std::string&) {
        return ScriptedAnswer{200, line};
    });
    const auto client = open_client(server);
    int n_answers = 0;
    for (int i = 0; i < 100; ++i) {
        Request request;
        request.resource = {"v1", "pods", "here", "p" + std::to_string(i), ""};
        client->send(request, [&, i](const Response& response) {
            CHECK(response.body.find("/p" + std::to_string(i) + " ") != std::string::npos);
            ++n_answers;
            if (i == 50) {
                Request inner;
                inner.resource = {"v1", "pods", "here", "inner", ""};
                CHECK(client->call(inner).ok());
            }
        });
    }
    while (client->n_unanswered() > 0) {
        client->poll(unix_now_ms() + 1000);
    }
    CHECK(n_answers == 100);
    CHECK(client->counts().at({"get", "pods", 200}).n_calls == 101);
}

TEST_CASE("a stream gives its bytes as they come") {
    const ScriptedServer server([](const std::string&, const std::string&) {
        ScriptedAnswer answer;
        answer.pieces = {"one\n", "two\n"};
        answer.pause_ms = 10;
        return answer;
    });
    const auto client = open_client(server);
    std::string text;
    int status = -1;
    Request request;
    request.resource = {"v1", "pods", "here", "p", "log"};
    client->stream(
        request, [&text](std::string_view bytes) { text += bytes; },
        [&status](const Response& response) { status = response.status; });
    while (status < 0) {
        client->poll(unix_now_ms() + 1000);
    }
    CHECK(text == "one\ntwo\n");
    CHECK(status == 200);
}
