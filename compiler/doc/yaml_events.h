#pragma once
// From yaml-cpp's events, which carry only where a node begins, to nodes with exact spans: each
// event moves a cursor through the source. Included by read_yaml.cpp alone.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include "compiler/base/arena.h"
#include "compiler/doc/read_yaml.h"
#include "compiler/doc/scan_scalar.h"
#include "compiler/doc/source_cursor.h"
#include "compiler/doc/tree_builder.h"

namespace tiphys::doc {

/// Thrown through yaml-cpp, which has no other way to end early.
struct StopReading {
    YamlStop::Reason reason;
    std::uint32_t at;
};

class YamlEvents final : public YAML::EventHandler {
public:
    YamlEvents(const YamlInput& input, Tree& tree, Arena& arena);

    void OnDocumentStart(const YAML::Mark& mark) override;
    void OnDocumentEnd() override;
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override;
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override;
    void OnAnchor(const YAML::Mark& mark, const std::string& name) override;

    /// Reads the comments after the document's value; reports text that stands there.
    void finish();
    /// Closes what is open after an error.
    void abandon() { builder_.close_all(); }
    [[nodiscard]] std::uint32_t read_until() const { return cursor_.at(); }

private:
    // What the tree does not keep of an open collection.
    struct Opened {
        std::uint32_t begin; // with the first key's anchor
        bool has_bracket;
    };

    [[nodiscard]] std::uint32_t offset(const YAML::Mark& mark) const;
    [[nodiscard]] char at(std::uint32_t place) const;
    void open(NodeKind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
              bool is_flow);
    void close();
    void add_scalar(Node node);
    void add_empty(ScalarType type, std::uint32_t place);
    void add_masked(const Masked& masked);
    void settle_begin(std::uint32_t first_child);

    [[nodiscard]] std::uint32_t place_of_empty();
    [[nodiscard]] std::uint32_t null_word_end(std::uint32_t place) const;
    [[nodiscard]] const Masked* masked_at(std::uint32_t place) const;
    [[nodiscard]] bool is_in_flow() const;
    [[nodiscard]] int block_indentation() const;
    void read_plain(Node& node, const std::string& value);
    void read_quoted(Node& node, const std::string& value);
    void read_block(Node& node);
    [[nodiscard]] std::string_view keep(const ScalarValue& value);
    void resolve_type(Node& node, const std::string& tag);

    std::string_view text_;
    std::string_view source_;
    std::uint32_t begin_;
    const std::vector<Masked>& masked_;
    Tree& tree_;
    Arena& arena_;
    TreeBuilder builder_;
    SourceCursor cursor_;
    std::vector<Opened> opened_;
    ScalarValue value_;
};

} // namespace tiphys::doc
