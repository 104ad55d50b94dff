// Findings about .tiphys files.
#include "analyzer/language_defect.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "compiler/front/language_defect.h"

namespace tiphys::analyze {
namespace {

constexpr Message<std::string_view> kAsFound{"{}"};

/// Rules that say what a whole file or task does not have.
constexpr std::array<std::string_view, 8> kAbsences{
    "undefined-template",  "undefined-templateref", "unknown-dependency",
    "exactly-one-of",      "unreachable-task",      "event-source-without-events",
    "retry-without-limit", "retry-without-backoff"};

bool is_about_absence(std::string_view rule) {
    return rule.starts_with("missing-") || rule.starts_with("unused-") ||
           std::find(kAbsences.begin(), kAbsences.end(), rule) != kAbsences.end();
}

/// Names that nobody uses or declares may stand in what could not be read, wherever that is.
bool is_about_names(std::string_view rule) {
    return rule.starts_with("unused-") || rule.starts_with("un");
}

bool is_mistake(const ir::Defect& defect) {
    return defect.kind >= front::kLanguageSyntax && defect.kind != front::kLanguageAbsent;
}

bool meets(Span a, Span b) {
    return a.file == b.file && a.begin < std::max(b.end, b.begin + 1) &&
           b.begin < std::max(a.end, a.begin + 1);
}

bool holds(Span outer, Span inner) {
    return outer.file == inner.file && outer.begin <= inner.begin && inner.begin <= outer.end;
}

void collect_templates(const ir::Value& value, std::vector<Span>& spans) {
    const auto* object = ir::any_object_as(&value);
    if (object != nullptr && object->type->name == "Template") spans.push_back(object->span);
    if (const auto* list = ir::list_as(&value)) {
        for (const ir::Value* item : list->items)
            collect_templates(*item, spans);
    }
    if (object == nullptr) return;
    for (const std::string_view key : {"spec", "workflowSpec", "templates"}) {
        if (const ir::Value* inner = object->field(key)) collect_templates(*inner, spans);
    }
}

bool is_of_language(std::string_view rule) {
    const auto found = std::find_if(rules().begin(), rules().end(),
                                    [&](const RegisteredRule& item) { return item.name == rule; });
    return found != rules().end() && found->group == "lang";
}

/// The mistakes of one file.
class Mistakes {
public:
    Mistakes(const SourceMap& sources, const ir::SourceUnit& unit) : sources_(sources) {
        for (const ir::Defect& defect : unit.defects) {
            if (is_mistake(defect)) defects_.push_back(&defect);
        }
        if (defects_.empty()) return;
        for (const ir::Document& document : unit.documents) {
            if (document.root != nullptr) collect_templates(*document.root, templates_);
        }
    }

    [[nodiscard]] bool empty() const { return defects_.empty(); }

    [[nodiscard]] bool explain(const Diagnostic& diagnostic) const {
        const bool is_absence = is_about_absence(diagnostic.rule);
        const auto around = std::find_if(templates_.begin(), templates_.end(),
                                         [&](Span span) { return holds(span, diagnostic.span); });
        const bool is_in_template = around != templates_.end() && !is_about_names(diagnostic.rule);
        return std::any_of(defects_.begin(), defects_.end(), [&](const ir::Defect* defect) {
            if (meets(defect->span, diagnostic.span)) return true;
            if (is_on_torn_line(*defect, diagnostic.span)) return true;
            return is_absence && (!is_in_template || holds(*around, defect->span));
        });
    }

private:
    [[nodiscard]] bool is_on_torn_line(const ir::Defect& defect, Span span) const {
        if (defect.kind != front::kLanguageSyntax || defect.span.file != span.file) return false;
        return sources_.position(span.file, defect.span.begin).line ==
               sources_.position(span.file, span.begin).line;
    }

    const SourceMap& sources_;
    std::vector<const ir::Defect*> defects_;
    std::vector<Span> templates_;
};

} // namespace

void report_language_defect(const ir::Defect& defect, Context& context) {
    const std::size_t end = std::min(defect.text.find('\n'), defect.text.size());
    Finding finding = context.report(kAsFound, defect.span, defect.text.substr(0, end));
    if (end < defect.text.size()) finding.help(std::string(defect.text.substr(end + 1)));
    if (defect.other.is_known()) finding.related(defect.other, "see here");
}

void drop_consequences(const ir::Project& project, std::vector<Diagnostic>& found) {
    std::map<FileId, Mistakes> mistakes;
    for (const ir::SourceUnit& unit : project.units()) {
        Mistakes of_file(project.sources(), unit);
        if (!of_file.empty()) mistakes.emplace(unit.file, std::move(of_file));
    }
    if (mistakes.empty()) return;
    std::erase_if(found, [&](const Diagnostic& diagnostic) {
        const auto here = mistakes.find(diagnostic.span.file);
        return here != mistakes.end() && !is_of_language(diagnostic.rule) &&
               here->second.explain(diagnostic);
    });
}

} // namespace tiphys::analyze
