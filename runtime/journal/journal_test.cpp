// The journal: what is put in comes out again, and what cannot be read is left alone.

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdlib.h>

#include <catch2/catch.hpp>

#include "runtime/journal/bytes.h"
#include "runtime/journal/event_bytes.h"
#include "runtime/journal/journal.h"

namespace tiphys::run {
namespace {

class Folder {
public:
    Folder() {
        char name[] = "/tmp/tiphys-journal-XXXXXX";
        path_ = ::mkdtemp(name);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string file() const { return path_ + "/journal.db"; }
    [[nodiscard]] std::string content() const {
        std::ifstream in(file(), std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        return text.str();
    }

private:
    std::string path_;
};

TaskFinished some_end() {
    TaskFinished end;
    end.node = 7;
    end.report.phase = Phase::kFailed;
    end.report.message = "main: Error (exit code 3)";
    end.report.exit_code = std::int16_t{3};
    end.report.result = std::string("not \xff utf-8\0and a zero", 21);
    end.report.parameters = {{"p", "v", "g"}, {"q", std::nullopt, ""}};
    Artifact artifact;
    artifact.name = "a";
    artifact.source = ArtifactSource::kStore;
    artifact.location = "wf/pod/a.tgz";
    artifact.mode = 0644;
    end.report.artifacts = {artifact};
    end.report.processes = {{ProcessReport::End::kKilled, "gone"}};
    HttpResponse response;
    response.status = 200;
    response.headers = {{"A", "b"}};
    end.report.http = response;
    end.report.keys = {"x", "y"};
    return end;
}

RunRecord some_run(const std::string& name, std::int64_t created_ms) {
    RunRecord record;
    record.name = name;
    record.namespace_name = "default";
    record.created_ms = created_ms;
    record.inputs.files = {{"a.yaml", "kind: Workflow", true, false, false}};
    record.inputs.parameters = {{"day", "monday"}};
    record.inputs.from = "cronwf/nightly";
    record.inputs.labels = {{"team", "data"}};
    return record;
}

std::unique_ptr<Journal> opened(const Folder& folder) {
    auto journal = Journal::open(folder.path(), true);
    REQUIRE(journal);
    return std::move(*journal);
}

} // namespace

TEST_CASE("an event is the same after its way through bytes") {
    const std::string bytes = event_as_bytes(some_end());
    const auto back = event_from_bytes(bytes);
    REQUIRE(back);
    REQUIRE(std::holds_alternative<TaskFinished>(*back));
    const TaskReport& report = std::get<TaskFinished>(*back).report;
    CHECK(report.result == some_end().report.result);
    CHECK(report.exit_code == std::int16_t{3});
    CHECK(report.parameters.at(1).value == std::nullopt);
    CHECK(report.artifacts.at(0).mode == 0644U);
    CHECK(event_as_bytes(*back) == bytes);
}

TEST_CASE("bytes that are cut or longer than they should be are no event") {
    const std::string bytes = event_as_bytes(some_end());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CHECK_FALSE(event_from_bytes(bytes.substr(0, size)));
    }
    CHECK_FALSE(event_from_bytes(bytes + "x"));
    CHECK_FALSE(event_from_bytes("\x63"));
}

TEST_CASE("a run is found again with its inputs, the latest first") {
    const Folder folder;
    {
        const auto journal = opened(folder);
        RunRecord first = some_run("first", 1000);
        RunRecord second = some_run("second", 2000);
        REQUIRE(journal->add(first));
        REQUIRE(journal->add(second));
        CHECK(first.id != second.id);
    }
    const auto journal = opened(folder);
    const auto runs = journal->runs();
    REQUIRE(runs);
    REQUIRE(runs->size() == 2);
    CHECK(runs->at(0).name == "second");
    const auto found = journal->find("first");
    REQUIRE(found);
    REQUIRE(found->has_value());
    CHECK((*found)->inputs.files.at(0).text == "kind: Workflow");
    CHECK((*found)->inputs.parameters.at(0).second == "monday");
    CHECK((*found)->inputs.from == "cronwf/nightly");
    CHECK((*found)->inputs.labels.at(0).second == "data");
    CHECK_FALSE((*found)->closed);
    CHECK_FALSE(journal->find("third")->has_value());
}

TEST_CASE("events come back in their order, requests until they are done") {
    const Folder folder;
    const auto journal = opened(folder);
    RunRecord run = some_run("run", 1000);
    REQUIRE(journal->add(run));
    REQUIRE(journal->request(run.id, ShutdownRequested{Shutdown::kStop}));
    const auto requests = journal->requests(run.id);
    REQUIRE(requests);
    REQUIRE(requests->size() == 1);
    const std::vector<Event> events = {{10, RunStarted{}}, {20, some_end()}};
    RunSummary summary;
    summary.phase = RunPhase::kFailed;
    summary.message = "why";
    REQUIRE(journal->append(run.id, {0, events, requests->at(0).id, summary}));
    CHECK(journal->requests(run.id)->empty());
    const auto back = journal->events(run.id);
    REQUIRE(back);
    REQUIRE(back->size() == 2);
    CHECK(back->at(1).now_ms == 20);
    CHECK(journal->events(run.id, 1)->size() == 1);
    CHECK((*journal->find("run"))->summary.message == "why");
    // The same numbers once more are refused, whole.
    CHECK_FALSE(journal->append(run.id, {1, events, 0, {}}));
    CHECK(journal->events(run.id)->size() == 2);
}

TEST_CASE("a run of the same name takes the place of the old one") {
    const Folder folder;
    const auto journal = opened(folder);
    RunRecord old = some_run("run", 1000);
    REQUIRE(journal->add(old));
    const Event event{10, RunStarted{}};
    REQUIRE(journal->append(old.id, {0, {&event, 1}, 0, {}}));
    REQUIRE(journal->close(old.id, 5));
    RunRecord fresh = some_run("run", 2000);
    REQUIRE(journal->add(fresh));
    CHECK(journal->events(fresh.id)->empty());
    CHECK(journal->runs()->size() == 1);
    REQUIRE(journal->restart(fresh, event));
    CHECK(journal->events(fresh.id)->size() == 1);
    CHECK((*journal->find("run"))->generation == 2);
}

TEST_CASE("bytes that have changed are known by their seal") {
    const std::string bytes = event_as_bytes(some_end());
    const std::string kept = sealed(bytes, "beside");
    CHECK(unsealed(kept, "beside") == bytes);
    CHECK_FALSE(unsealed(kept, "another"));
    for (std::size_t i = 2; i < kept.size(); ++i) {
        std::string changed = kept;
        changed[i] = static_cast<char>(changed[i] ^ 4);
        CHECK_FALSE(unsealed(changed, "beside"));
        CHECK_FALSE(unsealed(kept.substr(0, i), "beside"));
    }
    // Earlier versions wrote none.
    CHECK(unsealed(bytes, "beside") == bytes);
}

TEST_CASE("what is damaged or missing of a run is told, and the run can still be removed") {
    const Folder folder;
    const auto journal = opened(folder);
    RunRecord run = some_run("run", 1000);
    REQUIRE(journal->add(run));
    const std::vector<Event> events = {{10, RunStarted{}}, {20, some_end()}, {30, RunStarted{}}};
    const auto refuses = [&](const char* damage) {
        REQUIRE(journal->add(run));
        REQUIRE(journal->append(run.id, {0, events, 0, {}}));
        REQUIRE(journal->events(run.id)->size() == 3);
        const auto database = Database::open(folder.file(), false);
        REQUIRE(database);
        REQUIRE((*database)->run(damage));
        const auto back = journal->events(run.id);
        const auto found = journal->find("run");
        const std::string message = !back    ? back.error().message
                                    : !found ? found.error().message
                                             : "";
        CHECK(journal->find("run", false)->has_value());
        return message.find("run `run` cannot be read") != message.npos;
    };
    CHECK(refuses("UPDATE events SET what = x'ffff01' WHERE number = 1"));
    CHECK(refuses("UPDATE events SET at = 21 WHERE number = 1"));
    CHECK(refuses("DELETE FROM events WHERE number = 1"));
    CHECK(refuses("UPDATE runs SET inputs = x'ff'"));
    CHECK(refuses("UPDATE runs SET created = 1001"));
    CHECK(refuses("UPDATE runs SET uid = 'u'"));
    REQUIRE(journal->remove(run.id));
    CHECK(journal->runs()->empty());
}

TEST_CASE("journals of the first version are read and go on") {
    const Folder folder;
    {
        const auto journal = opened(folder);
        RunRecord run = some_run("run", 1000);
        REQUIRE(journal->add(run));
        const Event event{10, RunStarted{}};
        REQUIRE(journal->append(run.id, {0, {&event, 1}, 0, {}}));
        const auto database = Database::open(folder.file(), false);
        REQUIRE(database);
        // Without the two bytes before and the four bytes behind.
        REQUIRE((*database)->run("UPDATE events SET what = substr(what, 3, length(what) - 6);"
                                 "UPDATE runs SET inputs = substr(inputs, 3, length(inputs) - 6);"
                                 "PRAGMA user_version = 1"));
    }
    const auto journal = opened(folder);
    const auto found = journal->find("run");
    REQUIRE(found);
    CHECK((*found)->inputs.labels.at(0).second == "data");
    const Event next{20, some_end()};
    REQUIRE(journal->append((*found)->id, {1, {&next, 1}, 0, {}}));
    CHECK(journal->events((*found)->id)->size() == 2);
}

TEST_CASE("an empty journal beside runs that have ended is none to begin with") {
    const Folder folder;
    std::filesystem::create_directories(folder.path() + "/runs/w");
    std::ofstream(folder.file()).close();
    CHECK(Journal::open(folder.path(), true));
    std::filesystem::resize_file(folder.file(), 0);
    std::ofstream(folder.path() + "/runs/w/workflow.json") << "{}";
    const auto journal = Journal::open(folder.path(), true);
    REQUIRE_FALSE(journal);
    CHECK(journal.error().message.find("is empty") != std::string::npos);
    CHECK(folder.content().empty());
}

TEST_CASE("a damaged journal is named and left as it is") {
    const Folder folder;
    std::ofstream(folder.file()) << std::string(9000, 'x');
    const std::string before = folder.content();
    const auto journal = Journal::open(folder.path(), true);
    REQUIRE_FALSE(journal);
    CHECK(journal.error().message.find("is damaged") != std::string::npos);
    CHECK(journal.error().message.find(folder.file()) != std::string::npos);
    CHECK(folder.content() == before);
}

TEST_CASE("a journal of a later version is left as it is") {
    const Folder folder;
    opened(folder);
    {
        const auto database = Database::open(folder.file(), false);
        REQUIRE(database);
        REQUIRE((*database)->run("PRAGMA user_version = 99"));
    }
    const auto journal = Journal::open(folder.path(), true);
    REQUIRE_FALSE(journal);
    CHECK(journal.error().message.find("later version of tiphys (format 99") != std::string::npos);
}

TEST_CASE("a folder that cannot be made is named") {
    const auto journal = Journal::open("/proc/none/here", true);
    REQUIRE_FALSE(journal);
    CHECK(journal.error().message.find("/proc/none/here") != std::string::npos);
}

} // namespace tiphys::run
