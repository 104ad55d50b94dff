// Drives a fuzz target where the compiler has no libFuzzer (g++): runs it on every given file, and
// on simple mutations of them. Understands the options of libFuzzer that we use:
//
//     fuzz_x [-runs=N] [-seed=N] [-max_total_time=SECONDS] [FILE|FOLDER]...
//
// -runs is the number of mutations, 0 without it; with -max_total_time they go on for that long.
// Names that do not exist are skipped: a target may have no corpus of its own. An input that
// crashes the target is left in ./crash-fuzz_x.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kLargestInputBytes = std::size_t{1} << 20;
/// Pieces of the languages that are read here: they reach deeper than random bytes.
constexpr std::string_view kPieces[] = {
    "{{",   "}}",   "{{=",  "- ",   ": ",
    "\n  ", "|\n",  ">-\n", "\"",   "'",
    "&a ",  "*a",   "!!",   "[",    "]",
    "{",    "}",    "#",    "---",  "\t",
    "\r\n", "\\u",  "\xff", "<<: ", "\xef\xbb\xbf",
    "~",    "null", "?",    "...",  "0x1",
    "1e9",  "%",    "@",    "`",    "&&",
    "||",   "(",    ")",
};

struct Options {
    long runs = 0;
    unsigned long seed = 1;
    long seconds = 0;
    std::vector<fs::path> paths;
};

/// The number behind `-name=`, when `word` is that option.
bool take_number(std::string_view word, std::string_view name, long& number) {
    if (!word.starts_with(name)) return false;
    number = std::strtol(word.data() + name.size(), nullptr, 10);
    return true;
}

Options parse_options(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        long seed = 1;
        if (take_number(word, "-seed=", seed)) options.seed = static_cast<unsigned long>(seed);
        if (take_number(word, "-runs=", options.runs)) continue;
        if (take_number(word, "-max_total_time=", options.seconds)) continue;
        if (!word.starts_with("-")) options.paths.emplace_back(word);
    }
    return options;
}

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

/// All inputs, in an order that does not depend on the file system.
std::vector<std::string> read_inputs(const std::vector<fs::path>& paths) {
    std::vector<fs::path> files;
    for (const fs::path& path : paths) {
        std::error_code failed;
        if (fs::is_regular_file(path, failed)) files.push_back(path);
        if (!fs::is_directory(path, failed)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(path, failed)) {
            if (entry.is_regular_file(failed)) files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    std::vector<std::string> inputs;
    for (const fs::path& file : files) {
        if (fs::file_size(file) <= kLargestInputBytes) inputs.push_back(read_file(file));
    }
    return inputs;
}

class Mutator {
public:
    Mutator(unsigned long seed, const std::vector<std::string>& inputs)
        : random_(seed), inputs_(inputs) {}

    /// One of the inputs with up to four changes.
    std::string next() {
        std::string input = inputs_[below(inputs_.size())];
        const std::size_t n_changes = 1 + below(4);
        for (std::size_t i = 0; i < n_changes; ++i) {
            change(input);
        }
        return input;
    }

private:
    std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

    void change(std::string& input) {
        const std::size_t at = below(input.size() + 1);
        const std::size_t length = below(std::min<std::size_t>(input.size() - at + 1, 64));
        switch (below(6)) {
        case 0:
            input.erase(at, length);
            break;
        case 1:
            input.insert(at, kPieces[below(std::size(kPieces))]);
            break;
        case 2:
            input.insert(at, std::string(input, at, length));
            break;
        case 3:
            input.resize(at);
            break;
        case 4:
            insert_from_other(input, at);
            break;
        default:
            if (at < input.size()) input[at] = static_cast<char>(below(256));
        }
    }

    void insert_from_other(std::string& input, std::size_t at) {
        const std::string& other = inputs_[below(inputs_.size())];
        input.insert(at, other, below(other.size() + 1), below(200));
    }

    std::mt19937_64 random_;
    const std::vector<std::string>& inputs_;
};

/// An input stands in a file before it is run, so that a crash leaves it behind.
void run_input(const std::string& input, const fs::path& crash_file) {
    std::ofstream(crash_file, std::ios::binary | std::ios::trunc) << input;
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

} // namespace

int main(int argc, char** argv) {
    const Options options = parse_options(argc, argv);
    std::vector<std::string> inputs = read_inputs(options.paths);
    const fs::path crash_file = "crash-" + fs::path(argv[0]).filename().string();
    for (const std::string& input : inputs) {
        run_input(input, crash_file);
    }
    const std::size_t n_files = inputs.size();
    inputs.emplace_back();
    Mutator mutator(options.seed, inputs);
    const Clock::time_point end = Clock::now() + std::chrono::seconds(options.seconds);
    long n_runs = 0;
    while (n_runs < options.runs || (options.seconds > 0 && Clock::now() < end)) {
        run_input(mutator.next(), crash_file);
        ++n_runs;
    }
    std::error_code ignored;
    fs::remove(crash_file, ignored);
    std::printf("%zu files and %ld mutations of them\n", n_files, n_runs);
    return 0;
}
