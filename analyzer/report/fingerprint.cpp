// Names for findings that stay the same while the lines around them move.
#include "analyzer/report/fingerprint.h"

#include <array>

#include "analyzer/report/place.h"
#include "analyzer/report/utf8.h"

namespace tiphys::report {
namespace {

constexpr std::size_t kBlockSize = 100;
constexpr std::uint64_t kFactor = 37;
constexpr std::uint64_t kEndOfFile = 65535;

std::string hexadecimal(std::uint64_t value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string digits;
    do {
        digits.insert(digits.begin(), kDigits[value & 0xfU]);
        value >>= 4U;
    } while (value != 0);
    return digits;
}

// A rolling hash over the last hundred characters. The hash of a line is read when its first
// character is about to leave the window. All arithmetic is modulo 2^64.
class LineHasher {
public:
    void add(std::uint64_t unit) {
        // Blanks do not count, and CR, LF and CR LF are the same line break.
        const bool is_second_half = last_was_cr_ && unit == '\n';
        last_was_cr_ = unit == '\r';
        if (unit == ' ' || unit == '\t' || is_second_half) return;
        if (unit == '\r') unit = '\n';
        finish_line();
        if (at_line_start_) {
            hashes_.emplace_back();
            starts_line_[index_] = true;
        }
        at_line_start_ = unit == '\n';
        roll(unit);
    }

    std::vector<std::string> finish() {
        add(kEndOfFile);
        for (std::size_t i = 0; i < kBlockSize; ++i) {
            finish_line();
            roll(0);
        }
        return std::move(hashes_);
    }

private:
    void finish_line() {
        if (!starts_line_[index_]) return;
        starts_line_[index_] = false;
        hashes_[n_finished_++] = counter_.numbered(hexadecimal(hash_));
    }

    void roll(std::uint64_t unit) {
        hash_ = hash_ * kFactor + unit - window_[index_] * kFactorOfFirst;
        window_[index_] = unit;
        index_ = (index_ + 1) % kBlockSize;
    }

    static constexpr std::uint64_t kFactorOfFirst = [] {
        std::uint64_t power = 1;
        for (std::size_t i = 0; i < kBlockSize; ++i) {
            power *= kFactor;
        }
        return power;
    }();

    std::array<std::uint64_t, kBlockSize> window_{};
    std::array<bool, kBlockSize> starts_line_{};
    std::size_t index_ = 0;
    std::uint64_t hash_ = 0;
    bool at_line_start_ = true;
    bool last_was_cr_ = false;
    std::size_t n_finished_ = 0;
    std::vector<std::string> hashes_;
    FingerprintCounter counter_;
};

// The first line of the marked text, each run of blanks made one space.
std::string normalized_snippet(const SourceMap& sources, Span span) {
    if (!span.is_known()) return {};
    std::string_view text = sources.text(clamp(sources, span));
    text = text.substr(0, text.find_first_of("\r\n"));
    std::string out;
    for (const char letter : text) {
        const bool is_blank = letter == ' ' || letter == '\t';
        if (!is_blank) {
            out += letter;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

} // namespace

std::vector<std::string> line_hashes(std::string_view text) {
    LineHasher hasher;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = code_point_at(text, at);
        at += point.size;
        // GitHub hashes the UTF-16 code units that JavaScript strings consist of.
        if (point.value < 0x10000) {
            hasher.add(point.value);
        } else {
            hasher.add(0xd800U + ((point.value - 0x10000U) >> 10U));
            hasher.add(0xdc00U + ((point.value - 0x10000U) & 0x3ffU));
        }
    }
    return hasher.finish();
}

std::string stable_fingerprint(const SourceMap& sources, const Diagnostic& diagnostic) {
    std::string text(diagnostic.rule);
    const ObjectName& object = diagnostic.object;
    for (const std::string& part : {object.kind, object.namespace_name, object.name,
                                    normalized_snippet(sources, diagnostic.span)}) {
        text += '\0';
        text += part;
    }
    return short_hash(text);
}

std::string short_hash(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char letter : text) {
        hash ^= static_cast<unsigned char>(letter);
        hash *= 0x100000001b3U;
    }
    const std::string digits = hexadecimal(hash);
    return std::string(16 - digits.size(), '0') + digits;
}

std::string FingerprintCounter::numbered(const std::string& fingerprint) {
    return fingerprint + ":" + std::to_string(++counts_[fingerprint]);
}

} // namespace tiphys::report
