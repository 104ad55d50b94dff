// Lines out of pieces: a group stands on one line if it may and fits.
#include "compiler/syntax/layout.h"

#include <algorithm>

namespace tiphys::syntax {
namespace {

constexpr std::size_t kLineWidth = 110;
constexpr std::size_t kIndentWidth = 2;

/// Characters, not bytes.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

} // namespace

void Layout::text(std::string_view text) {
    pieces_.push_back({.kind = Kind::kText, .text = text});
}

void Layout::verbatim(std::string_view text) {
    pieces_.push_back({.kind = Kind::kVerbatim, .text = text});
    break_around();
}

void Layout::line(std::string_view text, bool is_blank_after) {
    pieces_.push_back({.kind = Kind::kLine, .is_set = is_blank_after, .text = text});
}

void Layout::continuation(std::string_view text) {
    pieces_.push_back({.kind = Kind::kContinuation, .text = text});
}

void Layout::hard_line(bool is_blank_after) {
    pieces_.push_back({.kind = Kind::kHardLine, .is_set = is_blank_after, .text = {}});
    break_around();
}

void Layout::text_line() {
    pieces_.push_back({.kind = Kind::kTextLine, .text = {}});
    break_around();
}

void Layout::if_broken(std::string_view text) {
    pieces_.push_back({.kind = Kind::kIfBroken, .text = text});
}

void Layout::indent() {
    pieces_.push_back({.kind = Kind::kIndent, .text = {}});
}

void Layout::dedent() {
    pieces_.push_back({.kind = Kind::kDedent, .text = {}});
}

void Layout::open(GroupKind kind) {
    open_.push_back(pieces_.size());
    pieces_.push_back({.kind = Kind::kOpen, .group = kind, .text = {}});
}

void Layout::close() {
    open_.pop_back();
    pieces_.push_back({.kind = Kind::kClose, .text = {}});
}

void Layout::break_open() {
    for (auto at = open_.rbegin(); at != open_.rend(); ++at) {
        pieces_[*at].is_set = true;
        if (pieces_[*at].group == GroupKind::kBreaksWithContent) break;
    }
    break_around();
}

void Layout::break_around() {
    for (const std::size_t at : open_) {
        if (pieces_[at].group == GroupKind::kBreaksWithContent) pieces_[at].is_set = true;
    }
}

class LayoutPrinter {
public:
    explicit LayoutPrinter(const std::vector<Layout::Piece>& pieces) : pieces_(pieces) {}
    std::string run();

private:
    using Kind = Layout::Kind;
    struct Group {
        GroupKind kind = GroupKind::kBreaksWithContent;
        bool is_broken = false;
        /// Whatever its length: a comment stands in it.
        bool is_marked = false;
        /// A line of it was continued.
        bool is_indented = false;
    };

    /// Whether groups inside are over several lines: none, those that must, or any.
    enum class Content : std::uint8_t { kFlat, kAsMarked, kMayBreak };

    void print(std::size_t at);
    void write(std::string_view text);
    void end_line(bool is_blank_after);
    void continue_line(std::size_t at);
    void close_group();
    [[nodiscard]] bool is_broken() const { return !groups_.empty() && groups_.back().is_broken; }
    [[nodiscard]] bool fits(std::size_t at, std::size_t column, Content content) const;
    /// The column of the next text.
    [[nodiscard]] std::size_t next_column() const {
        return n_breaks_ > 0 ? line_indentation_ * kIndentWidth : column_ + n_blanks_;
    }

    const std::vector<Layout::Piece>& pieces_;
    std::string out_;
    std::vector<Group> groups_;
    // The text ends with the closing bracket of a group over several lines.
    bool is_behind_bracket_ = false;
    std::size_t indentation_ = 0;
    std::size_t column_ = 0;
    /// Blanks that are written only before other text.
    std::size_t n_blanks_ = 0;
    std::size_t n_breaks_ = 0;
    // Of the line that begins: what opens behind its break indents later ones.
    std::size_t line_indentation_ = 0;
};

void LayoutPrinter::write(std::string_view text) {
    if (text.empty()) return;
    is_behind_bracket_ = false;
    if (text == " ") {
        n_blanks_ = 1;
        return;
    }
    if (n_breaks_ > 0 && !out_.empty()) out_.append(n_breaks_, '\n');
    if (n_breaks_ > 0 || out_.empty()) {
        column_ = line_indentation_ * kIndentWidth;
        n_blanks_ = column_;
    } else {
        column_ += n_blanks_;
    }
    out_.append(n_blanks_, ' ');
    n_breaks_ = 0;
    n_blanks_ = 0;
    out_ += text;
    column_ += width_of(text);
}

void LayoutPrinter::end_line(bool is_blank_after) {
    n_breaks_ = std::max<std::size_t>(n_breaks_, is_blank_after ? 2 : 1);
    n_blanks_ = 0;
    line_indentation_ = indentation_;
}

/// Whether the pieces from `at` on fit on a line from `column` on: a group that opens there, or
/// what continues the innermost group, with what follows up to the next place where the line may
/// end.
bool LayoutPrinter::fits(std::size_t at, std::size_t column, Content content) const {
    // Whether the groups that open behind `at` are laid out over several lines, as far as we know:
    // those that follow still may be.
    std::vector<bool> inner;
    std::size_t n_outer = groups_.size();
    bool is_behind = false;
    const std::size_t n_own = pieces_[at].kind == Kind::kOpen ? 1 : 0;
    for (; at < pieces_.size() && column <= kLineWidth; ++at) {
        const Layout::Piece& piece = pieces_[at];
        const bool must_be_flat = content == Content::kFlat && !is_behind;
        switch (piece.kind) {
        case Kind::kText:
            column += width_of(piece.text);
            break;
        case Kind::kVerbatim:
            column += width_of(piece.text.substr(0, piece.text.find('\n')));
            return !must_be_flat && column <= kLineWidth;
        case Kind::kHardLine:
        case Kind::kTextLine:
            return !must_be_flat;
        case Kind::kLine:
        case Kind::kContinuation:
            if (inner.empty() ? n_outer == 0 || groups_[n_outer - 1].is_broken : inner.back()) {
                return true;
            }
            column += width_of(piece.text);
            break;
        case Kind::kOpen:
            if (must_be_flat && piece.is_set) return false;
            inner.push_back(is_behind || piece.is_set || content == Content::kMayBreak);
            break;
        case Kind::kClose:
            is_behind = is_behind || inner.size() == n_own;
            if (!inner.empty()) {
                inner.pop_back();
            } else if (n_outer > 0) {
                --n_outer;
            }
            break;
        case Kind::kIfBroken:
        case Kind::kIndent:
        case Kind::kDedent:
            break;
        }
    }
    return column <= kLineWidth;
}

/// What has to be broken by itself stays on the line as long as its beginning fits: it would stay
/// there as well if it had been broken from the start.
void LayoutPrinter::continue_line(std::size_t at) {
    const std::size_t next_line =
        (indentation_ + (groups_.back().is_indented ? 0 : 1)) * kIndentWidth;
    const std::string_view text = pieces_[at].text;
    const bool is_inline = !is_broken() || is_behind_bracket_ ||
                           (!groups_.back().is_marked && !fits(at + 1, next_line, Content::kFlat) &&
                            fits(at + 1, column_ + width_of(text), Content::kMayBreak));
    if (is_inline) {
        write(text);
        return;
    }
    if (!groups_.back().is_indented) ++indentation_;
    groups_.back().is_indented = true;
    end_line(false);
}

void LayoutPrinter::close_group() {
    const Group group = groups_.back();
    groups_.pop_back();
    if (group.is_indented) --indentation_;
    is_behind_bracket_ = group.is_broken && group.kind == GroupKind::kBreaksWithContent;
}

void LayoutPrinter::print(std::size_t at) {
    const Layout::Piece& piece = pieces_[at];
    switch (piece.kind) {
    case Kind::kText:
        write(piece.text);
        return;
    case Kind::kVerbatim: {
        write(piece.text);
        const std::size_t last = piece.text.rfind('\n');
        if (last != piece.text.npos) column_ = width_of(piece.text.substr(last + 1));
        return;
    }
    case Kind::kLine:
        if (is_broken() || groups_.empty()) {
            end_line(piece.is_set);
        } else {
            write(piece.text);
        }
        return;
    case Kind::kContinuation:
        continue_line(at);
        return;
    case Kind::kHardLine:
        end_line(piece.is_set);
        return;
    case Kind::kTextLine:
        ++n_breaks_;
        n_blanks_ = 0;
        line_indentation_ = indentation_;
        return;
    case Kind::kIfBroken:
        if (is_broken()) write(piece.text);
        return;
    case Kind::kIndent:
        ++indentation_;
        return;
    case Kind::kDedent:
        --indentation_;
        return;
    case Kind::kOpen:
        groups_.push_back({piece.group,
                           piece.is_set || !fits(at, next_column(), Content::kAsMarked),
                           piece.is_set, false});
        return;
    case Kind::kClose:
        close_group();
        return;
    }
}

std::string LayoutPrinter::run() {
    for (std::size_t at = 0; at < pieces_.size(); ++at)
        print(at);
    if (!out_.empty()) out_ += '\n';
    return std::move(out_);
}

std::string Layout::print() const {
    return LayoutPrinter(pieces_).run();
}

} // namespace tiphys::syntax
