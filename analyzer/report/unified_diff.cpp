// The difference between two texts: Myers' O(ND) algorithm over lines.
#include "analyzer/report/unified_diff.h"

#include <algorithm>

namespace tiphys::report {
namespace {

using Lines = std::vector<std::string_view>;

// The search remembers a row for each difference, so its memory grows with their square.
constexpr std::int64_t kMostDifferences = 1000;

Lines split_lines(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const std::size_t line_break = text.find('\n');
        const std::size_t size = line_break == text.npos ? text.size() : line_break + 1;
        lines.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return lines;
}

// One row of the search: for each diagonal k = x - y, the furthest x reached.
class Frontier {
public:
    explicit Frontier(std::int64_t n_differences)
        : offset_(n_differences + 1), furthest_(static_cast<std::size_t>(2 * offset_ + 1), 0) {}

    [[nodiscard]] std::int64_t at(std::int64_t k) const { return furthest_[index(k)]; }
    void set(std::int64_t k, std::int64_t x) { furthest_[index(k)] = x; }

private:
    [[nodiscard]] std::size_t index(std::int64_t k) const {
        return static_cast<std::size_t>(k + offset_);
    }

    std::int64_t offset_;
    std::vector<std::int64_t> furthest_;
};

// Whether the path to diagonal k, with d differences, comes by an added line.
bool comes_down(const Frontier& previous, std::int64_t k, std::int64_t d) {
    return k == -d || (k != d && previous.at(k - 1) < previous.at(k + 1));
}

std::string_view line_at(const Lines& lines, std::int64_t i) {
    return lines[static_cast<std::size_t>(i)];
}

// The rows up to the one that reaches the end of both texts; empty when there are too many.
std::vector<Frontier> search(const Lines& before, const Lines& after) {
    const auto n = static_cast<std::int64_t>(before.size());
    const auto m = static_cast<std::int64_t>(after.size());
    std::vector<Frontier> rows;
    for (std::int64_t d = 0; d <= std::min(n + m, kMostDifferences); ++d) {
        const Frontier previous = rows.empty() ? Frontier(0) : rows.back();
        Frontier row(d);
        for (std::int64_t k = -d; k <= d; k += 2) {
            std::int64_t x = 0;
            if (d > 0) x = comes_down(previous, k, d) ? previous.at(k + 1) : previous.at(k - 1) + 1;
            while (x < n && x - k < m && line_at(before, x) == line_at(after, x - k)) {
                ++x;
            }
            row.set(k, x);
            if (x >= n && x - k >= m) {
                rows.push_back(std::move(row));
                return rows;
            }
        }
        rows.push_back(std::move(row));
    }
    return {};
}

// Walks the rows back from the end of both texts.
std::vector<DiffLine> trace_back(const std::vector<Frontier>& rows, const Lines& before,
                                 const Lines& after) {
    std::vector<DiffLine> reversed;
    auto x = static_cast<std::int64_t>(before.size());
    auto y = static_cast<std::int64_t>(after.size());
    for (auto d = static_cast<std::int64_t>(rows.size()) - 1; d > 0; --d) {
        const Frontier& previous = rows[static_cast<std::size_t>(d - 1)];
        const std::int64_t k = x - y;
        const bool is_added = comes_down(previous, k, d);
        const std::int64_t from_x = is_added ? previous.at(k + 1) : previous.at(k - 1);
        const std::int64_t from_y = from_x - (is_added ? k + 1 : k - 1);
        while (x > from_x && y > from_y) {
            reversed.push_back({LineChange::kSame, line_at(before, --x)});
            --y;
        }
        if (is_added) {
            reversed.push_back({LineChange::kAdded, line_at(after, --y)});
        } else {
            reversed.push_back({LineChange::kRemoved, line_at(before, --x)});
        }
    }
    while (x > 0) {
        reversed.push_back({LineChange::kSame, line_at(before, --x)});
    }
    std::reverse(reversed.begin(), reversed.end());
    return reversed;
}

std::vector<DiffLine> replace_all(const Lines& before, const Lines& after) {
    std::vector<DiffLine> lines;
    for (const std::string_view line : before) {
        lines.push_back({LineChange::kRemoved, line});
    }
    for (const std::string_view line : after) {
        lines.push_back({LineChange::kAdded, line});
    }
    return lines;
}

// Between two unchanged lines, puts the removed lines before the added ones.
void sort_changes(std::vector<DiffLine>& lines) {
    auto at = lines.begin();
    while (at != lines.end()) {
        const auto end = std::find_if(
            at, lines.end(), [](const DiffLine& line) { return line.change == LineChange::kSame; });
        std::stable_sort(at, end,
                         [](const DiffLine& a, const DiffLine& b) { return a.change < b.change; });
        at = end == lines.end() ? end : end + 1;
    }
}

// Names with special characters as git quotes them.
std::string quoted_name(std::string_view name) {
    const bool is_plain = std::all_of(name.begin(), name.end(), [](char letter) {
        return static_cast<unsigned char>(letter) >= 0x20 && letter != '"' && letter != '\\' &&
               letter != '\x7f';
    });
    if (is_plain) return std::string(name);
    std::string quoted = "\"";
    for (const char letter : name) {
        const auto byte = static_cast<unsigned char>(letter);
        if (letter == '"' || letter == '\\') {
            quoted += '\\';
            quoted += letter;
        } else if (byte < 0x20 || byte == 0x7f) {
            quoted += '\\';
            quoted += static_cast<char>('0' + (byte >> 6U));
            quoted += static_cast<char>('0' + ((byte >> 3U) & 7U));
            quoted += static_cast<char>('0' + (byte & 7U));
        } else {
            quoted += letter;
        }
    }
    return quoted + '"';
}

// Lines [begin, end) of a difference, and the lines of both texts before it.
struct Hunk {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t n_before = 0;
    std::size_t n_after = 0;
};

// Groups changes that have at most twice the context between them.
std::vector<Hunk> hunks_of(const std::vector<DiffLine>& lines, std::size_t n_context) {
    std::vector<Hunk> hunks;
    std::size_t n_before = 0;
    std::size_t n_after = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].change != LineChange::kSame) {
            const std::size_t end = std::min(i + 1 + n_context, lines.size());
            if (!hunks.empty() && i <= hunks.back().end + n_context) {
                hunks.back().end = end;
            } else {
                const std::size_t n_lead = std::min(i, n_context);
                hunks.push_back({i - n_lead, end, n_before - n_lead, n_after - n_lead});
            }
        }
        if (lines[i].change != LineChange::kAdded) ++n_before;
        if (lines[i].change != LineChange::kRemoved) ++n_after;
    }
    return hunks;
}

// "7,3", "7" for one line, "6,0" for none: then the number is that of the line before.
std::string hunk_range(std::size_t n_lines_before, std::size_t n_lines) {
    const std::string first = std::to_string(n_lines_before + (n_lines == 0 ? 0 : 1));
    return n_lines == 1 ? first : first + "," + std::to_string(n_lines);
}

char mark_of(LineChange change) {
    switch (change) {
    case LineChange::kSame:
        return ' ';
    case LineChange::kRemoved:
        return '-';
    case LineChange::kAdded:
        return '+';
    }
    return ' ';
}

void append_hunk(std::string& out, const std::vector<DiffLine>& lines, const Hunk& hunk) {
    std::size_t n_before = 0;
    std::size_t n_after = 0;
    std::string body;
    for (std::size_t i = hunk.begin; i < hunk.end; ++i) {
        const DiffLine& line = lines[i];
        if (line.change != LineChange::kAdded) ++n_before;
        if (line.change != LineChange::kRemoved) ++n_after;
        body += mark_of(line.change);
        body += line.text;
        if (!line.text.ends_with('\n')) body += "\n\\ No newline at end of file\n";
    }
    out += "@@ -" + hunk_range(hunk.n_before, n_before) + " +" + hunk_range(hunk.n_after, n_after) +
           " @@\n" + body;
}

} // namespace

std::vector<DiffLine> diff_lines(std::string_view before, std::string_view after) {
    Lines old_lines = split_lines(before);
    Lines new_lines = split_lines(after);
    const auto first =
        std::mismatch(old_lines.begin(), old_lines.end(), new_lines.begin(), new_lines.end());
    const Lines head(old_lines.begin(), first.first);
    old_lines.erase(old_lines.begin(), first.first);
    new_lines.erase(new_lines.begin(), first.second);
    const auto last =
        std::mismatch(old_lines.rbegin(), old_lines.rend(), new_lines.rbegin(), new_lines.rend());
    const Lines tail(last.first.base(), old_lines.end());
    old_lines.erase(last.first.base(), old_lines.end());
    new_lines.erase(last.second.base(), new_lines.end());

    const std::vector<Frontier> rows = search(old_lines, new_lines);
    std::vector<DiffLine> middle =
        rows.empty() ? replace_all(old_lines, new_lines) : trace_back(rows, old_lines, new_lines);
    sort_changes(middle);
    std::vector<DiffLine> lines;
    for (const std::string_view line : head) {
        lines.push_back({LineChange::kSame, line});
    }
    lines.insert(lines.end(), middle.begin(), middle.end());
    for (const std::string_view line : tail) {
        lines.push_back({LineChange::kSame, line});
    }
    return lines;
}

std::string unified_diff(std::string_view before, std::string_view after,
                         std::string_view before_name, std::string_view after_name,
                         std::size_t n_context) {
    if (before == after) return {};
    const std::vector<DiffLine> lines = diff_lines(before, after);
    std::string out = "--- " + quoted_name(before_name) + "\n+++ " + quoted_name(after_name) + "\n";
    for (const Hunk& hunk : hunks_of(lines, n_context)) {
        append_hunk(out, lines, hunk);
    }
    return out;
}

} // namespace tiphys::report
