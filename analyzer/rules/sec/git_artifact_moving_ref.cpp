// Checkouts of a branch.
#include "analyzer/context.h"

namespace tiphys::rules::git_artifact_moving_ref {
namespace {
using namespace analyze;

constexpr Message<> kDefault{"without `revision` the newest commit of the default branch is run"};
constexpr Message<std::string_view> kBranch{
    "`{}` is a branch: what is run changes with every push"};

bool is_branch_name(std::string_view text) {
    return text == "main" || text == "master" || text == "HEAD" || text == "develop" ||
           text == "dev" || text == "trunk" || text.starts_with("refs/heads/") ||
           text.starts_with("origin/");
}

void check(const wf::GitArtifact& git, Context& context) {
    const ir::Scalar* revision = git.revision();
    if (revision == nullptr || revision->text.empty()) {
        // A branch is said to be wanted there.
        if (git.branch() != nullptr) return;
        context.report(kDefault, git.key_span_of("repo"))
            .help("add `revision` with a commit or a tag, or say which branch is wanted");
        return;
    }
    if (!is_branch_name(revision->text)) return;
    context.report(kBranch, revision->span, revision->text).help("name a commit or a tag");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "checkouts of a branch rather than of a commit",
                 .doc = R"md(
A git artifact without `revision`, or with the name of a branch, is another source at each run, and
between the retries of one run too. For a build of the newest state that is wanted; what a release or
a schedule runs should be a commit or a tag.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs:
      artifacts:
      - {name: source, path: /src, git: {repo: 'https://git.example.com/tools.git', revision: main}}
    container: {image: 'alpine:3.20', command: [make]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs:
      artifacts:
      - {name: source, path: /src, git: {repo: 'https://git.example.com/tools.git', revision: v1.4.0}}
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::git_artifact_moving_ref
