// Every right that `install` prints is needed, and named where it is missing.

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <map>
#include <set>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "codegen/install/rights.h"
#include "compiler/base/folder_for_test.h"
#include "compiler/expr/go_strings.h"
#include "tests/fake_cluster/controller_process.h"

namespace tiphys::fake {
namespace {

constexpr int kLongestMs = 30'000;
/// What is refused may be tried again meanwhile, but not often.
constexpr int kLookMs = 1'500;
constexpr int kMostTries = 25;
constexpr std::size_t kAtOnce = 4;

struct Taken {
    std::string group;
    /// `pods/exec`.
    std::string resource;
    std::string verb;

    /// `pods/exec`, `workflows.argoproj.io/finalizers`: as messages have it.
    [[nodiscard]] std::string words() const {
        const std::size_t slash = std::min(resource.find('/'), resource.size());
        return resource.substr(0, slash) + (group.empty() ? "" : "." + group) +
               resource.substr(slash);
    }
    [[nodiscard]] std::string right() const { return verb + " " + resource; }
};

std::vector<Taken> rights_of(std::span<const codegen::Right> rows) {
    std::vector<Taken> rights;
    for (const codegen::Right& row : rows) {
        for (const std::string& resource : expr::split_words(row.resources)) {
            for (const std::string& verb : expr::split_words(row.verbs)) {
                rights.push_back({std::string(row.group), resource, verb});
            }
        }
    }
    return rights;
}

std::string workflow(const std::string& name, const std::string& spec,
                     const std::string& templates) {
    return R"({"metadata":{"name":")" + name + R"("},"spec":{"entrypoint":"main",)" + spec +
           R"("templates":[)" + templates + "]}}";
}

/// Workflows that need all that a controller may do, and one, `labelled`, that needs no more than
/// a pod.
void ask_for_everything(FakeCluster& cluster) {
    const std::string one = R"({"name":"main","container":{"image":"a","command":["a"]}})";
    const auto add = [&](const std::string& name, const std::string& spec,
                         const std::string& templates) {
        static_cast<void>(
            cluster.store("workflows").create("default", workflow(name, spec, templates)));
    };
    add("labelled", "", one);
    add("deleted", R"("podGC":{"strategy":"OnPodCompletion","deleteDelayDuration":"0s"},)", one);
    add("expired", R"("ttlStrategy":{"secondsAfterCompletion":0},)", one);
    // There is a pod of this name, which is somebody else's.
    static_cast<void>(cluster.store("pods").create("default", R"({"metadata":{"name":"taken"}})"));
    add("taken", "", one);
    add("cached", "",
        R"({"name":"main","memoize":{"key":"k","maxAge":"1h","cache":{"configMap":{"name":"c"}}},)"
        R"("steps":[[{"name":"a","template":"a"}]],"outputs":{"parameters":[{"name":"p",)"
        R"("valueFrom":{"expression":"'x'"}}]}},{"name":"a","container":{"image":"a",)"
        R"("command":["a"]}})");
    add("listed", "",
        R"({"name":"main","data":{"source":{"artifactPaths":{"name":"x","s3":{"bucket":"b",)"
        R"("endpoint":"127.0.0.1:1","insecure":true,"key":"k","accessKeySecret":{"name":"s",)"
        R"("key":"a"},"secretKeySecret":{"name":"s","key":"b"}}}},)"
        R"("transformation":[{"expression":"data"}]}})");
    add("stored",
        R"("volumeClaimTemplates":[{"metadata":{"name":"v"},"spec":{"accessModes":)"
        R"(["ReadWriteOnce"],"resources":{"requests":{"storage":"1Mi"}}}}],)",
        one);
    add("collected", R"("artifactGC":{"strategy":"OnWorkflowCompletion"},)",
        R"({"name":"main","container":{"image":"a","command":["a"]},"outputs":{"artifacts":)"
        R"([{"name":"o","path":"/tmp/o"}]}})");
    static_cast<void>(
        cluster.store("cronworkflows")
            .create(
                "default",
                R"({"metadata":{"name":"often"},"spec":{"schedules":["@every 1s"],"workflowSpec":)"
                R"({"entrypoint":"main","templates":[)" +
                    one + "]}}}"));
}

/// Whether the request needs the right; commands in containers are asked for by GET, and servers of
/// other versions call that `get` or `create`.
bool needs(const ApiRequest& request, const Taken& taken) {
    const std::string resource =
        request.plural + (request.subresource.empty() ? "" : "/" + request.subresource);
    if (resource == "pods/exec" && taken.resource == resource) return true;
    const bool is_of_owner = taken.resource == "workflows/finalizers"
                                 ? request.plural == "pods" && request.verb() == "create"
                             : taken.resource == "cronworkflows/finalizers"
                                 ? request.plural == "workflows" && request.verb() == "create"
                                 : false;
    return is_of_owner || (resource == taken.resource && request.verb() == taken.verb);
}

/// In the words of an API server.
kube::ScriptedAnswer refusal(const ApiRequest& request, const Taken& taken) {
    const bool is_of_owner = taken.resource.ends_with("/finalizers");
    const std::string message =
        request.plural + " \"" + request.name + "\" is forbidden: " +
        (is_of_owner
             ? "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't "
               "set finalizers on: , <nil>"
             : "User \"jane\" cannot " + taken.verb + " resource \"" + taken.resource +
                   "\" in API group \"" + taken.group + "\" in the namespace \"default\"");
    kube::ScriptedAnswer answer;
    answer.status = 403;
    answer.body = failure(403, "Forbidden", message).body;
    return answer;
}

/// What became of a controller that lacks a right.
struct Seen {
    std::string log;
    int n_tries = 0;
    /// -2: it went on.
    int exit_code = -2;
    bool has_carried_on = false;
};

Seen without(const Taken& taken, const std::vector<std::string>& options, bool is_needed_for_all) {
    const FolderForTest folder;
    std::atomic<int> n_tries{0};
    FakeCluster cluster({}, [&](const ApiRequest& request) -> std::optional<kube::ScriptedAnswer> {
        if (!needs(request, taken)) return std::nullopt;
        ++n_tries;
        return refusal(request, taken);
    });
    if (taken.resource == "pods/exec") {
        cluster.set_kubelet({0, std::nullopt});
        static_cast<void>(
            cluster.store("workflows")
                .create("default",
                        workflow("late", R"("activeDeadlineSeconds":1,)",
                                 R"({"name":"main","container":{"image":"a","command":["a"]}})")));
    } else {
        ask_for_everything(cluster);
    }
    const bool needs_lease = taken.resource == "leases";
    ControllerProcess controller(std::getenv("TIPHYS_PROGRAM"), cluster, folder.path(), options,
                                 needs_lease);
    Seen seen;
    if (taken.right() == "patch leases") {
        static_cast<void>(cluster.waits_for_phase("default/labelled", "Succeeded", kLongestMs));
        static_cast<void>(controller.end(SIGTERM));
    }
    const std::string words = "verb `" + taken.verb + "` on `" + taken.words() + "`";
    static_cast<void>(FakeCluster::waits(
        [&] { return controller.log().find(words) != std::string::npos; }, kLongestMs));
    if (!is_needed_for_all) {
        seen.has_carried_on = cluster.waits_for_phase("default/labelled", "Succeeded", kLongestMs);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(kLookMs));
    seen.exit_code = controller.wait(0);
    seen.log = controller.log();
    seen.n_tries = n_tries;
    return seen;
}

/// Without these no workflow can end.
bool is_needed_by_all(const Taken& taken) {
    static const std::set<std::string> kNeeded = {"create pods",
                                                  "list pods",
                                                  "watch pods",
                                                  "create pods/exec",
                                                  "get pods/exec",
                                                  "patch workflows",
                                                  "list workflows",
                                                  "watch workflows",
                                                  "update workflows/finalizers",
                                                  "list workflowtaskresults",
                                                  "get leases",
                                                  "create leases"};
    return kNeeded.contains(taken.right());
}

/// Without these it ends at once.
bool is_needed_to_begin(const Taken& taken) {
    static const std::set<std::string> kNeeded = {"list workflows", "get leases", "create leases"};
    return kNeeded.contains(taken.right());
}

/// Lines of the log at the levels `warn` and `error` that name the right.
int n_lines_naming(const std::string& log, const Taken& taken) {
    const std::string words = "verb `" + taken.verb + "` on `" + taken.words() + "`";
    int n_lines = 0;
    for (std::size_t at = log.find(words); at != log.npos; at = log.find(words, at + 1)) {
        ++n_lines;
    }
    return n_lines;
}

void judge(const Taken& taken, const Seen& seen) {
    INFO(taken.right() << "\n" << seen.log);
    CHECK(n_lines_naming(seen.log, taken) >= 1);
    CHECK(seen.n_tries >= 1);
    CHECK(seen.n_tries <= kMostTries);
    if (is_needed_to_begin(taken)) {
        CHECK(seen.exit_code == 2);
    } else if (taken.resource != "leases") {
        CHECK(n_lines_naming(seen.log, taken) == 1);
        CHECK(seen.exit_code == -2);
    }
    CHECK(seen.has_carried_on != is_needed_by_all(taken));
}

void try_each(const std::vector<Taken>& rights, const std::vector<std::string>& options) {
    std::vector<Seen> seen(rights.size());
    for (std::size_t begin = 0; begin < rights.size(); begin += kAtOnce) {
        std::vector<std::thread> threads;
        for (std::size_t i = begin; i < std::min(begin + kAtOnce, rights.size()); ++i) {
            threads.emplace_back(
                [&, i] { seen[i] = without(rights[i], options, is_needed_by_all(rights[i])); });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
    }
    for (std::size_t i = 0; i < rights.size(); ++i) {
        judge(rights[i], seen[i]);
    }
}

} // namespace

TEST_CASE("each right of a controller is named where it is missing, and the rest goes on") {
    const std::vector<Taken> rights = rights_of(codegen::controller_rights());
    CHECK(rights.size() > 30);
    try_each(rights, {});
}

TEST_CASE("a controller that may not have the lease says so") {
    try_each(rights_of(codegen::own_rights()), {});
}

TEST_CASE("a controller of a cluster names what it lacks for the cluster's templates") {
    try_each(rights_of(codegen::cluster_rights()), {"--cluster-scoped"});
}

} // namespace tiphys::fake
