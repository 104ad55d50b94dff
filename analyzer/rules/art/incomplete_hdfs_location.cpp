// HDFS locations without what a client needs.
// Argo: ValidateArtifact in workflow/artifacts/hdfs/hdfs.go.
#include <array>
#include <span>

#include "analyzer/context.h"
#include "schemas/k8s.gen.h"

namespace tiphys::rules::incomplete_hdfs_location {
namespace {
using namespace analyze;

constexpr Message<> kNoAddress{"`hdfs` names no address"};
constexpr Message<> kNoUser{"`hdfs` names nobody to log in as"};
constexpr Message<std::string_view, std::string_view> kKerberos{"`{}` needs `{}` beside it"};

bool is_set(const ir::Scalar* scalar) {
    return scalar != nullptr && !scalar->text.empty();
}

void check_kerberos(const wf::HDFSArtifact& hdfs, std::string_view secret,
                    std::span<const std::string_view> needed, Context& context) {
    if (hdfs.entry(secret) == nullptr) return;
    for (const std::string_view field : needed) {
        const ir::Value* value = hdfs.field(field);
        const ir::Scalar* scalar = ir::scalar_as(value);
        const bool is_there = ir::any_object_as(value) != nullptr || is_set(scalar);
        if (!is_there) context.report(kKerberos, hdfs.key_span_of(secret), secret, field);
    }
}

void check(const wf::HDFSArtifact& hdfs, Context& context) {
    // An output takes what it lacks from the artifact repository.
    if (context.enclosing<wf::Outputs>() != nullptr) return;
    if (hdfs.addresses().size() == 0) {
        context.report(kNoAddress, context.headline())
            .help("add `addresses`: host and port of the name nodes");
    }
    const bool has_secret =
        hdfs.entry("krbKeytabSecret") != nullptr || hdfs.entry("krbCCacheSecret") != nullptr;
    if (!is_set(hdfs.hdfs_user()) && !has_secret) {
        context.report(kNoUser, context.headline())
            .help("add `hdfsUser`, or `krbKeytabSecret` or `krbCCacheSecret`");
    }
    constexpr std::array<std::string_view, 4> kForKeytab{
        "krbServicePrincipalName", "krbConfigConfigMap", "krbUsername", "krbRealm"};
    constexpr std::array<std::string_view, 2> kForCache{"krbServicePrincipalName",
                                                        "krbConfigConfigMap"};
    check_kerberos(hdfs, "krbKeytabSecret", kForKeytab, context);
    check_kerberos(hdfs, "krbCCacheSecret", kForCache, context);
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kError,
                 .since = "0.1",
                 .summary = "HDFS locations that say too little to log in",
                 .doc = R"md(
An artifact in HDFS needs the addresses of name nodes and somebody to log in as: `hdfsUser`, or a
Kerberos keytab or ticket cache together with the Kerberos settings that go with it. Argo rejects
one that lacks them.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs: {artifacts: [{name: data, path: /data, hdfs: {addresses: ['names:8020'], path: /data}}]}
    container: {image: 'golang:1.23', command: [go, build]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: build-}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs:
      artifacts:
      - {name: data, path: /data, hdfs: {addresses: ['names:8020'], path: /data, hdfsUser: etl}}
    container: {image: 'golang:1.23', command: [go, build]}
```
)md",
                 .checks = {on<check>()}};

} // namespace tiphys::rules::incomplete_hdfs_location
