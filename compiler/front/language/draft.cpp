// Growing manifests.
#include "compiler/front/language/draft.h"

#include <algorithm>

namespace tiphys::front {
namespace {

class TreeMaker {
public:
    explicit TreeMaker(doc::Tree& tree) : tree_(tree) {}

    /// What comes from another file stands where it is used. A value covers all that is in it.
    doc::NodeId add(const Draft& draft, Span around) {
        const auto id = static_cast<doc::NodeId>(tree_.nodes.size());
        const Span span = draft.span.file == tree_.file ? draft.span : around;
        doc::Node node{.begin = span.begin, .end = span.end};
        if (draft.kind == Draft::Kind::kScalar) {
            node.text = draft.text;
            node.type = draft.type;
            const bool is_text = draft.type == ScalarType::kString;
            node.style = is_text ? ScalarStyle::kDoubleQuoted : ScalarStyle::kPlain;
        } else {
            node.kind = draft.is_map() ? doc::NodeKind::kMapping : doc::NodeKind::kSequence;
        }
        tree_.nodes.push_back(node);
        add_children(id, draft, span);
        return id;
    }

private:
    void add_children(doc::NodeId id, const Draft& draft, Span span) {
        doc::NodeId last = doc::NodeId::kNone;
        const auto append = [&](doc::NodeId child) {
            doc::Node& before = last == doc::NodeId::kNone ? at(id) : at(last);
            (last == doc::NodeId::kNone ? before.first_child : before.next_sibling) = child;
            last = child;
            at(id).begin = std::min(at(id).begin, at(child).begin);
            at(id).end = std::max(at(id).end, at(child).end);
        };
        for (const Draft* item : draft.items)
            append(add(*item, span));
        for (const Draft::Entry& entry : draft.entries) {
            const auto key = static_cast<doc::NodeId>(tree_.nodes.size());
            const Span place = entry.key_span.file == tree_.file ? entry.key_span : span;
            doc::Node node{.begin = place.begin, .end = place.end};
            node.style = ScalarStyle::kDoubleQuoted;
            node.text = entry.key;
            tree_.nodes.push_back(node);
            append(key);
            append(add(*entry.value, place));
        }
    }
    doc::Node& at(doc::NodeId id) { return tree_.nodes[static_cast<std::size_t>(id)]; }

    doc::Tree& tree_;
};

Draft* find_named(const Draft& list, std::string_view name) {
    for (Draft* item : list.items) {
        const Draft* found = item->find("name");
        if (found != nullptr && found->text == name) return item;
    }
    return nullptr;
}

bool has_names(const Draft& list) {
    return !list.items.empty() &&
           std::all_of(list.items.begin(), list.items.end(), [](const Draft* item) {
               return item->is_map() && item->find("name") != nullptr;
           });
}

} // namespace

Draft* Draft::find(std::string_view key) const {
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const Entry& entry) { return entry.key == key; });
    return found == entries.end() ? nullptr : found->value;
}

void Draft::set(std::string_view key, Span key_span, Draft* value) {
    for (Entry& entry : entries) {
        if (entry.key != key) continue;
        entry = {key, key_span, value};
        return;
    }
    entries.push_back({key, key_span, value});
}

void Draft::remove(std::string_view key) {
    std::erase_if(entries, [&](const Entry& entry) { return entry.key == key; });
}

Draft* Drafts::make(Draft::Kind kind, Span span) {
    Draft& draft = all_.emplace_back();
    draft.kind = kind;
    draft.span = span;
    return &draft;
}

Draft* Drafts::scalar(std::string_view text, ScalarType type, Span span) {
    Draft* draft = make(Draft::Kind::kScalar, span);
    draft->type = type;
    draft->text = text;
    return draft;
}

Draft* Drafts::text(std::string_view text, Span span) {
    return scalar(arena_.copy(text), ScalarType::kString, span);
}

Draft* Drafts::number(std::int64_t value, Span span) {
    return scalar(arena_.copy(std::to_string(value)), ScalarType::kInt, span);
}

Draft* Drafts::boolean(bool value, Span span) {
    return scalar(value ? "true" : "false", ScalarType::kBool, span);
}

Draft* Drafts::null(Span span) {
    return scalar("null", ScalarType::kNull, span);
}

Draft* Drafts::list(Span span) {
    return make(Draft::Kind::kList, span);
}

Draft* Drafts::map(Span span) {
    return make(Draft::Kind::kMap, span);
}

Draft* Drafts::copy(const Draft& other) {
    Draft* draft = make(other.kind, other.span);
    draft->type = other.type;
    draft->text = other.text;
    for (const Draft* item : other.items)
        draft->items.push_back(copy(*item));
    for (const Draft::Entry& entry : other.entries)
        draft->entries.push_back({entry.key, entry.key_span, copy(*entry.value)});
    return draft;
}

Draft* Drafts::child_map(Draft& map, std::string_view key, Span span) {
    Draft* found = map.find(key);
    if (found != nullptr && found->is_map()) return found;
    found = this->map(span);
    map.set(key, span, found);
    return found;
}

Draft* Drafts::child_list(Draft& map, std::string_view key, Span span) {
    Draft* found = map.find(key);
    if (found != nullptr && found->is_list()) return found;
    found = list(span);
    map.set(key, span, found);
    return found;
}

void Drafts::merge(Draft& map, const Draft& over) {
    for (const Draft::Entry& entry : over.entries) {
        Draft* present = map.find(entry.key);
        if (present != nullptr && present->is_map() && entry.value->is_map()) {
            merge(*present, *entry.value);
        } else if (present != nullptr && present->is_list() && has_names(*present) &&
                   has_names(*entry.value)) {
            for (const Draft* item : entry.value->items) {
                Draft* same = find_named(*present, item->find("name")->text);
                if (same == nullptr) {
                    present->items.push_back(copy(*item));
                } else {
                    merge(*same, *item);
                }
            }
        } else {
            map.set(entry.key, entry.key_span, copy(*entry.value));
        }
    }
}

doc::Tree to_tree(const Draft& root, FileId file) {
    doc::Tree tree{.file = file, .span = root.span};
    tree.root = TreeMaker(tree).add(root, root.span);
    tree.span = tree.span_of(tree.root);
    return tree;
}

} // namespace tiphys::front
