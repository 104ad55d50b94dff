// A rule without one of its checks must be noticed: its golden case or its bad examples then find
// less.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "analyzer/run.h"
#include "analyzer/versions.h"
#include "compiler/front/load.h"

namespace tiphys {
namespace {

namespace fs = std::filesystem;

struct Input {
    std::string text;
    int argo_version = 401;
};

/// The golden input of a rule, and the examples of its documentation.
std::vector<Input> inputs_of(const analyze::RegisteredRule& rule) {
    const char* source = std::getenv("TIPHYS_SOURCE_DIR");
    REQUIRE(source != nullptr);
    std::vector<Input> inputs;
    const fs::path folder = fs::path(source) / "tests/golden/rules" / std::string(rule.name);
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".yaml") continue;
        std::ifstream in(entry.path(), std::ios::binary);
        inputs.push_back({{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}});
    }
    constexpr std::string_view kFence = "```";
    constexpr std::string_view kVersion = "argo-version=";
    const std::string_view doc = rule.rule->doc;
    for (std::size_t at = doc.find("```yaml"); at != doc.npos; at = doc.find("```yaml", at)) {
        const std::size_t body = doc.find('\n', at) + 1;
        const std::size_t end = doc.find(kFence, body);
        const std::string_view head = doc.substr(at, body - at);
        Input input{std::string(doc.substr(body, end - body))};
        const std::size_t version = head.find(kVersion);
        if (version != head.npos) {
            input.argo_version = analyze::version_of(head.substr(version + kVersion.size()));
        }
        inputs.push_back(std::move(input));
        at = end + kFence.size();
    }
    return inputs;
}

/// Findings of a rule in its inputs, without one of its checks; -1 leaves none out.
std::size_t n_findings(const analyze::RegisteredRule& rule, int left_out,
                       const std::vector<Input>& inputs) {
    std::size_t n_found = 0;
    for (const Input& input : inputs) {
        SourceMap sources;
        const front::InputFile file{sources.add("input.yaml", input.text), true};
        const ir::Project project = front::load_project(sources, {&file, 1}, 1);
        analyze::Options options;
        options.with_info = true;
        options.only = {rule.name};
        options.settings.argo_version = input.argo_version;
        options.is_left_out = [&](const analyze::RegisteredRule& other, std::size_t check) {
            return &other == &rule && static_cast<int>(check) == left_out;
        };
        n_found += analyze::run_rules(project, options).size();
    }
    return n_found;
}

} // namespace

TEST_CASE("no check of a rule can be taken out unnoticed") {
    for (const analyze::RegisteredRule& rule : analyze::rules()) {
        const std::vector<Input> inputs = inputs_of(rule);
        const std::size_t n_whole = n_findings(rule, -1, inputs);
        INFO(rule.name);
        CHECK(n_whole > 0);
        for (std::size_t i = 0; i < rule.rule->checks.size(); ++i) {
            if (rule.rule->checks[i].subject == analyze::Check::Subject::kNone) continue;
            INFO("check " << i);
            CHECK(n_findings(rule, static_cast<int>(i), inputs) < n_whole);
        }
    }
}

} // namespace tiphys
