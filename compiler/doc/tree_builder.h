#pragma once
// Puts nodes into a tree in the order in which they are read, and watches over what no syntax
// forbids: depth, duplicate keys, the size that aliases expand to.

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/base/arena.h"
#include "compiler/doc/tree.h"

namespace tiphys::doc {

/// What the node that comes next is to the collection around it.
enum class Place : std::uint8_t { kRoot, kItem, kKey, kValue };

/// Used by the readers of YAML and JSON.
class TreeBuilder {
public:
    TreeBuilder(Tree& tree, Arena& arena) : tree_(tree), arena_(arena) {}

    NodeId add(const Node& node);
    /// Adds a collection; what follows are its children until close(). False if it nests too
    /// deep: then nothing was added but the defect.
    [[nodiscard]] bool open(const Node& node);
    void close(std::uint32_t end);
    /// Closes what is still open at their last children's ends, after an error. What their keys
    /// are is left alone.
    void close_all();

    /// Registers `&name`; the next node that is added is what it names.
    void add_anchor(std::string_view name, std::uint32_t begin, std::uint32_t end);
    /// Adds `*name` for the anchor of that number (from 0). False if the aliases expand to too
    /// many values.
    [[nodiscard]] bool add_alias(Node node, std::size_t anchor);

    void add_defect(DefectKind kind, std::uint32_t begin, std::uint32_t end,
                    std::string_view detail = {});

    [[nodiscard]] Place place() const;
    /// The collection that is open; there must be one.
    [[nodiscard]] Node& collection() { return node_at(frames_.back().id); }
    [[nodiscard]] bool has_children() const { return frames_.back().n_children > 0; }
    [[nodiscard]] bool is_inside() const { return !frames_.empty(); }
    [[nodiscard]] NodeId last_child() const { return frames_.back().last_child; }
    [[nodiscard]] Node& node_at(NodeId id) { return tree_.nodes[static_cast<std::size_t>(id)]; }
    /// The `level`th open collection, from the outermost; there are depth().
    [[nodiscard]] NodeId collection_at(std::size_t level) const { return frames_[level].id; }
    [[nodiscard]] std::size_t depth() const { return frames_.size(); }

private:
    struct Frame {
        NodeId id;
        NodeId last_child;
        std::uint32_t n_children;
        std::int32_t anchor; // of the collection, -1 if none
        std::uint64_t values_before;
    };
    struct Key {
        std::string_view text;
        NodeId id;
    };

    void leave(std::uint32_t end);
    void check_keys(const Node& mapping);
    void check_key(const Node& key);
    void report_duplicates(const Node& mapping);
    void report_duplicates();
    void report_duplicate(const Key& key, const Key& first);

    Tree& tree_;
    Arena& arena_;
    std::vector<Frame> frames_;
    std::vector<Key> keys_;                    // of the mapping being checked
    std::vector<std::uint64_t> anchor_values_; // what each anchor expands to; 0 while it is open
    std::int32_t pending_anchor_ = -1;
    std::uint64_t n_values_ = 0; // with aliases expanded
};

} // namespace tiphys::doc
