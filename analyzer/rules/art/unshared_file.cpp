// A file that one template writes and another one reads, in pods that share nothing.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "analyzer/context.h"
#include "analyzer/facts.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::unshared_file {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kLost{
    "`{}` is written by template `{}` in another pod, and nothing brings it here"};

/// Folders that images and Linux have themselves.
constexpr std::array<std::string_view, 22> kSystem{
    "bin",  "boot", "dev",  "etc", "home", "lib", "lib64", "media", "mnt", "opt",     "proc",
    "root", "run",  "sbin", "srv", "sys",  "usr", "var",   "argo",  "tmp", "busybox", "kaniko"};

bool is_path_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '/';
}

/// One mention of a folder below the root, such as `/work`.
struct Mention {
    std::string_view folder;
    const ir::Scalar* scalar = nullptr;
    std::size_t begin = 0;
    bool is_written = false;
};

/// Words after which the next path is written.
bool writes(std::string_view before) {
    while (before.ends_with(' ') || before.ends_with('"') || before.ends_with('\''))
        before.remove_suffix(1);
    if (before.ends_with('>')) return true;
    const std::size_t line = before.find_last_of("\n;&|");
    const std::string_view command = line == before.npos ? before : before.substr(line + 1);
    for (const std::string_view word : {"git clone ", "mkdir ", "tee ", "wget -P", "curl -o"}) {
        if (command.find(word) != command.npos) return true;
    }
    return command.ends_with(" -o") || command.ends_with("--output");
}

void scan(const ir::Scalar* scalar, std::vector<Mention>& mentions) {
    if (scalar == nullptr) return;
    const std::string_view text = scalar->text;
    for (std::size_t at = text.find('/'); at != text.npos; at = text.find('/', at)) {
        std::size_t end = at;
        while (end < text.size() && is_path_character(text[end]))
            ++end;
        const bool begins_word = at == 0 || text[at - 1] == ' ' || text[at - 1] == '"' ||
                                 text[at - 1] == '\'' || text[at - 1] == '=' ||
                                 text[at - 1] == '>' || text[at - 1] == '\n';
        const std::string_view path = text.substr(at, end - at);
        const std::size_t slash = path.find('/', 1);
        const std::string_view name = path.substr(1, slash == path.npos ? slash : slash - 1);
        const bool is_own = name.size() > 1 && name.find('.') == name.npos &&
                            std::find(kSystem.begin(), kSystem.end(), name) == kSystem.end();
        if (begins_word && is_own) {
            mentions.push_back(
                {path.substr(0, name.size() + 1), scalar, at, writes(text.substr(0, at))});
        }
        at = std::max(end, at + 1);
    }
}

/// The commands of a template, in source order.
std::vector<Mention> mentions_of(const wf::Template& own) {
    std::vector<Mention> mentions;
    const auto scan_all = [&](const ir::ListOf<ir::Scalar>& words) {
        // `git clone URL /work` as a list of words.
        std::string_view program;
        bool is_clone = false;
        for (const ir::Scalar* word : words) {
            const std::size_t n_before = mentions.size();
            scan(word, mentions);
            if (is_clone && n_before < mentions.size()) mentions.back().is_written = true;
            is_clone = is_clone || (program == "git" && word->text == "clone");
            program = word->text;
        }
    };
    if (const k8s::Container* container = own.container()) {
        scan(container->working_dir(), mentions);
        scan_all(container->command());
        scan_all(container->args());
    }
    if (const wf::ScriptTemplate* script = own.script()) {
        scan(script->working_dir(), mentions);
        scan(script->source(), mentions);
    }
    return mentions;
}

bool covers(std::string_view path, std::string_view folder) {
    return path.starts_with(folder) || folder.starts_with(path) || front::has_tag(path);
}

/// Whether a volume or an artifact is placed there.
bool is_provided(const wf::Template& own, std::string_view folder) {
    const auto is_mounted = [&](const ir::ListOf<k8s::VolumeMount>& mounts) {
        for (const k8s::VolumeMount* mount : mounts) {
            if (covers(ir::text_of(mount->mount_path()), folder)) return true;
        }
        return false;
    };
    if (own.container() != nullptr && is_mounted(own.container()->volume_mounts())) return true;
    if (own.script() != nullptr && is_mounted(own.script()->volume_mounts())) return true;
    if (own.inputs() == nullptr) return false;
    for (const wf::Artifact* artifact : own.inputs()->artifacts()) {
        if (covers(ir::text_of(artifact->path()), folder)) return true;
    }
    return false;
}

struct Writer {
    const front::FlowTemplate* at = nullptr;
    Mention mention;
};

void check_flow(const front::Flow& flow, Context& context) {
    std::map<std::string_view, Writer> writers;
    for (const auto& each : flow.templates()) {
        for (const Mention& mention : mentions_of(*each->source)) {
            if (mention.is_written && !is_provided(*each->source, mention.folder)) {
                writers.try_emplace(mention.folder, Writer{each.get(), mention});
            }
        }
    }
    if (writers.empty()) return;
    for (const auto& each : flow.templates()) {
        std::set<std::string_view> own;
        for (const Mention& mention : mentions_of(*each->source)) {
            // What a template writes itself it need not get from elsewhere.
            if (mention.is_written) own.insert(mention.folder);
            const auto writer = writers.find(mention.folder);
            if (writer == writers.end() || writer->second.at == each.get()) continue;
            if (is_provided(*each->source, mention.folder)) continue;
            if (!own.insert(mention.folder).second) continue;
            const Mention& written = writer->second.mention;
            context
                .report(kLost,
                        context.span_in(*mention.scalar, mention.begin,
                                        mention.begin + mention.folder.size()),
                        mention.folder, writer->second.at->name())
                .related(context.span_in(*written.scalar, written.begin,
                                         written.begin + written.folder.size()),
                         "written here")
                .help("pods share no files: pass an artifact, or mount a volume in both");
        }
    }
}

void check(const ir::Document& document, Context& context) {
    for (const front::Flow* flow : context.facts().flows(document))
        check_flow(*flow, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "files that one template writes and another one reads",
                 .doc = R"md(
Each template runs in a pod of its own with a file system of its own. A folder that one of them
fills is empty in the next one, unless an artifact or a volume brings it there. Only folders below
the root that are written by a redirection, `git clone`, `mkdir` or the like are looked at, and not
those of the system, such as `/tmp`.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: clone, template: clone}
    - - {name: test, template: test}
  - name: clone
    container:
      image: alpine/git:2.45
      command: [sh, -c]
      args: ['git clone https://github.com/acme/app.git /work']
  - name: test
    container: {image: 'golang:1.23', command: [go, test, /work/...]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  volumeClaimTemplates:
  - metadata: {name: work}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
  templates:
  - name: main
    steps:
    - - {name: clone, template: clone}
    - - {name: test, template: test}
  - name: clone
    container:
      image: alpine/git:2.45
      command: [sh, -c]
      args: ['git clone https://github.com/acme/app.git /work']
      volumeMounts: [{name: work, mountPath: /work}]
  - name: test
    container:
      image: golang:1.23
      command: [go, test, /work/...]
      volumeMounts: [{name: work, mountPath: /work}]
```
)md",
                 .checks = {on_document(check)}};

} // namespace tiphys::rules::unshared_file
