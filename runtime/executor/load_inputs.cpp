// What a pod's first container does.

#include "runtime/executor/load_inputs.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/artifacts/archive.h"
#include "runtime/executor/driver.h"
#include "runtime/executor/location.h"
#include "runtime/executor/log.h"
#include "runtime/io/descriptor.h"
#include "runtime/io/files.h"

namespace tiphys::executor {
namespace {

Result<Done> load_input(const PodArtifact& artifact, const PodTemplate& pod,
                        const PodPaths& paths) {
    log(LogLevel::kInfo, "Downloading artifact", {{"name", artifact.name}});
    if (!has_location_or_key(artifact.json)) {
        if (artifact.optional) return Done{};
        return Error{"required artifact '" + artifact.name + "' not supplied"};
    }
    TIPHYS_TRY(cleaned, cleaned_path(artifact));
    const auto located = relocated(artifact.json, pod.archive_location);
    if (!located) {
        return Error{"failed to load artifact '" + artifact.name + "': " + located.error().message};
    }
    const std::string to =
        pod.is_on_volume(cleaned) ? paths.mirrored(cleaned) : paths.input(artifact.name);
    const std::string fetched = to + ".tmp";
    TIPHYS_TRY(made, run::make_folders_above(fetched));
    static_cast<void>(made);
    const std::string failed = "artifact " + artifact.name + " failed to load: ";
    const auto loaded = load_artifact(*located, fetched, paths);
    if (!loaded) return Error{failed + loaded.error().message};
    if (!*loaded) {
        if (artifact.optional) return Done{};
        return Error{failed + not_found_message(*located)};
    }
    TIPHYS_TRY(unpacked, run::unpack(fetched, artifact.archive, to));
    if (!artifact.mode) return unpacked;
    return run::set_mode(to, *artifact.mode, artifact.recurse_mode);
}

Result<Done> prepare(const PodPaths& paths) {
    TIPHYS_TRY(text, given_template_text(paths));
    TIPHYS_TRY(pod, parse_pod_template(text));
    TIPHYS_TRY(copied, copy_program(paths));
    static_cast<void>(copied);
    TIPHYS_TRY(written, run::write_file(paths.template_file(), text, 0444));
    static_cast<void>(written);
    TIPHYS_TRY(staged, stage_files(pod, paths));
    static_cast<void>(staged);
    return load_inputs(pod, paths);
}

} // namespace

Exit initialize(const PodPaths& paths) {
    // Containers of other users write into what is made here.
    ::umask(0);
    const auto done = prepare(paths);
    return done ? Exit{} : failed(done.error());
}

Result<Done> copy_program(const PodPaths& paths) {
    const std::string to = paths.program();
    TIPHYS_TRY(made, run::make_folders_above(to));
    const run::Descriptor source("/proc/self/exe", O_RDONLY);
    // A container that is started again finds what it left, and may not write to it.
    ::unlink(to.c_str());
    const run::Descriptor target(to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
    struct stat status {};
    if (source.number() < 0 || ::fstat(source.number(), &status) != 0) {
        return open_error("/proc/self/exe");
    }
    if (target.number() < 0) return open_error(to);
    off_t left = status.st_size;
    while (left > 0) {
        const ssize_t n =
            ::sendfile(target.number(), source.number(), nullptr, static_cast<std::size_t>(left));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return Error{"cannot write `" + to + "`: " + std::strerror(errno)};
        left -= n;
    }
    ::fchmod(target.number(), 0555);
    return made;
}

Result<Done> stage_files(const PodTemplate& pod, const PodPaths& paths) {
    if (pod.script) return run::write_file(paths.script(), *pod.script, 0755);
    if (pod.manifest) return run::write_file(paths.manifest(), *pod.manifest, 0644);
    return Done{};
}

Result<Done> load_inputs(const PodTemplate& pod, const PodPaths& paths) {
    for (const PodArtifact& artifact : pod.inputs) {
        TIPHYS_TRY(loaded, load_input(artifact, pod, paths));
        static_cast<void>(loaded);
    }
    return Done{};
}

} // namespace tiphys::executor
