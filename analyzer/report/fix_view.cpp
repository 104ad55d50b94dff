// What a fix would change, as removed and added lines.
#include "analyzer/report/fix_view.h"

#include <algorithm>

#include "analyzer/report/place.h"
#include "analyzer/report/unified_diff.h"

namespace tiphys::report {
namespace {

constexpr std::size_t kMostLines = 20;

// The whole lines of a file that the edits of a fix touch.
struct Region {
    FileId file = FileId::kNone;
    std::uint32_t first_line = 1;
    std::string_view before;
    std::string after;
};

std::vector<FileId> files_of(const Fix& fix) {
    std::vector<FileId> files;
    for (const TextEdit& edit : fix.edits) {
        const bool is_new = std::find(files.begin(), files.end(), edit.span.file) == files.end();
        if (edit.span.is_known() && is_new) files.push_back(edit.span.file);
    }
    return files;
}

Region region_of(const SourceMap& sources, const Fix& fix, FileId file) {
    std::vector<TextEdit> edits;
    for (const TextEdit& edit : fix.edits) {
        if (edit.span.file == file) edits.push_back({clamp(sources, edit.span), edit.text});
    }
    Span lines = edits.front().span;
    for (const TextEdit& edit : edits) {
        lines.begin = std::min(lines.begin, edit.span.begin);
        lines.end = std::max(lines.end, edit.span.end);
    }
    const std::string& text = sources.file(file).text;
    const Position first = sources.position(file, lines.begin);
    lines.begin -= first.column - 1;
    const std::size_t line_break = text.find('\n', lines.end);
    lines.end = static_cast<std::uint32_t>(line_break == text.npos ? text.size() : line_break + 1);
    for (TextEdit& edit : edits) {
        edit.span.begin -= lines.begin;
        edit.span.end -= lines.begin;
    }
    const std::string_view before = sources.text(lines);
    return {file, first.line, before, apply_edits(std::string(before), std::move(edits))};
}

std::string_view without_line_break(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
    const auto [end, unused] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    return static_cast<std::size_t>(end - a.begin());
}

struct ChangedLine {
    LineChange change = LineChange::kSame;
    std::uint32_t number = 0;
    std::string_view text;
    // Where the line begins to differ from the one that it replaces or is replaced by.
    std::size_t differs_at = 0;
    bool follows_gap = false;
};

// Removed and added lines of one run are paired in order.
void pair_up(std::vector<ChangedLine>& lines, std::size_t run_begin) {
    const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(run_begin);
    auto added = std::find_if(begin, lines.end(), [](const ChangedLine& line) {
        return line.change == LineChange::kAdded;
    });
    const auto end_of_removed = added;
    for (auto removed = begin; removed != end_of_removed && added != lines.end();
         ++removed, ++added) {
        removed->differs_at = common_prefix(removed->text, added->text);
        added->differs_at = removed->differs_at;
    }
}

std::vector<ChangedLine> changed_lines(const Region& region) {
    std::vector<ChangedLine> lines;
    std::uint32_t old_number = region.first_line;
    std::uint32_t new_number = region.first_line;
    std::size_t run_begin = 0;
    bool follows_gap = false;
    for (const DiffLine& line : diff_lines(region.before, region.after)) {
        if (line.change == LineChange::kSame) {
            pair_up(lines, run_begin);
            run_begin = lines.size();
            follows_gap = !lines.empty();
            ++old_number;
            ++new_number;
            continue;
        }
        const bool is_added = line.change == LineChange::kAdded;
        lines.push_back({line.change, is_added ? new_number++ : old_number++,
                         without_line_break(line.text), 0, follows_gap});
        follows_gap = false;
    }
    pair_up(lines, run_begin);
    return lines;
}

void draw_region(Sheet& sheet, const Region& region) {
    const std::vector<ChangedLine> lines = changed_lines(region);
    if (lines.empty()) return;
    sheet.beside(Row());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const ChangedLine& line = lines[i];
        if (i == kMostLines) {
            Row row;
            row.append(std::to_string(lines.size() - i) + " more changed lines");
            sheet.gap(row);
            return;
        }
        if (line.follows_gap) sheet.gap(Row());
        const bool is_added = line.change == LineChange::kAdded;
        const Style style = is_added ? Style::kAdded : Style::kRemoved;
        const LaidLine laid =
            lay_out(line.text, line.differs_at, line.differs_at + 1, sheet.width(), style);
        sheet.source(line.number, is_added ? "+" : "-", style, laid.row);
    }
}

} // namespace

std::uint32_t last_line_of(const SourceMap& sources, const Fix& fix) {
    std::uint32_t last = 1;
    std::ptrdiff_t n_added = 0;
    for (const TextEdit& edit : fix.edits) {
        if (!edit.span.is_known()) continue;
        last = std::max(last, exact_range(sources, edit.span, Columns::kBytes).end.line);
        n_added += std::count(edit.text.begin(), edit.text.end(), '\n');
    }
    return last + static_cast<std::uint32_t>(n_added);
}

void draw_fix(Sheet& sheet, const SourceMap& sources, const Fix& fix, FileId main_file) {
    sheet.remark(fix.safe ? "fix" : "unsafe fix", fix.title);
    for (const FileId file : files_of(fix)) {
        const Region region = region_of(sources, fix, file);
        if (file != main_file) {
            sheet.place(":::", sources.file(file).path + ":" + std::to_string(region.first_line));
        }
        draw_region(sheet, region);
    }
}

} // namespace tiphys::report
