// Pods as Argo makes them: what stands where.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "compiler/base/source_map.h"
#include "compiler/front/load.h"
#include "runtime/backends/kubernetes/build_pod.h"
#include "runtime/plan/build.h"

namespace tiphys::run {
namespace {

/// The first task that a workflow starts, as a backend for pods would get it.
std::unique_ptr<TaskSpec> first_task(std::string_view yaml) {
    SourceMap sources;
    const FileId file = sources.add("test.yaml", std::string(yaml));
    const front::InputFile input{file, true};
    const ir::Project project = front::load_project(sources, std::span(&input, 1), 1);
    REQUIRE(!project.all("Workflow").empty());
    RunRequest request;
    request.workflow = project.all("Workflow").front();
    request.name = "wf";
    request.namespace_name = "argo";
    request.uid = "uid";
    request.for_pods = true;
    const BuiltPlan built = build_plan(project, request);
    REQUIRE(built.unsupported.empty());
    State state(built.plan);
    for (Action& action : step(state, {1'700'000'000'000, RunStarted{}})) {
        if (auto* start = std::get_if<StartTask>(&action)) return std::move(start->spec);
    }
    FAIL("no task was started");
    return nullptr;
}

using Json = nlohmann::json;

PodTaskOptions options() {
    PodTaskOptions made;
    made.workflow_name = "wf";
    made.workflow_uid = "uid";
    made.name_space = "argo";
    made.executor_image = "executor:1";
    return made;
}

struct Made {
    Json pod;
    Json config_map;
    std::string error;
};

Made make(std::string_view yaml, const PodTaskOptions& with = options()) {
    const auto spec = first_task(yaml);
    const BuiltPod built = build_pod(*spec, with, 1'700'000'000'000);
    Made made;
    made.error = built.error;
    if (!built.error.empty()) return made;
    made.pod = Json::parse(built.pod);
    if (!built.config_map.empty()) made.config_map = Json::parse(built.config_map);
    return made;
}

Json container(const Json& pod, const std::string& name, const char* list = "containers") {
    for (const Json& one : pod["spec"][list]) {
        if (one["name"] == name) return one;
    }
    return nullptr;
}

std::string variable(const Json& container, const std::string& name) {
    for (const Json& one : container["env"]) {
        if (one["name"] == name && one.contains("value")) return one["value"];
    }
    return "-";
}

/// `volume:path` of all mounts, one after the other.
std::string mounts(const Json& container) {
    std::string text;
    for (const Json& mount : container.value("volumeMounts", Json::array())) {
        text += (text.empty() ? "" : " ") + mount["name"].get<std::string>() + ":" +
                mount["mountPath"].get<std::string>();
    }
    return text;
}

constexpr std::string_view kHello = R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: main
  serviceAccountName: runner
  arguments: {parameters: [{name: who, value: 'a "b" \c'}]}
  templates:
  - name: main
    inputs: {parameters: [{name: who, value: "{{workflow.parameters.who}}"}]}
    container: {image: busybox, command: [echo], args: ["hello {{inputs.parameters.who}}"]}
)";

} // namespace

TEST_CASE("pods carry the trace of their workflow, unless they have one of their own") {
    PodTaskOptions with = options();
    with.workflow_uid = "0af76519-16cd-43dd-8448-eb211c80319c";
    const Json pod = make(kHello, with).pod;
    const std::string trace = variable(container(pod, "main"), "TRACEPARENT");
    // The node's id is the workflow's name: FNV-1a of `wf`.
    CHECK(trace == "00-0af7651916cd43dd8448eb211c80319c-08cb5007b56d1d90-01");
    CHECK(variable(container(pod, "wait"), "TRACEPARENT") == trace);
    CHECK(variable(container(pod, "init", "initContainers"), "TRACEPARENT") == trace);
    CHECK(variable(container(make(kHello).pod, "main"), "TRACEPARENT") == "-");
    std::string own(kHello);
    own.replace(own.find("image: busybox"), 14,
                "image: busybox, env: [{name: TRACEPARENT, value: mine}]");
    const Json main = container(make(own, with).pod, "main");
    CHECK(variable(main, "TRACEPARENT") == "mine");
    CHECK(main["env"].dump().find("00-0af7") == std::string::npos);
}

TEST_CASE("a pod has the names, labels and containers of Argo's") {
    const Json pod = make(kHello).pod;
    CHECK(pod["metadata"]["name"] == "wf");
    CHECK(pod["metadata"]["labels"]["workflows.argoproj.io/workflow"] == "wf");
    CHECK(pod["metadata"]["labels"]["workflows.argoproj.io/completed"] == "false");
    CHECK(pod["metadata"]["annotations"]["workflows.argoproj.io/node-id"] == "wf");
    CHECK(pod["metadata"]["annotations"]["workflows.argoproj.io/node-name"] == "wf");
    CHECK(pod["metadata"]["annotations"]["kubectl.kubernetes.io/default-container"] == "main");
    CHECK(pod["metadata"]["ownerReferences"][0]["uid"] == "uid");
    CHECK(pod["spec"]["restartPolicy"] == "Never");
    CHECK(pod["spec"]["serviceAccountName"] == "runner");
    CHECK(pod["spec"]["containers"][0]["name"] == "wait");
    CHECK(pod["spec"]["containers"][1]["name"] == "main");
    CHECK(pod["spec"]["initContainers"][0]["command"][1] == "init");
    CHECK(mounts(container(pod, "wait")) == "tmp-dir-argo:/tmp var-run-argo:/var/run/argo");
}

TEST_CASE("values with quotes stay what they are, and commands go through the executor") {
    const Json pod = make(kHello).pod;
    const Json main = container(pod, "main");
    CHECK(main["args"] == Json::array({"hello a \"b\" \\c"}));
    CHECK(main["command"] ==
          Json::array({"/var/run/argo/argoexec", "emissary", "--loglevel", "info", "--log-format",
                       "text", "--gloglevel", "0", "--", "echo"}));
    CHECK(variable(main, "ARGO_CONTAINER_NAME") == "main");
    CHECK(variable(main, "ARGO_TEMPLATE") == "-");
    CHECK(variable(main, "ARGO_DEADLINE") == "0001-01-01T00:00:00Z");
    CHECK(variable(main, "ARGO_INCLUDE_SCRIPT_OUTPUT") == "false");
    const Json init = container(pod, "init", "initContainers");
    const Json source = Json::parse(variable(init, "ARGO_TEMPLATE"));
    CHECK(source["container"]["args"] == main["args"]);
    CHECK(source["inputs"] == Json::object());
}

TEST_CASE("an image without a command is looked up, or said to be unknown") {
    constexpr std::string_view kNoCommand = R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: hello:1}
)";
    CHECK(make(kNoCommand).error.find("failed to look-up entrypoint/cmd for image \"hello:1\"") ==
          0);
    PodTaskOptions with = options();
    with.images["hello:1"] = {{"/hello"}, {"there"}};
    const Json main = container(make(kNoCommand, with).pod, "main");
    CHECK(main["command"].back() == "/hello");
    CHECK(main["args"] == Json::array({"there"}));
}

TEST_CASE("scripts are staged, and their volumes seen by the executor") {
    const Json pod = make(R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: main
  volumes: [{name: work, emptyDir: {}}, {name: unused, emptyDir: {}}]
  volumeClaimTemplates: [{metadata: {name: disk}, spec: {accessModes: [ReadWriteOnce]}}]
  templates:
  - name: main
    script:
      image: busybox
      command: [sh]
      source: "echo '{{= \"a\" + \"b\" }}'"
      volumeMounts: [{name: work, mountPath: /work/, readOnly: true}, {name: disk, mountPath: /d}]
)")
                         .pod;
    const Json main = container(pod, "main");
    CHECK(main["args"] == Json::array({"/argo/staging/script"}));
    CHECK(main.contains("source") == false);
    CHECK(mounts(main) ==
          "work:/work/ disk:/d argo-staging:/argo/staging var-run-argo:/var/run/argo");
    CHECK(mounts(container(pod, "wait")) ==
          "work:/mainctrfs/work disk:/mainctrfs/d argo-staging:/mainctrfs/argo/staging "
          "tmp-dir-argo:/tmp var-run-argo:/var/run/argo");
    std::string names;
    for (const Json& volume : pod["spec"]["volumes"]) {
        names += volume["name"].get<std::string>() + " ";
    }
    CHECK(names == "var-run-argo tmp-dir-argo work disk argo-staging ");
    CHECK(pod["spec"]["volumes"][3]["persistentVolumeClaim"]["claimName"] == "wf-disk");
    const Json init = container(pod, "init", "initContainers");
    CHECK(Json::parse(variable(init, "ARGO_TEMPLATE"))["script"]["source"] == "echo 'ab'");
}

TEST_CASE("placement comes from the template, the one around it, then the workflow") {
    const Json pod = make(R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: all
  hostNetwork: true
  nodeSelector: {from: workflow}
  tolerations: [{key: a, operator: Exists}]
  schedulerName: theirs
  podPriorityClassName: low
  templateDefaults: {container: {imagePullPolicy: Never}, metadata: {labels: {team: x}}}
  podMetadata: {labels: {team: w, more: "1"}}
  templates:
  - name: all
    nodeSelector: {from: dag}
    dag: {tasks: [{name: a, template: main}]}
  - name: main
    schedulerName: mine
    activeDeadlineSeconds: "30"
    container: {image: busybox, command: [echo]}
)")
                         .pod;
    CHECK(pod["spec"]["nodeSelector"] == Json({{"from", "dag"}}));
    CHECK(pod["spec"]["tolerations"][0]["key"] == "a");
    CHECK(pod["spec"]["schedulerName"] == "mine");
    CHECK(pod["spec"]["priorityClassName"] == "low");
    CHECK(pod["spec"]["hostNetwork"] == true);
    CHECK(pod["spec"]["activeDeadlineSeconds"] == 30);
    CHECK(pod["metadata"]["labels"]["team"] == "x");
    CHECK(pod["metadata"]["labels"]["more"] == "1");
    CHECK(container(pod, "main")["imagePullPolicy"] == "Never");
    CHECK(pod["metadata"]["name"] == "wf-main-" + std::string(pod["metadata"]["name"]).substr(8));
}

TEST_CASE("a patch of the pod's spec joins containers by their names") {
    const Json pod = make(R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: main
  podSpecPatch: '{"terminationGracePeriodSeconds": 5}'
  templates:
  - name: main
    inputs: {parameters: [{name: mem, value: 64Mi}]}
    podSpecPatch: |
      hostname: here
      containers:
      - name: main
        resources: {limits: {memory: "{{inputs.parameters.mem}}"}}
    container: {image: busybox, command: [echo]}
)")
                         .pod;
    CHECK(pod["spec"]["hostname"] == "here");
    CHECK(pod["spec"]["containers"].size() == 2);
    const Json main = container(pod, "main");
    CHECK(main["resources"]["limits"]["memory"] == "64Mi");
    CHECK(main["image"] == "busybox");
    CHECK(variable(main, "ARGO_TERMINATION_GRACE_PERIOD_SECONDS") == "5");
}

TEST_CASE("containers of a set keep their names, and sidecars come after") {
    const Json pod = make(R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: main
  templates:
  - name: main
    sidecars: [{name: side, image: nginx, command: [nginx], mirrorVolumeMounts: true}]
    containerSet:
      volumeMounts: [{name: w, mountPath: /w}]
      containers:
      - {name: a, image: busybox, command: [echo]}
      - {name: main, image: busybox, command: [echo], dependencies: [a]}
    volumes: [{name: w, emptyDir: {}}]
)")
                         .pod;
    std::string names;
    for (const Json& one : pod["spec"]["containers"]) {
        names += one["name"].get<std::string>() + " ";
    }
    CHECK(names == "wait a main side ");
    CHECK(mounts(container(pod, "a")) == "w:/w var-run-argo:/var/run/argo");
    CHECK(mounts(container(pod, "side")) == "w:/w var-run-argo:/var/run/argo");
    CHECK(container(pod, "main").contains("dependencies") == false);
}

TEST_CASE("input artifacts are mounted where they are wanted, unless a volume is there") {
    const Json pod = make(R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs:
      artifacts:
      - {name: one, path: /in/one, raw: {data: text}}
      - {name: two, path: /w/two, raw: {data: text}}
      - {name: three, path: /in/three, optional: true}
      - name: four
        path: /in/four
        s3: {bucket: b, key: k, endpoint: e, accessKeySecret: {name: keys, key: a},
             secretKeySecret: {name: keys, key: s}}
    container:
      image: busybox
      command: [echo]
      volumeMounts: [{name: w, mountPath: /w}]
    volumes: [{name: w, emptyDir: {}}]
)")
                         .pod;
    CHECK(mounts(container(pod, "main")) ==
          "w:/w input-artifacts:/in/one input-artifacts:/in/four var-run-argo:/var/run/argo");
    const Json init = container(pod, "init", "initContainers");
    CHECK(mounts(init) == "keys:/argo/secret/keys input-artifacts:/argo/inputs/artifacts "
                          "w:/mainctrfs/w var-run-argo:/var/run/argo");
    const Json inputs = Json::parse(variable(init, "ARGO_TEMPLATE"))["inputs"]["artifacts"];
    CHECK(inputs[0]["raw"]["data"] == "text");
    CHECK(inputs[3]["s3"]["bucket"] == "b");
    CHECK(inputs[3]["s3"]["key"] == "k");
}

TEST_CASE("what is too long for an environment goes into a ConfigMap") {
    const std::string text(200'000, 'x');
    const Made made = make("apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n"
                           "metadata: {name: wf}\nspec:\n  entrypoint: main\n  templates:\n"
                           "  - name: main\n    container: {image: busybox, command: [echo], "
                           "args: [" +
                           text + "]}\n");
    REQUIRE(made.config_map.is_object());
    CHECK(made.config_map["metadata"]["name"] == "wf");
    CHECK(made.config_map["data"]["ARGO_CONTAINER_ARGS_FILE"] == Json::array({text}).dump());
    const Json main = container(made.pod, "main");
    CHECK(main.contains("args") == false);
    CHECK(variable(main, "ARGO_CONTAINER_ARGS_FILE") == "/argo/config/ARGO_CONTAINER_ARGS_FILE");
    const Json init = container(made.pod, "init", "initContainers");
    CHECK(variable(init, "ARGO_TEMPLATE") == "offloaded");
}

TEST_CASE("a volume that nobody knows is said to be missing") {
    CHECK(make(R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs: {parameters: [{name: volume, value: w}]}
    container:
      image: busybox
      command: [echo]
      volumeMounts: [{name: '{{inputs.parameters.volume}}', mountPath: /w}]
)")
              .error == "volume 'w' not found in workflow spec");
}

TEST_CASE("what is of another type than pods have is told of") {
    const std::string head = R"(
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: wf}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: busybox, command: [echo]}
)";
    for (const char* patch : {"{containers: odd}", "{containers: [odd]}", "{volumes: 5}",
                              "{initContainers: {a: b}}", "{terminationGracePeriodSeconds: x}"}) {
        INFO(patch);
        const std::string error = make(head + "    podSpecPatch: '" + patch + "'\n").error;
        // What is left as it is, the API server judges.
        const bool is_told = error.empty() || error.find("`podSpecPatch`") != error.npos;
        CHECK(is_told);
    }
    CHECK(make(head + "    podSpecPatch: '{containers: odd}'\n").error.find("another type") !=
          std::string::npos);
    PodTaskOptions odd = options();
    odd.executor_json = R"({"env":"odd","resources":5,"args":{}})";
    CHECK(make(head, odd).error.empty());
    odd.main_container_json = R"({"env":"odd","volumeMounts":5,"command":{}})";
    CHECK(make(head, odd).error.find("`mainContainer`") != std::string::npos);
}

TEST_CASE("claims get names and labels whatever is there") {
    PodManifest manifest;
    manifest.specs = {R"({"volumeClaimTemplates":[5,{"metadata":"odd"},)"
                      R"({"metadata":{"name":"w","labels":"odd"}}]})"};
    const std::vector<std::string> claims = build_claims(manifest, options());
    REQUIRE(claims.size() == 2);
    CHECK(Json::parse(claims[1])["metadata"]["name"] == "wf-w");
    CHECK(Json::parse(claims[1])["metadata"]["labels"].size() == 1);
}

} // namespace tiphys::run
