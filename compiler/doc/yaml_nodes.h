#pragma once
// From the events of a YAML parser, which tell only where a node begins, to nodes with exact
// spans: each event moves a cursor through the source.

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/base/arena.h"
#include "compiler/doc/read_yaml.h"
#include "compiler/doc/scan_scalar.h"
#include "compiler/doc/source_cursor.h"
#include "compiler/doc/tree_builder.h"

namespace tiphys::doc {

/// What all events carry. `at` is where the node begins, or its first anchor or tag; of an absent
/// value it is the next token. `tag` is resolved: `tag:yaml.org,2002:int`; `?` and nothing mean
/// none, `!` stands for quoted scalars and for a lone `!`.
struct YamlEvent {
    std::uint32_t at = 0;
    std::string_view tag;
    bool has_anchor = false;
};

/// Call one function per event, in order; stop when stop() gives a reason.
class YamlNodes {
public:
    YamlNodes(const YamlInput& input, Tree& tree, Arena& arena);

    void anchor(const YamlEvent& event);
    /// `number` counts the document's anchors from 0.
    void alias(const YamlEvent& event, std::size_t number);
    /// A written or absent null.
    void null(const YamlEvent& event);
    void scalar(const YamlEvent& event, std::string_view value);
    void open(NodeKind kind, const YamlEvent& event, bool is_flow);
    void close();
    /// Reads the comments after the document's value; reports text that stands there.
    void finish();
    /// Closes what is open after an error.
    void abandon();

    [[nodiscard]] YamlStop::Reason stop_reason() const { return stop_; }
    [[nodiscard]] std::uint32_t stopped_at() const { return stopped_at_; }
    [[nodiscard]] YamlComplaint complaint() const { return complaint_; }
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
    [[nodiscard]] bool skip_to_content(const YamlEvent& event, std::string_view value);
    void add(const Node& node);
    void add_empty(const YamlEvent& event, std::uint32_t place);
    void null_root();
    void add_masked(const Masked& masked);
    void settle_begin(std::uint32_t first_child);
    void stop(YamlStop::Reason reason, std::uint32_t at);
    void stop_for(YamlComplaint complaint, std::uint32_t at);
    void report(std::uint32_t begin, std::uint32_t end, std::string_view detail);
    void report_tabs();
    void finish_text();
    void check_colon(NodeId id, std::uint32_t value_begin);
    [[nodiscard]] bool is_explicit(NodeId id);

    [[nodiscard]] std::uint32_t place_of_empty();
    [[nodiscard]] std::uint32_t null_word_end(std::uint32_t place) const;
    [[nodiscard]] const Masked* masked_at(std::uint32_t place) const;
    [[nodiscard]] bool is_in_flow() const;
    [[nodiscard]] int block_indentation() const;
    void read_plain(Node& node, std::string_view value);
    void read_quoted(Node& node, std::string_view value);
    void read_block(Node& node);
    [[nodiscard]] std::string_view keep(const ScalarValue& value);
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
    ScalarValue value_;
    YamlStop::Reason stop_ = YamlStop::Reason::kNone;
    YamlComplaint complaint_ = YamlComplaint::kOther;
    std::uint32_t stopped_at_ = 0;
    std::uint32_t last_token_ = 0;
};

} // namespace tiphys::doc
