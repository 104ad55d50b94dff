#pragma once
// From the events of a YAML parser to nodes with exact spans: each event moves a cursor through
// the source, which collects comments, anchors and tags on its way.

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/base/arena.h"
#include "compiler/doc/read_yaml.h"
#include "compiler/doc/source_cursor.h"
#include "compiler/doc/tree_builder.h"

namespace tiphys::doc {

/// What all events carry. `begin` is where the node begins, or its first anchor or tag; `end` is
/// where the token ends. `tag` is resolved: `tag:yaml.org,2002:int`; nothing means none.
struct YamlEvent {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::string_view tag;
    bool has_anchor = false;
};

/// Call one function per event, in order; stop when stop_reason() gives one.
class YamlNodes {
public:
    YamlNodes(const YamlInput& input, Tree& tree, Arena& arena);

    void alias(const YamlEvent& event);
    void scalar(const YamlEvent& event, ScalarStyle style, std::string_view value);
    void open(NodeKind kind, const YamlEvent& event, bool is_flow);
    void close(const YamlEvent& event);
    /// Reads the comments after the document's value; reports text that stands there.
    void finish();
    /// Closes what is open after an error.
    void abandon();

    [[nodiscard]] YamlStop::Reason stop_reason() const { return stop_; }
    [[nodiscard]] std::uint32_t stopped_at() const { return stopped_at_; }
    [[nodiscard]] std::uint32_t last_token() const { return last_token_; }
    [[nodiscard]] std::uint32_t read_until() const { return cursor_.at(); }
    [[nodiscard]] std::vector<std::uint32_t> open_brackets() const;

private:
    // What the tree does not keep of an open collection.
    struct Opened {
        std::uint32_t begin; // with the first key's anchor
        bool has_bracket;
    };

    [[nodiscard]] char at(std::uint32_t place) const;
    void skip_own_properties(const YamlEvent& event);
    void add_anchor(std::uint32_t begin);
    void add(const Node& node);
    void add_masked(std::uint32_t begin, std::uint32_t end);
    void settle_begin(std::uint32_t first_child);
    void stop(YamlStop::Reason reason, std::uint32_t at);
    void report(std::uint32_t begin, std::uint32_t end, std::string_view detail);
    void read_block(Node& node, std::string_view value);
    void read_double_quoted(Node& node, std::string_view value);
    void check_question_mark(const Node& node);

    [[nodiscard]] std::uint32_t place_of_empty(std::uint32_t next) const;
    [[nodiscard]] const Masked* masked_at(std::uint32_t place) const;
    [[nodiscard]] bool is_in_flow() const;
    [[nodiscard]] int block_indentation() const;
    [[nodiscard]] std::string_view keep(std::uint32_t begin, std::string_view value);
    void resolve_type(Node& node, std::string_view tag);
    void check_float(const Node& node);
    void decode_binary(Node& node);

    std::string_view text_;
    std::string_view source_;
    const std::vector<Masked>& masked_;
    Tree& tree_;
    Arena& arena_;
    TreeBuilder builder_;
    SourceCursor cursor_;
    std::vector<Opened> opened_;
    std::unordered_map<std::string_view, std::size_t> anchors_; // name → number, the last one
    YamlStop::Reason stop_ = YamlStop::Reason::kNone;
    std::uint32_t stopped_at_ = 0;
    std::uint32_t last_token_ = 0;
};

} // namespace tiphys::doc
