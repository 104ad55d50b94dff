// What an API server says about an object is shown where its author wrote it.
#include <sstream>

#include <catch2/catch.hpp>

#include "cli/command.h"
#include "cli/folder_for_test.h"
#include "cli/run_command.h"
#include "runtime/kubernetes/scripted_server.h"

namespace tiphys::cli {
namespace {

constexpr const char* kRefusal = R"({"kind":"Status","status":"Failure","code":422,
  "reason":"Invalid","message":"it is refused","details":{"causes":[
    {"reason":"FieldValueNotSupported","field":"spec.templates[1].container.imagePullPolicy",
     "message":"Unsupported value: \"Sometimes\": supported values: \"Always\", \"Never\""},
    {"reason":"FieldValueRequired","field":"spec.templates[1].container.ports[0].containerPort",
     "message":"Required value"}]}})";

constexpr const char* kTiphys = R"(workflow hello {
  dag main { work() }
  task work {
    image: "busybox:1.36"
    imagePullPolicy: "Sometimes"
    run: ["true"]
  }
}
)";

constexpr const char* kTemplate = R"(apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: hello}
spec:
  entrypoint: main
  templates:
  - {name: main, dag: {tasks: [{name: work, template: work}]}}
  - name: work
    container:
      image: busybox:1.36
      imagePullPolicy: Sometimes
      command: ["true"]
)";

kube::ScriptedAnswer answer(const std::string& line, const std::string&) {
    kube::ScriptedAnswer answer;
    if (line.starts_with("GET")) {
        answer.body = R"({"kind":"WorkflowTemplate","spec":{},
          "metadata":{"name":"hello","resourceVersion":"1"}})";
        return answer;
    }
    answer.status = 422;
    answer.body = kRefusal;
    return answer;
}

class Scene {
public:
    Scene() : server_(answer) {
        folder_.write("kubeconfig", "apiVersion: v1\nkind: Config\ncurrent-context: here\n"
                                    "clusters: [{name: here, cluster: {server: '" +
                                        server_.address() +
                                        "'}}]\ncontexts: [{name: here, context: {cluster: here, "
                                        "user: me}}]\nusers: [{name: me, user: {}}]\n");
        folder_.write("hello.tiphys", kTiphys);
        folder_.write("hello.yaml", kTemplate);
    }

    /// The exit code; what was said on standard error is in `said`.
    int run(std::vector<std::string> args, const std::string& file) {
        args.insert(args.end(), {folder_.at(file), "--no-lint", "-n", "here", "--kubeconfig",
                                 folder_.at("kubeconfig")});
        std::istringstream in;
        std::ostringstream out;
        std::ostringstream err;
        Streams streams{in, out, err, false};
        const int code = run_command(args, streams);
        said = err.str();
        return code;
    }
    [[nodiscard]] bool has(const std::string& text) const { return said.find(text) != said.npos; }

    std::string said;

private:
    kube::ScriptedServer server_;
    FolderForTest folder_;
};

} // namespace

TEST_CASE("a refused workflow is shown in the language that it was written in") {
    Scene scene;
    CHECK(scene.run({"submit"}, "hello.tiphys") == kExitFindings);
    INFO(scene.said);
    CHECK(scene.has("error[refused-by-cluster]: the API server does not take `imagePullPolicy`: "
                    "unsupported value: \"Sometimes\""));
    CHECK(scene.has("hello.tiphys:5:22"));
    CHECK(scene.has("5 |     imagePullPolicy: \"Sometimes\""));
    CHECK(scene.has("error[refused-by-cluster]: the API server wants `containerPort` here"));
    CHECK(scene.has("in the object, this is `spec.templates[1].container.ports[0].containerPort`"));
}

TEST_CASE("a refused template is shown in the YAML that it was written in") {
    Scene scene;
    for (const char* action : {"create", "update"}) {
        CHECK(scene.run({"template", action}, "hello.yaml") == kExitFindings);
        INFO(scene.said);
        CHECK(scene.has("hello.yaml:11:24"));
        CHECK(scene.has("11 |       imagePullPolicy: Sometimes"));
    }
}

} // namespace tiphys::cli
