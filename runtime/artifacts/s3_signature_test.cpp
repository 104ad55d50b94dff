// Signatures, against the examples that AWS publishes with the algorithm.

#include <catch2/catch.hpp>

#include "runtime/artifacts/s3_signature.h"

namespace tiphys::run {
namespace {

// 2013-05-24T00:00:00Z
constexpr std::int64_t kNow = 1'369'353'600'000;

S3Keys example_keys() {
    return {"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};
}

S3Request example(std::string method, std::string path) {
    S3Request request;
    request.method = std::move(method);
    request.host = "examplebucket.s3.amazonaws.com";
    request.path = std::move(path);
    return request;
}

std::string header(const NamedTexts& headers, std::string_view wanted) {
    for (const auto& [name, value] : headers) {
        if (name == wanted) return value;
    }
    return "";
}

std::string signature(const S3Request& request) {
    const std::string text =
        header(signed_headers(request, example_keys(), "us-east-1", kNow), "Authorization");
    return text.substr(text.find("Signature=") + 10);
}

} // namespace

TEST_CASE("the examples of AWS get the signatures of AWS") {
    S3Request get = example("GET", "/test.txt");
    get.headers = {{"Range", "bytes=0-9"}};
    CHECK(signature(get) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");

    S3Request put = example("PUT", "/test$file.text");
    put.headers = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                   {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
    put.body = "Welcome to Amazon S3.";
    CHECK(signature(put) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");

    S3Request lifecycle = example("GET", "/");
    lifecycle.query = {{"lifecycle", ""}};
    CHECK(signature(lifecycle) ==
          "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");

    S3Request list = example("GET", "/");
    list.query = {{"prefix", "J"}, {"max-keys", "2"}};
    CHECK(signature(list) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_CASE("a session token is signed, and without keys nothing is") {
    S3Keys keys = example_keys();
    keys.session_token = "token";
    const NamedTexts headers = signed_headers(example("GET", "/a"), keys, "eu-west-1", kNow);
    CHECK(header(headers, "x-amz-security-token") == "token");
    CHECK(header(headers, "Authorization").find("x-amz-security-token") != std::string::npos);
    CHECK(header(headers, "Authorization").find("/20130524/eu-west-1/s3/") != std::string::npos);
    CHECK(signed_headers(example("GET", "/a"), {}, "us-east-1", kNow).empty());
}

TEST_CASE("what is sent is encoded once") {
    S3Request request = example("GET", "/a b/c+d/\xc3\xa9");
    request.query = {{"prefix", "x/y z"}, {"list-type", "2"}};
    CHECK(request_target(request) == "/a%20b/c%2Bd/%C3%A9?list-type=2&prefix=x%2Fy%20z");
}

} // namespace tiphys::run
