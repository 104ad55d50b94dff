// What a run keeps of the templates that it calls.

#include <catch2/catch.hpp>

#include "runtime/controller/stored_templates.h"

namespace tiphys {

using control::GatheredObjects;
using control::StoredTemplates;

TEST_CASE("templates that a workflow reaches are kept, and outlive their objects") {
    const GatheredObjects objects = {
        {"WorkflowTemplate a",
         R"({"spec":{"templates":[{"name":"x","steps":[[{"name":"s","template":"y"}]]},)"
         R"({"name":"y","dag":{"tasks":[{"name":"t","templateRef":)"
         R"({"name":"b","template":"z","clusterScope":true}}]}},{"name":"unused"}]}})"},
        {"ClusterWorkflowTemplate b", R"({"spec":{"templates":[{"name":"z","steps":[[{"name":"i",)"
                                      R"("inline":{"script":{}}}]]}]}})"},
    };
    const StoredTemplates stored = control::reached_templates(
        R"({"templates":[{"name":"main","steps":[[{"name":"m","templateRef":)"
        R"({"name":"a","template":"x"}}],[{"name":"l","template":"main"}]]}]})",
        objects);
    std::vector<std::string> keys;
    for (const auto& [key, made] : stored) {
        keys.push_back(key);
    }
    CHECK(keys == std::vector<std::string>{"cluster/b/inline/i", "cluster/b/z", "namespaced/a/x",
                                           "namespaced/a/y"});
    CHECK(stored.at("cluster/b/inline/i") == R"({"script":{}})");

    GatheredObjects later = {
        {"WorkflowTemplate a", R"({"spec":{"templates":[{"name":"x","suspend":{}}]}})"}};
    control::put_back(stored, "n", later);
    REQUIRE(later.size() == 2);
    CHECK(later[0].second.find("suspend") == std::string::npos);
    CHECK(later[1].first == "ClusterWorkflowTemplate b");
    CHECK(control::reached_templates(
              R"({"templates":[{"steps":[[{"templateRef":{"name":"a","template":"x"}}]]}]})",
              later) == stored);
}

} // namespace tiphys
