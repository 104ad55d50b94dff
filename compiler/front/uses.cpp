// Where a workflow uses variables.
#include "compiler/front/uses.h"

namespace tiphys::front {

std::string_view TagUse::name() const {
    const expr::Range range = tag.is_expression ? tag.content : tag.name;
    return text.scalar->text.substr(range.begin, range.end - range.begin);
}

namespace {

bool is_expression_field(const schema::Field* field) {
    if (field == nullptr) return false;
    return field->language == schema::Language::kExpr || field->language == schema::Language::kWhen;
}

class Collector {
public:
    explicit Collector(const Flow& flow) : flow_(flow) {}

    Uses run() {
        const Site site{&flow_, nullptr, nullptr, Part::kWorkflow};
        for (const ir::Entry& entry : flow_.spec().present_fields()) {
            if (entry.key == "templates") continue;
            visit_entry(flow_.spec(), entry, with_part(site, part_of_spec(entry.key)));
        }
        for (const std::unique_ptr<FlowTemplate>& each : flow_.templates()) {
            if (each->outer == nullptr) visit_template(*each);
        }
        return std::move(uses_);
    }

private:
    static Site with_part(Site site, Part part) {
        site.part = part;
        return site;
    }

    static Part part_of_spec(std::string_view key) {
        if (key == "hooks") return Part::kWorkflowHook;
        if (key == "podMetadata") return Part::kPodMetadata;
        return Part::kWorkflow;
    }

    static Part part_of(std::string_view key) {
        if (key == "inputs") return Part::kInputs;
        if (key == "outputs") return Part::kOutputs;
        if (key == "metrics") return Part::kMetrics;
        return Part::kBody;
    }

    void visit_template(const FlowTemplate& at) {
        const Site site{&flow_, &at, nullptr, Part::kBody};
        for (const ir::Entry& entry : at.source->present_fields()) {
            if (entry.key == "steps") continue;
            if (entry.key == "dag") {
                visit_dag(at, site);
                continue;
            }
            visit_entry(*at.source, entry, with_part(site, part_of(entry.key)));
        }
        for (const FlowNode& node : at.nodes)
            visit_node(at, node);
    }

    void visit_dag(const FlowTemplate& at, const Site& site) {
        const wf::DAGTemplate* dag = at.source->dag();
        if (dag == nullptr) return;
        for (const ir::Entry& entry : dag->present_fields()) {
            if (entry.key != "tasks") visit_entry(*dag, entry, site);
        }
    }

    void visit_node(const FlowTemplate& at, const FlowNode& node) {
        const Site site{&flow_, &at, &node, Part::kNode};
        for (const ir::Entry& entry : node.object->present_fields()) {
            if (entry.key == "inline" && node.inline_template != nullptr) {
                visit_template(*node.inline_template);
                continue;
            }
            const bool is_hook = entry.key == "hooks";
            visit_entry(*node.object, entry, is_hook ? with_part(site, Part::kNodeHook) : site);
        }
    }

    void visit_entry(const ir::Object& parent, const ir::Entry& entry, const Site& site) {
        const int index = schema::find_field(*parent.type, entry.key);
        const schema::Field* field =
            index < 0 ? nullptr : &parent.type->fields[static_cast<std::size_t>(index)];
        visit(*entry.value, {nullptr, &parent, field, site});
    }

    void visit(const ir::Value& value, const TextUse& around) {
        switch (value.kind) {
        case ir::ValueKind::kScalar:
            visit_scalar(static_cast<const ir::Scalar&>(value), around);
            return;
        case ir::ValueKind::kList:
            for (const ir::Value* item : static_cast<const ir::List&>(value).items)
                visit(*item, around);
            return;
        case ir::ValueKind::kMap:
            for (const ir::Entry& entry : static_cast<const ir::Map&>(value).entries)
                visit(*entry.value, around);
            return;
        case ir::ValueKind::kObject: {
            const auto& object = static_cast<const ir::Object&>(value);
            for (const ir::Entry& entry : object.present_fields())
                visit_entry(object, entry, around.site);
            return;
        }
        }
    }

    void visit_scalar(const ir::Scalar& scalar, TextUse use) {
        use.scalar = &scalar;
        if (is_expression_field(use.field)) uses_.expressions.push_back(use);
        if (!has_tag(scalar.text)) return;
        const expr::TagList list = expr::scan_tags(scalar.text);
        for (const expr::Tag& tag : list.tags)
            uses_.tags.push_back({use, tag});
        if (list.unclosed.has_value()) uses_.unclosed.push_back(use);
    }

    const Flow& flow_;
    Uses uses_;
};

} // namespace

Uses collect_uses(const Flow& flow) {
    return Collector(flow).run();
}

} // namespace tiphys::front
