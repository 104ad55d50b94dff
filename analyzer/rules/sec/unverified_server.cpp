// Connections to servers that nobody checks.
#include "analyzer/context.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::unverified_server {
namespace {
using namespace analyze;

constexpr Message<std::string_view, std::string_view> kUnverified{"`{}` accepts any {}"};

void report(const ir::Object& owner, std::string_view field, const ir::Scalar* value,
            std::string_view what, Context& context) {
    if (!front::is_true(value)) return;
    context.report(kUnverified, owner.key_span_of(field), field, what)
        .note("who stands between the two reads the credentials and replaces the content")
        .help("give the server's own certificate authority or host key, and leave this out");
}

void check_git(const wf::GitArtifact& git, Context& context) {
    report(git, "insecureIgnoreHostKey", git.insecure_ignore_host_key(), "host key", context);
    report(git, "insecureSkipTLS", git.insecure_skip_tls(), "certificate", context);
}

void check_http(const wf::HTTP& http, Context& context) {
    report(http, "insecureSkipVerify", http.insecure_skip_verify(), "certificate", context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "connections to servers whose identity is not checked",
                 .doc = R"md(
`insecureIgnoreHostKey`, `insecureSkipTLS` and `insecureSkipVerify` make the connection work with any
server that answers. What it sends is then run or stored as if it came from the right one.

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
      - name: source
        path: /src
        git: {repo: 'git@git.example.com:tools.git', revision: v1, insecureIgnoreHostKey: true}
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
      - name: source
        path: /src
        git: {repo: 'git@git.example.com:tools.git', revision: v1, insecureIgnoreHostKey: false}
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check_git>(), on<check_http>()}};

} // namespace tiphys::rules::unverified_server
