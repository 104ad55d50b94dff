// Unified diffs by Myers' greedy algorithm ("An O(ND) difference algorithm", 1986).
#include "tests/runner/diff.h"

#include <algorithm>
#include <vector>

namespace tiphys::golden {
namespace {

constexpr std::size_t kContextLines = 3;
/// Most differences that are searched for: the search keeps one array for each.
constexpr int kMostDifferences = 2'000;

using Lines = std::vector<std::string_view>;

/// One line of a diff: `mark` is ' ', '-' or '+'.
struct Change {
    char mark = ' ';
    std::string_view text;
};

/// The lines with their line breaks, so that a missing last one is a difference.
Lines lines_with_breaks(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

/// The furthest points of the edit graph for every number of differences, by diagonal.
class Search {
public:
    Search(const Lines& before, const Lines& after) : before_(before), after_(after) {}

    /// False where the texts differ in more than kMostDifferences lines.
    bool run() {
        std::vector<int> furthest(static_cast<std::size_t>(2 * limit() + 3), 0);
        for (int n = 0; n <= limit(); ++n) {
            rounds_.push_back(furthest);
            for (int diagonal = -n; diagonal <= n; diagonal += 2) {
                int x = goes_down(furthest, n, diagonal) ? at(furthest, diagonal + 1)
                                                         : at(furthest, diagonal - 1) + 1;
                x = follow_equal_lines(x, x - diagonal);
                furthest[index(diagonal)] = x;
                if (x >= size(before_) && x - diagonal >= size(after_)) return true;
            }
        }
        return false;
    }

    /// The way through the graph that run() found.
    std::vector<Change> changes() const {
        std::vector<Change> reversed;
        int x = size(before_);
        int y = size(after_);
        for (int n = static_cast<int>(rounds_.size()) - 1; n >= 0; --n) {
            const std::vector<int>& furthest = rounds_[static_cast<std::size_t>(n)];
            const bool down = goes_down(furthest, n, x - y);
            const int from_diagonal = x - y + (down ? 1 : -1);
            const int from_x = n == 0 ? 0 : at(furthest, from_diagonal);
            const int from_y = n == 0 ? 0 : from_x - from_diagonal;
            while (x > from_x && y > from_y) {
                reversed.push_back({' ', before_[static_cast<std::size_t>(--x)]});
                --y;
            }
            if (n == 0) break;
            if (down) reversed.push_back({'+', after_[static_cast<std::size_t>(--y)]});
            if (!down) reversed.push_back({'-', before_[static_cast<std::size_t>(--x)]});
        }
        return {reversed.rbegin(), reversed.rend()};
    }

private:
    static int size(const Lines& lines) { return static_cast<int>(lines.size()); }
    int limit() const { return std::min(kMostDifferences, size(before_) + size(after_)); }
    std::size_t index(int diagonal) const {
        return static_cast<std::size_t>(diagonal + limit() + 1);
    }
    int at(const std::vector<int>& furthest, int diagonal) const {
        return furthest[index(diagonal)];
    }

    bool goes_down(const std::vector<int>& furthest, int n, int diagonal) const {
        if (diagonal == -n) return true;
        return diagonal != n && at(furthest, diagonal - 1) < at(furthest, diagonal + 1);
    }

    int follow_equal_lines(int x, int y) const {
        while (x < size(before_) && y < size(after_) &&
               before_[static_cast<std::size_t>(x)] == after_[static_cast<std::size_t>(y)]) {
            ++x;
            ++y;
        }
        return x;
    }

    const Lines& before_;
    const Lines& after_;
    std::vector<std::vector<int>> rounds_;
};

std::vector<Change> all_replaced(const Lines& before, const Lines& after) {
    std::vector<Change> changes;
    for (const std::string_view line : before) {
        changes.push_back({'-', line});
    }
    for (const std::string_view line : after) {
        changes.push_back({'+', line});
    }
    return changes;
}

/// A range of changes [begin, end) that is shown as one hunk.
struct Hunk {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// Changed lines with their context; those whose contexts touch are one hunk.
std::vector<Hunk> hunks_of(const std::vector<Change>& changes) {
    std::vector<Hunk> hunks;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (changes[i].mark == ' ') continue;
        const std::size_t begin = i < kContextLines ? 0 : i - kContextLines;
        const std::size_t end = std::min(i + kContextLines + 1, changes.size());
        if (!hunks.empty() && begin <= hunks.back().end) {
            hunks.back().end = end;
        } else {
            hunks.push_back({begin, end});
        }
    }
    return hunks;
}

std::size_t count_without(const std::vector<Change>& changes, std::size_t begin, std::size_t end,
                          char mark) {
    std::size_t n_lines = 0;
    for (std::size_t i = begin; i < end; ++i) {
        if (changes[i].mark != mark) ++n_lines;
    }
    return n_lines;
}

/// `3,7`: where a hunk stands in one of the texts; `mark` belongs to the other text alone.
std::string range_of(const std::vector<Change>& changes, const Hunk& hunk, char mark) {
    const std::size_t n_lines = count_without(changes, hunk.begin, hunk.end, mark);
    const std::size_t before = count_without(changes, 0, hunk.begin, mark);
    return std::to_string(before + (n_lines > 0 ? 1 : 0)) + "," + std::to_string(n_lines);
}

void append_hunk(const std::vector<Change>& changes, const Hunk& hunk, std::string& out) {
    out += "@@ -" + range_of(changes, hunk, '+') + " +" + range_of(changes, hunk, '-') + " @@\n";
    for (std::size_t i = hunk.begin; i < hunk.end; ++i) {
        out += changes[i].mark;
        out += changes[i].text;
        if (!changes[i].text.ends_with('\n')) out += "\n\\ no line break at the end\n";
    }
}

} // namespace

std::string unified_diff(std::string_view before_name, std::string_view before,
                         std::string_view after_name, std::string_view after) {
    if (before == after) return {};
    const Lines before_lines = lines_with_breaks(before);
    const Lines after_lines = lines_with_breaks(after);
    Search search(before_lines, after_lines);
    const std::vector<Change> changes =
        search.run() ? search.changes() : all_replaced(before_lines, after_lines);
    std::string out = "--- " + std::string(before_name) + "\n+++ " + std::string(after_name) + "\n";
    for (const Hunk& hunk : hunks_of(changes)) {
        append_hunk(changes, hunk, out);
    }
    return out;
}

} // namespace tiphys::golden
