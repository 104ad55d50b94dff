// Compares reading documents with yaml-cpp's bare event parse of the same bytes.
//
//     bench_read_yaml FOLDER|FILE... [--rounds N]
//
// Prints the medians of both and their ratio.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "compiler/doc/read.h"

namespace {

namespace fs = std::filesystem;

class NoEvents final : public YAML::EventHandler {
public:
    void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
    void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
    void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  const std::string& /*value*/) override {}
    void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/,
                         YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value /*style*/) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/,
                    YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value /*style*/) override {}
    void OnMapEnd() override {}
};

void parse_bare(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        std::istringstream stream(text);
        NoEvents events;
        try {
            YAML::Parser parser(stream);
            while (parser.HandleNextDocument(events)) {
            }
        } catch (const YAML::Exception&) {
            continue; // the rest of a broken file is skipped
        }
    }
}

struct Totals {
    std::size_t n_documents = 0;
    std::size_t n_nodes = 0;
    std::size_t arena_bytes = 0;
};

Totals read_documents(const std::vector<std::string>& texts) {
    Totals totals;
    for (const std::string& text : texts) {
        tiphys::Arena arena;
        for (const tiphys::Span document : tiphys::doc::split_documents(tiphys::FileId{0}, text)) {
            const tiphys::doc::Tree tree = tiphys::doc::read_document(document, text, arena);
            ++totals.n_documents;
            totals.n_nodes += tree.nodes.size();
        }
        totals.arena_bytes += arena.reserved_bytes();
    }
    return totals;
}

double milliseconds_of(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
        .count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void load(const fs::path& path, std::vector<std::string>& texts) {
    if (fs::is_directory(path)) {
        for (const auto& entry : fs::recursive_directory_iterator(path)) {
            const std::string extension = entry.path().extension();
            if (extension == ".yaml" || extension == ".yml") load(entry.path(), texts);
        }
        return;
    }
    std::ifstream stream(path, std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
}

} // namespace

int main(int argc, char** argv) {
    std::vector<std::string> texts;
    int n_rounds = 31;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--rounds" && i + 1 < argc)
            n_rounds = std::atoi(argv[++i]);
        else
            load(argument, texts);
    }
    if (texts.empty() || n_rounds < 1) {
        std::fprintf(stderr, "usage: bench_read_yaml FOLDER|FILE... [--rounds N]\n");
        return 2;
    }
    std::size_t n_bytes = 0;
    for (const std::string& text : texts)
        n_bytes += text.size();
    std::vector<double> bare;
    std::vector<double> ours;
    Totals totals;
    // Alternating, so that both see the same machine.
    for (int round = 0; round < n_rounds; ++round) {
        bare.push_back(milliseconds_of([&] { parse_bare(texts); }));
        ours.push_back(milliseconds_of([&] { totals = read_documents(texts); }));
    }
    std::printf("%zu files, %zu bytes, %zu documents, %zu nodes, %zu arena bytes\n", texts.size(),
                n_bytes, totals.n_documents, totals.n_nodes, totals.arena_bytes);
    std::printf("yaml-cpp alone %.2f ms, read_document %.2f ms, ratio %.3f (medians of %d)\n",
                median(bare), median(ours), median(ours) / median(bare), n_rounds);
    return 0;
}
