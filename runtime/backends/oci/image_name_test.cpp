// Names of images in full.
#include <catch2/catch.hpp>

#include "runtime/backends/oci/image_name.h"

namespace tiphys::run {

TEST_CASE("names get the defaults of docker") {
    CHECK(full_image_name("busybox") == "docker.io/library/busybox:latest");
    CHECK(full_image_name("busybox:1.36") == "docker.io/library/busybox:1.36");
    CHECK(full_image_name("acme/tool") == "docker.io/acme/tool:latest");
    CHECK(full_image_name("docker.io/library/busybox:1.36") == "docker.io/library/busybox:1.36");
    CHECK(full_image_name("index.docker.io/acme/tool:1") == "docker.io/acme/tool:1");
}

TEST_CASE("hosts are those with a dot or a port") {
    CHECK(full_image_name("quay.io/acme/tool:v1") == "quay.io/acme/tool:v1");
    CHECK(full_image_name("localhost/tool") == "localhost/tool:latest");
    CHECK(full_image_name("registry:5000/tool") == "registry:5000/tool:latest");
    CHECK(full_image_name("registry:5000/a/tool:2") == "registry:5000/a/tool:2");
}

TEST_CASE("a digest stands for the tag") {
    CHECK(full_image_name("busybox:1.36@sha256:ab") == "docker.io/library/busybox@sha256:ab");
    CHECK(digest_of_name("busybox:1.36@sha256:ab") == "sha256:ab");
    CHECK(digest_of_name("busybox:1.36").empty());
}

} // namespace tiphys::run
