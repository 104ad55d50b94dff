// Tests of the types of plain scalars and of their JSON.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "compiler/doc/resolve.h"

namespace tiphys::doc {
namespace {

std::string json(std::string_view text) {
    return to_json(text, resolve_plain(text)).value_or("none");
}

std::string key(std::string_view text) {
    return to_json_key(text, resolve_plain(text)).value_or("none");
}

} // namespace

TEST_CASE("bools are spelled in 22 ways") {
    for (const char* word :
         {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"})
        CHECK(json(word) == "true");
    for (const char* word :
         {"n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"})
        CHECK(json(word) == "false");
    for (const char* word : {"yES", "oN", "tRUE", "yes.", "nope", "o"})
        CHECK(resolve_plain(word) == ScalarType::kString);
}

TEST_CASE("nulls are spelled in five ways") {
    for (const char* word : {"", "~", "null", "Null", "NULL"})
        CHECK(resolve_plain(word) == ScalarType::kNull);
    CHECK(resolve_plain("nil") == ScalarType::kString);
    CHECK(resolve_plain("~x") == ScalarType::kString);
}

TEST_CASE("ints have four bases, signs and underscores") {
    CHECK(json("0o17") == "15");
    CHECK(json("017") == "15");
    CHECK(json("0x1F") == "31");
    CHECK(json("-0b11") == "-3");
    CHECK(json("+1_000") == "1000");
    CHECK(json("-0") == "0");
    CHECK(json("18446744073709551615") == "18446744073709551615");
    CHECK(json("-9223372036854775808") == "-9223372036854775808");
    CHECK(resolve_plain("0o8") == ScalarType::kString);
    CHECK(resolve_plain("0x") == ScalarType::kString);
    CHECK(resolve_plain("1:30") == ScalarType::kString);
    CHECK(resolve_plain("--1") == ScalarType::kString);
    CHECK(resolve_plain("2024-01-02") == ScalarType::kString);
}

TEST_CASE("floats are written as encoding/json writes them") {
    CHECK(json("1e3") == "1000");
    CHECK(json("1.50") == "1.5");
    CHECK(json("08") == "8");
    CHECK(json("-.5") == "-0.5");
    CHECK(json("5.") == "5");
    CHECK(json("1e21") == "1e+21");
    CHECK(json("1e-7") == "1e-7");
    CHECK(json("0.000001") == "0.000001");
    CHECK(json("99999999999999999999999") == "1e+23");
    CHECK(json("-0.0") == "-0");
    CHECK(json("1e-400") == "0");
    CHECK(resolve_plain("1e400") == ScalarType::kString);
    CHECK(resolve_plain(".") == ScalarType::kString);
    CHECK(resolve_plain("1.2.3") == ScalarType::kString);
}

TEST_CASE("infinity and NaN are floats without JSON") {
    CHECK(resolve_plain("-.inf") == ScalarType::kFloat);
    CHECK(json(".NaN") == "none");
    CHECK(key("-.Inf") == "-.inf");
    CHECK(resolve_plain(".Nan") == ScalarType::kString);
}

TEST_CASE("strings are quoted") {
    CHECK(json("a\"b\\\n\x01") == "\"a\\\"b\\\\\\n\\u0001\"");
}

TEST_CASE("keys are what Kubernetes makes of them") {
    CHECK(key("yes") == "true");
    CHECK(key("0x10") == "16");
    CHECK(key("1.0") == "1");
    CHECK(key("123456789.125") == "1.2345679e+08");
    CHECK(key("100000000000000000000.0") == "1e+20");
    CHECK(key("~") == "none");
    CHECK(key("9223372036854775808") == "none");
}

TEST_CASE("tags must fit their text") {
    CHECK(resolve_tagged("tag:yaml.org,2002:int", "010").fits);
    CHECK_FALSE(resolve_tagged("tag:yaml.org,2002:int", "1.5").fits);
    CHECK(resolve_tagged("tag:yaml.org,2002:float", "1").type == ScalarType::kFloat);
    CHECK(resolve_tagged("tag:yaml.org,2002:str", "1").type == ScalarType::kString);
    CHECK_FALSE(resolve_tagged("tag:yaml.org,2002:null", "x").fits);
    CHECK(resolve_tagged("!own", "1").type == ScalarType::kString);
    for (const char* text : {"2001-12-14", "2001-1-2", "2001-12-14T21:59:43.10-05:00",
                             "2001-12-14t1:2:3Z", "2001-12-14 21:59:43.5", "2000-02-29"}) {
        CHECK(resolve_tagged("tag:yaml.org,2002:timestamp", text).fits);
    }
    for (const char* text : {"a", "12", "2001-13-14", "2001-02-29", "2001-12-14T21:59:43",
                             "2001-12-14 21:59:43Z", "2001-12-14T24:00:00Z", "20011214"}) {
        CHECK_FALSE(resolve_tagged("tag:yaml.org,2002:timestamp", text).fits);
    }
    CHECK(resolve_tagged("tag:yaml.org,2002:float", "9223372036854775807").fits);
    CHECK_FALSE(resolve_tagged("tag:yaml.org,2002:float", "9223372036854775808").fits);
}

} // namespace tiphys::doc
