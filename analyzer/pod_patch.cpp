// What the patches of pod specs set.
#include "analyzer/pod_patch.h"

#include "analyzer/embedded.h"

namespace tiphys::analyze {
namespace {

class PatchReader {
public:
    PatchReader(const EmbeddedYaml& yaml, const doc::Tree& tree) : yaml_(yaml), tree_(tree) {}

    void read(doc::NodeId id, const std::string& outer_key, const std::string& key) {
        const doc::Node& node = tree_.node(id);
        switch (node.kind) {
        case doc::NodeKind::kAlias:
            return;
        case doc::NodeKind::kScalar:
            if (key.empty() || node.type == ScalarType::kNull) return;
            if (yaml_.has_tag(tree_.span_of(id))) return;
            found_.push_back(
                {outer_key, key, std::string(node.text), yaml_.place(tree_.span_of(id))});
            return;
        case doc::NodeKind::kSequence:
            for (doc::NodeId at = node.first_child; at != doc::NodeId::kNone;
                 at = tree_.node(at).next_sibling)
                read(at, outer_key, key);
            return;
        case doc::NodeKind::kMapping:
            read_mapping(node, key);
            return;
        }
    }

    [[nodiscard]] std::vector<PatchSetting> take() { return std::move(found_); }

private:
    void read_mapping(const doc::Node& mapping, const std::string& outer_key) {
        for (doc::NodeId at = mapping.first_child; at != doc::NodeId::kNone;) {
            const doc::NodeId value = tree_.node(at).next_sibling;
            if (value == doc::NodeId::kNone) return;
            read(value, outer_key, std::string(tree_.node(at).text));
            at = tree_.node(value).next_sibling;
        }
    }

    const EmbeddedYaml& yaml_;
    const doc::Tree& tree_;
    std::vector<PatchSetting> found_;
};

} // namespace

std::vector<PatchSetting> patch_settings(const ir::Scalar* patch, const Context& context) {
    std::vector<PatchSetting> all;
    if (patch == nullptr) return all;
    const EmbeddedYaml yaml(*patch, context);
    for (const doc::Tree& tree : yaml.documents()) {
        if (tree.root == doc::NodeId::kNone || !tree.is_complete) continue;
        PatchReader reader(yaml, tree);
        reader.read(tree.root, "", "");
        for (PatchSetting& setting : reader.take())
            all.push_back(std::move(setting));
    }
    return all;
}

} // namespace tiphys::analyze
