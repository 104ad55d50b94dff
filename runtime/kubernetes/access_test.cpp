// Kubeconfigs.

#include <cstdlib>

#include <catch2/catch.hpp>

#include "runtime/io/files.h"
#include "runtime/kubernetes/access.h"
#include "runtime/kubernetes/credentials.h"

using namespace tiphys;
using namespace tiphys::kube;

namespace {

const std::string kConfig = R"(
apiVersion: v1
kind: Config
current-context: work
clusters:
  - name: one
    cluster: {server: "https://one.example:6443/", certificate-authority-data: Q0E=}
  - name: two
    cluster:
      server: https://10.0.0.2
      tls-server-name: two.example
      insecure-skip-tls-verify: true
      proxy-url: http://proxy.example:3128
users:
  - name: jane
    user: {token: abc, as: root, as-uid: "7", as-groups: [a, b], as-user-extra: {why: [x, z]}}
  - name: cert
    user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}
  - name: plug
    user:
      exec:
        apiVersion: client.authentication.k8s.io/v1
        command: sh
        args: [-c, 'echo "{\"kind\":\"ExecCredential\",\"status\":{\"token\":\"$GIVEN\"}}"']
        env: [{name: GIVEN, value: t1}]
  - name: broken
    user:
      exec: {command: no-such-program-of-ours, installHint: install it from the shop}
  - name: mute
    user:
      exec: {command: "true"}
  - name: old
    user: {auth-provider: {name: gcp}}
contexts:
  - name: work
    context: {cluster: one, user: jane, namespace: tasks}
  - name: other
    context: {cluster: two, user: cert}
  - name: half
    context: {cluster: three}
)";

using Files = std::vector<std::pair<std::string, std::string>>;

Access access_for(const KubeconfigChoice& choice) {
    const auto access = access_of({{"/somewhere/config", kConfig}}, choice);
    INFO((access ? "" : access.error().message));
    REQUIRE(access.has_value());
    return *access;
}

std::string failure(const Files& files, const KubeconfigChoice& choice) {
    const auto access = access_of(files, choice);
    return access ? "" : access.error().message;
}

} // namespace

TEST_CASE("the current context decides, unless another is chosen") {
    const Access work = access_for({});
    CHECK(work.server == "https://one.example:6443");
    CHECK(work.authority == "CA");
    CHECK(work.token == "abc");
    CHECK(work.name_space == "tasks");
    CHECK(work.impersonation.user == "root");
    CHECK(work.impersonation.groups == std::vector<std::string>{"a", "b"});
    CHECK(work.impersonation.extra.size() == 2);
    const Access other = access_for({"", "other", "", "", ""});
    CHECK(other.client_certificate == "CERT");
    CHECK(other.client_key == "KEY");
    CHECK(other.is_insecure);
    CHECK(other.tls_server_name == "two.example");
    CHECK(other.proxy_url == "http://proxy.example:3128");
    CHECK(other.name_space == "default");
    const Access mixed = access_for({"", "", "two", "cert", "mine"});
    CHECK(mixed.server == "https://10.0.0.2");
    CHECK(mixed.name_space == "mine");
}

TEST_CASE("of several files the first that says something counts") {
    const std::string first = "current-context: other\n"
                              "users: [{name: cert, user: {token: first}}]\n";
    const auto access = access_of({{"/a", first}, {"/b", kConfig}}, {});
    REQUIRE(access.has_value());
    CHECK(access->context == "other");
    CHECK(access->token == "first");
    CHECK(access->client_certificate.empty());
}

TEST_CASE("what is missing in a kubeconfig is named") {
    const Files files = {{"/c", kConfig}};
    CHECK(failure(files, {"", "play", "", "", ""}) ==
          "there is no context `play` in `/c`; there is `work`, `other`, `half`");
    CHECK(failure(files, {"", "half", "", "", ""}) ==
          "there is no cluster `three` in `/c`; there is `one`, `two`");
    CHECK(failure(files, {"", "", "", "nobody", ""}).starts_with("there is no user `nobody`"));
    CHECK(failure(files, {"", "", "", "old", ""}).find("auth-provider") != std::string::npos);
    CHECK(failure({{"/c", "clusters: []"}}, {}).starts_with("no context is chosen in `/c`"));
    CHECK(failure({{"/c", "just words"}}, {}) == "`/c` is no kubeconfig");
    CHECK(failure({{"/c", "clusters: [a\n"}}, {}).starts_with("`/c` is no YAML: "));
    CHECK(failure({{"/c", "clusters: [{name: x, cluster: {}}]"}}, {"", "", "x", "", ""}) ==
          "the cluster `x` of the kubeconfig has no `server`");
}

TEST_CASE("files that a kubeconfig names are looked for beside it") {
    const std::string folder = std::string(std::getenv("TIPHYS_SOURCE_DIR")) + "/compiler/doc";
    const std::string config =
        "clusters: [{name: x, cluster: {server: 'https://x', certificate-authority: "
        "CMakeLists.txt}}]\n"
        "users: [{name: someone, user: {client-certificate: absent.pem}}]\n";
    const Files files = {{folder + "/config", config}};
    const auto access = access_of(files, {"", "", "x", "", ""});
    REQUIRE(access.has_value());
    CHECK(access->authority == *run::read_file(folder + "/CMakeLists.txt"));
    const std::string failed = failure(files, {"", "", "x", "someone", ""});
    CHECK(failed.find(folder + "/absent.pem") != std::string::npos);
}

TEST_CASE("requests say who makes them") {
    Access access = access_for({});
    Credentials credentials(access);
    const auto lines = credentials.headers(0);
    REQUIRE(lines.has_value());
    CHECK(*lines == std::vector<std::string>{"Authorization: Bearer abc", "Impersonate-User: root",
                                             "Impersonate-Uid: 7", "Impersonate-Group: a",
                                             "Impersonate-Group: b", "Impersonate-Extra-why: x",
                                             "Impersonate-Extra-why: z"});
    CHECK(!credentials.can_change());
    Access named;
    named.user_name = "jane";
    named.password = "secret";
    CHECK(*Credentials(named).headers(0) ==
          std::vector<std::string>{"Authorization: Basic amFuZTpzZWNyZXQ="});
}

TEST_CASE("plugins hand out tokens, or say what is wrong") {
    Access access = access_for({"", "", "one", "plug", ""});
    Credentials credentials(access);
    const auto lines = credentials.headers(0);
    INFO((lines ? "" : lines.error().message));
    REQUIRE(lines.has_value());
    CHECK(lines->front() == "Authorization: Bearer t1");
    CHECK(credentials.can_change());
    Access broken = access_for({"", "", "one", "broken", ""});
    CHECK(Credentials(broken).headers(0).error().message ==
          "cannot get credentials for the cluster: the program `no-such-program-of-ours` is not "
          "installed; install it from the shop");
    Access mute = access_for({"", "", "one", "mute", ""});
    CHECK(Credentials(mute).headers(0).error().message ==
          "cannot get credentials for the cluster: `true` wrote no ExecCredential with a `status`");
}
