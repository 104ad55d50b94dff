#pragma once
// .gitignore files: which paths a walk leaves out.

#include <string>
#include <string_view>
#include <vector>

namespace tiphys::cli {

/// The patterns of one .gitignore file, in the form that git-scm's gitignore(5) describes.
class IgnoreFile {
public:
    explicit IgnoreFile(std::string_view text);

    enum class Verdict : std::uint8_t { kNone, kIgnored, kKept };
    /// `path` is relative to the folder of the file, with `/` between its parts.
    [[nodiscard]] Verdict judge(std::string_view path, bool is_folder) const;

private:
    struct Pattern {
        std::string text;
        bool is_negated = false;
        bool is_folder_only = false;
        /// Matches from the folder of the file on, not at any depth.
        bool is_anchored = false;
    };
    std::vector<Pattern> patterns_;
};

/// Shell-like match: `*` and `?` stop at `/`, `**` does not, `[a-z]` and `[!a-z]` are sets.
[[nodiscard]] bool matches_glob(std::string_view pattern, std::string_view path);

} // namespace tiphys::cli
