// What the emissary reads and leaves besides the command's output.

#include <sys/stat.h>
#include <unistd.h>

#include "runtime/artifacts/archive.h"
#include "runtime/executor/emissary.h"
#include "runtime/executor/log.h"
#include "runtime/io/files.h"
#include "runtime/plan/json_text.h"

namespace tiphys::executor {
namespace {

/// The kernel takes no longer argument. Argo: MaxEnvVarLen in workflow/common/common.go.
constexpr std::size_t kLongestArgument = 131'072;

Result<Done> save_parameter(const ParameterOutput& parameter, const PodTemplate& pod,
                            const PodPaths& paths) {
    if (pod.is_on_volume(parameter.path)) return Done{};
    const auto content = read_needed(paths.own(parameter.path));
    if (!content) {
        // It may have a default.
        if (!run::path_exists(paths.own(parameter.path))) {
            log(LogLevel::kWarn, "cannot save parameter, does not exist",
                {{"src", parameter.path}});
            return Done{};
        }
        return Error{"failed to open " + parameter.path + ": " + content.error().message};
    }
    const std::string to = paths.parameter(parameter.path);
    TIPHYS_TRY(made, run::make_folders_above(to));
    static_cast<void>(made);
    return run::write_file(to, *content);
}

/// Always as a tarball, which keeps modes; who stores it another way takes it apart again.
Result<Done> save_artifact(const PodArtifact& artifact, const PodTemplate& pod,
                           const PodPaths& paths) {
    if (artifact.path.empty() || pod.is_on_volume(artifact.path)) return Done{};
    struct stat status {};
    if (::stat(paths.own(artifact.path).c_str(), &status) != 0) {
        log(LogLevel::kWarn, "cannot save artifact", {{"srcPath", artifact.path}});
        return Done{};
    }
    const std::string to = paths.artifact(artifact.path);
    TIPHYS_TRY(made, run::make_folders_above(to));
    static_cast<void>(made);
    auto packed = run::pack(paths.own(artifact.path), artifact.path, run::Archive::kTar,
                            artifact.compression_level, to);
    if (packed) return packed;
    return Error{"failed to tarball the output " + artifact.path + " to " + to + ": " +
                 packed.error().message};
}

} // namespace

Result<std::vector<std::string>> with_args_of_file(std::vector<std::string> words,
                                                   const PodPaths& paths,
                                                   const std::string& args_file) {
    if (args_file.empty()) return words;
    const auto text = read_needed(paths.own(args_file));
    if (!text) {
        return Error{"failed to read container args file " + args_file + ": " +
                     text.error().message};
    }
    if (run::json_error(*text) || run::json_value(*text).type != run::JsonType::kArray) {
        return Error{"failed to unmarshal container args: " + args_file + " holds no JSON list"};
    }
    for (const run::JsonValue& element : run::json_elements(*text)) {
        words.push_back(run::json_unquote(element.text));
    }
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (words[i].size() <= kLongestArgument) continue;
        const std::string path = "/tmp/argo_arg_" + std::to_string(i - 1) + ".txt";
        const auto written = run::write_file(paths.own(path), words[i]);
        if (!written) {
            return Error{"failed to write large arg " + std::to_string(i - 1) +
                         " to file: " + written.error().message};
        }
        words[i] = "@" + path;
    }
    return words;
}

Result<Done> save_outputs(const PodTemplate& pod, const PodPaths& paths) {
    for (const ParameterOutput& parameter : pod.parameters) {
        TIPHYS_TRY(saved, save_parameter(parameter, pod, paths));
        static_cast<void>(saved);
    }
    for (const PodArtifact& artifact : pod.outputs) {
        TIPHYS_TRY(saved, save_artifact(artifact, pod, paths));
        static_cast<void>(saved);
    }
    return Done{};
}

} // namespace tiphys::executor
