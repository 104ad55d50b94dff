// What options of commands ask of a cluster.
#include <cstdlib>
#include <memory>
#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/folder_for_test.h"
#include "cli/run_command.h"
#include "runtime/kubernetes/scripted_server.h"

namespace tiphys::cli {
namespace {

using nlohmann::json;

constexpr const char* kCron = R"(apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ["0 3 * * *", "0 4 * * *"]
  workflowSpec:
    entrypoint: main
    arguments: {parameters: [{name: size, value: small}, {name: day, value: monday}]}
    templates: [{name: main, container: {image: "busybox:1.36", command: ["true"]}}]
)";

/// A cluster without objects, which takes each new one as it is.
class Scene {
public:
    Scene()
        : server_([this](const std::string& line, const std::string& body) {
              const bool is_new = line.starts_with("POST");
              if (is_new) made_ = body;
              return kube::ScriptedAnswer{200, is_new ? body : R"({"kind":"List","items":[]})"};
          }) {
        folder_.write("kubeconfig", "apiVersion: v1\nkind: Config\ncurrent-context: here\n"
                                    "clusters: [{name: here, cluster: {server: '" +
                                        server_.address() +
                                        "'}}]\ncontexts: [{name: here, context: {cluster: here, "
                                        "user: me, namespace: team}}]\n"
                                        "users: [{name: me, user: {token: t}}]\n");
        folder_.write("cron.yaml", kCron);
        ::setenv("KUBECONFIG", folder_.at("kubeconfig").c_str(), 1);
    }
    ~Scene() { ::unsetenv("KUBECONFIG"); }
    Scene(const Scene&) = delete;
    Scene& operator=(const Scene&) = delete;

    int run(std::vector<std::string> words) {
        for (std::string& word : words) {
            if (word == "FILE") word = folder_.at("cron.yaml");
        }
        std::istringstream in;
        std::ostringstream out;
        std::ostringstream err;
        Streams streams{in, out, err, false};
        const int code = run_command(words, streams);
        said = out.str() + err.str();
        return code;
    }
    /// The first line of the first request of the last command.
    [[nodiscard]] std::string request_of(std::vector<std::string> words) {
        const std::size_t n_before = server_.requests().size();
        static_cast<void>(run(std::move(words)));
        const auto all = server_.requests();
        return all.size() > n_before ? all.at(n_before) : "";
    }
    [[nodiscard]] json made() const { return json::parse(made_, nullptr, false); }

    std::string said;

private:
    std::string made_;
    FolderForTest folder_;
    kube::ScriptedServer server_;
};

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

constexpr const char* kInstance = "workflows.argoproj.io/controller-instanceid";

} // namespace

TEST_CASE("an instance id is asked for, and given to what is new") {
    Scene scene;
    const std::string condition = "controller-instanceid%3Dme";
    CHECK(contains(scene.request_of({"list", "--instanceid", "me"}), condition));
    CHECK(contains(scene.request_of({"cron", "list", "--instanceid", "me"}), condition));
    CHECK_FALSE(contains(scene.request_of({"list", "--cluster"}), "controller-instanceid"));
    ::setenv("ARGO_INSTANCEID", "me", 1);
    CHECK(contains(scene.request_of({"delete", "--cluster", "-l", "a=b"}), condition));
    CHECK(scene.run({"cron", "create", "FILE"}) == kExitFine);
    ::unsetenv("ARGO_INSTANCEID");
    CHECK(scene.made()["metadata"]["labels"][kInstance] == "me");
    CHECK(scene.run({"list", "--instanceid", "no label"}) == kExitUsage);
    CHECK(contains(scene.said, "`no label` cannot be an instance id"));
}

TEST_CASE("labels choose what can be retried, and what still runs") {
    Scene scene;
    const std::string failed = "completed%3Dtrue%2Cworkflows.argoproj.io%2Fphase%21%3DSucceeded";
    CHECK(contains(scene.request_of({"retry", "--cluster", "-l", "a=b"}), failed));
    CHECK(contains(scene.request_of({"resubmit", "--cluster", "-l", "a=b", "--memoized"}), failed));
    CHECK_FALSE(contains(scene.request_of({"resubmit", "--cluster", "-l", "a=b"}), "completed"));
    CHECK(contains(scene.request_of({"stop", "--cluster", "-l", "a=b"}), "completed%21%3Dtrue"));
}

TEST_CASE("a cron workflow is made with what the command line says") {
    Scene scene;
    CHECK(scene.run({"cron", "create", "FILE", "--name", "weekly", "--schedule", "0 5 * * 1", "-p",
                     "size=large", "--entrypoint", "other", "--serviceaccount", "robot", "-o",
                     "name"}) == kExitFine);
    CHECK(scene.said == "weekly\n");
    const json made = scene.made();
    CHECK(made["metadata"]["name"] == "weekly");
    CHECK(made["spec"]["schedules"] == json::array({"0 5 * * 1"}));
    const json& spec = made["spec"]["workflowSpec"];
    CHECK(spec["entrypoint"] == "other");
    CHECK(spec["serviceAccountName"] == "robot");
    CHECK(spec["arguments"]["parameters"][0] == json{{"name", "size"}, {"value", "large"}});
    CHECK(spec["arguments"]["parameters"][1] == json{{"name", "day"}, {"value", "monday"}});
    CHECK(scene.run({"cron", "create", "FILE"}) == kExitFine);
    CHECK(scene.said == "cron workflow nightly created\n");
    CHECK(scene.made()["spec"]["schedules"].size() == 2);
    CHECK(scene.run({"cron", "update", "FILE", "--name", "x"}) == kExitUsage);
}

} // namespace tiphys::cli
