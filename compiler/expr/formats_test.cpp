// Names, durations and quantities, in the shapes that Kubernetes and Go accept.
#include <limits>

#include <catch2/catch.hpp>

#include "compiler/expr/duration.h"
#include "compiler/expr/names.h"
#include "compiler/expr/quantity.h"

namespace tiphys::expr {
namespace {

TEST_CASE("names of objects, labels and keys") {
    CHECK(is_dns1123_label("a-1"));
    CHECK_FALSE(is_dns1123_label("a.b"));
    CHECK_FALSE(is_dns1123_label(std::string(64, 'a')));
    CHECK(is_dns1123_subdomain("a.b-c.d"));
    CHECK_FALSE(is_dns1123_subdomain("a..b"));
    CHECK_FALSE(is_dns1123_subdomain("a.-b"));
    CHECK_FALSE(is_dns1123_subdomain("A"));
    CHECK(is_dns1035_label("a1"));
    CHECK_FALSE(is_dns1035_label("1a"));
    CHECK(is_generate_name("run-"));
    CHECK(is_generate_name("a.-"));
    CHECK_FALSE(is_generate_name("-"));
    CHECK(is_qualified_name("example.com/Name_1"));
    CHECK_FALSE(is_qualified_name("Example.com/name"));
    CHECK_FALSE(is_qualified_name("a/b/c"));
    CHECK(is_annotation_key("Example.com/name"));
    CHECK(is_label_value(""));
    CHECK_FALSE(is_label_value("a-"));
    CHECK(is_wildcard_subdomain("*.example.com"));
    CHECK_FALSE(is_wildcard_subdomain("example.com"));
}

TEST_CASE("names of variables, keys, headers and ports") {
    CHECK(is_env_var_name("MY-VAR.x"));
    CHECK_FALSE(is_env_var_name("1a"));
    CHECK_FALSE(is_env_var_name("..a"));
    CHECK(is_config_map_key(".env"));
    CHECK_FALSE(is_config_map_key("..a"));
    CHECK_FALSE(is_config_map_key("a/b"));
    CHECK(is_http_header_name("X-Header"));
    CHECK_FALSE(is_http_header_name("X_Header"));
    CHECK(is_port_name("http-1"));
    CHECK_FALSE(is_port_name("http--1"));
    CHECK_FALSE(is_port_name("8080"));
    CHECK_FALSE(is_port_name("sixteencharsname"));
    CHECK(is_port_number(65535));
    CHECK_FALSE(is_port_number(0));
    CHECK(is_identifier("_a1"));
    CHECK_FALSE(is_identifier("a-b"));
    CHECK(is_parameter_name("my-param_1"));
    CHECK_FALSE(is_parameter_name("a.b"));
}

TEST_CASE("image references are taken apart") {
    const std::string text = "localhost:5000/team/app:v1@sha256:" + std::string(64, 'a');
    const auto full = parse_image_reference(text);
    REQUIRE(full);
    CHECK(full->registry == "localhost:5000");
    CHECK(full->repository == "team/app");
    CHECK(full->tag == "v1");
    CHECK(full->digest.substr(0, 8) == "sha256:a");
    CHECK(parse_image_reference("team/app")->registry.empty());
    CHECK(parse_image_reference("quay.io/a__b/c---d.e")->registry == "quay.io");
    CHECK(parse_image_reference("[::1]:5000/a")->registry == "[::1]:5000");
    CHECK_FALSE(is_image_reference("Alpine"));
    CHECK_FALSE(is_image_reference("alpine:"));
    CHECK_FALSE(is_image_reference("alpine: 3"));
    CHECK_FALSE(is_image_reference("alpine@sha256:abc"));
    CHECK_FALSE(is_image_reference("a...b"));
    CHECK_FALSE(is_image_reference("a/"));
    CHECK_FALSE(is_image_reference(""));
}

TEST_CASE("durations are those of Go") {
    CHECK(parse_go_duration_ns("1h30m") == 5'400'000'000'000);
    CHECK(parse_go_duration_ns("-.5s") == -500'000'000);
    CHECK(parse_go_duration_ns("0.333333333333333333333s") == 333'333'333);
    CHECK(parse_go_duration_ns("0") == 0);
    CHECK(parse_go_duration_ns("-2562047h47m16.854775808s") ==
          std::numeric_limits<std::int64_t>::min());
    for (const char* text : {"", "1", "1d", "1 h", "h", "1h ", "1..5h", "2562048h", "-", "1e3s"})
        CHECK_FALSE(parse_go_duration_ns(text));
    CHECK(format_go_duration(5'415'500'000'000) == "1h30m15.5s");
    CHECK(format_go_duration(-1'500) == "-1.5\xc2\xb5s");
    CHECK(format_go_duration(0) == "0s");
}

TEST_CASE("quantities are those of Kubernetes") {
    const auto canonical = [](std::string_view text) {
        const auto quantity = parse_quantity(text);
        return quantity ? canonical_text(*quantity) : std::string("refused");
    };
    CHECK(canonical("1000m") == "1");
    CHECK(canonical("0.5Gi") == "512Mi");
    CHECK(canonical("1.1Gi") == "1181116006400m");
    CHECK(canonical("1e100") == "10e99");
    CHECK(canonical("0.1n") == "1n");
    CHECK(canonical("-0.5") == "-500m");
    CHECK(canonical("500Ei") == "9223372036854775807");
    CHECK(canonical("Ki") == "0");
    CHECK(canonical("Ei") == "refused");
    for (const char* text : {"", "1K", "1KiB", "1,5", "1 ", "1e", "1.5.5", "--1", "0x1"})
        CHECK_FALSE(is_quantity(text));
    CHECK(scaled_value(*parse_quantity("1500m"), 0) == 2);
    CHECK(scaled_value(*parse_quantity("-1500m"), -3) == -1500);
    CHECK(scaled_value(*parse_quantity("1e40"), 0) == std::numeric_limits<std::int64_t>::max());
    CHECK(compare(*parse_quantity("1Gi"), *parse_quantity("1G")) > 0);
    CHECK(compare(*parse_quantity("1024Mi"), *parse_quantity("1Gi")) == 0);
    CHECK(compare(*parse_quantity("-2"), *parse_quantity("-1")) < 0);
    CHECK(approximate_value(*parse_quantity("500m")) == 0.5);
}

} // namespace
} // namespace tiphys::expr
