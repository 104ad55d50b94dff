// Puts nodes into a tree in the order in which they are read.
#include "compiler/doc/tree_builder.h"

#include <algorithm>
#include <string>

#include "compiler/base/limits.h"
#include "compiler/doc/resolve.h"

namespace tiphys::doc {

NodeId TreeBuilder::add(const Node& node) {
    const auto id = static_cast<NodeId>(tree_.nodes.size());
    tree_.nodes.push_back(node);
    if (frames_.empty()) {
        tree_.root = id;
    } else {
        Frame& frame = frames_.back();
        if (frame.n_children++ == 0)
            node_at(frame.id).first_child = id;
        else
            node_at(frame.last_child).next_sibling = id;
        frame.last_child = id;
    }
    ++n_values_;
    if (pending_anchor_ >= 0) {
        const auto anchor = static_cast<std::size_t>(pending_anchor_);
        tree_.anchors[anchor].node = id;
        const bool is_open = node.kind == NodeKind::kMapping || node.kind == NodeKind::kSequence;
        anchor_values_[anchor] = is_open ? 0 : 1;
        if (!is_open) pending_anchor_ = -1;
    }
    return id;
}

bool TreeBuilder::open(const Node& node) {
    if (frames_.size() >= limits::kYamlDepth) {
        add_defect(DefectKind::kTooDeep, node.begin, node.begin + 1);
        return false;
    }
    const NodeId id = add(node);
    frames_.push_back({id, NodeId::kNone, 0, pending_anchor_, n_values_ - 1});
    pending_anchor_ = -1;
    return true;
}

void TreeBuilder::close(std::uint32_t end) {
    const NodeId id = frames_.back().id;
    leave(end);
    if (node_at(id).kind != NodeKind::kMapping) return;
    check_keys(node_at(id));
    report_duplicates(node_at(id));
}

void TreeBuilder::close_all() {
    while (!frames_.empty()) {
        const Frame& frame = frames_.back();
        const NodeId id = frame.id;
        const bool is_empty = frame.n_children == 0;
        leave(is_empty ? std::max(node_at(id).begin, node_at(id).end)
                       : node_at(frame.last_child).end);
        if (node_at(id).kind == NodeKind::kMapping) report_duplicates(node_at(id));
    }
}

void TreeBuilder::leave(std::uint32_t end) {
    const Frame frame = frames_.back();
    frames_.pop_back();
    node_at(frame.id).end = end;
    if (frame.anchor >= 0)
        anchor_values_[static_cast<std::size_t>(frame.anchor)] = n_values_ - frame.values_before;
}

void TreeBuilder::add_anchor(std::string_view name, std::uint32_t begin, std::uint32_t end) {
    pending_anchor_ = static_cast<std::int32_t>(tree_.anchors.size());
    tree_.anchors.push_back({name, begin, end, NodeId::kNone, false});
    anchor_values_.push_back(0);
}

bool TreeBuilder::add_alias(Node node, std::size_t anchor) {
    const bool is_known = anchor < tree_.anchors.size();
    const std::uint64_t size = is_known ? anchor_values_[anchor] : 0;
    if (is_known) {
        tree_.anchors[anchor].is_used = true;
        if (size > 0)
            node.target = tree_.anchors[anchor].node;
        else
            add_defect(DefectKind::kAliasExpansion, node.begin, node.end, node.text);
    }
    add(node);
    n_values_ += size;
    if (n_values_ - tree_.nodes.size() <= limits::kAliasExpansion) return true;
    add_defect(DefectKind::kAliasExpansion, node.begin, node.end, node.text);
    return false;
}

void TreeBuilder::add_defect(DefectKind kind, std::uint32_t begin, std::uint32_t end,
                             std::string_view detail) {
    tree_.defects.push_back({kind, {tree_.file, begin, end}, {}, detail});
}

Place TreeBuilder::place() const {
    if (frames_.empty()) return Place::kRoot;
    const Frame& frame = frames_.back();
    if (tree_.node(frame.id).kind == NodeKind::kSequence) return Place::kItem;
    return frame.n_children % 2 == 0 ? Place::kKey : Place::kValue;
}

void TreeBuilder::check_keys(const Node& mapping) {
    for (NodeId id = mapping.first_child; id != NodeId::kNone;) {
        const Node& key = tree_.node(id);
        check_key(key);
        if (key.next_sibling == NodeId::kNone) break;
        id = tree_.node(key.next_sibling).next_sibling;
    }
}

void TreeBuilder::report_duplicates(const Node& mapping) {
    keys_.clear();
    for (NodeId id = mapping.first_child; id != NodeId::kNone;) {
        const Node& key = tree_.node(id);
        const Node& meant = key.target == NodeId::kNone ? key : tree_.node(key.target);
        // A merge key may stand several times.
        const bool merges = meant.style == ScalarStyle::kPlain && meant.text == "<<";
        if (meant.kind == NodeKind::kScalar && !merges) {
            std::string_view text = meant.text;
            if (meant.type != ScalarType::kString && meant.type != ScalarType::kNull) {
                const auto json = to_json_key(meant.text, meant.type);
                if (json.has_value()) text = arena_.copy(*json);
            }
            keys_.push_back({text, id});
        }
        if (key.next_sibling == NodeId::kNone) break;
        id = tree_.node(key.next_sibling).next_sibling;
    }
    report_duplicates();
}

void TreeBuilder::check_key(const Node& key) {
    const Node& meant = key.target == NodeId::kNone ? key : tree_.node(key.target);
    if (meant.kind == NodeKind::kMapping || meant.kind == NodeKind::kSequence) {
        add_defect(DefectKind::kSyntax, key.begin, key.end,
                   "a mapping or list is no key for Kubernetes; use a string");
    } else if (meant.kind == NodeKind::kScalar && meant.type != ScalarType::kString &&
               !to_json_key(meant.text, meant.type).has_value()) {
        add_defect(DefectKind::kSyntax, key.begin, key.end,
                   meant.begin == meant.end ? "a key is missing here; write one before the `:`"
                   : meant.type == ScalarType::kNull
                       ? "null cannot be a key; quote it if it is meant as text"
                       : "this number is too large for a key; quote it");
    }
}

void TreeBuilder::report_duplicates() {
    constexpr std::size_t kFew = 24;
    if (keys_.size() <= kFew) {
        for (std::size_t i = 1; i < keys_.size(); ++i) {
            const auto end = keys_.begin() + static_cast<std::ptrdiff_t>(i);
            const auto first = std::find_if(
                keys_.begin(), end, [&](const Key& key) { return key.text == keys_[i].text; });
            if (first != end) report_duplicate(keys_[i], *first);
        }
        return;
    }
    std::stable_sort(keys_.begin(), keys_.end(),
                     [](const Key& a, const Key& b) { return a.text < b.text; });
    for (std::size_t first = 0, i = 1; i < keys_.size(); ++i) {
        if (keys_[i].text == keys_[first].text)
            report_duplicate(keys_[i], keys_[first]);
        else
            first = i;
    }
}

void TreeBuilder::report_duplicate(const Key& key, const Key& first) {
    add_defect(DefectKind::kDuplicateKey, node_at(key.id).begin, node_at(key.id).end, key.text);
    tree_.defects.back().other = tree_.span_of(first.id);
}

} // namespace tiphys::doc
