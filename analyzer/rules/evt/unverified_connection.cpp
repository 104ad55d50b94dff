// Connections of event sources and triggers that do not check whom they talk to.
#include "analyzer/events.h"
#include "compiler/front/resolve.h"

namespace tiphys::rules::unverified_connection {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnchecked{"`{}` accepts any certificate"};
constexpr Message<> kUrl{"the certificate of this server is not checked"};
constexpr Message<> kHostKey{"the host key of this server is not checked"};
constexpr Message<std::string_view> kOff{"`{}: false` lets the sender accept any certificate"};
constexpr Message<> kPlain{"this connection has no TLS"};

void report_true(const ir::Object& object, std::string_view field, Context& context) {
    if (!front::is_true(ir::scalar_as(object.field(field)))) return;
    context.report(kUnchecked, object.key_span_of(field), field)
        .help("name the authority that signed the certificate instead, in `caCertSecret` or the "
              "like");
}

void report_false(const ir::Object& object, std::string_view field, Context& context) {
    const ir::Scalar* scalar = ir::scalar_as(object.field(field));
    if (scalar == nullptr || front::is_true(scalar)) return;
    context.report(kOff, object.key_span_of(field), field)
        .help("write `true`; the endpoint needs a certificate that the sender trusts");
}

void check_tls(const events::TLSConfig& tls, Context& context) {
    report_true(tls, "insecureSkipVerify", context);
}
void check_pulsar(const events::PulsarTrigger& trigger, Context& context) {
    report_true(trigger, "tlsAllowInsecureConnection", context);
}
void check_github(const events::GithubEventSource& source, Context& context) {
    report_true(source, "insecure", context);
}
void check_gitlab(const events::GitlabEventSource& source, Context& context) {
    report_false(source, "enableSSLVerification", context);
}
void check_gerrit(const events::GerritEventSource& source, Context& context) {
    report_false(source, "sslVerify", context);
}

/// Argo: pkg/sensors/artifacts/url.go checks nothing unless told to.
void check_url(const events::URLArtifact& url, Context& context) {
    const bool has_tls = ir::text_of(url.path()).starts_with("https:");
    if (!has_tls || front::is_true(url.verify_cert())) return;
    context.report(kUrl, url.path()->span)
        .note("whoever stands between decides what the trigger creates")
        .help("add `verifyCert: true`");
}

void check_git(const events::GitArtifact& git, Context& context) {
    if (!front::is_true(git.insecure_ignore_host_key())) return;
    context.report(kHostKey, git.key_span_of("insecureIgnoreHostKey"))
        .note("whoever stands between decides what the trigger creates")
        .help("leave it out, and mount the host's key as `known_hosts`");
}

void check_bucket(const events::S3Artifact& bucket, Context& context) {
    if (!front::is_true(bucket.insecure())) return;
    context.report(kPlain, bucket.key_span_of("insecure"))
        .severity(Severity::kInfo)
        .help("leave it out where the storage has a certificate");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kWarning,
                 .since = "0.1",
                 .summary = "connections that do not check the other side",
                 .doc = R"md(
A source that accepts any certificate takes events from whoever stands between it and its server; a
trigger that fetches its object so creates whatever it is handed. Objects behind a `url` are not
checked unless `verifyCert: true` says so. Buckets without TLS are information: many of them stand
in the cluster itself.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: build
      k8s:
        operation: create
        source: {url: {path: 'https://example.com/workflow.yaml'}}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Sensor
metadata: {name: on-push}
spec:
  template: {serviceAccountName: build}
  dependencies: [{name: push, eventSourceName: github, eventName: push}]
  triggers:
  - template:
      name: build
      k8s:
        operation: create
        source: {url: {path: 'https://example.com/workflow.yaml', verifyCert: true}}
```
)md",
                 .checks = {on<check_tls>(), on<check_pulsar>(), on<check_github>(),
                            on<check_gitlab>(), on<check_gerrit>(), on<check_url>(),
                            on<check_git>(), on<check_bucket>()}};

} // namespace tiphys::rules::unverified_connection
