#pragma once
// Pieces of text with places where lines may break, and the lines that come of them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tiphys::syntax {

/// When a group is laid out over several lines: where a break lies in it, or only where it does
/// not fit on its line.
enum class GroupKind : std::uint8_t { kBreaksWithContent, kBreaksIfTooLong };

/// Pieces are added from left to right; `print` decides about the lines. Texts outlive the layout.
/// Breaks next to each other are one.
class Layout {
public:
    /// A piece of one line.
    void text(std::string_view text);
    /// A text of several lines that is printed as it stands.
    void verbatim(std::string_view text);
    /// `text`, or the end of the line where the innermost group is laid out over several.
    void line(std::string_view text, bool is_blank_after = false);
    /// The same before what continues a statement: the rest of the group is indented from there
    /// on. Behind the closing bracket of a group over several lines the line goes on.
    void continuation(std::string_view text);
    /// The end of a line; with a blank line behind it, if there is more.
    void hard_line(bool is_blank_after = false);
    /// The end of a line inside of a text: each one counts.
    void text_line();
    /// Printed only where the innermost group is laid out over several lines.
    void if_broken(std::string_view text);

    /// One more step of indentation.
    void indent();
    void dedent();

    void open(GroupKind kind);
    void close();
    /// Lays out the open groups over several lines: those that break with their content, and the
    /// others as far as the innermost of these.
    void break_open();

    [[nodiscard]] std::string print() const;

private:
    enum class Kind : std::uint8_t {
        kText,
        kVerbatim,
        kLine,
        kContinuation,
        kHardLine,
        kTextLine,
        kIfBroken,
        kIndent,
        kDedent,
        kOpen,
        kClose
    };
    struct Piece {
        Kind kind = Kind::kText;
        GroupKind group = GroupKind::kBreaksWithContent;
        /// A blank line follows (lines), or the group is over several lines (opened groups).
        bool is_set = false;
        std::string_view text;
    };
    friend class LayoutPrinter;

    void break_around();

    std::vector<Piece> pieces_;
    // Opened groups that are not closed yet.
    std::vector<std::size_t> open_;
};

} // namespace tiphys::syntax
