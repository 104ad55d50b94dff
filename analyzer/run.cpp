// Runs the rules over a project: one walk over each document serves all rules.
#include "analyzer/run.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <tuple>

#include "analyzer/facts.h"
#include "analyzer/language_defect.h"
#include "analyzer/suppress.h"
#include "compiler/syntax/parse.h"

namespace tiphys::analyze {
namespace {

/// The checks to run, by what they want to see.
struct Dispatch {
    struct Item {
        const RegisteredRule* rule;
        const Check* check;
    };
    std::vector<std::vector<Item>> by_type;
    std::vector<Item> defects;
    std::vector<Item> documents;
    std::vector<Item> projects;
    std::vector<Item> suppressions;
};

/// The suppressions of the files that have some.
using Suppressions = std::map<FileId, std::vector<Suppression>>;

constexpr std::string_view kUnusedSuppression = "suppress-unused";

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_wanted(const RegisteredRule& rule, const Options& options) {
    const auto severity = options.severities.find(rule.name);
    const bool is_info =
        (severity == options.severities.end() ? rule.rule->severity : severity->second) ==
        Severity::kInfo;
    if (is_info && !options.with_info) return false;
    if (contains(options.ignored, rule.name)) return false;
    return options.only.empty() || contains(options.only, rule.name);
}

/// The names of the rules whose findings are shown.
std::vector<std::string_view> wanted_rules(const Options& options) {
    std::vector<std::string_view> names;
    for (const RegisteredRule& rule : rules()) {
        if (is_wanted(rule, options)) names.push_back(rule.name);
    }
    return names;
}

Suppressions suppressions_of(const ir::Project& project) {
    Suppressions found;
    for (const ir::SourceUnit& unit : project.units()) {
        std::vector<Suppression> of_file = find_suppressions(project.sources(), unit.file);
        if (!of_file.empty()) found.emplace(unit.file, std::move(of_file));
    }
    return found;
}

/// The wanted rules, and those that suppressions name: whether a comment is of use must not depend
/// on which findings are asked for.
std::vector<std::string_view> needed_rules(const std::vector<std::string_view>& wanted,
                                           const Suppressions& suppressions) {
    std::vector<std::string_view> names = wanted;
    if (!contains(wanted, kUnusedSuppression)) return names;
    for (const auto& [file, of_file] : suppressions) {
        for (const Suppression& suppression : of_file) {
            for (const SuppressedRule& named : suppression.rules) {
                if (named.rule != nullptr && !contains(names, named.name)) {
                    names.push_back(named.rule->name);
                }
            }
        }
    }
    return names;
}

Dispatch dispatch_of(const Options& options, const std::vector<std::string_view>& needed) {
    Dispatch dispatch;
    dispatch.by_type.resize(schema::types().size());
    for (const RegisteredRule& rule : rules()) {
        if (!contains(needed, rule.name)) continue;
        for (std::size_t i = 0; i < rule.rule->checks.size(); ++i) {
            const Check& check = rule.rule->checks[i];
            if (options.is_left_out && options.is_left_out(rule, i)) continue;
            const Dispatch::Item item{&rule, &check};
            switch (check.subject) {
            case Check::Subject::kNone:
                break;
            case Check::Subject::kObject:
                dispatch.by_type[static_cast<std::size_t>(check.type)].push_back(item);
                break;
            case Check::Subject::kDefect:
                dispatch.defects.push_back(item);
                break;
            case Check::Subject::kDocument:
                dispatch.documents.push_back(item);
                break;
            case Check::Subject::kProject:
                dispatch.projects.push_back(item);
                break;
            case Check::Subject::kSuppression:
                dispatch.suppressions.push_back(item);
                break;
            }
        }
    }
    return dispatch;
}

} // namespace

/// One file under all checks.
class Walk {
public:
    Walk(const Dispatch& dispatch, Context& context) : dispatch_(dispatch), context_(context) {
        for (const ir::Document& document : context.unit().documents)
            by_place_.push_back(&document);
        std::stable_sort(by_place_.begin(), by_place_.end(),
                         [](const ir::Document* a, const ir::Document* b) {
                             return a->span.begin < b->span.begin;
                         });
    }

    void run_unit() {
        for (const ir::Defect& defect : context_.unit().defects)
            run_defect(defect);
        for (const ir::Document& document : context_.unit().documents) {
            context_.document_ = &document;
            context_.headline_ = document.span;
            for (const auto& [rule, check] : dispatch_.documents) {
                context_.rule_ = rule;
                check->on_document(document, context_);
            }
            if (document.root != nullptr) visit(*document.root);
        }
        context_.document_ = nullptr;
    }

    void run_project() {
        for (const auto& [rule, check] : dispatch_.projects) {
            context_.rule_ = rule;
            check->on_project(context_.project(), context_);
        }
    }

    void run_suppression(const Suppression& suppression) {
        for (const auto& [rule, check] : dispatch_.suppressions) {
            context_.rule_ = rule;
            check->on_suppression(suppression, context_);
        }
    }

private:
    /// The last document that begins at `offset` or before it, or null. A file may hold as many
    /// documents as defects.
    const ir::Document* document_at(std::uint32_t offset) const {
        const auto after = std::partition_point(
            by_place_.begin(), by_place_.end(),
            [&](const ir::Document* document) { return document->span.begin <= offset; });
        return after == by_place_.begin() ? nullptr : *std::prev(after);
    }

    void run_defect(const ir::Defect& defect) {
        context_.document_ = document_at(defect.span.begin);
        for (const auto& [rule, check] : dispatch_.defects) {
            if (check->defect != defect.kind) continue;
            context_.rule_ = rule;
            check->on_defect(defect, context_);
        }
    }

    void visit(const ir::Value& value) {
        switch (value.kind) {
        case ir::ValueKind::kScalar:
            return;
        case ir::ValueKind::kList:
            for (const ir::Value* item : static_cast<const ir::List&>(value).items) {
                visit_under(item->span, *item);
            }
            return;
        case ir::ValueKind::kMap:
            for (const ir::Entry& entry : static_cast<const ir::Map&>(value).entries) {
                visit_under(ir::key_span(value, entry), *entry.value);
            }
            return;
        case ir::ValueKind::kObject:
            visit_object(static_cast<const ir::Object&>(value));
            return;
        }
    }

    void visit_under(Span headline, const ir::Value& value) {
        if (value.kind == ir::ValueKind::kScalar) return;
        const Span outer = context_.headline_;
        context_.headline_ = headline;
        visit(value);
        context_.headline_ = outer;
    }

    void visit_object(const ir::Object& object) {
        // An element of a list is introduced by its first key, not by all of its lines.
        const auto fields = object.present_fields();
        if (context_.headline_ == object.span && !fields.empty()) {
            const auto first = std::min_element(
                fields.begin(), fields.end(),
                [](const ir::Entry& a, const ir::Entry& b) { return a.key_begin < b.key_begin; });
            context_.headline_ = ir::key_span(object, *first);
        }
        for (const auto& [rule, check] :
             dispatch_.by_type[static_cast<std::size_t>(object.type->id)]) {
            context_.rule_ = rule;
            check->on_object(object, context_);
        }
        context_.parents_.push_back(&object);
        for (const ir::Entry& entry : fields) {
            visit_under(ir::key_span(object, entry), *entry.value);
        }
        context_.parents_.pop_back();
    }

    const Dispatch& dispatch_;
    Context& context_;
    std::vector<const ir::Document*> by_place_;
};

namespace {

/// Fixes are written in YAML.
void drop_yaml_fixes(const SourceMap& sources, std::vector<Diagnostic>& found) {
    for (Diagnostic& diagnostic : found) {
        if (!diagnostic.span.is_known()) continue;
        if (syntax::is_source_name(sources.file(diagnostic.span.file).path)) {
            diagnostic.fixes.clear();
        }
    }
}

void sort_and_unite(std::vector<Diagnostic>& found) {
    // Sorting wants memory for them once more, and they mostly come in their order.
    if (!std::is_sorted(found.begin(), found.end(), comes_before))
        std::stable_sort(found.begin(), found.end(), comes_before);
    const auto same = [](const Diagnostic& a, const Diagnostic& b) {
        return a.span == b.span && a.rule == b.rule && a.message == b.message;
    };
    found.erase(std::unique(found.begin(), found.end(), same), found.end());
}

/// All in one, mostly in the order of the files. What is moved on is freed at once: thousands of
/// files may have many findings each.
std::vector<Diagnostic> join(std::vector<std::vector<Diagnostic>> by_unit,
                             std::vector<Diagnostic> others) {
    std::stable_sort(others.begin(), others.end(), comes_before);
    std::size_t n_found = others.size();
    for (const std::vector<Diagnostic>& part : by_unit)
        n_found += part.size();
    std::vector<Diagnostic> found;
    found.reserve(n_found);
    auto other = others.begin();
    const auto add = [&](Diagnostic& diagnostic) {
        for (; other != others.end() && comes_before(*other, diagnostic); ++other)
            found.push_back(std::move(*other));
        found.push_back(std::move(diagnostic));
    };
    for (std::vector<Diagnostic>& part : by_unit) {
        std::for_each(part.begin(), part.end(), add);
        part = {};
    }
    std::move(other, others.end(), std::back_inserter(found));
    return found;
}

/// What all checks but those of suppressions find.
std::vector<Diagnostic> find_all(const ir::Project& project, const Options& options,
                                 const Dispatch& dispatch) {
    const auto& units = project.units();
    std::vector<std::vector<Diagnostic>> by_unit(units.size());
    const auto of_project = std::make_shared<ProjectFacts>(project);
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < units.size(); i = next++) {
            if (units[i].is_known) continue;
            Context context(project, units[i], options.settings, by_unit[i], of_project);
            Walk(dispatch, context).run_unit();
            std::stable_sort(by_unit[i].begin(), by_unit[i].end(), comes_before);
            by_unit[i].shrink_to_fit();
        }
    };
    std::vector<std::thread> threads;
    const std::size_t n_useful = std::min<std::size_t>(options.n_threads, units.size() / 8 + 1);
    for (std::size_t i = 1; i < n_useful; ++i)
        threads.emplace_back(work);
    work();
    for (std::thread& thread : threads)
        thread.join();

    std::vector<Diagnostic> of_project_as_such;
    static const ir::SourceUnit kNoUnit;
    Context context(project, kNoUnit, options.settings, of_project_as_such, of_project);
    Walk(dispatch, context).run_project();
    std::vector<Diagnostic> found = join(std::move(by_unit), std::move(of_project_as_such));
    drop_yaml_fixes(project.sources(), found);
    drop_consequences(project, found);
    return found;
}

/// Sorts findings into those that are shown and those that something silences.
class Sieve {
public:
    Sieve(const ir::Project& project, const Options& options, Suppressions& suppressions,
          const std::vector<std::string_view>& wanted)
        : sources_(project.sources()), options_(options), suppressions_(suppressions),
          wanted_(wanted) {}

    void sort(std::vector<Diagnostic> found) {
        // There may be very many: those that stay keep their place in memory.
        std::vector<Diagnostic> shown = std::move(found);
        std::size_t n_shown = 0;
        for (Diagnostic& diagnostic : shown) {
            const Silence silence = silence_of(diagnostic);
            // Found for the sake of a comment alone.
            if (!contains(wanted_, diagnostic.rule)) continue;
            const auto severity = options_.severities.find(diagnostic.rule);
            if (severity != options_.severities.end()) diagnostic.severity = severity->second;
            if (silence != Silence::kNone) {
                add(std::move(diagnostic), silence);
            } else if (is_severe_enough(diagnostic)) {
                Diagnostic& place = shown[n_shown++];
                if (&place != &diagnostic) place = std::move(diagnostic);
            }
        }
        shown.resize(n_shown);
        if (verdict_.shown.empty()) {
            verdict_.shown = std::move(shown);
        } else {
            std::move(shown.begin(), shown.end(), std::back_inserter(verdict_.shown));
        }
    }

    /// The same for findings of another tool, which have no rule here.
    void sort_foreign(const std::vector<Diagnostic>& found) {
        for (const Diagnostic& diagnostic : found)
            add(diagnostic, silence_of(diagnostic));
    }

    Verdict take() {
        sort_and_unite(verdict_.shown);
        sort_and_unite(verdict_.suppressed);
        sort_and_unite(verdict_.excluded);
        return std::move(verdict_);
    }

private:
    enum class Silence : std::uint8_t { kNone, kByComment, kBySettings };

    [[nodiscard]] bool is_severe_enough(const Diagnostic& diagnostic) const {
        return diagnostic.severity != Severity::kInfo || options_.with_info;
    }

    void add(Diagnostic diagnostic, Silence silence) {
        if (!is_severe_enough(diagnostic)) return;
        switch (silence) {
        case Silence::kNone:
            verdict_.shown.push_back(std::move(diagnostic));
            return;
        case Silence::kByComment:
            verdict_.suppressed.push_back(std::move(diagnostic));
            return;
        case Silence::kBySettings:
            verdict_.excluded.push_back(std::move(diagnostic));
            return;
        }
    }

    Silence silence_of(const Diagnostic& diagnostic) {
        const FileId file = diagnostic.span.file;
        const auto of_file = suppressions_.find(file);
        if (of_file != suppressions_.end()) {
            const std::uint32_t line = sources_.position(file, diagnostic.span.begin).line;
            const bool is_silent = is_suppressed(of_file->second, diagnostic.rule, line);
            if (is_silent) return Silence::kByComment;
        }
        const auto ignored = options_.ignored_in.find(file);
        const bool is_ignored =
            ignored != options_.ignored_in.end() && contains(ignored->second, diagnostic.rule);
        return is_ignored ? Silence::kBySettings : Silence::kNone;
    }

    const SourceMap& sources_;
    const Options& options_;
    Suppressions& suppressions_;
    const std::vector<std::string_view>& wanted_;
    Verdict verdict_;
};

} // namespace

Verdict judge(const ir::Project& project, const Options& options) {
    Suppressions suppressions = suppressions_of(project);
    const std::vector<std::string_view> wanted = wanted_rules(options);
    const Dispatch dispatch = dispatch_of(options, needed_rules(wanted, suppressions));
    Sieve sieve(project, options, suppressions, wanted);
    sieve.sort(find_all(project, options, dispatch));
    sieve.sort_foreign(options.found_elsewhere);
    std::vector<Diagnostic> of_suppressions;
    for (const ir::SourceUnit& unit : project.units()) {
        const auto of_file = suppressions.find(unit.file);
        if (of_file == suppressions.end()) continue;
        Context context(project, unit, options.settings, of_suppressions);
        for (const Suppression& suppression : of_file->second)
            Walk(dispatch, context).run_suppression(suppression);
    }
    sieve.sort(std::move(of_suppressions));
    return sieve.take();
}

std::vector<Diagnostic> run_rules(const ir::Project& project, const Options& options) {
    return judge(project, options).shown;
}

} // namespace tiphys::analyze
