// Compares reading with what Kubernetes' own YAML library made of the same texts: the recorded
// answers in oracle/expressions/yaml-scalars.jsonl of the shared folder.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "compiler/doc/read.h"
#include "compiler/doc/resolve.h"

namespace tiphys::doc {
namespace {

std::string answers_path() {
    const char* shared = std::getenv("TIPHYS_SHARED");
    const char* root = std::getenv("TIPHYS_SOURCE_DIR");
    const std::string folder = shared != nullptr ? shared
                               : root != nullptr ? std::string(root) + "/../shared"
                                                 : "../shared";
    return folder + "/oracle/expressions/yaml-scalars.jsonl";
}

// encoding/json escapes for HTML.
std::string go_quoted(std::string_view text) {
    std::string json = *to_json(text, ScalarType::kString);
    const auto replace = [&json](std::string_view from, std::string_view to) {
        for (std::size_t at = 0; (at = json.find(from, at)) != json.npos; at += to.size())
            json.replace(at, from.size(), to);
    };
    replace("<", "\\u003c");
    replace(">", "\\u003e");
    replace("&", "\\u0026");
    replace("\u2028", "\\u2028");
    replace("\u2029", "\\u2029");
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
    std::ifstream answers(answers_path());
    if (!answers) {
        std::cout << "SKIPPED: no " << answers_path() << "\n";
        return;
    }
    std::string line;
    int n_lines = 0;
    while (std::getline(answers, line)) {
        const nlohmann::json expected = nlohmann::json::parse(line);
        if (expected.contains("nondeterministic")) continue;
        const std::string yaml = expected["yaml"];
        const Answer answer = read_first(yaml);
        ++n_lines;
        const bool is_error = answer.json.starts_with("error: ");
        if (expected.contains("error")) {
            if (!is_error)
                std::cout << "ACCEPTED " << nlohmann::json(yaml).dump() << " as " << answer.json
                          << " GO: " << expected["error"] << "\n";
            continue;
        }
        if (is_error)
            std::cout << "REFUSED " << nlohmann::json(yaml).dump() << ": " << answer.json
                      << " GO: " << expected["json"] << "\n";
        else if (answer.json != expected["json"])
            std::cout << "DIFFERS " << nlohmann::json(yaml).dump() << ": " << answer.json
                      << " GO: " << expected["json"] << "\n";
        if (expected.contains("strictError") && !answer.has_duplicates)
            std::cout << "NO DUPLICATE " << nlohmann::json(yaml).dump() << "\n";
    }
    CHECK(n_lines > 1000);
}

} // namespace tiphys::doc
