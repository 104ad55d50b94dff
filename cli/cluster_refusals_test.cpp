// What commands say where a cluster cannot be used: one line, exit code 2, and few requests.
#include <cstdlib>
#include <memory>
#include <sstream>

#include <catch2/catch.hpp>

#include "cli/command.h"
#include "cli/folder_for_test.h"
#include "cli/run_command.h"
#include "runtime/kubernetes/scripted_server.h"

namespace tiphys::cli {
namespace {

using CommandLine = std::vector<std::string>;

/// Attempts at one request, and a question that makes the message better.
constexpr std::size_t kMostRequests = 6;

constexpr const char* kTemplate = R"(apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: hello}
spec:
  entrypoint: main
  templates: [{name: main, container: {image: "busybox:1.36", command: ["true"]}}]
)";

/// Each kind of command: reads one, lists, follows, writes, reads before it writes.
const std::vector<CommandLine> kCommands = {
    {"get", "x"},
    {"list"},
    {"wait", "x"},
    {"watch", "x"},
    {"logs", "x"},
    {"stop", "x"},
    {"resubmit", "x"},
    {"delete", "x"},
    {"get", "@latest"},
    {"cron", "list"},
    {"cron", "suspend", "x"},
    {"template", "get", "x"},
    {"submit", "FILE"},
    {"submit", "--wait", "FILE"},
    {"submit", "--from", "cronwf/x"},
    {"run", "--backend", "kubernetes", "--state", "FOLDER", "FILE"},
    {"template", "create", "FILE"},
    {"lint", "--cluster", "FILE"},
    {"diff", "--cluster", "FILE"}};

std::string status(int code, const std::string& reason, const std::string& message) {
    return R"({"kind":"Status","status":"Failure","code":)" + std::to_string(code) +
           R"(,"reason":")" + reason + R"(","message":")" + message + "\"}";
}

class Scene {
public:
    explicit Scene(kube::ScriptedServer::Script script)
        : server_(std::make_unique<kube::ScriptedServer>(std::move(script))) {
        folder_.write("kubeconfig", "apiVersion: v1\nkind: Config\ncurrent-context: here\n"
                                    "clusters: [{name: here, cluster: {server: '" +
                                        server_->address() +
                                        "'}}]\ncontexts: [{name: here, context: {cluster: here, "
                                        "user: me, namespace: team}}]\n"
                                        "users: [{name: me, user: {token: old}}]\n");
        folder_.write("template.yaml", kTemplate);
        folder_.write("workflow.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n"
                                       "metadata: {name: x}\nspec: {entrypoint: main, templates: "
                                       "[{name: main, suspend: {}}]}\n");
        ::setenv("KUBECONFIG", folder_.at("kubeconfig").c_str(), 1);
    }
    ~Scene() { ::unsetenv("KUBECONFIG"); }
    Scene(const Scene&) = delete;
    Scene& operator=(const Scene&) = delete;

    /// Nobody listens at the address from now on.
    void close() { server_.reset(); }

    /// The exit code; what was said on standard error is in `said`.
    int run(CommandLine words) {
        const bool is_submitted = words.front() == "submit" || words.front() == "run";
        for (std::string& word : words) {
            if (word == "FOLDER") word = folder_.at("state");
            if (word == "FILE") word = folder_.at(is_submitted ? "workflow.yaml" : "template.yaml");
        }
        const bool names_cluster = words.front() == "lint" || words.front() == "diff" ||
                                   words.front() == "submit" || words.front() == "cron" ||
                                   words.front() == "template" || words.front() == "run";
        if (!names_cluster) words.push_back("--cluster");
        std::istringstream in;
        std::ostringstream out;
        std::ostringstream err;
        Streams streams{in, out, err, false};
        const std::size_t n_before = n_requests_so_far();
        const int code = run_command(words, streams);
        said = err.str();
        n_requests = n_requests_so_far() - n_before;
        return code;
    }

    std::string said;
    std::size_t n_requests = 0;

private:
    [[nodiscard]] std::size_t n_requests_so_far() const {
        return server_ == nullptr ? 0 : server_->requests().size();
    }

    FolderForTest folder_;
    std::unique_ptr<kube::ScriptedServer> server_;
};

/// Of each way to talk to a server one.
const std::vector<CommandLine> kSlow = {{"get", "x"},         {"wait", "x"},
                                        {"submit", "FILE"},   {"cron", "suspend", "x"},
                                        {"template", "list"}, {"lint", "--cluster", "FILE"}};

void each_says(Scene& scene, const std::string& words, const std::string& advice,
               const std::vector<CommandLine>& commands = kCommands) {
    for (const CommandLine& command : commands) {
        const int code = scene.run(command);
        INFO(command.front() << " " << command.back() << ": " << scene.said);
        CHECK(code == 2);
        CHECK(scene.said.starts_with("tiphys: "));
        CHECK(scene.said.find(words) != std::string::npos);
        CHECK(scene.said.find(advice) != std::string::npos);
        CHECK(scene.said.find('\n') == scene.said.size() - 1);
        CHECK(scene.n_requests <= kMostRequests);
    }
}

} // namespace

TEST_CASE("without a kubeconfig each command says where one is looked for") {
    Scene scene([](const std::string&, const std::string&) { return kube::ScriptedAnswer{}; });
    ::setenv("KUBECONFIG", "/no/such/kubeconfig", 1);
    each_says(scene, "there is no kubeconfig at `/no/such/kubeconfig`", "--kubeconfig");
}

TEST_CASE("credentials that have expired are named by each command") {
    Scene scene([](const std::string&, const std::string&) {
        return kube::ScriptedAnswer{401, status(401, "Unauthorized", "Unauthorized")};
    });
    each_says(scene, "they have expired or are not known", "log in again");
}

TEST_CASE("a server that is not there is named by each command, and soon") {
    Scene scene([](const std::string&, const std::string&) { return kube::ScriptedAnswer{}; });
    scene.close();
    each_says(scene, "cannot reach the API server `http://127.0.0.1:", "is the cluster of", kSlow);
}

TEST_CASE("a server that only fails is not waited for, but one that failed for a moment is") {
    Scene scene([](const std::string&, const std::string&) {
        return kube::ScriptedAnswer{503, status(503, "ServiceUnavailable", "etcd is away")};
    });
    each_says(scene, "the API server failed with status 503: etcd is away", "failed", kSlow);
    int n_failures = 0;
    Scene other([&](const std::string& line, const std::string&) {
        if (n_failures++ < 2) return kube::ScriptedAnswer{503, status(503, "", "for a moment")};
        if (line.find("watch=true") != line.npos) return kube::ScriptedAnswer{200, ""};
        return kube::ScriptedAnswer{200, R"({"metadata":{"resourceVersion":"1"},"items":[{
            "metadata":{"name":"x","namespace":"team"},"status":{"phase":"Succeeded"}}]})"};
    });
    CHECK(other.run({"wait", "x"}) == 0);
}

TEST_CASE("definitions that the cluster has not are named by each command") {
    Scene scene([](const std::string&, const std::string&) {
        return kube::ScriptedAnswer{404, "404 page not found\n"};
    });
    each_says(scene, "the cluster has no `", "tiphys install | kubectl apply");
}

TEST_CASE("another version of the definitions is named by each command") {
    Scene scene([](const std::string& line, const std::string&) {
        if (line.find("/apis/argoproj.io ") != line.npos) {
            return kube::ScriptedAnswer{200, R"({"versions":[{"groupVersion":"argoproj.io/v2"}]})"};
        }
        return kube::ScriptedAnswer{404, "404 page not found\n"};
    });
    each_says(scene, "the cluster has `argoproj.io/v2`", "not the version `argoproj.io/v1alpha1`");
}

TEST_CASE("rights that are missing are named by each command") {
    Scene scene([](const std::string&, const std::string&) {
        return kube::ScriptedAnswer{403, status(403, "Forbidden", R"(User \"jane\" cannot)")};
    });
    each_says(scene, "`jane` has no right to `", "let a role allow the verb `");
    CHECK(scene.run({"wait", "x"}) == 2);
    CHECK(scene.said.find("the verb `list` on `workflows.argoproj.io`") != std::string::npos);
}

TEST_CASE("a namespace that is not there is named by each command") {
    Scene scene([](const std::string& line, const std::string&) {
        const bool is_list = line.starts_with("GET") && (line.find("workflows?") != line.npos ||
                                                         line.find("workflows ") != line.npos ||
                                                         line.find("templates?") != line.npos);
        if (is_list) return kube::ScriptedAnswer{200, R"({"metadata":{},"items":[]})"};
        if (line.starts_with("POST") || line.find("/namespaces/team HTTP") != line.npos) {
            return kube::ScriptedAnswer{
                404, status(404, "NotFound", R"(namespaces \"team\" not found)")};
        }
        return kube::ScriptedAnswer{404, status(404, "NotFound", R"(it \"x\" not found)")};
    });
    each_says(scene, "there is no namespace `team`", "kubectl ");
}

TEST_CASE("what is no API server is told from one, and nothing is said to be done") {
    Scene scene([](const std::string&, const std::string&) {
        return kube::ScriptedAnswer{200, "<html>log in, please</html>"};
    });
    each_says(scene, "is no API server", "look at `server`");
}

TEST_CASE("objects of foreign types, as short definitions let them through, end no command") {
    const std::string head = R"({"metadata":{"name":"x","namespace":"team"},"spec":)";
    const std::string status =
        R"(,"status":{"phase":"Failed","conditions":"odd","startedAt":5,"nodes":{"a":"odd",)"
        R"("b":{"id":5,"name":"x","type":"Suspend","phase":"Running","children":[7],"inputs":)"
        R"({"parameters":[3]},"outputs":{"parameters":"odd"},"nodeFlag":[]}}}})";
    std::vector<CommandLine> commands = kCommands;
    const std::vector<CommandLine> more = {
        {"retry", "x"},       {"resubmit", "--memoized", "x"}, {"resume", "x"},
        {"suspend", "x"},     {"get", "-o", "json", "x"},      {"cron", "get", "x"},
        {"template", "list"}, {"list", "-o", "wide"}};
    commands.insert(commands.end(), more.begin(), more.end());
    for (const char* spec :
         {"\"odd\"", "5",
          R"({"entrypoint":5,"templates":"odd","arguments":{"parameters":"odd"},)"
          R"("workflowSpec":[],"workflowMetadata":{"labels":"odd"},)"
          R"("schedules":7,"suspend":"odd"})"}) {
        const std::string object = head + spec + status;
        Scene scene([&](const std::string& line, const std::string&) {
            if (line.find("watch=true") != line.npos) return kube::ScriptedAnswer{200, ""};
            if (line.find("/x") != line.npos || !line.starts_with("GET")) {
                return kube::ScriptedAnswer{200, object};
            }
            return kube::ScriptedAnswer{200, R"({"metadata":{"resourceVersion":"1"},"items":[)" +
                                                 object + "]}"};
        });
        for (const CommandLine& command : commands) {
            const int code = scene.run(command);
            INFO(command.front() << " " << command.back() << " with " << spec << ": "
                                 << scene.said);
            CHECK(code <= 2);
            CHECK((code != 2 || scene.said.starts_with("tiphys: ")));
        }
    }
}

TEST_CASE("a field of another type that a command would have to change is told of") {
    Scene scene([](const std::string&, const std::string&) {
        return kube::ScriptedAnswer{200, R"({"metadata":{"name":"x"},"spec":"odd"})"};
    });
    CHECK(scene.run({"suspend", "x"}) == 2);
    CHECK(scene.said ==
          "tiphys: a field of the object is of another type than Argo has there, so "
          "that it cannot be changed; `tiphys get NAME -o yaml | tiphys lint -` says which\n");
}

} // namespace tiphys::cli
