// Compares reading with what Kubernetes' own YAML library made of the same texts: the recorded
// answers in oracle/expressions/yaml-scalars.jsonl of the shared folder.
#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "compiler/doc/read.h"
#include "compiler/doc/read_for_test.h"
#include "compiler/doc/resolve.h"

namespace tiphys::doc {
namespace {

struct Difference {
    std::string_view yaml;
    std::string_view why;
};

constexpr std::string_view kTrailing =
    "Kubernetes silently ignores what follows the document's value; we report it";
constexpr std::string_view kMerge = "merge keys are expanded by whoever decodes the tree";
constexpr std::string_view kColon =
    "Kubernetes takes the colon for a part of the key; nobody means that, so we report it";

// Where we deliberately do not follow, and why.
const std::array kDifferences = {
    Difference{"--- |\na\nb\n", kTrailing},
    Difference{"|\na\n---\nb\n", kTrailing},
    Difference{"--- |-\na\nb\n", kTrailing},
    Difference{"|-\na\n---\nb\n", kTrailing},
    Difference{"--- >\na\nb\n", kTrailing},
    Difference{">\na\n---\nb\n", kTrailing},
    Difference{"--- >+\na\nb\n", kTrailing},
    Difference{">+\na\n---\nb\n", kTrailing},
    Difference{" a: 1\nb: 2\n", kTrailing},
    Difference{"[a]b\n", kTrailing},
    Difference{"{a: b} c\n", kTrailing},
    Difference{"a: 1\n...\nb: 2\n", kTrailing},
    Difference{"a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  k: 3\n", kMerge},
    Difference{"a: &x {k: 1}\nb:\n  k: 3\n  <<: *x\n", kMerge},
    Difference{"a: &x {k: 1}\nb: &y {k: 2}\nc:\n  <<: [*x, *y]\n", kMerge},
    Difference{"x-common: &c\n  image: alpine\n  env: [a]\nt:\n  <<: *c\n  env: [b]\n", kMerge},
    Difference{"b:\n  <<: 1\n", kMerge},
    Difference{"b:\n  <<: [1]\n", kMerge},
    Difference{"a: &l [1,2]\nb:\n  <<: *l\n", kMerge},
    Difference{"v: {a:}\n", kColon},
    Difference{"\t", "a file of one tab holds no document"},
    Difference{"---\n...\n---\na: 1\n", "empty documents are left out"},
};

bool is_known(std::string_view yaml) {
    return std::any_of(kDifferences.begin(), kDifferences.end(),
                       [&](const Difference& difference) { return difference.yaml == yaml; });
}

// Bytes that were no UTF-8 are lost in the record.
constexpr std::string_view kLostByte = "\xef\xbf\xbd";

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
        text.replace(at, from.size(), to);
}

// encoding/json escapes for HTML.
std::string go_quoted(std::string_view text) {
    std::string json = *to_json(text, ScalarType::kString);
    replace_all(json, "<", "\\u003c");
    replace_all(json, ">", "\\u003e");
    replace_all(json, "&", "\\u0026");
    replace_all(json, "\u2028", "\\u2028");
    replace_all(json, "\u2029", "\\u2029");
    replace_all(json, kLostByte, "\\ufffd");
    return json;
}

// The tree as sigs.k8s.io/yaml writes it: sorted keys, aliases and merge keys expanded.
class JsonOfTree {
public:
    explicit JsonOfTree(const Tree& tree) : tree_(tree) {}

    std::string text() { return tree_.root == NodeId::kNone ? "null" : value(tree_.root); }

private:
    using Object = std::map<std::string, std::string>;

    const Node& meant(NodeId id) const {
        const Node& node = tree_.node(id);
        return node.kind == NodeKind::kAlias && node.target != NodeId::kNone
                   ? tree_.node(node.target)
                   : node;
    }

    std::string value(NodeId id) {
        const Node& node = meant(id);
        if (node.kind == NodeKind::kScalar) {
            if (node.type == ScalarType::kString) return go_quoted(node.text);
            return to_json(node.text, node.type).value_or("?");
        }
        if (node.kind == NodeKind::kMapping) return text_of(object(node));
        std::string json;
        for (NodeId item = node.first_child; item != NodeId::kNone;
             item = tree_.node(item).next_sibling)
            json += (json.empty() ? "" : ",") + value(item);
        return "[" + json + "]";
    }

    Object object(const Node& mapping) {
        Object object;
        for (NodeId id = mapping.first_child; id != NodeId::kNone;) {
            const Node& key = meant(id);
            const NodeId value_id = tree_.node(id).next_sibling;
            if (key.style == ScalarStyle::kPlain && key.text == "<<")
                merge(object, value_id);
            else
                object[to_json_key(key.text, key.type).value_or("?")] = value(value_id);
            id = tree_.node(value_id).next_sibling;
        }
        return object;
    }

    void merge(Object& object, NodeId id) {
        const Node& node = meant(id);
        if (node.kind == NodeKind::kMapping) {
            for (const auto& [key, json] : this->object(node))
                object[key] = json;
        } else if (node.kind == NodeKind::kSequence) {
            // The first one wins, so it is merged last.
            std::vector<NodeId> items;
            for (NodeId item = node.first_child; item != NodeId::kNone;
                 item = tree_.node(item).next_sibling)
                items.push_back(item);
            for (auto item = items.rbegin(); item != items.rend(); ++item)
                merge(object, *item);
        }
    }

    static std::string text_of(const Object& object) {
        std::string json;
        for (const auto& [key, value] : object)
            json += (json.empty() ? "" : ",") + go_quoted(key) + ":" + value;
        return "{" + json + "}";
    }

    const Tree& tree_;
};

struct Answer {
    std::string json; // or "error: …"
    bool has_duplicates = false;
};

Answer read_first(std::string_view text) {
    Arena arena;
    const std::vector<Span> documents = split_documents(FileId{0}, text);
    if (documents.empty()) return {"null", false};
    const Tree tree = read_document(documents[0], text, arena);
    Answer answer;
    for (const Defect& defect : tree.defects) {
        if (defect.kind == DefectKind::kDuplicateKey)
            answer.has_duplicates = true;
        else if (answer.json.empty())
            answer.json = "error: " + std::string(defect.detail);
    }
    if (answer.json.empty()) answer.json = JsonOfTree(tree).text();
    return answer;
}

} // namespace

TEST_CASE("texts are read as Kubernetes reads them") {
    const std::string folder = shared_folder();
    if (folder.empty()) return;
    std::ifstream answers(folder + "/oracle/expressions/yaml-scalars.jsonl");
    std::set<std::string> differing;
    int n_lines = 0;
    for (std::string line; std::getline(answers, line); ++n_lines) {
        const nlohmann::json expected = nlohmann::json::parse(line);
        const std::string yaml = expected["yaml"];
        if (expected.contains("nondeterministic") || yaml.find(kLostByte) != yaml.npos) continue;
        const Answer answer = read_first(yaml);
        const bool is_error = answer.json.starts_with("error: ");
        const bool is_same =
            expected.contains("error") ? is_error : answer.json == expected["json"];
        const bool misses_duplicate =
            expected.contains("strictError") && !answer.has_duplicates && !is_error;
        if (is_same && !misses_duplicate) continue;
        differing.insert(yaml);
        INFO(line);
        INFO("read as " << answer.json << (misses_duplicate ? ", without a duplicate" : ""));
        CHECK(is_known(yaml));
    }
    CHECK(n_lines > 1000);
    for (const Difference& difference : kDifferences) {
        INFO(difference.yaml << ": " << difference.why);
        CHECK(differing.contains(std::string(difference.yaml)));
    }
}

} // namespace tiphys::doc
