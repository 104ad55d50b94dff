// Tasks that follow others.

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <catch2/catch.hpp>

#include "runtime/backends/process/process_backend.h"
#include "runtime/io/files.h"

namespace tiphys::run {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kPatienceMs = 20'000;

/// A folder that goes with the test.
class RunFolder {
public:
    RunFolder() {
        std::string name = (fs::temp_directory_path() / "tiphys-follow-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    RunFolder(const RunFolder&) = delete;
    RunFolder& operator=(const RunFolder&) = delete;
    ~RunFolder() {
        end_keeper(path_);
        std::error_code error;
        fs::remove_all(path_, error);
    }
    [[nodiscard]] std::string operator/(const std::string& name) const { return path_ / name; }
    [[nodiscard]] ProcessOptions options(std::size_t n_places) const {
        ProcessOptions options;
        options.run_folder = path_;
        options.artifact_folder = path_ / "artifacts";
        options.max_parallel = n_places;
        options.grace_ms = 1000;
        return options;
    }

private:
    fs::path path_;
};

std::unique_ptr<TaskSpec> shell_task(const std::string& script) {
    auto spec = std::make_unique<TaskSpec>();
    ProcessSpec process;
    process.name = "main";
    process.command = {"sh", "-c", script};
    static int n_tasks = 0;
    spec->pod_name = spec->node_id = spec->node_name = "task-" + std::to_string(++n_tasks);
    spec->processes.push_back(std::move(process));
    return spec;
}

/// What is reported until `n_ends` tasks have ended: `+3` for a beginning, `-3` for an end.
std::string story(ProcessBackend& backend, std::size_t n_ends) {
    std::string told;
    const std::int64_t until = backend.now_ms() + kPatienceMs;
    while (n_ends > 0 && backend.now_ms() < until) {
        for (const BackendReport& report : backend.wait(until, -1)) {
            told += (report.finished ? "-" : "+") + std::to_string(report.node) + " ";
            if (report.finished) {
                --n_ends;
                backend.release(report.node);
            }
        }
    }
    return told;
}

/// A task that runs until the file is there.
std::unique_ptr<TaskSpec> task_until(const std::string& file) {
    return shell_task("while [ ! -e " + file + " ]; do sleep 0.01; done");
}

void make_file(const std::string& path) {
    REQUIRE(write_file(path, ""));
}

bool appears(const std::string& path) {
    for (std::int64_t waited_ms = 0; waited_ms < kPatienceMs && !path_exists(path); ++waited_ms) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return path_exists(path);
}

/// For processes to do what they must not.
void give_time() {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
}

} // namespace

TEST_CASE("a task that follows another begins when that has ended") {
    const RunFolder folder;
    ProcessBackend backend(folder.options(1));
    REQUIRE(backend.prepare());
    backend.start(1, task_until(folder / "go"));
    backend.start(2, shell_task("touch " + folder / "second"));
    backend.start(3, shell_task("true"));
    CHECK(backend.wait(backend.now_ms(), -1).size() == 1);
    give_time();
    CHECK_FALSE(path_exists(folder / "second"));
    make_file(folder / "go");
    // Nobody is asked.
    CHECK(appears(folder / "second"));
    CHECK(story(backend, 3) == "-1 +2 -2 +3 -3 ");
    CHECK(backend.n_open() == 0);
}

TEST_CASE("a task that follows another one takes the first place that is free") {
    const RunFolder folder;
    ProcessBackend backend(folder.options(2));
    REQUIRE(backend.prepare());
    backend.start(1, task_until(folder / "never"));
    backend.start(2, task_until(folder / "go"));
    // The third follows the first.
    backend.start(3, shell_task("true"));
    CHECK(backend.wait(backend.now_ms(), -1).size() == 2);
    make_file(folder / "go");
    CHECK(story(backend, 2) == "-2 +3 -3 ");
    backend.stop(1, true);
    CHECK(story(backend, 1) == "-1 ");
}

TEST_CASE("a task that is stopped while it follows another never begins") {
    const RunFolder folder;
    ProcessBackend backend(folder.options(1));
    REQUIRE(backend.prepare());
    backend.start(1, task_until(folder / "go"));
    backend.start(2, shell_task("touch " + folder / "second"));
    CHECK(backend.wait(backend.now_ms(), -1).size() == 1);
    backend.stop(2, false);
    const std::vector<BackendReport> reports = backend.wait(backend.now_ms() + kPatienceMs, -1);
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].node == 2);
    CHECK(reports[0].report.phase == Phase::kError);
    CHECK(reports[0].report.message == "ended before it began");
    make_file(folder / "go");
    CHECK(story(backend, 1) == "-1 ");
    CHECK_FALSE(path_exists(folder / "second"));
}

TEST_CASE("several tasks wait in line, each for the one before it") {
    const RunFolder folder;
    ProcessBackend backend(folder.options(1));
    REQUIRE(backend.prepare());
    backend.start(1, task_until(folder / "go"));
    backend.start(2, shell_task("echo 2 >> " + folder / "order"));
    backend.start(3, shell_task("echo 3 >> " + folder / "order"));
    backend.start(4, shell_task("touch " + folder / "last"));
    CHECK(backend.wait(backend.now_ms(), -1).size() == 1);
    make_file(folder / "go");
    // Nobody is asked.
    CHECK(appears(folder / "last"));
    const auto order = read_file(folder / "order");
    REQUIRE(order);
    CHECK(*order == "2\n3\n");
    CHECK(story(backend, 4) == "-1 +2 -2 +3 -3 +4 -4 ");
    CHECK(backend.n_open() == 0);
}

TEST_CASE("a task that is stopped in the middle of a line leaves the others in it") {
    const RunFolder folder;
    ProcessBackend backend(folder.options(1));
    REQUIRE(backend.prepare());
    backend.start(1, task_until(folder / "go"));
    backend.start(2, shell_task("touch " + folder / "second"));
    backend.start(3, shell_task("touch " + folder / "third"));
    CHECK(backend.wait(backend.now_ms(), -1).size() == 1);
    backend.stop(2, false);
    CHECK(story(backend, 1) == "-2 ");
    give_time();
    CHECK_FALSE(path_exists(folder / "third"));
    make_file(folder / "go");
    CHECK(story(backend, 2) == "-1 +3 -3 ");
    CHECK_FALSE(path_exists(folder / "second"));
}

TEST_CASE("a task follows only where its requests fit in the place") {
    const RunFolder folder;
    ProcessOptions options = folder.options(4);
    options.capacity = {1000, 0};
    ProcessBackend backend(std::move(options));
    REQUIRE(backend.prepare());
    auto small = task_until(folder / "go");
    small->requests.cpu_millis = 400;
    auto large = shell_task("true");
    large->requests.cpu_millis = 900;
    backend.start(1, std::move(small));
    backend.start(2, std::move(large));
    const std::vector<BackendReport> reports = backend.wait(backend.now_ms(), -1);
    REQUIRE(reports.size() == 2);
    CHECK_FALSE(reports[0].finished);
    CHECK_FALSE(reports[1].waiting.empty());
    make_file(folder / "go");
    CHECK(story(backend, 2) == "-1 +2 -2 ");
}

TEST_CASE("what has not begun when its runner goes is begun by the next one, once") {
    const RunFolder folder;
    {
        ProcessBackend first(folder.options(1));
        REQUIRE(first.prepare());
        first.start(1, task_until(folder / "go"));
        first.start(2, shell_task("echo x >> " + folder / "count"));
        CHECK(first.wait(first.now_ms(), -1).size() == 1);
    }
    // If the keeper sees this before it sees that the runner is gone, the second has begun.
    make_file(folder / "go");
    ProcessBackend second(folder.options(1));
    REQUIRE(second.prepare());
    second.start(1, task_until(folder / "go"));
    second.start(2, shell_task("echo x >> " + folder / "count"));
    CHECK(story(second, 2) == "+1 -1 +2 -2 ");
    const auto counted = read_file(folder / "count");
    REQUIRE(counted);
    CHECK(*counted == "x\n");
}

} // namespace tiphys::run
