// What users may set where they have to refer to a template.

#include <catch2/catch.hpp>

#include "runtime/controller/restrictions.h"

using tiphys::control::refused_by_restrictions;

TEST_CASE("without restrictions everything may run") {
    CHECK(refused_by_restrictions("", R"({"entrypoint": "main"})", "").empty());
    CHECK(refused_by_restrictions("Loose", R"({"hostNetwork": true})", "").empty());
}

TEST_CASE("with restrictions a workflow refers to a template, and changes little of it") {
    for (const char* how : {"Strict", "Secure"}) {
        CHECK(refused_by_restrictions(how, R"({"entrypoint": "main"})", "") ==
              "workflows must use workflowTemplateRef to be executed when the controller is in "
              "reference mode");
        CHECK(refused_by_restrictions(how, "no JSON", "").starts_with("workflows must use"));
        CHECK(refused_by_restrictions(how, R"({"workflowTemplateRef": {"name": "t"},
            "arguments": {"parameters": []}, "entrypoint": "other", "priority": 5,
            "serviceAccountName": "", "volumes": null})",
                                      "")
                  .empty());
        CHECK(refused_by_restrictions(how, R"({"workflowTemplateRef": {"name": "t"},
            "serviceAccountName": "root", "hostNetwork": true,
            "artifactGC": {"strategy": "Never", "podSpecPatch": "x"}})",
                                      "") ==
              "fields [hostNetwork serviceAccountName artifactGC.podSpecPatch] are not permitted "
              "when using workflowTemplateRef with templateReferencing restriction");
    }
}

TEST_CASE("an operator may let users set more") {
    const char* const spec = R"({"workflowTemplateRef": {"name": "t"}, "volumes": [],
        "podSpecPatch": "x"})";
    CHECK(refused_by_restrictions("Strict", spec, "podSpecPatch, volumes").empty());
    CHECK(refused_by_restrictions("Strict", spec, "volumes") ==
          "fields [podSpecPatch] are not permitted when using workflowTemplateRef with "
          "templateReferencing restriction");
}
