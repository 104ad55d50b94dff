// Writes the manifests of all examples, of the project and of the standard library, for an API
// server to judge. With CORPUS, what is written are its manifests after they have gone through the
// language, each beside the original.
//
//     write_manifests FOLDER [CORPUS]
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "cli/run_command.h"
#include "cli/standard_library.h"
#include "cli/standard_modules.h"

namespace tiphys {
namespace {

namespace fs = std::filesystem;

/// Compiles a source into a file; false, and said, where that fails.
bool write_manifest(const fs::path& source, const fs::path& target) {
    std::istringstream in;
    std::ostringstream out;
    cli::Streams streams{in, out, std::cerr, false};
    const int code =
        cli::run_command(std::vector<std::string>{"compile", "-o", "-", source.string()}, streams);
    std::ofstream(target, std::ios::binary) << out.str();
    return code == 0;
}

/// Runs a command; false where it fails. What it says is left out.
bool runs(const std::vector<std::string>& args, std::string& printed) {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    cli::Streams streams{in, out, err, false};
    const int code = cli::run_command(args, streams);
    printed = out.str();
    return code == 0;
}

/// Imports each manifest and compiles the result to `compiled/N.yaml`; the original as it compiles
/// by itself is `original/N.yaml`. Nothing is written of files that hold no manifest.
int write_corpus(const fs::path& corpus, const fs::path& folder) {
    fs::create_directories(folder / "compiled");
    fs::create_directories(folder / "original");
    std::set<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(corpus)) {
        if (entry.path().extension() == ".yaml") files.insert(entry.path());
    }
    const fs::path source = folder / "imported.tiphys";
    std::size_t number = 0;
    for (const fs::path& file : files) {
        std::string text;
        if (!runs({"import", file.string(), "-o", "-"}, text)) continue;
        std::ofstream(source, std::ios::binary) << text;
        const std::string name = std::to_string(++number) + ".yaml";
        for (const auto& [from, to] :
             {std::pair{source, "compiled"}, std::pair{file, "original"}}) {
            static_cast<void>(runs({"compile", "--force", "-o", "-", from.string()}, text));
            std::ofstream(folder / to / name, std::ios::binary)
                << "# " << file.lexically_relative(corpus).generic_string() << "\n"
                << text;
        }
    }
    fs::remove(source);
    return number == 0 ? 1 : 0;
}

int write_all(const fs::path& folder) {
    const char* root = std::getenv("TIPHYS_SOURCE_DIR");
    const fs::path examples = (root == nullptr ? fs::current_path() : fs::path(root)) / "examples";
    fs::create_directories(folder);
    bool is_fine = true;
    for (const auto& entry : fs::directory_iterator(examples)) {
        if (entry.path().extension() != ".tiphys") continue;
        const fs::path name = entry.path().stem().string() + ".yaml";
        is_fine = write_manifest(entry.path(), folder / name) && is_fine;
    }
    const fs::path source = folder / "example.tiphys";
    for (const std::string_view name : cli::standard_module_names()) {
        std::size_t number = 0;
        for (const cli::StandardItem& item :
             cli::read_standard_module(name, cli::standard_module(name)).items) {
            if (item.example.empty()) continue;
            std::ofstream(source, std::ios::binary) << cli::whole_example(item);
            const std::string stem =
                "std-" + std::string(name) + "-" + std::to_string(++number) + ".yaml";
            is_fine = write_manifest(source, folder / stem) && is_fine;
        }
    }
    fs::remove(source);
    return is_fine ? 0 : 1;
}

} // namespace
} // namespace tiphys

int main(int argc, char** argv) {
    if (argc != 2 && argc != 3) {
        std::cerr << "usage: write_manifests FOLDER [CORPUS]\n";
        return 2;
    }
    return argc == 3 ? tiphys::write_corpus(argv[2], argv[1]) : tiphys::write_all(argv[1]);
}
