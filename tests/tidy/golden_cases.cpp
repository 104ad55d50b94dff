// Rules and their golden cases belong together; a case holds nothing that the runner ignores.
#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "tests/tidy/checks.h"

namespace tiphys::tidy {
namespace {

constexpr std::string_view kGolden = "tests/golden";
constexpr std::string_view kRules = "analyzer/rules";

/// Rule names by file: `analyzer/rules/sec/inline_secret.cpp` is `inline-secret`.
std::map<std::string, std::string> rules_by_name(const Tree& tree, Findings& findings) {
    std::map<std::string, std::string> rules;
    for (const File& file : tree.files()) {
        if (!is_below(file.path, kRules) || file.is_header() || !file.is_cpp() || file.is_test()) {
            continue;
        }
        if (split(file.path, '/').size() != 4) {
            findings.push_back({file.path, 0,
                                "a rule stands in a group: "
                                "analyzer/rules/<group>/<name>.cpp"});
            continue;
        }
        const std::string_view file_name = file.name();
        std::string name(file_name.substr(0, file_name.rfind('.')));
        std::replace(name.begin(), name.end(), '_', '-');
        const auto [place, is_new] = rules.emplace(name, file.path);
        if (!is_new) {
            findings.push_back(
                {file.path, 0, "`" + name + "` is also the name of " + place->second});
        }
    }
    return rules;
}

/// Folders of golden cases, as `suite/case`, with the names of what stands in them.
std::map<std::string, std::set<std::string>> golden_cases(const Tree& tree, Findings& findings) {
    std::map<std::string, std::set<std::string>> cases;
    for (const File& file : tree.files()) {
        if (!is_below(file.path, kGolden)) continue;
        const std::vector<std::string_view> parts = split(file.path, '/');
        if (parts.size() < 5) {
            findings.push_back({file.path, 0,
                                "belongs to no case: "
                                "tests/golden/<suite>/<case>/<file>"});
            continue;
        }
        cases[std::string(parts[2]) + "/" + std::string(parts[3])].emplace(parts[4]);
    }
    return cases;
}

bool is_case_name(std::string_view name) {
    return std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_' || c == '-';
    });
}

bool is_known_to_runner(std::string_view file) {
    return file == "args" || file == "exit" || file == "kubeconfig" || file == "input" ||
           file.starts_with("input.") || file.starts_with("expected.");
}

void check_case(const std::string& name, const std::set<std::string>& files, Findings& findings) {
    const std::string path = std::string(kGolden) + "/" + name;
    if (!is_case_name(std::string_view(name).substr(name.find('/') + 1))) {
        findings.push_back({path, 0, "names of cases are in small letters, digits, `-` and `_`"});
    }
    bool has_input = false;
    bool has_expected = false;
    for (const std::string& file : files) {
        if (file == "args" || file.starts_with("input")) has_input = true;
        if (file.starts_with("expected.")) has_expected = true;
        if (is_known_to_runner(file)) continue;
        findings.push_back({path + "/" + file, 0, "no golden case uses a file of this name"});
    }
    if (!has_input) findings.push_back({path, 0, "the case has neither input nor args"});
    if (!has_expected) {
        findings.push_back({path, 0, "the case expects nothing; write it with golden --update"});
    }
}

} // namespace

Findings check_golden_cases(const Tree& tree) {
    Findings findings;
    const auto rules = rules_by_name(tree, findings);
    const auto cases = golden_cases(tree, findings);
    for (const auto& [rule, path] : rules) {
        if (cases.contains("rules/" + rule)) continue;
        findings.push_back({path, 0, "the rule has no golden case tests/golden/rules/" + rule});
    }
    for (const auto& [name, files] : cases) {
        check_case(name, files, findings);
        if (!name.starts_with("rules/") || rules.contains(name.substr(6))) continue;
        findings.push_back({std::string(kGolden) + "/" + name, 0, "there is no rule of this name"});
    }
    return findings;
}

} // namespace tiphys::tidy
