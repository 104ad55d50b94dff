// golden: runs the golden cases below tests/golden, in this process, one after the other.
//
//     golden [--root DIR] [--update] [--list] [--documents] [FILTER]...
//
// A FILTER is a part of `suite/case`. --documents compares the generated documents instead, and the
// what pages show. Exits 0 when all is as expected, 1 when not, 2 when it is called wrongly
// or nothing matches.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <unistd.h>

#include "analyzer/report/unified_diff.h"
#include "cli/run_command.h"
#include "tests/runner/run_case.h"
#include "tests/runner/shown_text.h"

namespace tiphys::golden {
namespace {

namespace fs = std::filesystem;

struct Options {
    fs::path root = ".";
    bool update = false;
    bool list = false;
    bool documents = false;
    std::vector<std::string> filters;
};

/// A crash of the command ends the runner: it shall at least say in which case.
char g_current[256] = "";

extern "C" void report_crash(int signal) {
    const char* text = "golden: crashed in ";
    [[maybe_unused]] ssize_t ignored = ::write(STDERR_FILENO, text, std::strlen(text));
    ignored = ::write(STDERR_FILENO, g_current, std::strlen(g_current));
    ignored = ::write(STDERR_FILENO, "\n", 1);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

void set_current(const std::string& id) {
    g_current[id.copy(g_current, sizeof g_current - 1)] = '\0';
}

/// Output must not depend on who runs the cases: folders of the user's own, zone, language.
class Surroundings {
public:
    Surroundings() {
        std::string pattern = (fs::temp_directory_path() / "golden-XXXXXX").string();
        if (::mkdtemp(pattern.data()) != nullptr) home_ = pattern;
        for (const char* name : {"HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"}) {
            ::setenv(name, home_.c_str(), 1);
        }
        ::setenv("TZ", "UTC", 1);
        ::setenv("LC_ALL", "C.UTF-8", 1);
        for (const char* name : {"CLICOLOR_FORCE", "FORCE_COLOR", "COLUMNS", "KUBECONFIG"}) {
            ::unsetenv(name);
        }
    }
    ~Surroundings() {
        std::error_code ignored;
        if (!home_.empty()) fs::remove_all(home_, ignored);
    }
    Surroundings(const Surroundings&) = delete;
    Surroundings& operator=(const Surroundings&) = delete;

private:
    std::string home_;
};

bool is_wanted(const Case& golden, const std::vector<std::string>& filters) {
    if (filters.empty()) return true;
    for (const std::string& filter : filters) {
        // `graph/` means the suite, not a case whose name ends so.
        if (filter.ends_with('/') ? golden.id().starts_with(filter)
                                  : golden.id().find(filter) != std::string::npos) {
            return true;
        }
    }
    return false;
}

/// True when the case is as expected, or now is.
bool finish_case(const Case& golden, const Options& options) {
    set_current(golden.id());
    const Outcome outcome = run_case(golden, cli::run_command);
    const std::string problems = compare(golden, outcome);
    if (problems.empty()) return true;
    if (!options.update) {
        std::cout << golden.id() << ": not as expected\n" << problems << "\n";
        return false;
    }
    const Result<Done> updated = update(golden, outcome);
    std::cout << golden.id() << ": " << (updated ? "updated" : updated.error().message) << "\n";
    return updated.has_value();
}

int run_cases(const Options& options) {
    const Result<std::vector<Case>> cases = find_cases(options.root / "tests/golden");
    if (!cases) {
        std::cerr << "golden: " << cases.error().message << "\n";
        return 2;
    }
    std::size_t n_cases = 0;
    std::size_t n_failed = 0;
    for (const Case& golden : *cases) {
        if (!is_wanted(golden, options.filters)) continue;
        ++n_cases;
        if (options.list) {
            std::cout << golden.id() << "\n";
        } else if (!finish_case(golden, options)) {
            ++n_failed;
        }
    }
    if (n_cases == 0) {
        std::cerr << "golden: no case matches\n";
        return 2;
    }
    if (!options.list) std::cout << n_cases << " cases, " << n_failed << " not as expected\n";
    return n_failed == 0 ? 0 : 1;
}

/// True when the file holds `text`, or now does.
bool finish_text(const fs::path& path, const std::string& name, const std::string& text,
                 const Options& options) {
    const std::string diff =
        report::unified_diff(read_file(path), text, name, "what the program says");
    if (diff.empty()) return true;
    if (!options.update) {
        std::cout << diff << "out of date; run make golden-update\n";
        return false;
    }
    std::cout << name << ": updated\n";
    return write_file(path, text).has_value();
}

bool finish_document(const Document& document, const Options& options) {
    set_current(std::string(document.path));
    const Outcome outcome =
        run_in(options.root, split_words(document.command), "", cli::run_command);
    const fs::path path = options.root / document.path;
    if (outcome.exit_code != 0) {
        std::cout << document.path << ": `tiphys " << document.command << "` failed\n"
                  << outcome.err;
        return false;
    }
    return finish_text(path, std::string(document.path), outcome.out, options);
}

/// Pages that show output and files.
std::vector<fs::path> pages_that_show(const fs::path& root) {
    std::vector<fs::path> pages = {root / "README.md", root / "CONTRIBUTING.md"};
    std::error_code failed;
    for (const fs::directory_entry& entry : fs::directory_iterator(root / "docs", failed)) {
        if (entry.path().extension() == ".md") pages.push_back(entry.path());
    }
    std::sort(pages.begin(), pages.end());
    return pages;
}

bool finish_page(const fs::path& path, const Options& options) {
    const std::string name = path.lexically_relative(options.root).generic_string();
    set_current(name);
    const std::string text = with_shown_text(read_file(path), options.root, cli::run_command);
    return finish_text(path, name, text, options);
}

int run_documents(const Options& options) {
    int exit_code = 0;
    for (const Document& document : all_documents()) {
        if (!finish_document(document, options)) exit_code = 1;
    }
    for (const fs::path& page : pages_that_show(options.root)) {
        if (!finish_page(page, options)) exit_code = 1;
    }
    return exit_code;
}

/// False for an option that does not exist.
bool parse_options(int argc, char** argv, Options& options) {
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--update") {
            options.update = true;
        } else if (word == "--list") {
            options.list = true;
        } else if (word == "--documents") {
            options.documents = true;
        } else if (word == "--root" && i + 1 < argc) {
            options.root = argv[++i];
        } else if (word.starts_with("-")) {
            return false;
        } else {
            options.filters.push_back(word);
        }
    }
    options.root = fs::absolute(options.root).lexically_normal();
    return true;
}

} // namespace
} // namespace tiphys::golden

int main(int argc, char** argv) {
    using namespace tiphys::golden;
    Options options;
    if (!parse_options(argc, argv, options)) {
        std::cerr << "usage: golden [--root DIR] [--update] [--list] [--documents] [FILTER]...\n";
        return 2;
    }
    for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS}) {
        std::signal(signal, report_crash);
    }
    const Surroundings surroundings;
    return options.documents ? run_documents(options) : run_cases(options);
}
