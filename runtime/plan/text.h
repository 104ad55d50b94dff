#pragma once
// Text with `{{tags}}`, split once so that a resolution at run time only copies and looks up.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tiphys::run {

/// A piece of text: words to copy, a simple tag `{{key}}`, or an expression tag `{{=expr}}`.
struct Segment {
    enum class Kind : std::uint8_t { kLiteral, kTag, kExpression };
    Kind kind = Kind::kLiteral;
    /// The words; the tag as written between the braces; the expression without its `=`.
    std::string text;
};

/// Splits as Argo does: a tag ends at the first `}}`, whatever stands between; an opening that is
/// never closed is plain text. Argo: util/template/template.go (valyala/fasttemplate).
[[nodiscard]] std::vector<Segment> split_tags(std::string_view source);

/// Immutable. Text without tags costs no more than its characters.
class Text {
public:
    Text() = default;
    Text(std::string source);                               // NOLINT(google-explicit-constructor)
    Text(const char* source) : Text(std::string(source)) {} // NOLINT

    [[nodiscard]] const std::string& source() const { return source_; }
    [[nodiscard]] bool empty() const { return source_.empty(); }
    [[nodiscard]] bool has_tags() const { return !segments_.empty(); }
    /// Empty when there are no tags.
    [[nodiscard]] const std::vector<Segment>& segments() const { return segments_; }
    /// Whether a tag or an expression mentions `name` (`item`, `retries`) as a whole word.
    [[nodiscard]] bool mentions(std::string_view name) const;

private:
    std::string source_;
    std::vector<Segment> segments_;
};

/// The segment's text within braces, as written.
[[nodiscard]] std::string tag_as_written(const Segment& segment);

/// Whether `word` stands in `text` with no letter, digit or `_` on either side.
[[nodiscard]] bool contains_word(std::string_view text, std::string_view word);

} // namespace tiphys::run
