// Measures and places graphs.
#include "codegen/graph/picture.h"

#include <algorithm>
#include <array>

#include "codegen/graph/words.h"

namespace tiphys::graph {
namespace {

constexpr std::size_t kMostName = 40;
constexpr std::size_t kMostDetail = 48;
constexpr Length kPaddingX = 14 * kPixel;
constexpr Length kPaddingY = 9 * kPixel;
constexpr Length kGroupPadding = 18 * kPixel;
constexpr Length kNarrowest = 76 * kPixel;

/// Widths of the ASCII characters from the blank on, in thousandths of the letter size, as in
/// DejaVu Sans, which is wider than most.
constexpr std::array<std::uint16_t, 95> kWidths{
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};

Length width_of(const TextLine& line) {
    return text_width(line.text, font_size(line.style), line.style == LineStyle::kName);
}

std::vector<TextLine> lines_of(const Node& node) {
    std::vector<TextLine> lines;
    std::string name = shortened(node.name, kMostName);
    if (!node.loop.empty()) name += (name.empty() ? "" : " ") + shortened(node.loop, kMostName);
    lines.push_back({LineStyle::kName, std::move(name)});
    if (!node.detail.empty()) {
        lines.push_back({LineStyle::kDetail, shortened(node.detail, kMostDetail)});
    }
    if (!node.when.empty()) {
        lines.push_back({LineStyle::kCondition, "when " + shortened(node.when, kMostDetail)});
    }
    if (!node.depends.empty()) {
        lines.push_back({LineStyle::kCondition, "after " + shortened(node.depends, kMostDetail)});
    }
    return lines;
}

NodePicture picture_of_node(const Node& node, Flow flow) {
    NodePicture picture;
    picture.node = &node;
    if (node.kind == NodeKind::kJoin) {
        picture.size = {8 * kPixel, 8 * kPixel};
        return picture;
    }
    picture.lines = lines_of(node);
    Length width = 0;
    Length height = 0;
    for (const TextLine& line : picture.lines) {
        width = std::max(width, width_of(line));
        height += line_height(line.style);
    }
    const Length stack = node.loop.empty() ? 0 : kStack;
    if (node.inner.empty() || node.inner[0].nodes.empty()) {
        picture.size = {std::max(width + 2 * kPaddingX, kNarrowest) + stack,
                        height + 2 * kPaddingY + stack};
        return picture;
    }
    picture.inner.push_back(picture_of(node.inner[0], flow));
    const Point inside = picture.inner[0].size;
    const Length title = kTitleInset / 2 + height;
    const Length inner_width = std::max(inside.x, width + 2 * (kTitleInset - kGroupPadding));
    picture.size = {inner_width + 2 * kGroupPadding + stack,
                    title + kGroupPadding / 2 + inside.y + kGroupPadding + stack};
    picture.inner_at = {kGroupPadding + (inner_width - inside.x) / 2,
                        stack + title + kGroupPadding / 2};
    return picture;
}

Size size_of(Point extent, Flow flow) {
    return flow == Flow::kDown ? Size{extent.x, extent.y} : Size{extent.y, extent.x};
}

Point label_extent(const std::string& label) {
    if (label.empty()) return {};
    return {text_width(label, font_size(LineStyle::kCondition), false) + 12 * kPixel, 18 * kPixel};
}

LayeredInput layered_input(const GroupPicture& picture, const Group& group, Flow flow) {
    LayeredInput input;
    input.gap_across = (flow == Flow::kDown ? 28 : 18) * kPixel;
    input.gap_along = (flow == Flow::kDown ? 44 : 56) * kPixel;
    for (const NodePicture& node : picture.nodes)
        input.boxes.push_back(size_of(node.size, flow));
    for (std::size_t i = 0; i < group.edges.size(); ++i) {
        const Edge& edge = group.edges[i];
        const Size label = size_of(picture.edges[i].label_size, flow);
        const bool is_back = edge.kind == EdgeKind::kBack;
        input.edges.push_back(
            {is_back ? edge.to : edge.from, is_back ? edge.from : edge.to, label});
    }
    return input;
}

} // namespace

Length text_width(std::string_view text, int font_size, bool is_bold) {
    Length thousandths = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte < 0x7f) {
            thousandths += kWidths[byte - 0x20U];
        } else if (byte >= 0xe2) {
            // Beyond the scripts of Europe and the Near East characters are wide.
            thousandths += 1000;
        } else if (byte >= 0xc0) {
            thousandths += 700;
        }
    }
    const Length width = thousandths * font_size * kPixel / 1000;
    return is_bold ? width * 113 / 100 : width;
}

int font_size(LineStyle style) {
    return style == LineStyle::kName ? 13 : 11;
}

Length line_height(LineStyle style) {
    return (style == LineStyle::kName ? 17 : 15) * kPixel;
}

Point point_of(Place place, Flow flow) {
    return flow == Flow::kDown ? Point{place.across, place.along}
                               : Point{place.along, place.across};
}

GroupPicture picture_of(const Group& group, Flow flow) {
    GroupPicture picture;
    for (const Node& node : group.nodes)
        picture.nodes.push_back(picture_of_node(node, flow));
    for (const Edge& edge : group.edges) {
        const std::string label = shortened(edge.label, kMostDetail);
        picture.edges.push_back({&edge, {}, label, {}, label_extent(label)});
    }
    Layered layered = place_in_layers(layered_input(picture, group, flow));
    for (std::size_t i = 0; i < picture.nodes.size(); ++i)
        picture.nodes[i].at = point_of(layered.boxes[i], flow);
    for (std::size_t i = 0; i < picture.edges.size(); ++i) {
        picture.edges[i].pieces = std::move(layered.routes[i]);
        picture.edges[i].label_at = point_of(layered.labels[i], flow);
    }
    picture.size = point_of({layered.size.across, layered.size.along}, flow);
    return picture;
}

} // namespace tiphys::graph
