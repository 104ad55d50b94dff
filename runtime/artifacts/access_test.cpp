// The local store, and what it stands in for.

#include <filesystem>

#include <catch2/catch.hpp>

#include "compiler/base/folder_for_test.h"
#include "runtime/artifacts/access.h"
#include "runtime/io/files.h"
#include "runtime/io/run_program.h"

namespace tiphys::run {
namespace {

Artifact stored(const std::string& key, Archive archive = Archive::kDefault) {
    Artifact artifact;
    artifact.name = "a";
    artifact.path = "/tmp/out";
    artifact.source = ArtifactSource::kStore;
    artifact.location = key;
    artifact.archive = archive;
    return artifact;
}

std::string nothing_set(const std::string&) {
    return "";
}

ArtifactAccess access_in(const FolderForTest& folder, Secrets secrets = {}) {
    return {folder.at("store"), std::move(secrets), nothing_set};
}

std::string content(const std::string& path) {
    const auto text = read_file(path);
    return text ? *text : "(" + text.error().message + ")";
}

/// "" when it was loaded, "absent", or the error.
std::string load(ArtifactAccess& access, const Artifact& artifact, const std::string& path) {
    const auto loaded = access.load(artifact, path);
    if (!loaded) return loaded.error().message;
    return *loaded ? "" : "absent";
}

void git(const FolderForTest& folder, std::vector<std::string> words) {
    words.insert(words.begin(), {"git", "-C", folder.at("repo"), "-c", "user.name=a", "-c",
                                 "user.email=a@example.org", "-c", "init.defaultBranch=main"});
    const auto done = run_program({std::move(words), {}});
    REQUIRE(done.has_value());
    REQUIRE(done->stderr_text == "");
    REQUIRE(done->exit_code == 0);
}

constexpr const char* kBucket =
    R"({"endpoint":"127.0.0.1:1","insecure":true,"bucket":"b","key":"k",)"
    R"("accessKeySecret":{"name":"s3","key":"access"},)"
    R"("secretKeySecret":{"name":"s3","key":"secret"}})";

} // namespace

TEST_CASE("files and folders come back from the local store as they were") {
    const FolderForTest folder;
    folder.write("out/f1", "1");
    folder.write("out/sub/f2", "2");
    ArtifactAccess access = access_in(folder);
    for (const Archive archive :
         {Archive::kDefault, Archive::kNone, Archive::kTar, Archive::kZip}) {
        const Artifact artifact = stored("wf/pod/a", archive);
        REQUIRE(access.save(folder.at("out"), artifact, folder.path()).has_value());
        CHECK(load(access, artifact, folder.at("in")).empty());
        CHECK(content(folder.at("in/sub/f2")) == "2");
        std::filesystem::remove_all(folder.at("in"));
    }
}

TEST_CASE("a part of a folder that is not packed can be taken") {
    const FolderForTest folder;
    folder.write("out/sub/f2", "2");
    ArtifactAccess access = access_in(folder);
    REQUIRE(access.save(folder.at("out"), stored("d", Archive::kNone), folder.path()).has_value());
    CHECK(load(access, stored("d/sub/f2", Archive::kNone), folder.at("in")).empty());
    CHECK(content(folder.at("in")) == "2");
    REQUIRE(access.save(folder.at("out"), stored("t.tgz"), folder.path()).has_value());
    CHECK(load(access, stored("t.tgz/sub/f2"), folder.at("other")) == "absent");
}

TEST_CASE("removed artifacts are gone, and keys are listed in order") {
    const FolderForTest folder;
    folder.write("o", "1");
    ArtifactAccess access = access_in(folder);
    for (const char* key : {"d/b", "d/a", "e"}) {
        REQUIRE(access.save(folder.at("o"), stored(key), folder.path()).has_value());
    }
    const auto keys = access.keys_below(stored("d/"));
    REQUIRE(keys.has_value());
    CHECK(*keys == std::vector<std::string>{"d/a", "d/b"});
    REQUIRE(access.remove(stored("d/a")).has_value());
    CHECK(load(access, stored("d/a"), folder.at("in")) == "absent");
}

TEST_CASE("the local store stands in for a bucket without keys") {
    const FolderForTest folder;
    folder.write("o", "1");
    ArtifactAccess access = access_in(folder);
    Artifact artifact = stored("k");
    artifact.access = kBucket;
    CHECK(
        load(access, artifact, folder.at("in")) ==
        "failed to get file: there are no keys for the bucket `b`: give the Secret `s3` among the "
        "files, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    REQUIRE(access.save(folder.at("o"), artifact, folder.path()).has_value());
    CHECK(load(access, artifact, folder.at("in")).empty());
}

TEST_CASE("a bucket with keys is asked, and an unreachable one is told") {
    const FolderForTest folder;
    ArtifactAccess access = access_in(folder, {{"s3", {{"access", "AK"}, {"secret", "SK"}}}});
    Artifact artifact = stored("k");
    artifact.access = kBucket;
    CHECK(load(access, artifact, folder.at("in")) ==
          "failed to get file: Get \"http://127.0.0.1:1/b/k\": dial tcp 127.0.0.1:1: "
          "connect: connection refused");
}

TEST_CASE("places of S3 are read from manifests, Secrets, the environment and AWS's file") {
    const FolderForTest folder;
    folder.write("credentials", "[other]\naws_access_key_id = O\naws_secret_access_key = P\n"
                                "[default]\naws_access_key_id=D\naws_secret_access_key=E\n");
    std::map<std::string, std::string> variables = {
        {"AWS_SHARED_CREDENTIALS_FILE", folder.at("credentials")}, {"AWS_REGION", "eu-north-1"}};
    const auto environment = [&](const std::string& name) { return variables[name]; };
    const Secrets none;
    auto found = find_place(R"({"bucket":"b","addressingStyle":"path"})", none, environment);
    REQUIRE(found.has_value());
    CHECK(found->place.keys.access_key == "D");
    CHECK(found->place.region == "eu-north-1");
    CHECK(found->place.style == S3Style::kPath);
    CHECK(found->place.is_secure);
    variables["AWS_PROFILE"] = "other";
    CHECK(find_place(R"({"bucket":"b"})", none, environment)->place.keys.secret_key == "P");
    variables["AWS_ACCESS_KEY_ID"] = "V";
    CHECK(find_place(R"({"bucket":"b"})", none, environment)->place.keys.access_key == "V");
    const Secrets secrets = {{"s3", {{"access", "AK"}, {"secret", "SK"}}}};
    found = find_place(kBucket, secrets, environment);
    REQUIRE(found.has_value());
    CHECK(found->place.keys.access_key == "AK");
    CHECK_FALSE(found->place.is_secure);
    CHECK(found->secret == "s3");
    CHECK_FALSE(find_place(R"({"bucket":"b","roleARN":"arn"})", none, environment).has_value());
    found = find_place(R"({"bucket":"b","encryptionOptions":{"kmsKeyId":"k"}})", none, environment);
    REQUIRE(found.has_value());
    CHECK(found->place.object_headers.size() == 2);
}

TEST_CASE("git repositories are checked out at branches, tags and commits") {
    const FolderForTest folder;
    std::filesystem::create_directories(folder.at("repo"));
    git(folder, {"init", "--quiet"});
    folder.write("repo/f", "first");
    git(folder, {"add", "f"});
    git(folder, {"commit", "--quiet", "-m", "first"});
    git(folder, {"tag", "v1"});
    git(folder, {"checkout", "--quiet", "-b", "side"});
    folder.write("repo/f", "second");
    git(folder, {"commit", "--quiet", "-a", "-m", "second"});
    git(folder, {"checkout", "--quiet", "main"});
    ArtifactAccess access = access_in(folder);
    const auto at = [&](const std::string& fields) {
        Artifact artifact;
        artifact.source = ArtifactSource::kGit;
        artifact.location = folder.at("repo");
        artifact.access = "{" + fields + "}";
        std::filesystem::remove_all(folder.at("in"));
        const std::string problem = load(access, artifact, folder.at("in"));
        return problem.empty() ? content(folder.at("in/f")) : problem;
    };
    CHECK(at("") == "first");
    CHECK(at(R"("revision":"side")") == "second");
    CHECK(at(R"("revision":"v1","depth":1)") == "first");
    CHECK(at(R"("singleBranch":true,"branch":"side")") == "second");
    CHECK(at(R"("singleBranch":true)") == "single branch mode without a branch specified");
    CHECK(at(R"("fetch":["refs/heads/side:refs/remotes/origin/more"],"revision":"more")") ==
          "second");
    CHECK(at(R"("revision":"nowhere")").find("failed to get resolve revision `nowhere`") == 0);
    CHECK(at(R"("revision":"--upload-pack=x")") == "`--upload-pack=x` begins with a dash");
    CHECK(at(R"("usernameSecret":{"name":"g","key":"u"})") ==
          "the Secret `g` with the key `u` is not among the given files");
}

} // namespace tiphys::run
