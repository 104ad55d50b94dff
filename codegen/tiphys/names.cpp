// What Argo's tags are called in the language.
#include "codegen/tiphys/names.h"

#include <algorithm>

#include "codegen/tiphys/notation.h"

namespace tiphys::codegen {
namespace {

/// The tag at the start of `text`, with its braces; empty where none stands there.
std::string_view tag_at(std::string_view text) {
    if (!text.starts_with("{{")) return {};
    const std::size_t end = text.find("}}");
    return end == text.npos ? std::string_view{} : text.substr(0, end + 2);
}

/// `workflow.name` and the like are written as they are.
bool is_of_workflow(std::string_view tag) {
    if (!tag.starts_with("workflow.")) return false;
    while (!tag.empty()) {
        const std::size_t end = std::min(tag.find('.'), tag.size());
        const std::string_view part = tag.substr(0, end);
        if (part != "workflow" && !is_bare_key(part)) return false;
        tag.remove_prefix(std::min(end + 1, tag.size()));
    }
    return true;
}

} // namespace

void Names::declare(std::string_view name, const std::string& tag) {
    const auto text = name_text(name);
    if (!text) return;
    std::erase_if(by_tag, [&](const auto& item) { return item.second == *text; });
    variables.emplace(name);
    by_tag[tag] = *text;
}

std::optional<std::string> Names::find(std::string_view tag) const {
    const auto found = by_tag.find(tag);
    if (found != by_tag.end()) return found->second;
    if (is_of_workflow(tag) && !variables.contains("workflow")) return std::string(tag);
    return std::nullopt;
}

std::optional<std::string> lone_name(std::string_view text, const Names& names) {
    const std::string_view tag = tag_at(text);
    if (tag.empty() || tag.size() != text.size()) return std::nullopt;
    return names.find(tag.substr(2, tag.size() - 4));
}

std::string text_expression(std::string_view text, const Names& names, std::string_view language) {
    if (const auto name = lone_name(text, names)) return *name;
    std::string out;
    std::string literal;
    bool has_names = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view tag = tag_at(text.substr(at));
        const auto name = tag.empty() ? std::nullopt : names.find(tag.substr(2, tag.size() - 4));
        if (!name) {
            const std::size_t size = std::max<std::size_t>(tag.size(), 1);
            literal += text.substr(at, size);
            at += size;
            continue;
        }
        has_names = true;
        out += escaped(literal) + "${" + *name + "}";
        literal.clear();
        at += tag.size();
    }
    if (!has_names || text.find('\n') != text.npos) return text_literal(text, language);
    return "\"" + out + escaped(literal) + "\"";
}

std::vector<std::string> tasks_read(std::string_view text) {
    std::vector<std::string> names;
    for (std::size_t at = text.find("{{tasks."); at != text.npos;
         at = text.find("{{tasks.", at + 1)) {
        const std::string_view rest = text.substr(at + 8);
        const std::size_t end = rest.find_first_of(".} ");
        if (end != rest.npos) names.emplace_back(rest.substr(0, end));
    }
    return names;
}

} // namespace tiphys::codegen
