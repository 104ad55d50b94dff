// Words for refusals.

#include <catch2/catch.hpp>

#include "runtime/kubernetes/failure.h"
#include "runtime/kubernetes/scripted_server.h"

using namespace tiphys;
using namespace tiphys::kube;

namespace {

std::string words(const Request& request, int status, const std::string& reason,
                  const std::string& message) {
    Access access;
    access.context = "work";
    Response response;
    response.status = status;
    response.body =
        R"({"kind":"Status","reason":")" + reason + R"(","message":")" + message + R"("})";
    if (status == 0) response.error = message;
    return failure_text(access, request, response);
}

Request listing(const std::string& name = "") {
    Request request;
    request.resource = {"argoproj.io/v1alpha1", "workflows", "here", name, ""};
    return request;
}

} // namespace

TEST_CASE("missing rights name verb, resource and namespace") {
    CHECK(words(listing(), 403, "Forbidden",
                R"(workflows.argoproj.io is forbidden: User \"jane\" cannot list resource)") ==
          "`jane` has no right to `list` `workflows.argoproj.io` in namespace `here`; let a role "
          "allow the verb `list` on `workflows.argoproj.io`");
    CHECK(words(listing(), 403, "Forbidden", "exceeded quota: small") == "exceeded quota: small");
}

TEST_CASE("the server's word on the verb counts, and owners are named") {
    Request exec;
    exec.resource = {"v1", "pods", "here", "p", "exec"};
    CHECK(words(exec, 403, "Forbidden",
                R"(pods \"p\" is forbidden: User \"jane\" cannot create resource \"pods/exec\")") ==
          "`jane` has no right to `create` `pods/exec` in namespace `here`; let a role allow the "
          "verb `create` on `pods/exec`");
    Request made;
    made.method = "POST";
    made.resource = {"v1", "pods", "here", "", ""};
    const std::string refusal =
        R"(pods \"p\" is forbidden: cannot set blockOwnerDeletion if an )"
        R"(ownerReference refers to a resource you can't set finalizers on)";
    CHECK(words(made, 403, "Forbidden", refusal) ==
          "the user has no right to `update` `workflows.argoproj.io/finalizers` in namespace "
          "`here`; let a role allow the verb `update` on `workflows.argoproj.io/finalizers`");
    made.body = R"({"metadata":{"ownerReferences":[{"kind":"CronWorkflow"}]}})";
    CHECK(words(made, 403, "Forbidden", refusal)
              .ends_with("`update` on `cronworkflows.argoproj.io/finalizers`"));
}

TEST_CASE("what is absent is told apart") {
    CHECK(words(listing("x"), 404, "NotFound", R"(workflows.argoproj.io \"x\" not found)") ==
          "there is no workflow `x` in namespace `here`");
    CHECK(words(listing(), 404, "NotFound", R"(namespaces \"here\" not found)") ==
          "there is no namespace `here`; create it with `kubectl create namespace here`");
    CHECK(words(listing(), 404, "NotFound", "the server could not find the requested resource") ==
          "the cluster has no `workflows.argoproj.io`; `tiphys install | kubectl apply "
          "--server-side -f -` adds them");
}

TEST_CASE("credentials that have expired and servers that are away are named") {
    CHECK(words(listing(), 401, "Unauthorized", "Unauthorized") ==
          "the cluster does not take the credentials of the context `work`: they have expired or "
          "are not known; log in again, or renew the token in the kubeconfig");
    CHECK(words(listing(), 0, "", "cannot reach the API server `x`") ==
          "cannot reach the API server `x`; is the cluster of the context `work` up");
}

TEST_CASE("a server with other versions of the kinds is named") {
    const ScriptedServer server([](const std::string& line, const std::string&) {
        if (line.find("/apis/argoproj.io ") != line.npos) {
            return ScriptedAnswer{200, R"({"versions":[{"groupVersion":"argoproj.io/v2"}]})"};
        }
        return ScriptedAnswer{404, "404 page not found"};
    });
    Access access;
    access.server = server.address();
    const auto client = Client::open(access);
    REQUIRE(client.has_value());
    const Response response = (*client)->call(listing());
    CHECK(failure_text(**client, listing(), response) ==
          "the cluster has `argoproj.io/v2`, and not the version `argoproj.io/v1alpha1` that this "
          "program speaks; get a newer tiphys, or put the old definitions back");
}

namespace {

std::vector<std::string> complaints(int status, const std::string& body) {
    Response response;
    response.status = status;
    response.body = body;
    std::vector<std::string> lines;
    for (const FieldComplaint& complaint : complaints_of(response)) {
        lines.push_back(complaint.field + (complaint.is_missing ? " missing " : " ") +
                        complaint.reason);
    }
    return lines;
}

} // namespace

TEST_CASE("a server that wants TLS, and one that is not trusted, are told from one that is down") {
    Access access;
    access.server = "http://here:443";
    access.context = "c";
    Response response;
    response.status = 400;
    response.body = "Client sent an HTTP request to an HTTPS server.\n";
    CHECK(failure_text(access, Request(), response) ==
          "the API server `http://here:443` does not speak plain HTTP; write `https://` for "
          "`server` in the kubeconfig");
    response.status = 0;
    response.error = "the certificate is not signed";
    CHECK(failure_text(access, Request(), response)
              .ends_with("is the cluster of the context `c` up"));
    response.is_distrusted = true;
    CHECK(failure_text(access, Request(), response) == "the certificate is not signed");
}

TEST_CASE("what a server says about fields is read from its causes") {
    const auto lines = complaints(422, R"({"kind":"Status","details":{"causes":[
        {"reason":"FieldValueTypeInvalid","field":"spec.a[0].image",
         "message":"Invalid value: \"integer\": spec.a[0].image in body must be text: \"integer\""},
        {"reason":"FieldValueRequired","field":"spec.a[0].name","message":"Required value"},
        {"reason":"FieldValueRequired","field":"spec.b","message":"Required value: name or all"},
        {"reason":"FieldValueNotSupported","field":"spec.c",
         "message":"Unsupported value: \"x\": supported values: \"y\""},
        {"reason":"FieldValueInvalid","field":"metadata.labels",
         "message":"Invalid value: \"a b\": it has a blank"},
        {"reason":"FieldValueInvalid","field":"<nil>","message":"Invalid value: null: and so on"}
        ]}})");
    CHECK(lines == std::vector<std::string>{
                       "spec.a[0].image must be text: \"integer\"", "spec.a[0].name missing ",
                       "spec.b missing required value: name or all",
                       "spec.c unsupported value: \"x\": supported values: \"y\"",
                       "metadata.labels \"a b\": it has a blank"});
}

TEST_CASE("what a strict server says about fields is read from its message") {
    const auto lines = complaints(400, R"({"kind":"Status","message":
        "strict decoding error: duplicate field \"spec.b\", unknown field \"spec.a[1].x\""})");
    CHECK(lines == std::vector<std::string>{"spec.a[1].x it knows no such field",
                                            "spec.b it is there twice"});
}

TEST_CASE("other answers say nothing about fields") {
    CHECK(complaints(403, R"({"kind":"Status","message":"unknown field \"a\""})").empty());
    CHECK(complaints(422, "no JSON").empty());
    CHECK(complaints(422, R"({"details":{"causes":["text",{"field":""}]}})").empty());
    CHECK(complaints(422, R"({"details":{"causes":[{"field":5},{"field":"a","reason":[]}]}})") ==
          std::vector<std::string>{"a "});
    CHECK(complaints(422, R"({"kind":7,"details":"text","message":{}})").empty());
}
