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
    std::string name;
    std::string text;
    int argo_version = 401;
};

/// The examples of a rule's documentation that are written in a language.
void add_examples(const analyze::RegisteredRule& rule, const std::string& language,
                  std::vector<Input>& inputs) {
    constexpr std::string_view kFence = "```";
    const std::string fence = std::string(kFence) + language;
    constexpr std::string_view kVersion = "argo-version=";
    const std::string_view doc = rule.rule->doc;
    for (std::size_t at = doc.find(fence); at != doc.npos; at = doc.find(fence, at)) {
        const std::size_t body = doc.find('\n', at) + 1;
        const std::size_t end = doc.find(kFence, body);
        const std::string_view head = doc.substr(at, body - at);
        Input input{"input." + language, std::string(doc.substr(body, end - body))};
        const std::size_t version = head.find(kVersion);
        if (version != head.npos) {
            input.argo_version = analyze::version_of(head.substr(version + kVersion.size()));
        }
        inputs.push_back(std::move(input));
        at = end + kFence.size();
    }
}

/// The golden input of a rule, and the examples of its documentation.
std::vector<Input> inputs_of(const analyze::RegisteredRule& rule) {
    const char* source = std::getenv("TIPHYS_SOURCE_DIR");
    REQUIRE(source != nullptr);
    std::vector<Input> inputs;
    const fs::path folder = fs::path(source) / "tests/golden/rules" / std::string(rule.name);
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string ending = entry.path().extension();
        if (ending != ".yaml" && ending != ".tiphys") continue;
        std::ifstream in(entry.path(), std::ios::binary);
        inputs.push_back({"input" + ending,
                          {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}});
    }
    add_examples(rule, "yaml", inputs);
    add_examples(rule, "tiphys", inputs);
    return inputs;
}
/// One function on objects of several types is one check.
bool is_same(const analyze::Check& a, const analyze::Check& b) {
    return a.subject == b.subject && a.defect == b.defect && a.on_object == b.on_object &&
           a.on_defect == b.on_defect && a.on_document == b.on_document &&
           a.on_project == b.on_project && a.on_suppression == b.on_suppression;
}

/// Findings of a rule in its inputs, without one of its checks; null leaves none out.
std::size_t n_findings(const analyze::RegisteredRule& rule, const analyze::Check* left_out,
                       const std::vector<Input>& inputs) {
    std::size_t n_found = 0;
    for (const Input& input : inputs) {
        SourceMap sources;
        const front::InputFile file{sources.add(input.name, input.text), true};
        const ir::Project project = front::load_project(sources, {&file, 1}, 1);
        analyze::Options options;
        options.with_info = true;
        options.only = {rule.name};
        options.settings.argo_version = input.argo_version;
        options.is_left_out = [&](const analyze::RegisteredRule& other, std::size_t check) {
            return left_out != nullptr && &other == &rule &&
                   is_same(rule.rule->checks[check], *left_out);
        };
        n_found += analyze::run_rules(project, options).size();
    }
    return n_found;
}

} // namespace

TEST_CASE("no check of a rule can be taken out unnoticed") {
    for (const analyze::RegisteredRule& rule : analyze::rules()) {
        const std::vector<Input> inputs = inputs_of(rule);
        const std::size_t n_whole = n_findings(rule, nullptr, inputs);
        INFO(rule.name);
        CHECK(n_whole > 0);
        for (std::size_t i = 0; i < rule.rule->checks.size(); ++i) {
            if (rule.rule->checks[i].subject == analyze::Check::Subject::kNone) continue;
            INFO("check " << i);
            CHECK(n_findings(rule, &rule.rule->checks[i], inputs) < n_whole);
        }
    }
}

} // namespace tiphys
