// Whatever the files and spans are, every format writes text that its readers can take.
#include <algorithm>
#include <random>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "analyzer/report/sample_report.h"
#include "analyzer/report/utf8.h"

namespace tiphys::report {
namespace {

using Random = std::mt19937;

std::string random_text(Random& random, std::size_t max_pieces) {
    static const std::vector<std::string> kPieces{
        "a",      "key: ",   "- ",    "\n",           "\r\n",     "\t",      "  ",
        "名",     "e\u0301", "\r",    "\xff",         "\xe5\x90", "\x1b[0m", "%",
        "::",     "](",      "<&\"'", "\u200d",       "`",        "\\",      "\U0001F680",
        "\u202e", "#",       "{{x}}", "\u0301\u0301", "\xf0\x9f"};
    std::string text = random() % 5 == 0 ? "\xef\xbb\xbf" : "";
    const std::size_t n_pieces = random() % (max_pieces + 1);
    for (std::size_t i = 0; i < n_pieces; ++i) {
        text += kPieces[random() % kPieces.size()];
    }
    return text;
}

// Most spans lie in their file; some reach beyond it or run backwards.
Span random_span(Random& random, const SourceMap& sources) {
    if (random() % 20 == 0) return {};
    const auto index = static_cast<std::uint32_t>(random() % sources.size());
    const auto file = static_cast<FileId>(index);
    const auto room = static_cast<std::uint32_t>(sources.file(file).text.size() + 3);
    const auto begin = static_cast<std::uint32_t>(random() % room);
    const auto end = static_cast<std::uint32_t>(random() % room);
    const bool is_turned = random() % 20 == 0;
    return {file, is_turned ? std::max(begin, end) : std::min(begin, end),
            is_turned ? std::min(begin, end) : std::max(begin, end)};
}

Diagnostic random_diagnostic(Random& random, const SourceMap& sources) {
    Diagnostic found;
    found.rule = random() % 2 == 0 ? "unknown-template" : "odd-message";
    found.severity = static_cast<Severity>(random() % 3);
    found.message = random_text(random, 6);
    found.span = random_span(random, sources);
    found.label = random_text(random, 3);
    for (std::size_t n = random() % 4; n > 0; --n) {
        found.related.push_back({random_span(random, sources), random_text(random, 3)});
    }
    for (std::size_t n = random() % 3; n > 0; --n) {
        Fix fix{random_text(random, 2), random() % 2 == 0, {}};
        for (std::size_t n_edits = random() % 3; n_edits > 0; --n_edits) {
            fix.edits.push_back({random_span(random, sources), random_text(random, 8)});
        }
        found.fixes.push_back(std::move(fix));
    }
    if (random() % 2 == 0) found.help = random_text(random, 4);
    if (random() % 2 == 0) found.notes = {random_text(random, 4)};
    if (random() % 2 == 0) found.object = {"Workflow", "", random_text(random, 2)};
    return found;
}

SampleReport random_sample(Random& random) {
    SampleReport sample;
    for (std::size_t n = 1 + random() % 3; n > 0; --n) {
        std::string name = random_text(random, 4);
        sample.sources.add(std::move(name), random_text(random, random() % 3 == 0 ? 400 : 40));
    }
    for (std::size_t n = random() % 5; n > 0; --n) {
        sample.diagnostics.push_back(random_diagnostic(random, sample.sources));
    }
    return sample;
}

bool has_control_characters(const std::string& text) {
    return std::any_of(text.begin(), text.end(), [](char letter) {
        const auto byte = static_cast<unsigned char>(letter);
        return (byte < 0x20 && letter != '\n') || byte == 0x7f;
    });
}

TEST_CASE("any input gives text without broken UTF-8 and stray control characters") {
    Random random(7);
    for (int round = 0; round < 300; ++round) {
        const SampleReport sample = random_sample(random);
        Options options = sample_options();
        options.width = static_cast<std::uint32_t>(20 + random() % 100);
        options.utf16_columns = round % 2 == 0;
        for (const std::string_view name : format_names()) {
            const Format format = *format_by_name(name);
            const std::string text = written(sample.report(), options, format);
            CAPTURE(round, name);
            REQUIRE(text == valid_utf8(text));
            const bool is_xml = format == Format::kJunit || format == Format::kCheckstyle;
            // Tabs may stand in XML content, and DEL is a character of XML.
            if (!is_xml) REQUIRE_FALSE(has_control_characters(text));
        }
        for (const Format format :
             {Format::kJson, Format::kSarif, Format::kGitlab, Format::kRdjson}) {
            const std::string text = written(sample.report(), options, format);
            REQUIRE(nlohmann::json::accept(text));
        }
    }
}

TEST_CASE("the same findings give the same bytes") {
    Random first(11);
    Random second(11);
    const SampleReport one = random_sample(first);
    const SampleReport other = random_sample(second);
    for (const std::string_view name : format_names()) {
        const Format format = *format_by_name(name);
        CHECK(written(one.report(), sample_options(), format) ==
              written(other.report(), sample_options(), format));
    }
}

} // namespace
} // namespace tiphys::report
