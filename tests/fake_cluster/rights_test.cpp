// Every right that `install` prints is needed, and named where it is missing.

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <set>
#include <thread>

#include <catch2/catch.hpp>

#include "codegen/install/rights.h"
#include "compiler/base/folder_for_test.h"
#include "compiler/expr/go_strings.h"
#include "tests/fake_cluster/controller_process.h"

namespace tiphys::fake {
namespace {

constexpr int kLongestMs = 30'000;

/// `create pods`, and as messages have it: "the verb `create` on `pods`".
using Rights = std::map<std::string, std::string>;

Rights rights_of(std::span<const codegen::Right> rows) {
    Rights rights;
    for (const codegen::Right& row : rows) {
        const std::string group = row.group.empty() ? "" : "." + std::string(row.group);
        for (const std::string& resource : expr::split_words(row.resources)) {
            for (const std::string& verb : expr::split_words(row.verbs)) {
                rights[verb + " " + resource] =
                    "the verb `" + verb + "` on `" + resource + group + "`";
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

/// Workflows that need all that a controller may do.
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

/// Those of `refused` that the controller did not name in time.
std::set<std::string> unnamed(const Rights& refused) {
    const FolderForTest folder;
    FakeCluster cluster({}, [&](const ApiRequest& request) -> std::optional<kube::ScriptedAnswer> {
        if (!refused.contains(request.verb() + " " + request.plural)) return std::nullopt;
        kube::ScriptedAnswer answer;
        answer.status = 403;
        answer.body = failure(403, "Forbidden", "User \"jane\" cannot do that").body;
        return answer;
    });
    ask_for_everything(cluster);
    ControllerProcess controller(std::getenv("TIPHYS_PROGRAM"), cluster, folder.path());
    std::set<std::string> left;
    const auto all_named = [&] {
        left.clear();
        const std::string log = controller.log();
        for (const auto& [right, words] : refused) {
            if (log.find(words) == log.npos) left.insert(right);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        return left.empty();
    };
    static_cast<void>(FakeCluster::waits(all_named, kLongestMs));
    controller.end(SIGKILL);
    return left;
}

} // namespace

TEST_CASE("each right of a controller that is missing is named") {
    Rights left = rights_of(codegen::controller_rights());
    // Containers are told to end, and claims are made, in real clusters only. Whoever may not list
    // workflows ends at once, and why a pod cannot be made, its node says.
    for (const char* other : {"create pods/exec", "get pods/exec", "create pods", "list workflows",
                              "update workflows/finalizers", "update cronworkflows/finalizers",
                              "create persistentvolumeclaims", "delete persistentvolumeclaims"}) {
        CHECK(left.erase(other) == 1);
    }
    const auto take = [&](const std::set<std::string>& verbs) {
        Rights taken;
        for (const auto& [right, words] : left) {
            if (verbs.contains(right.substr(0, right.find(' ')))) taken[right] = words;
        }
        for (const auto& [right, words] : taken) {
            left.erase(right);
        }
        return taken;
    };
    const auto pick = [&](std::initializer_list<const char*> rights) {
        Rights picked;
        for (const char* right : rights) {
            picked.insert(left.extract(right));
        }
        return picked;
    };
    // Who may not do the first is not seen to do the second.
    const std::set<std::string> none;
    CHECK(unnamed(pick({"patch workflows"})) == none);
    CHECK(unnamed(pick({"patch configmaps"})) == none);
    CHECK(unnamed(take({"list"})) == none);
    CHECK(unnamed(take({"watch"})) == none);
    CHECK(unnamed(left) == none);
}

} // namespace tiphys::fake
