// The words on nodes.
#include "codegen/graph/words.h"

#include <charconv>
#include <cstdlib>
#include <optional>

#include "schemas/k8s.gen.h"

namespace tiphys::graph {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool begins_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
}

/// `quay.io/team/tool:1.2@sha256:…` → `tool:1.2`; nothing where a part is known at run time only.
std::string image_words(const ir::Scalar* image) {
    std::string_view text = ir::text_of(image);
    if (front::has_tag(text)) return "";
    text = text.substr(0, text.find('@'));
    return std::string(text.substr(text.rfind('/') + 1));
}

std::string with_word(std::string word, std::string_view rest) {
    if (!rest.empty() && !front::has_tag(rest)) word += " " + one_line(rest);
    return word;
}

std::string or_word(std::string text, const char* word) {
    return text.empty() ? word : text;
}

/// `{{inputs.parameters.files}}` → `inputs.parameters.files`.
std::string without_braces(std::string_view text) {
    std::string line = one_line(text);
    if (line.starts_with("{{") && line.ends_with("}}") && line.find("{{", 2) == line.npos) {
        line = one_line(std::string_view(line).substr(2, line.size() - 4));
    }
    return line.starts_with('=') ? one_line(std::string_view(line).substr(1)) : line;
}

std::optional<std::int64_t> number_of(const ir::Scalar* scalar) {
    const std::string_view text = ir::text_of(scalar);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// How many times a sequence counts. Argo: workflow/controller/operator.go expandSequence.
std::string sequence_words(const wf::Sequence& sequence) {
    if (sequence.count() != nullptr) return without_braces(sequence.count()->text);
    const auto start = sequence.start() == nullptr ? 0 : number_of(sequence.start());
    const auto end = number_of(sequence.end());
    constexpr std::int64_t kMost = std::int64_t{1} << 40;
    const auto is_small = [](std::int64_t number) { return number > -kMost && number < kMost; };
    if (start && end && is_small(*start) && is_small(*end)) {
        return std::to_string(std::abs(*end - *start) + 1);
    }
    return "sequence";
}

} // namespace

std::string one_line(std::string_view text) {
    std::string line;
    for (const char c : text) {
        if (!is_blank(c)) {
            line += c;
        } else if (!line.empty() && line.back() != ' ') {
            line += ' ';
        }
    }
    if (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

std::size_t character_count(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text)
        count += begins_character(c) ? 1U : 0U;
    return count;
}

std::string shortened(std::string_view text, std::size_t most) {
    if (character_count(text) <= most) return std::string(text);
    std::size_t count = 0;
    std::size_t end = 0;
    for (; end < text.size(); ++end) {
        if (begins_character(text[end]) && ++count == most) break;
    }
    return std::string(text.substr(0, end)) + "…";
}

Work work_of(const wf::Template& target) {
    if (const auto* container = target.container()) {
        return {NodeKind::kContainer, or_word(image_words(container->image()), "container")};
    }
    if (const auto* script = target.script()) {
        return {NodeKind::kScript, with_word("script", image_words(script->image()))};
    }
    if (const auto* resource = target.resource()) {
        return {NodeKind::kResource, with_word("resource", ir::text_of(resource->action()))};
    }
    if (const auto* data = target.data()) {
        static_cast<void>(data);
        return {NodeKind::kData, "data"};
    }
    if (const auto* suspend = target.suspend()) {
        return {NodeKind::kSuspend, with_word("suspend", ir::text_of(suspend->duration()))};
    }
    if (const auto* http = target.http()) {
        const std::string_view method = ir::text_of(http->method());
        return {NodeKind::kHttp, with_word("http", method.empty() ? "GET" : method)};
    }
    if (const auto plugin = target.plugin()) {
        const bool is_named = !plugin.entries().empty();
        return {NodeKind::kPlugin, with_word("plugin", is_named ? plugin.entries()[0].key : "")};
    }
    return {NodeKind::kUnknown, "no work"};
}

std::string loop_words(const ir::ListOf<ir::Value>& items, const ir::Scalar* parameter,
                       const wf::Sequence* sequence) {
    if (items) return "×" + std::to_string(items.size());
    if (parameter != nullptr) return "×" + without_braces(parameter->text);
    if (sequence != nullptr) return "×" + sequence_words(*sequence);
    return "";
}

std::string joined(std::string_view a, std::string_view b) {
    if (a.empty()) return std::string(b);
    if (b.empty()) return std::string(a);
    return std::string(a) + " · " + std::string(b);
}

} // namespace tiphys::graph
