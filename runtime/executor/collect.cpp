// What a task produced.

#include "runtime/executor/collect.h"

#include <cerrno>
#include <optional>

#include <nlohmann/json.hpp>

#include "runtime/artifacts/archive.h"
#include "runtime/executor/driver.h"
#include "runtime/executor/location.h"
#include "runtime/executor/log.h"
#include "runtime/io/files.h"

namespace tiphys::executor {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLongestResult = std::size_t{256} * 1024;

std::string base_name(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

std::string trimmed(std::string text) {
    if (text.ends_with('\n')) text.pop_back();
    return text;
}

/// An artifact as it is to be stored. An artifact that is not there has no path.
struct Staged {
    std::string file_name;
    std::string path;
};

Error missing(const std::string& path) {
    errno = ENOENT;
    return open_error(path);
}

class Collector {
public:
    Collector(const PodTemplate& pod, const PodPaths& paths)
        : pod_(pod), paths_(paths), outputs_(Json::parse(pod.outputs_json, nullptr, false)) {}

    Collected run(bool wants_result) {
        if (wants_result && pod_.has_result) note(read_result());
        note(read_parameters());
        Json artifacts = save_artifacts();
        save_logs(artifacts);
        outputs_.erase("artifacts");
        if (!artifacts.empty()) outputs_["artifacts"] = std::move(artifacts);
        collected_.outputs = outputs_.dump(-1, ' ', false, Json::error_handler_t::replace);
        return std::move(collected_);
    }

private:
    void note(const Result<Done>& result) {
        if (result) return;
        log(LogLevel::kError, "executor error", {{"error", result.error().message}});
        collected_.errors.push_back(result.error());
    }

    Result<Done> read_result() {
        const std::string path = paths_.of_container("main", "stdout");
        if (!run::path_exists(path)) return missing(path);
        TIPHYS_TRY(tail, run::read_tail(path, kLongestResult + 1));
        std::string result = trimmed(std::move(tail));
        if (result.size() > kLongestResult) result.erase(0, result.size() - kLongestResult);
        outputs_["result"] = std::move(result);
        return Done{};
    }

    /// Argo: SaveParameters.
    Result<Done> read_parameters() {
        for (const ParameterOutput& parameter : pod_.parameters) {
            const std::string path = pod_.is_in_image(parameter.path)
                                         ? paths_.parameter(parameter.path)
                                         : paths_.mirrored(parameter.path);
            const auto content = read_needed(path);
            if (!content && !parameter.default_value) return content.error();
            outputs_["parameters"][parameter.index]["value"] =
                trimmed(content ? *content : *parameter.default_value);
        }
        return Done{};
    }

    Json save_artifacts() {
        Json saved = Json::array();
        std::string errors;
        for (const PodArtifact& artifact : pod_.outputs) {
            const auto done = save(artifact);
            if (!done) errors += done.error().message + "; ";
            if (done && *done) saved.push_back(Json::parse(**done, nullptr, false));
        }
        if (!errors.empty()) note(Error{errors});
        return saved;
    }

    /// The artifact with its key; nothing where it may be absent and is.
    Result<std::optional<std::string>> save(const PodArtifact& artifact) {
        TIPHYS_TRY(path, cleaned_path(artifact));
        log(LogLevel::kInfo, "Staging artifact", {{"name", artifact.name}});
        const bool is_in_image = pod_.is_in_image(path);
        const std::string from = is_in_image ? paths_.artifact(path) : paths_.mirrored(path);
        if (!run::path_exists(from)) {
            if (artifact.optional) return std::optional<std::string>();
            if (is_in_image) return missing(from);
            return Error{path + " no such file or directory"};
        }
        TIPHYS_TRY(made, run::make_folders(paths_.staging() + "/artifacts"));
        static_cast<void>(made);
        TIPHYS_TRY(staged, is_in_image ? stage_tarball(artifact, path, from)
                                       : stage_mirrored(artifact, path, from));
        auto stored = store(artifact.json, staged);
        // What was staged is not needed any more, and pods have little room.
        if (staged.path != from) run::remove_tree(staged.path);
        if (!stored) return stored.error();
        return std::optional<std::string>(std::move(*stored));
    }

    [[nodiscard]] std::string staging_path(const std::string& name) const {
        return paths_.staging() + "/artifacts/" + name;
    }

    /// What the emissary packed.
    Result<Staged> stage_tarball(const PodArtifact& artifact, const std::string& path,
                                 const std::string& from) {
        const bool is_tarball =
            artifact.archive == run::Archive::kDefault || artifact.archive == run::Archive::kTar;
        if (is_tarball) return Staged{artifact.name + ".tgz", from};
        const std::string folder = staging_path(artifact.name + ".d");
        TIPHYS_TRY(made, run::make_folders(folder));
        static_cast<void>(made);
        const std::string tarball = folder + "/packed.tgz";
        TIPHYS_TRY(copied, run::copy_tree(from, tarball));
        static_cast<void>(copied);
        // Stores tell the kind of a file from its name.
        std::string unpacked = folder + "/" + base_name(path);
        TIPHYS_TRY(done, run::unpack(tarball, run::Archive::kTar, unpacked));
        static_cast<void>(done);
        if (artifact.archive == run::Archive::kNone) return Staged{base_name(path), unpacked};
        auto zipped = zip(artifact, path, unpacked);
        run::remove_tree(folder);
        return zipped;
    }

    /// What lies on a volume that this container sees as well.
    Result<Staged> stage_mirrored(const PodArtifact& artifact, const std::string& path,
                                  const std::string& from) {
        if (artifact.archive == run::Archive::kNone) return Staged{base_name(path), from};
        if (artifact.archive == run::Archive::kZip) return zip(artifact, path, from);
        Staged staged{artifact.name + ".tgz", staging_path(artifact.name + ".tgz")};
        TIPHYS_TRY(packed, run::pack(from, path, run::Archive::kTar, artifact.compression_level,
                                     staged.path));
        static_cast<void>(packed);
        return staged;
    }

    Result<Staged> zip(const PodArtifact& artifact, const std::string& path,
                       const std::string& from) {
        Staged staged{artifact.name + ".zip", staging_path(artifact.name + ".zip")};
        TIPHYS_TRY(packed, run::pack(from, path, run::Archive::kZip, std::nullopt, staged.path));
        static_cast<void>(packed);
        return staged;
    }

    Result<std::string> store(const std::string& artifact, const Staged& staged) {
        TIPHYS_TRY(named, placed(artifact, pod_.archive_location, staged.file_name));
        TIPHYS_TRY(located, relocated(named, pod_.archive_location));
        TIPHYS_TRY(saved, save_artifact(located, staged.path, paths_));
        static_cast<void>(saved);
        return named;
    }

    void save_logs(Json& artifacts) {
        if (!pod_.archives_logs) return;
        for (const std::string& container : pod_.main_containers()) {
            // A container that was ended before its command began has none.
            const std::string log = paths_.of_container(container, "combined");
            if (!run::path_exists(log)) continue;
            const Json artifact = {{"name", container + "-logs"}};
            const auto stored = store(artifact.dump(), {container + ".log", log});
            if (stored) {
                artifacts.push_back(Json::parse(*stored, nullptr, false));
            } else {
                note(stored.error());
            }
        }
    }

    const PodTemplate& pod_;
    const PodPaths& paths_;
    Json outputs_;
    Collected collected_;
};

} // namespace

Collected collect_outputs(const PodTemplate& pod, bool wants_result, const PodPaths& paths) {
    return Collector(pod, paths).run(wants_result);
}

} // namespace tiphys::executor
