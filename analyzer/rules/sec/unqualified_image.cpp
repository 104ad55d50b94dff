// Images without registry and owner that Docker Hub does not have.
#include <algorithm>
#include <array>

#include "analyzer/containers.h"
#include "analyzer/images.h"

namespace tiphys::rules::unqualified_image {
namespace {
using namespace analyze;

constexpr Message<std::string_view> kUnqualified{
    "`{}` names no registry, and Docker Hub has no official image of that name"};

/// Docker Hub's official images (github.com/docker-library/official-images), the retired ones
/// included.
constexpr std::string_view kOfficial =
    " adminer aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall arangodb "
    "archlinux backdrop bash bonita buildpack-deps busybox caddy cassandra centos chronograf "
    "cirros clearlinux clefos clickhouse clojure composer consul convertigo couchbase couchdb "
    "crate crux dart debian docker drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch "
    "elixir emqx erlang euleros express-gateway fedora flink fluentd friendica gazebo gcc "
    "geonetwork ghost golang gradle groovy haproxy haskell haxe hello-seattle hello-world hitch "
    "hola-mundo httpd hylang ibmjava influxdb irssi java jenkins jetty jobber joomla jruby julia "
    "kaazing-gateway kapacitor kibana known kong krakend lightstreamer liquibase logstash mageia "
    "mariadb matomo maven mediawiki memcached mongo mongo-express monica mono mysql nats "
    "nats-streaming neo4j neurodebian nextcloud nginx node notary nuxeo odoo open-liberty openjdk "
    "opensuse oraclelinux orientdb owncloud percona perl photon php php-zendserver phpmyadmin "
    "piwik plone postfixadmin postgres pypy python r-base rabbitmq rakudo-star redis redmine "
    "registry rethinkdb rockylinux rocket.chat ros ruby rust sapmachine satosa scratch "
    "sentry silverpeas sl solr sonarqube sourcemage spark spiped storm swarm swift swipl "
    "telegraf thrift tomcat tomee traefik ubuntu ubuntu-debootstrap ubuntu-upstart unit "
    "varnish vault websphere-liberty wordpress xwiki yourls znc zookeeper ";

bool is_official(std::string_view name) {
    const std::string padded = " " + std::string(name) + " ";
    return kOfficial.find(padded) != kOfficial.npos;
}

void check(const ContainerView& container, Context& context) {
    const ir::Scalar* image = container.image();
    if (image == nullptr) return;
    const auto name = known_image(image->text);
    if (!name || !name->registry.empty() || name->repository.find('/') != name->repository.npos) {
        return;
    }
    if (is_official(name->repository)) return;
    context.report(kUnqualified, image->span, image->text)
        .note("nodes look for it on Docker Hub, unless their container runtime is set up to ask "
              "another registry first or holds it already")
        .help("write the registry: `registry.example.com/team/" + std::string(name->repository) +
              "`");
}

} // namespace

extern const Rule kRule;
const Rule kRule{.severity = Severity::kInfo,
                 .since = "0.1",
                 .summary = "images without registry and owner that Docker Hub lacks",
                 .doc = R"md(
A name without registry and owner means one of Docker Hub's official images. An image of one's own
that is written so is found on the machine where it was built, and by nodes with a set-up of their
own; elsewhere the pod waits with `ErrImagePull`, or gets what a stranger has pushed in between.

```yaml bad
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: 'etl-tools:2.1', command: [load]}
```

```yaml good
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: example-}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: load, template: load}
    - - {name: tell, template: tell}
  - name: load
    container: {image: 'registry.example.com/acme/etl-tools:2.1', command: [load]}
  - name: tell
    container: {image: 'alpine:3.20', command: [echo, done]}
```
)md",
                 .checks = on_containers<check>()};

} // namespace tiphys::rules::unqualified_image
