// Graphs as SVG.
#include <cstdlib>

#include "codegen/graph/picture.h"
#include "codegen/graph/style.h"
#include "codegen/graph/words.h"
#include "codegen/graph/write.h"

namespace tiphys::graph {
namespace {

constexpr Length kMargin = 28 * kPixel;
constexpr Length kArrow = 8 * kPixel;

/// Text in XML, without the characters that XML cannot hold.
std::string escaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else if (c == '"') {
            out += "&quot;";
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += "\xef\xbf\xbd";
        } else if (text.substr(i, 3) == "\xef\xbf\xbe" || text.substr(i, 3) == "\xef\xbf\xbf") {
            out += "\xef\xbf\xbd";
            i += 2;
        } else {
            out += c;
        }
    }
    return out;
}

/// Pixels with up to two digits behind the point.
std::string number(Length length) {
    std::string text = length < 0 ? "-" : "";
    const Length size = std::abs(length);
    text += std::to_string(size / kPixel);
    const Length rest = size % kPixel;
    if (rest != 0) {
        text += rest < 10 ? ".0" : ".";
        text += std::to_string(rest % 10 == 0 ? rest / 10 : rest);
    }
    return text;
}

std::string attribute(std::string_view name, std::string_view value) {
    return " " + std::string(name) + "=\"" + std::string(value) + "\"";
}

std::string coordinates(Point point) {
    return number(point.x) + " " + number(point.y);
}

Point operator+(Point a, Point b) {
    return {a.x + b.x, a.y + b.y};
}

bool is_straight(const RoutePiece& piece) {
    const Length across = piece.begin.across;
    return piece.first_control.across == across && piece.second_control.across == across &&
           piece.end.across == across;
}

class Painter {
public:
    Painter(Flow flow, std::string& out) : flow_(flow), out_(out) {}

    void paint(const Graph& graph, const GroupPicture& picture) {
        const std::string title = one_line(graph.kind + " " + graph.name);
        const Length header = 52 * kPixel;
        const Length title_width =
            std::max(text_width(title, 17, true), text_width(graph.subtitle, 12, false));
        const Point size{std::max(picture.size.x, title_width) + 2 * kMargin,
                         picture.size.y + header + 2 * kMargin};
        out_ += "<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("width", number(size.x)) +
                attribute("height", number(size.y)) +
                attribute("viewBox", "0 0 " + coordinates(size)) +
                " role=\"img\" font-family=\"Inter, 'Segoe UI', 'Helvetica Neue', Arial, "
                "'DejaVu Sans', sans-serif\">\n";
        out_ += "<title>" + escaped(joined(title, graph.subtitle)) + "</title>\n";
        out_ += "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";
        paint_text({kMargin, kMargin + 15 * kPixel}, title, 17, true, kTextColour);
        paint_text({kMargin, kMargin + 35 * kPixel}, graph.subtitle, 12, false, "#627d98");
        const Length left = (size.x - picture.size.x) / 2;
        paint_group(picture, {left, kMargin + header}, 0);
        out_ += "</svg>\n";
    }

private:
    void paint_text(Point at, std::string_view text, int size, bool is_bold,
                    std::string_view colour, std::string_view more = "") {
        if (text.empty()) return;
        out_ += "<text" + attribute("x", number(at.x)) + attribute("y", number(at.y)) +
                attribute("font-size", std::to_string(size)) + attribute("fill", colour);
        if (is_bold) out_ += attribute("font-weight", "600");
        out_ += more;
        out_ += ">" + escaped(text) + "</text>\n";
    }

    void paint_group(const GroupPicture& picture, Point at, int depth) {
        for (const EdgePicture& edge : picture.edges) {
            const NodeKind target = picture.nodes[edge.edge->to].node->kind;
            paint_edge(edge, at, target != NodeKind::kJoin);
        }
        for (const NodePicture& node : picture.nodes)
            paint_node(node, at + node.at, depth);
        for (const EdgePicture& edge : picture.edges)
            paint_label(edge, at);
    }

    /// A point of the picture from a place of the layout of a group.
    [[nodiscard]] Point point(Place place, Point origin) const {
        return origin + point_of(place, flow_);
    }

    void paint_edge(const EdgePicture& edge, Point origin, bool has_arrow) {
        if (edge.pieces.empty()) return;
        const EdgeKind kind = edge.edge->kind;
        const bool is_back = kind == EdgeKind::kBack;
        const std::string_view colour = is_back                   ? kBackColour
                                        : kind == EdgeKind::kHook ? kHookColour
                                                                  : kEdgeColour;
        std::vector<RoutePiece> pieces = edge.pieces;
        const Place tip = is_back ? pieces.front().begin : pieces.back().end;
        // The line ends within the arrow's head.
        if (is_back) {
            pieces.front().begin.along += kArrow * 3 / 4;
        } else if (has_arrow) {
            pieces.back().end.along -= kArrow * 3 / 4;
        }
        out_ += "<path" + attribute("d", path_of(pieces, origin)) + " fill=\"none\"" +
                attribute("stroke", colour) + attribute("stroke-width", "1.5");
        if (kind == EdgeKind::kHook) out_ += attribute("stroke-dasharray", "5 4");
        out_ += "/>\n";
        if (has_arrow) paint_arrow(tip, is_back ? kArrow : -kArrow, origin, colour);
    }

    [[nodiscard]] std::string path_of(const std::vector<RoutePiece>& pieces, Point origin) const {
        std::string path = "M" + coordinates(point(pieces.front().begin, origin));
        for (const RoutePiece& piece : pieces) {
            if (is_straight(piece)) {
                path += "L" + coordinates(point(piece.end, origin));
                continue;
            }
            path += "C" + coordinates(point(piece.first_control, origin)) + " " +
                    coordinates(point(piece.second_control, origin)) + " " +
                    coordinates(point(piece.end, origin));
        }
        return path;
    }

    /// A head whose tip is at `tip`; `length` is negative where it points onwards.
    void paint_arrow(Place tip, Length length, Point origin, std::string_view colour) {
        const Length half = kArrow * 9 / 20;
        const Place left{tip.across - half, tip.along + length};
        const Place right{tip.across + half, tip.along + length};
        out_ += "<path" +
                attribute("d", "M" + coordinates(point(tip, origin)) + "L" +
                                   coordinates(point(left, origin)) + "L" +
                                   coordinates(point(right, origin)) + "Z") +
                attribute("fill", colour) + "/>\n";
    }

    void paint_label(const EdgePicture& edge, Point origin) {
        if (edge.label.empty()) return;
        const Point at = origin + edge.label_at;
        out_ += "<rect" + attribute("x", number(at.x)) + attribute("y", number(at.y)) +
                attribute("width", number(edge.label_size.x)) +
                attribute("height", number(edge.label_size.y)) +
                " rx=\"9\" fill=\"#ffffff\" stroke=\"#d9e2ec\"/>\n";
        paint_text({at.x + edge.label_size.x / 2, at.y + 13 * kPixel}, edge.label,
                   font_size(LineStyle::kCondition), false, "#52606d", kCentred);
    }

    void paint_node(const NodePicture& picture, Point at, int depth) {
        const Node& node = *picture.node;
        if (node.kind == NodeKind::kJoin) {
            const Point middle{at.x + picture.size.x / 2, at.y + picture.size.y / 2};
            out_ += "<circle" + attribute("cx", number(middle.x)) +
                    attribute("cy", number(middle.y)) + attribute("r", "4") +
                    attribute("fill", kEdgeColour) + "/>\n";
            return;
        }
        out_ += "<g><title>" + escaped(tooltip_of(node)) + "</title>\n";
        const bool is_group = !picture.inner.empty();
        paint_card(picture, at, depth);
        const Length stack = node.loop.empty() ? 0 : kStack;
        if (is_group) {
            paint_title(picture, {at.x + kTitleInset, at.y + stack + kTitleInset / 2});
        } else {
            paint_lines(picture, {at.x + (picture.size.x - stack) / 2, at.y + stack});
        }
        out_ += "</g>\n";
        for (const GroupPicture& inner : picture.inner)
            paint_group(inner, at + picture.inner_at, depth + 1);
    }

    /// The box of a node; those that run several times look like a pile of sheets.
    void paint_card(const NodePicture& picture, Point at, int depth) {
        const Node& node = *picture.node;
        const bool is_group = !picture.inner.empty();
        const Style& style = style_of(node.kind);
        const Length stack = node.loop.empty() ? 0 : kStack;
        const Point size{picture.size.x - stack, picture.size.y - stack};
        const std::string_view fill = !is_group        ? style.fill
                                      : depth % 2 == 0 ? std::string_view("#f7f9fc")
                                                       : std::string_view("#ffffff");
        const std::string_view stroke = is_group ? std::string_view("#bcccdc") : style.stroke;
        for (Length shift = stack; shift >= 0; shift -= kStack / 2) {
            paint_box({at.x + shift, at.y + stack - shift}, size, node, fill, stroke);
            if (stack == 0) break;
        }
        if (node.kind == NodeKind::kFolded) {
            paint_box({at.x + 3 * kPixel, at.y + stack + 3 * kPixel},
                      {size.x - 6 * kPixel, size.y - 6 * kPixel}, node, "none", stroke);
        }
    }

    void paint_box(Point at, Point size, const Node& node, std::string_view fill,
                   std::string_view stroke) {
        const bool is_round = node.kind == NodeKind::kEvent;
        const Length radius = is_round ? size.y / 2 : (node.inner.empty() ? 8 : 12) * kPixel;
        out_ += "<rect" + attribute("x", number(at.x)) + attribute("y", number(at.y)) +
                attribute("width", number(size.x)) + attribute("height", number(size.y)) +
                attribute("rx", number(radius)) + attribute("fill", fill) +
                attribute("stroke", stroke) + attribute("stroke-width", "1.25");
        if (style_of(node.kind).is_dashed) out_ += attribute("stroke-dasharray", "5 4");
        out_ += "/>\n";
    }

    static constexpr std::string_view kCentred = " text-anchor=\"middle\"";

    static std::string_view colour_of(LineStyle style) {
        switch (style) {
        case LineStyle::kName:
            return kTextColour;
        case LineStyle::kDetail:
            return "#52606d";
        case LineStyle::kCondition:
            return "#8a5a00";
        }
        return kTextColour;
    }

    void paint_line(const TextLine& line, Point at, std::string more) {
        if (line.style == LineStyle::kCondition) more += attribute("font-style", "italic");
        paint_text(at, line.text, font_size(line.style), line.style == LineStyle::kName,
                   colour_of(line.style), more);
    }

    /// Lines in the middle of a box; `at` is the middle of its upper side.
    void paint_lines(const NodePicture& picture, Point at) {
        Length y = at.y + 9 * kPixel;
        for (const TextLine& line : picture.lines) {
            paint_line(line, {at.x, y + (font_size(line.style) - 1) * kPixel + kPixel / 2},
                       std::string(kCentred));
            y += line_height(line.style);
        }
    }

    void paint_title(const NodePicture& picture, Point at) {
        for (const TextLine& line : picture.lines) {
            paint_line(line, {at.x, at.y + font_size(line.style) * kPixel}, "");
            at.y += line_height(line.style);
        }
    }

    static std::string tooltip_of(const Node& node) {
        std::string text = node.name;
        for (const std::string& part : {node.loop, node.detail}) {
            if (!part.empty()) text += " · " + part;
        }
        if (!node.when.empty()) text += " · when " + node.when;
        if (!node.depends.empty()) text += " · after " + node.depends;
        return text;
    }

    Flow flow_;
    std::string& out_;
};

/// Wide graphs are drawn from left to right: screens scroll down more easily than sideways.
bool is_too_wide(Point size) {
    return size.x > 1600 * kPixel && size.x > 2 * size.y;
}

} // namespace

void write_svg(const Graph& graph, std::string& out) {
    Flow flow = Flow::kDown;
    GroupPicture picture = picture_of(graph.root, flow);
    if (is_too_wide(picture.size)) {
        flow = Flow::kRight;
        picture = picture_of(graph.root, flow);
    }
    Painter(flow, out).paint(graph, picture);
}

} // namespace tiphys::graph
