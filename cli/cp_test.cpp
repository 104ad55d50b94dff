// Artifacts of runs, copied to a folder.
#include <algorithm>
#include <sstream>

#include <catch2/catch.hpp>

#include "cli/command.h"
#include "cli/folder_for_test.h"
#include "cli/run_command.h"
#include "runtime/io/files.h"
#include "runtime/kubernetes/scripted_server.h"

namespace tiphys::cli {
namespace {

/// Two tasks: `write` stores a file as it is and a packed one, `folder` a folder as it is.
constexpr const char* kWorkflow = R"(apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: makes}
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - {name: write, template: write}
          - {name: folder, template: folder}
    - name: write
      outputs:
        artifacts:
          - {name: report, path: /srv/report.txt, archive: {none: {}}}
          - {name: table, path: /srv/table.csv}
          - {name: absent, path: /srv/absent, optional: true}
      container:
        image: busybox
        command: [sh, -c, "echo good > /srv/report.txt; echo 1,2 > /srv/table.csv"]
    - name: folder
      outputs:
        artifacts:
          - {name: pictures, path: /srv/pictures, archive: {none: {}}}
      container:
        image: busybox
        command: [sh, -c]
        args: ["mkdir /srv/pictures && cd /srv/pictures && echo red > a && echo blue > b"]
)";

class Scene {
public:
    Scene() {
        folder_.write("makes.yaml", kWorkflow);
        REQUIRE(call({"run", folder_.at("makes.yaml"), "-q", "--isolation", "none"}) == 0);
    }
    int call(std::vector<std::string> words) {
        words.insert(words.end(), {"--state", folder_.at("state")});
        std::istringstream in;
        std::ostringstream out;
        std::ostringstream err;
        Streams streams{in, out, err, false};
        const int code = run_command(words, streams);
        out_ = out.str();
        err_ = err.str();
        return code;
    }
    /// A file below the folder that was copied to; "-" where there is none.
    [[nodiscard]] std::string content(const std::string& path) const {
        const auto text = run::read_file(copies() + "/" + path);
        return text ? *text : "-";
    }
    [[nodiscard]] std::string copies() const { return folder_.at("copies"); }
    [[nodiscard]] std::string store() const { return folder_.at("state/artifacts"); }
    [[nodiscard]] const std::string& out() const { return out_; }
    [[nodiscard]] const std::string& err() const { return err_; }

private:
    FolderForTest folder_;
    std::string out_;
    std::string err_;
};

/// An API server that is a bucket as well.
class Cluster {
public:
    explicit Cluster(bool has_secret)
        : server_([this, has_secret](const std::string& line, const std::string&) {
              return answer(line, has_secret);
          }) {
        folder_.write("kubeconfig", "apiVersion: v1\nkind: Config\ncurrent-context: here\n"
                                    "clusters: [{name: here, cluster: {server: '" +
                                        server_.address() +
                                        "'}}]\ncontexts: [{name: here, context: {cluster: here, "
                                        "user: me}}]\nusers: [{name: me, user: {}}]\n");
    }
    int copy() {
        std::istringstream in;
        std::ostringstream out;
        std::ostringstream err;
        Streams streams{in, out, err, false};
        const std::vector<std::string> words = {
            "cp",   "etl",          folder_.at("copies"),    "-n",
            "data", "--kubeconfig", folder_.at("kubeconfig")};
        const int code = run_command(words, streams);
        said = out.str() + err.str();
        return code;
    }
    [[nodiscard]] std::string content(const std::string& path) const {
        const auto text = run::read_file(folder_.at("copies/" + path));
        return text ? *text : "-";
    }
    std::string said;

private:
    [[nodiscard]] kube::ScriptedAnswer answer(const std::string& line, bool has_secret) const {
        const auto has = [&](const char* part) { return line.find(part) != line.npos; };
        kube::ScriptedAnswer answer;
        if (has("/namespaces/data/workflows/etl")) {
            answer.body = R"({"kind":"Workflow","metadata":{"name":"etl","namespace":"data"},
              "status":{"phase":"Succeeded","artifactRepositoryRef":{"artifactRepository":{"s3":{
                "endpoint":")" +
                          server_.address().substr(std::string("http://").size()) + R"(",
                "bucket":"results","insecure":true,"region":"us-east-1",
                "accessKeySecret":{"name":"keys","key":"a"},
                "secretKeySecret":{"name":"keys","key":"s"}}}},
              "nodes":{"etl-1":{"id":"etl-1","type":"Pod","templateName":"load","outputs":{
                "artifacts":[{"name":"report","s3":{"key":"etl/report.txt"}},
                             {"name":"gone","deleted":true,"s3":{"key":"etl/gone.txt"}}]}}}}})";
        } else if (has("/namespaces/data/secrets/keys") && has_secret) {
            answer.body = R"({"kind":"Secret","data":{"a":"a2V5","s":"c2VjcmV0"}})";
        } else if (has("GET /api/v1/namespaces/data ")) {
            answer.body = R"({"kind":"Namespace","metadata":{"name":"data"}})";
        } else if (has("GET /results/etl/report.txt")) {
            answer.body = "good\n";
        } else {
            answer.status = 404;
            answer.body = R"({"kind":"Status","status":"Failure","code":404,"reason":"NotFound",
              "message":"secrets \"keys\" not found"})";
        }
        return answer;
    }

    FolderForTest folder_;
    kube::ScriptedServer server_;
};

} // namespace

TEST_CASE("artifacts of a workflow are fetched from its bucket with the keys of the cluster") {
    Cluster cluster(true);
    CHECK(cluster.copy() == kExitFine);
    INFO(cluster.said);
    CHECK(cluster.content("data/etl/etl-1/outputs/report/report.txt") == "good\n");
    CHECK(cluster.said.find("artifact `gone` of node `etl-1` was deleted") != std::string::npos);
}

TEST_CASE("a Secret that cannot be read is named") {
    Cluster cluster(false);
    CHECK(cluster.copy() == kExitUsage);
    INFO(cluster.said);
    CHECK(cluster.said.find("keys") != std::string::npos);
    CHECK(cluster.content("data/etl/etl-1/outputs/report/report.txt") == "-");
}

TEST_CASE("artifacts of a run are copied as they are stored, each to its folder") {
    Scene scene;
    REQUIRE(scene.call(
                {"cp", "@latest", scene.copies(), "--path", "{templateName}/{artifactName}"}) == 0);
    CHECK(scene.content("write/report/report.txt") == "good\n");
    CHECK(scene.content("write/table/table.tgz").starts_with("\x1f\x8b"));
    CHECK(scene.content("folder/pictures/pictures/b") == "blue\n");
    CHECK(scene.out().find("absent") == std::string::npos);
    // What was there is replaced.
    REQUIRE(scene.call(
                {"cp", "makes", scene.copies(), "--path", "{templateName}/{artifactName}"}) == 0);
    CHECK(scene.content("folder/pictures/pictures/a") == "red\n");
}

TEST_CASE("artifacts are chosen by name, template and node") {
    Scene scene;
    REQUIRE(scene.call({"cp", "makes", scene.copies(), "--artifact-name", "report"}) == 0);
    const std::string copied = scene.out();
    CHECK(std::count(copied.begin(), copied.end(), '\n') == 1);
    const std::size_t id = copied.find("makes/makes-") + 6;
    const std::string node = copied.substr(id, copied.find('/', id) - id);
    CHECK(scene.content("default/makes/" + node + "/outputs/report/report.txt") == "good\n");
    REQUIRE(scene.call({"cp", "makes", scene.copies(), "--node-id", node, "--path", "of-node"}) ==
            0);
    CHECK(scene.content("of-node/report.txt") == "good\n");
    REQUIRE(scene.call(
                {"cp", "makes", scene.copies(), "--template-name", "folder", "--path", "x"}) == 0);
    CHECK(scene.out() == "copied " + scene.copies() + "/x/pictures\n");
    REQUIRE(scene.call({"cp", "makes", scene.copies(), "--artifact-name", "nothing"}) == 0);
    CHECK(scene.err() == "tiphys: there are no such artifacts\n");
}

TEST_CASE("a run or an artifact that is not there is told of") {
    Scene scene;
    CHECK(scene.call({"cp", "nothing", scene.copies()}) == kExitUsage);
    CHECK(scene.err().find("there is no run `nothing`") != std::string::npos);
    run::remove_tree(scene.store());
    CHECK(scene.call({"cp", "makes", scene.copies(), "--artifact-name", "report"}) == kExitUsage);
    CHECK(scene.err().find("is not where it was stored") != std::string::npos);
}

} // namespace tiphys::cli
