// Who may include whom (STYLE.md, "Layers"), and where third parties may be used.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "tests/tidy/checks.h"
#include "tests/tidy/cpp_text.h"

namespace tiphys::tidy {
namespace {

/// A folder and the folders it may include besides itself, subfolders included. For a file the
/// longest row that holds it counts.
struct Layer {
    std::string_view folder;
    std::string_view may_include;
};

constexpr std::array kLayers = {
    Layer{"compiler/base", ""},
    Layer{"schemas", "compiler/base"},
    Layer{"schemas/gen", ""}, // runs before anything else is built
    Layer{"compiler/doc", "compiler/base schemas"},
    Layer{"compiler/syntax", "compiler/base schemas"},
    Layer{"compiler/expr", "compiler/base schemas"},
    Layer{"compiler/ir", "compiler/base schemas"},
    Layer{"compiler/front", "compiler schemas"},
    Layer{"analyzer", "compiler schemas"},
    Layer{"codegen", "compiler schemas"},
    Layer{"runtime", "compiler schemas"},
    Layer{"runtime/plan", "compiler schemas"},
    Layer{"runtime/core", "compiler/base runtime/plan"},
    Layer{"runtime/journal", "compiler/base runtime/plan runtime/core"},
    Layer{"runtime/io", "compiler/base runtime/plan runtime/core runtime/journal"},
    Layer{"runtime/artifacts",
          "compiler/base compiler/expr runtime/plan runtime/core runtime/journal runtime/io"},
    Layer{"runtime/backends", "compiler/base runtime/plan runtime/core runtime/journal runtime/io "
                              "runtime/artifacts"},
    Layer{"runtime/executor", "compiler/base compiler/expr runtime/plan runtime/core runtime/io "
                              "runtime/artifacts"},
    Layer{"runtime/backends/oci", "compiler/base compiler/expr runtime/io runtime/artifacts"},
    Layer{"runtime/backends/kubernetes", "compiler/base compiler/front schemas runtime/plan "
                                         "runtime/core runtime/io runtime/artifacts "
                                         "runtime/kubernetes runtime/backends"},
    Layer{"cli", "compiler schemas analyzer codegen runtime"},
    Layer{"tests", "compiler schemas analyzer codegen runtime cli"},
};

/// A third-party library by the start of its headers' names, and the folders that may use it (`.` =
/// all). Parsing one costs up to a second, so most are for .cpp files; a header that includes one
/// stays within the wall.
struct Wall {
    std::string_view library;
    std::string_view folders;
    bool is_for_headers = false;
};

constexpr std::array kWalls = {
    Wall{"yaml.h", "compiler/doc"},
    Wall{"yaml-cpp/", "tests/bench"},
    Wall{"antlr4", "compiler/syntax", true},
    Wall{"nlohmann/", "."},
    Wall{"fmt/", "."},
    Wall{"re2/", "compiler/expr"},
    Wall{"toml++/", "analyzer/config.cpp"},
    Wall{"CLI/", "cli", true},
    Wall{"sqlite3.h", "runtime/journal"},
    Wall{"libpq-fe.h", "runtime/archive"},
    Wall{"curl/", "runtime", true},
    Wall{"boost/", "runtime", true},
    Wall{"openssl/", "compiler/expr runtime"},
    Wall{"archive", "runtime/artifacts runtime/backends/oci runtime/executor", true},
    Wall{"spdlog/", "runtime cli"},
};

/// Folders of system headers that are no library of somebody else.
constexpr std::string_view kSystemFolders = "sys net netinet arpa linux";

/// The core decides from state and event alone: nothing that reads clocks, files or chance.
constexpr std::string_view kCoreFolder = "runtime/core";
constexpr std::string_view kCoreBannedHeaders =
    "fstream iostream filesystem random thread mutex future condition_variable atomic ctime cstdio "
    "time.h stdio.h unistd.h fcntl.h poll.h signal.h pthread.h sys net netinet arpa linux";
constexpr std::array<std::string_view, 4> kCoreBannedWords = {"system_clock", "steady_clock",
                                                              "high_resolution_clock", "getenv"};

struct Include {
    std::string_view name;
    bool is_ours = false;
    int line = 0;
};

std::vector<Include> includes_of(const File& file) {
    std::vector<Include> includes;
    const std::vector<std::string_view> code = lines_of(file.code);
    const std::vector<std::string_view> lines = lines_of(file.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!trim(code[i]).starts_with("#include")) continue;
        const std::size_t open = lines[i].find_first_of("<\"");
        if (open == std::string_view::npos) continue;
        const std::size_t close = lines[i].find_first_of(">\"", open + 1);
        if (close == std::string_view::npos) continue;
        includes.push_back({lines[i].substr(open + 1, close - open - 1), lines[i][open] == '"',
                            static_cast<int>(i) + 1});
    }
    return includes;
}

const Layer* layer_of(std::string_view path) {
    const Layer* best = nullptr;
    for (const Layer& layer : kLayers) {
        const bool is_longer = best == nullptr || layer.folder.size() > best->folder.size();
        if (is_longer && is_below(path, layer.folder)) best = &layer;
    }
    return best;
}

void check_own(const File& file, const Include& include, Findings& findings) {
    const Layer* layer = layer_of(file.path);
    if (layer == nullptr) {
        findings.push_back({file.path, 0, "the folder has no row in tests/tidy/layers.cpp"});
        return;
    }
    const std::string name(include.name);
    if (name.find('/') == name.npos) {
        findings.push_back(
            {file.path, include.line, "`" + name + "` is not included by its path from the root"});
        return;
    }
    if (is_below(name, layer->folder) || is_below_any(name, layer->may_include)) return;
    findings.push_back(
        {file.path, include.line, std::string(layer->folder) + " may not include `" + name + "`"});
}

bool is_allowed_by(const Wall& wall, const File& file) {
    if (file.is_header() && !wall.is_for_headers) return false;
    return wall.folders == "." || is_below_any(file.path, wall.folders);
}

void check_foreign(const File& file, const Include& include, Findings& findings) {
    const std::string name(include.name);
    if (name.starts_with("catch2/")) {
        if (file.is_test()) return;
        findings.push_back({file.path, include.line, "`catch2` belongs into tests only"});
        return;
    }
    for (const Wall& wall : kWalls) {
        if (!name.starts_with(wall.library)) continue;
        if (is_allowed_by(wall, file)) return;
        findings.push_back({file.path, include.line,
                            "`" + name +
                                "` may not be included here, see kWalls in "
                                "tests/tidy/layers.cpp"});
        return;
    }
    if (name.find('/') != name.npos && !is_below_any(name, kSystemFolders)) {
        findings.push_back({file.path, include.line,
                            "`" + name +
                                "` is of a library without a row in kWalls of "
                                "tests/tidy/layers.cpp"});
    }
}

void check_core(const File& file, const std::vector<Include>& includes, Findings& findings) {
    if (!is_below(file.path, kCoreFolder) || file.is_test()) return;
    for (const Include& include : includes) {
        if (include.is_ours || !is_below_any(include.name, kCoreBannedHeaders)) continue;
        findings.push_back(
            {file.path, include.line,
             "the core is pure: it may not include `" + std::string(include.name) + "`"});
    }
    for (const std::string_view word : kCoreBannedWords) {
        for (const std::size_t at : find_word(file.code, word)) {
            findings.push_back({file.path, line_at(file.code, at),
                                "the core is pure: it may not use `" + std::string(word) + "`"});
        }
    }
}

/// The includes of every C++ file, by path.
using IncludesByPath = std::map<std::string_view, std::vector<Include>>;

/// Adds the headers that include one of `headers`, and those that include them, and so on.
void add_includers(const IncludesByPath& all, std::set<std::string_view>& headers) {
    std::size_t n_before = 0;
    do {
        n_before = headers.size();
        for (const auto& [path, includes] : all) {
            if (!path.ends_with(".h")) continue;
            const bool includes_one =
                std::any_of(includes.begin(), includes.end(), [&](const Include& include) {
                    return include.is_ours && headers.contains(include.name);
                });
            if (includes_one) headers.insert(path);
        }
    } while (headers.size() > n_before);
}

/// Headers that bring a library in.
std::set<std::string_view> headers_with(const IncludesByPath& all, const Wall& wall) {
    std::set<std::string_view> headers;
    for (const auto& [path, includes] : all) {
        for (const Include& include : includes) {
            if (!path.ends_with(".h") || include.is_ours) continue;
            if (include.name.starts_with(wall.library)) headers.insert(path);
        }
    }
    add_includers(all, headers);
    return headers;
}

/// A header that includes a walled library may be included within the wall only.
void check_leaks(const IncludesByPath& all, const Wall& wall, Findings& findings) {
    const std::set<std::string_view> headers = headers_with(all, wall);
    for (const auto& [path, includes] : all) {
        if (is_below_any(path, wall.folders)) continue;
        for (const Include& include : includes) {
            if (!include.is_ours || !headers.contains(include.name)) continue;
            findings.push_back({std::string(path), include.line,
                                "`" + std::string(include.name) + "` brings `" +
                                    std::string(wall.library) + "` in, which may not be here"});
        }
    }
}

} // namespace

Findings check_includes(const Tree& tree) {
    Findings findings;
    IncludesByPath all;
    for (const File& file : tree.files()) {
        if (!file.is_cpp()) continue;
        const std::vector<Include>& includes = all[file.path] = includes_of(file);
        for (const Include& include : includes) {
            include.is_ours ? check_own(file, include, findings)
                            : check_foreign(file, include, findings);
        }
        check_core(file, includes, findings);
    }
    for (const Wall& wall : kWalls) {
        if (wall.is_for_headers) check_leaks(all, wall, findings);
    }
    return findings;
}

} // namespace tiphys::tidy
