// .gitignore files.
#include "cli/ignore_file.h"

namespace tiphys::cli {
namespace {

/// Length of the set `[…]` at the start of `pattern`, or 0 where it is not closed.
std::size_t set_length(std::string_view pattern) {
    std::size_t at = 1;
    if (at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^')) ++at;
    if (at < pattern.size() && pattern[at] == ']') ++at;
    const std::size_t close = pattern.find(']', at);
    return close == pattern.npos ? 0 : close + 1;
}

bool in_set(std::string_view set, char c) {
    set = set.substr(1, set.size() - 2);
    const bool is_negated = !set.empty() && (set[0] == '!' || set[0] == '^');
    if (is_negated) set.remove_prefix(1);
    bool found = false;
    for (std::size_t i = 0; i < set.size(); ++i) {
        if (i + 2 < set.size() && set[i + 1] == '-') {
            found = found || (set[i] <= c && c <= set[i + 2]);
            i += 2;
        } else {
            found = found || set[i] == c;
        }
    }
    return found != is_negated;
}

/// Matches one character or set; returns the length of the pattern used, 0 for no match.
std::size_t match_one(std::string_view pattern, char c) {
    if (pattern.empty()) return 0;
    if (pattern[0] == '?') return c != '/' ? 1 : 0;
    if (pattern[0] == '[' && set_length(pattern) != 0) {
        const std::size_t length = set_length(pattern);
        return c != '/' && in_set(pattern.substr(0, length), c) ? length : 0;
    }
    if (pattern[0] == '\\' && pattern.size() > 1) return pattern[1] == c ? 2 : 0;
    return pattern[0] == c ? 1 : 0;
}

} // namespace

bool matches_glob(std::string_view pattern, std::string_view path) {
    // Where the last `*` stood and how much it took: on a mismatch it takes one byte more.
    std::size_t p = 0;
    std::size_t s = 0;
    std::size_t star = pattern.npos;
    std::size_t star_path = 0;
    bool star_is_deep = false;
    while (s < path.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star_is_deep = pattern.substr(p, 2) == "**";
            p += star_is_deep ? 2 : 1;
            // `**/` also matches no folder at all.
            if (star_is_deep && p < pattern.size() && pattern[p] == '/' &&
                matches_glob(pattern.substr(p + 1), path.substr(s))) {
                return true;
            }
            star = p;
            star_path = s;
            continue;
        }
        const std::size_t used = match_one(pattern.substr(p), path[s]);
        if (used != 0) {
            p += used;
            ++s;
        } else if (star != pattern.npos && (star_is_deep || path[star_path] != '/')) {
            p = star;
            s = ++star_path;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

IgnoreFile::IgnoreFile(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text = end == text.npos ? std::string_view{} : text.substr(end + 1);
        while (!line.empty() && (line.back() == ' ' || line.back() == '\r'))
            line.remove_suffix(1);
        if (line.empty() || line.front() == '#') continue;
        Pattern pattern;
        pattern.is_negated = line.front() == '!';
        if (pattern.is_negated) line.remove_prefix(1);
        pattern.is_folder_only = !line.empty() && line.back() == '/';
        if (pattern.is_folder_only) line.remove_suffix(1);
        pattern.is_anchored = line.find('/') != line.npos;
        if (!line.empty() && line.front() == '/') line.remove_prefix(1);
        if (line.empty()) continue;
        pattern.text = line;
        patterns_.push_back(std::move(pattern));
    }
}

IgnoreFile::Verdict IgnoreFile::judge(std::string_view path, bool is_folder) const {
    const std::string_view name = path.substr(path.rfind('/') + 1);
    Verdict verdict = Verdict::kNone;
    for (const Pattern& pattern : patterns_) {
        if (pattern.is_folder_only && !is_folder) continue;
        if (!matches_glob(pattern.text, pattern.is_anchored ? path : name)) continue;
        verdict = pattern.is_negated ? Verdict::kKept : Verdict::kIgnored;
    }
    return verdict;
}

} // namespace tiphys::cli
