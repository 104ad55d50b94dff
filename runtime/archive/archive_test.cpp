// The archive in SQLite; where TIPHYS_TEST_ARCHIVE names a server, in PostgreSQL.
#include <cstdlib>

#include <catch2/catch.hpp>

#include "compiler/base/folder_for_test.h"
#include "runtime/archive/archive.h"
#include "runtime/archive/selector.h"

namespace tiphys::archive {
namespace {

/// Each test has a cluster of its own, so that all of them can share a server.
class TestArchive {
public:
    explicit TestArchive(const std::string& cluster) {
        const char* server = std::getenv("TIPHYS_TEST_ARCHIVE");
        options_.place = server == nullptr ? folder_.at("archive.db") : server;
        options_.cluster_name = cluster;
        archive_ = opened();
    }

    [[nodiscard]] std::unique_ptr<Archive> opened() const {
        auto archive = Archive::open(options_);
        if (!archive) FAIL(archive.error().message);
        return std::move(*archive);
    }
    Archive* operator->() { return archive_.get(); }
    ArchiveOptions& options() { return options_; }

private:
    FolderForTest folder_;
    ArchiveOptions options_;
    std::unique_ptr<Archive> archive_;
};

std::string workflow(const std::string& number, const std::string& phase,
                     const std::string& labels = "{}") {
    return R"({"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", )"
           R"("metadata": {"name": "run-)" +
           number + R"(", "namespace": "argo", "uid": "uid-)" + number +
           R"(", "creationTimestamp": "2026-01-0)" + number + R"(T10:00:00Z", "labels": )" +
           labels + R"(}, "spec": {"entrypoint": "a\u0000b"}, "status": {"phase": ")" + phase +
           R"(", "message": "it's so", "progress": "1/2", "startedAt": "2026-01-0)" + number +
           R"(T10:00:01Z", "finishedAt": "2026-01-0)" + number + R"(T10:00:09Z"}})";
}

std::string names(Result<std::vector<ArchivedWorkflow>> found) {
    if (!found) return found.error().message;
    std::string names;
    for (const ArchivedWorkflow& workflow : *found)
        names += workflow.name + " ";
    return names;
}

TEST_CASE("a workflow comes out of the archive as it went in") {
    TestArchive archive("as-it-was");
    REQUIRE(archive->put(workflow("1", "Succeeded", R"({"team": "a"})")).has_value());
    const auto found = archive->list({});
    REQUIRE(found.has_value());
    REQUIRE(found->size() == 1);
    const ArchivedWorkflow& first = found->front();
    CHECK(first.uid == "uid-1");
    CHECK(first.name_space == "argo");
    CHECK(first.phase == "Succeeded");
    CHECK(first.created_at == "2026-01-01T10:00:00Z");
    CHECK(first.started_at == "2026-01-01T10:00:01Z");
    CHECK(first.finished_at == "2026-01-01T10:00:09Z");
    CHECK(first.message == "it's so");
    CHECK(first.progress == "1/2");
    CHECK(first.labels.at("team") == "a");
    const auto object = archive->get("uid-1");
    REQUIRE((object.has_value() && object->has_value()));
    CHECK((*object)->find("a\\u0000b") != std::string::npos);
    CHECK((*object)->find("Persisted") != std::string::npos);
}

TEST_CASE("a workflow that is archived again takes the place of its former self") {
    TestArchive archive("again");
    REQUIRE(archive->put(workflow("1", "Failed", R"({"old": "x"})")).has_value());
    REQUIRE(archive->put(workflow("1", "Succeeded", R"({"new": "y"})")).has_value());
    CHECK(names(archive->list({.phases = {"Failed"}})).empty());
    CHECK(names(archive->list({.phases = {"Succeeded", "Error"}})) == "run-1 ");
    CHECK(names(archive->list({.selector = "old"})).empty());
    CHECK(names(archive->list({.selector = "new"})) == "run-1 ");
}

TEST_CASE("lists are filtered, ordered and cut") {
    TestArchive archive("lists");
    REQUIRE(archive->put(workflow("1", "Succeeded", R"({"team": "a", "job": "x"})")).has_value());
    REQUIRE(archive->put(workflow("2", "Failed", R"({"team": "b"})")).has_value());
    REQUIRE(archive->put(workflow("3", "Failed")).has_value());
    CHECK(names(archive->list({})) == "run-3 run-2 run-1 ");
    CHECK(names(archive->list({.limit = 1, .offset = 1})) == "run-2 ");
    CHECK(names(archive->list({.offset = 2})) == "run-1 ");
    CHECK(names(archive->list({.name_space = "other"})).empty());
    CHECK(names(archive->list({.prefix = "run-2"})) == "run-2 ");
    CHECK(names(archive->list({.started_after = "2026-01-02T10:00:01Z"})) == "run-3 ");
    CHECK(names(archive->list({.finished_before = "2026-01-02T10:00:09Z"})) == "run-1 ");
    CHECK(names(archive->list({.selector = "team=a"})) == "run-1 ");
    CHECK(names(archive->list({.selector = "team!=a"})) == "run-3 run-2 ");
    CHECK(names(archive->list({.selector = "team in (a, b), !job"})) == "run-2 ");
    CHECK(names(archive->list({.phases = {"Failed"}, .selector = "team notin (b)"})) == "run-3 ");
}

TEST_CASE("workflows are found by name and uid, and removed") {
    TestArchive archive("removed");
    REQUIRE(archive->put(workflow("1", "Succeeded", R"({"team": "a"})")).has_value());
    REQUIRE(archive->put(workflow("2", "Succeeded", R"({"team": "b"})")).has_value());
    CHECK(archive->find("argo", "run-2").value() == "uid-2");
    CHECK(archive->find("", "uid-1").value() == "uid-1");
    CHECK(!archive->find("other", "run-2").value().has_value());
    CHECK(archive->labels().value() ==
          std::vector<std::string>{"team", "workflows.argoproj.io/workflow-archiving-status"});
    CHECK(archive->labels("team").value() == std::vector<std::string>{"a", "b"});
    CHECK(archive->remove("uid-2").value());
    CHECK(!archive->remove("uid-2").value());
    CHECK(archive->labels("team").value() == std::vector<std::string>{"a"});
    CHECK(archive->remove_finished_before(1'767'261'609'000).value() == 0);
    CHECK(archive->remove_finished_before(1'767'261'610'000).value() == 1);
    CHECK(names(archive->list({})).empty());
}

TEST_CASE("clusters and instances do not see each other's workflows") {
    TestArchive archive("first");
    REQUIRE(archive->put(workflow("1", "Succeeded")).has_value());
    archive.options().instance_id = "blue";
    CHECK(names(archive.opened()->list({})).empty());
    archive.options().instance_id = "";
    archive.options().cluster_name = "second";
    CHECK(names(archive.opened()->list({})).empty());
}

TEST_CASE("nodes are kept under the hash of what they are") {
    TestArchive archive("nodes");
    // Argo: fnv.New32 in nodeStatusVersion.
    CHECK(archive->save_nodes("uid", "argo", "{}").value() == "fnv:1450640401");
    const std::string nodes = R"({"a":{"id":"a"}})";
    const std::string version = archive->save_nodes("uid", "argo", nodes).value();
    CHECK(archive->save_nodes("uid", "argo", nodes).value() == version);
    CHECK(archive->nodes("uid", version).value() == nodes);
    CHECK(!archive->nodes("uid", "fnv:1").value().has_value());
    CHECK(archive->remove_nodes("uid", version).value() == 0); // not old enough
    CHECK(archive->remove_nodes("uid", "").value() == 2);
}

TEST_CASE("nodes are found by their workflow, whatever its cluster is called") {
    const FolderForTest folder;
    ArchiveOptions options;
    options.place = folder.at("archive.db");
    options.cluster_name = "prod";
    const std::string version =
        Archive::open(options).value()->save_nodes("uid", "argo", "{}").value();
    options.cluster_name = "default";
    CHECK(!Archive::open(options).value()->nodes("uid", version).value().has_value());
    options.cluster_name.clear();
    CHECK(Archive::open(options).value()->nodes("uid", version).value() == "{}");
    CHECK(!Archive::open(options).value()->nodes("other", version).value().has_value());
}

TEST_CASE("what is no finished workflow is refused") {
    TestArchive archive("refused");
    for (const char* text : {"", "[]", "{}", R"({"kind": "Workflow"})"})
        CHECK(!archive->put(text).has_value());
}

TEST_CASE("the archive of an older Argo is left alone") {
    const FolderForTest folder;
    const std::string path = folder.at("archive.db");
    {
        auto connection = open_sqlite(path, true);
        REQUIRE(connection.has_value());
        REQUIRE((*connection)->run("create table schema_history (schema_version int)").has_value());
        REQUIRE((*connection)->run("insert into schema_history values (40)").has_value());
    }
    const auto archive = Archive::open({.place = "sqlite:" + path});
    REQUIRE(!archive.has_value());
    CHECK(archive.error().message.find("version 40 of 68") != std::string::npos);
}

TEST_CASE("places that are not there are named") {
    const auto file = Archive::open({.place = "/no/such/folder/archive.db"});
    REQUIRE(!file.has_value());
    CHECK(file.error().message.find("/no/such/folder/archive.db") != std::string::npos);
    const auto server = Archive::open({.place = "postgresql://nobody@127.0.0.1:1/none"});
    REQUIRE(!server.has_value());
    CHECK(server.error().message.starts_with("cannot reach the archive"));
    CHECK(!Archive::open({.place = "x", .nodes_table = "a; drop table b"}).has_value());
}

TEST_CASE("labels match a selector when all of its conditions hold") {
    const std::map<std::string, std::string> labels = {{"team", "data"}, {"stage", "test"}};
    const auto match = [&](const std::string& selector) {
        const auto conditions = parse_selector(selector);
        REQUIRE(conditions);
        return matches(*conditions, labels);
    };
    for (const char* selector : {"", "team=data", "team==data,stage", "stage in (test, live)",
                                 "stage notin (live)", "owner!=me", "!owner"}) {
        INFO(selector);
        CHECK(match(selector));
    }
    for (const char* selector : {"team=web", "owner", "!team", "team!=data", "team=data,stage=live",
                                 "stage notin (live,test)", "owner in (me)"}) {
        INFO(selector);
        CHECK_FALSE(match(selector));
    }
}

TEST_CASE("selectors that are none are named") {
    for (const char* selector : {"a=b=c", "=b", "a in b", "a in (b", "a,,b", "a='x'"}) {
        INFO(selector);
        CHECK(!label_conditions(selector, 1).has_value());
    }
    const auto conditions = label_conditions("a==b", 5);
    REQUIRE(conditions.has_value());
    CHECK(conditions->front().values == std::vector<std::string>{"a", "b"});
    CHECK(conditions->front().sql.find("$6") != std::string::npos);
}

} // namespace
} // namespace tiphys::archive
