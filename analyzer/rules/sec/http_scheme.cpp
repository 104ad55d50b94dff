// Addresses without TLS.
#include "analyzer/context.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::http_scheme {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kPlain{
    "`{}` is read without TLS: anybody on the way can change it"};

/// Hosts of the same cluster or machine.
bool is_near(std::string_view host) {
    const std::string_view name = host.substr(0, host.find_first_of(":/"));
    return name.find('.') == name.npos || name.ends_with(".svc") || name.ends_with(".local") ||
           name.ends_with(".internal") || name.find(".svc.") != name.npos ||
           name.starts_with("127.") || name.starts_with("10.") || name.starts_with("192.168.");
}

void check_url(const ir::Scalar* url, Context& context) {
    constexpr std::string_view kScheme = "http://";
    if (url == nullptr || !url->text.starts_with(kScheme)) return;
    const std::string_view host = url->text.substr(kScheme.size());
    if (host.starts_with("{{") || is_near(host)) return;
    context.report(kPlain, context.span_in(*url, 0, url->text.size()), url->text)
        .help("write `https://`");
}

void check_http(const wf::HTTP& http, Context& context) {
    check_url(http.url(), context);
}

void check_artifact(const wf::HTTPArtifact& http, Context& context) {
    check_url(http.url(), context);
}

void check_artifactory(const wf::ArtifactoryArtifact& artifactory, Context& context) {
    check_url(artifactory.url(), context);
}

void check_git(const wf::GitArtifact& git, Context& context) {
    check_url(git.repo(), context);
}

void check_s3(const wf::S3Artifact& s3, Context& context) {
    const ir::Scalar* endpoint = s3.endpoint();
    if (endpoint == nullptr || !front::is_true(s3.insecure())) return;
    if (front::has_tag(endpoint->text) || is_near(endpoint->text)) return;
    context.report(kPlain, s3.key_span_of("insecure"), endpoint->text)
        .help("leave `insecure` out: storage outside of the cluster speaks TLS");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "addresses outside of the cluster without TLS",
                 .doc = R"md(
What is fetched by `http://`, or from a bucket with `insecure: true`, can be read and changed by
everybody on the way, credentials included. Hosts inside of the cluster (`minio:9000`, `….svc`) and
private addresses are left alone.

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
      - {name: data, path: /data, http: {url: 'http://www.example.com/data.csv'}}
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
      - {name: data, path: /data, http: {url: 'https://www.example.com/data.csv'}}
      - {name: near, path: /near, s3: {endpoint: 'minio:9000', insecure: true, bucket: b, key: k}}
    container: {image: 'alpine:3.20', command: [make]}
```
)md",
                 .checks = {on<check_http>(), on<check_artifact>(), on<check_artifactory>(),
                            on<check_git>(), on<check_s3>()}};

} // namespace tiphys::rules::http_scheme
