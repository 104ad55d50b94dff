// Artifacts whose key says that they are no archive, though Argo makes one.
// Argo: GetArchive in workflow_types.go: without `archive` a gzipped tar file is made.
#include <array>

#include "analyzer/artifacts.h"
#include "analyzer/context.h"
#include "analyzer/edits.h"

namespace tiphys::rules::archive_extension_mismatch {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kPacked{
    "artifact `{}` is stored as a gzipped tar file under a name that ends with `{}`"};

/// Endings of files that are no archives.
constexpr std::array<std::string_view, 16> kPlain{
    ".json", ".yaml", ".yml", ".txt", ".csv",     ".log", ".xml", ".html",
    ".md",   ".pdf",  ".png", ".jpg", ".parquet", ".bin", ".zip", ".sql"};

std::string_view plain_ending(std::string_view key) {
    for (const std::string_view ending : kPlain) {
        if (key.size() > ending.size() && key.ends_with(ending)) return ending;
    }
    return {};
}

bool is_packed(const wf::Artifact& artifact) {
    const wf::ArchiveStrategy* archive = artifact.archive();
    return archive == nullptr ||
           (archive->entry("none") == nullptr && archive->entry("zip") == nullptr);
}

void check(const wf::Outputs& outputs, Context& context) {
    if (context.enclosing<wf::Template>() == nullptr) return;
    for (const wf::Artifact* artifact : outputs.artifacts()) {
        const ir::Scalar* key = written_key(*artifact);
        if (key == nullptr || !is_packed(*artifact)) continue;
        const std::string_view ending = plain_ending(key->text);
        if (ending.empty()) continue;
        const std::size_t size = key->text.size();
        Finding finding = context.report(kPacked, context.span_in(*key, size - ending.size(), size),
                                         ir::text_of(artifact->name()), ending);
        finding.help("add `archive: {none: {}}` to store the file as it is, or end the key with "
                     "`.tgz`");
        if (artifact->entry("archive") != nullptr || artifact->entry("path") == nullptr) continue;
        finding.unsafe_fix(
            "store the file as it is",
            {insert_after(context, *artifact, *artifact->entry("path"), "archive: {none: {}}")});
    }
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "artifacts packed under the name of a plain file",
                 .doc = R"md(
Argo packs every artifact as a gzipped tar file, whatever its key ends with, unless `archive` says
otherwise. Other programs that read `report.json` from the bucket then find an archive.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
    outputs: {artifacts: [{name: report, path: /report.json, s3: {key: 'runs/report.json'}}]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'alpine:3.20', command: [make]}
    outputs:
      artifacts:
      - {name: report, path: /report.json, archive: {none: {}}, s3: {key: 'runs/report.json'}}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::archive_extension_mismatch
