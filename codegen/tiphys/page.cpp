// Statements on their way to text.
#include "codegen/tiphys/page.h"

#include <algorithm>
#include <optional>

namespace tiphys::codegen {
namespace {

constexpr std::size_t kWidth = 110;
constexpr std::size_t kInlineWidth = 110;
constexpr std::size_t kStep = 2;

/// Nothing where it does not fit on a line.
std::optional<std::string> on_one_line(const Line& line, std::size_t width) {
    const bool is_broken =
        line.is_open || !line.comments.empty() || line.head.find('\n') != std::string::npos;
    if (is_broken) return std::nullopt;
    std::string text = line.head;
    if (line.has_block) {
        text += line.body.empty() ? " {}" : " {";
        for (const Line& inner : line.body) {
            if (text.size() > width) return std::nullopt;
            const auto inside = on_one_line(inner, width);
            if (!inside) return std::nullopt;
            text += " " + *inside;
        }
        if (!line.body.empty()) text += " }";
    }
    if (text.size() > width) return std::nullopt;
    return text;
}

class Printer {
public:
    void print(const std::vector<Line>& lines, std::size_t indent) {
        bool is_first = true;
        for (const Line& line : lines) {
            const bool is_apart = line.is_apart || (line.is_open && line.has_block && indent == 0);
            if (!is_first && is_apart) printed_.text += '\n';
            is_first = false;
            print(line, indent);
        }
    }
    Printed take() { return std::move(printed_); }

private:
    void print(const Line& line, std::size_t indent) {
        for (const std::string& comment : line.comments)
            put(comment, indent);
        printed_.places.emplace_back(printed_.text.size(), line.path);
        if (!line.has_block) {
            put(line.head, indent);
            return;
        }
        if (line.is_flat) {
            put(line.head, indent);
            print(line.body, indent);
            return;
        }
        Line bare{.head = line.head, .has_block = true, .is_open = line.is_open};
        bare.body = line.body;
        if (const auto text = on_one_line(bare, kInlineWidth - std::min(indent, kInlineWidth))) {
            put(*text, indent);
            return;
        }
        if (line.body.empty()) {
            put(line.head + " {}", indent);
            return;
        }
        put(line.head + " {", indent);
        print(line.body, indent + kStep);
        put("}", indent);
    }

    void put(const std::string& text, std::size_t indent) {
        for (std::size_t at = 0; at <= text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            if (end > at) printed_.text.append(indent, ' ').append(text, at, end - at);
            printed_.text += '\n';
            at = end + 1;
        }
    }

    Printed printed_;
};

} // namespace

Printed print_lines(const std::vector<Line>& lines) {
    Printer printer;
    printer.print(lines, 0);
    return printer.take();
}

std::string map_literal(const std::vector<Line>& lines) {
    Line whole{.head = "", .has_block = true};
    whole.body = lines;
    if (const auto text = on_one_line(whole, kInlineWidth)) return text->substr(1);
    const std::string inside = print_lines(lines).text;
    std::string out = "{";
    for (std::size_t at = 0; at < inside.size();) {
        const std::size_t end = std::min(inside.find('\n', at), inside.size());
        out += '\n';
        if (end > at) out.append(kStep, ' ').append(inside, at, end - at);
        at = end + 1;
    }
    return out + "\n}";
}

std::string list_literal(const std::vector<std::string>& items) {
    std::string text = "[";
    bool is_broken = false;
    for (const std::string& item : items) {
        text += (text.size() > 1 ? ", " : "") + item;
        is_broken = is_broken || item.find('\n') != std::string::npos;
    }
    text += "]";
    // A lone element of several lines needs no lines of its own.
    const bool fits = !is_broken && text.size() <= kWidth - kStep * 5;
    if (items.size() <= 1 || fits) return text;
    text = "[";
    for (const std::string& item : items)
        text += "\n  " + indented(item) + ",";
    return text + "\n]";
}

std::string indented(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        out += text[i];
        const bool is_blank = i + 1 >= text.size() || text[i + 1] == '\n';
        if (text[i] == '\n' && !is_blank) out.append(kStep, ' ');
    }
    return out;
}

std::vector<std::string> doc_comments(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        lines.push_back(line.empty() ? "##" : "## " + std::string(line));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string comment_text(std::string comment) {
    while (!comment.empty() && (comment.back() == ' ' || comment.back() == '\r'))
        comment.pop_back();
    if (comment.starts_with("##")) comment.insert(1, " ");
    return comment;
}

} // namespace tiphys::codegen
