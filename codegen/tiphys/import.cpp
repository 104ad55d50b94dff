// YAML to the language, attempt by attempt.
#include "codegen/tiphys/import.h"

#include <algorithm>

#include "codegen/entries.h"
#include "codegen/tiphys/differences.h"
#include "codegen/tiphys/notation.h"
#include "codegen/tiphys/page.h"
#include "codegen/tiphys/writer.h"
#include "compiler/base/assert.h"
#include "compiler/front/language.h"
#include "compiler/front/language_defect.h"
#include "compiler/syntax/format.h"

namespace tiphys::codegen {
namespace {

constexpr std::string_view kPath = "import.tiphys";
/// Tries to get rid of what the language has to say about a text that is equal already.
constexpr std::size_t kMostRepairs = 24;
constexpr std::size_t kMostAttempts = 200;

std::size_t count_keys(const ir::Value& value) {
    std::size_t n = 0;
    for (const ir::Entry& entry : entries_of(value))
        n += 1 + count_keys(*entry.value);
    if (const auto* list = ir::list_as(&value)) {
        for (const ir::Value* item : list->items)
            n += count_keys(*item);
    }
    return n;
}

/// The text of one or more declarations, compiled.
struct Compiled {
    Printed printed;
    SourceMap sources;
    ir::SourceUnit unit;
};

std::vector<Line> with_modules(std::vector<Line> declarations, const FileNames& names) {
    std::vector<Line> lines;
    for (const auto& [module, imported] : names.imported) {
        std::string head = "use ";
        for (const std::string& name : imported)
            head += (head.size() > 4 ? ", " : "") + name_text(name).value_or(name);
        lines.push_back({.head = head + " from \"" + module + "\""});
    }
    for (const auto& [module, alias] : names.modules) {
        std::string head = "use \"" + module + "\"";
        if (module.substr(module.find(':') + 1) != alias) head += " as " + alias;
        lines.push_back({.head = std::move(head)});
    }
    std::move(declarations.begin(), declarations.end(), std::back_inserter(lines));
    return lines;
}

void compile(Printed printed, Compiled& compiled) {
    compiled.printed = std::move(printed);
    const FileId file = compiled.sources.add(std::string(kPath), compiled.printed.text);
    compiled.unit = front::read_language({file, kPath, compiled.sources.file(file).text}, {}, {});
}

/// What the language has to say, beside what is wrong with the manifest itself.
std::vector<Span> language_defects(const ir::SourceUnit& unit, bool is_syntax_only) {
    std::vector<Span> spans;
    for (const ir::Defect& defect : unit.defects) {
        const bool is_syntax = defect.kind == front::kLanguageSyntax;
        const bool is_wanted = is_syntax_only ? is_syntax : defect.kind >= front::kLanguageSyntax;
        if (is_wanted) spans.push_back(defect.span);
    }
    return spans;
}

/// Imports one document.
class Attempts {
public:
    Attempts(const ir::Document& document, const FileNames& names)
        : document_(document), before_(names) {}

    void run() {
        attempt();
        while (!differences_.empty() && n_attempts_ < kMostAttempts) {
            deny_differences();
            attempt();
        }
        if (!differences_.empty()) give_up();
        for (std::size_t i = 0; i < kMostRepairs && !defects_.empty(); ++i) {
            if (!repair()) break;
        }
    }

    [[nodiscard]] const Line& line() const { return line_; }
    [[nodiscard]] const FileNames& names() const { return names_; }
    [[nodiscard]] std::size_t n_attempts() const { return n_attempts_; }
    [[nodiscard]] bool is_equal() const { return differences_.empty(); }

    [[nodiscard]] std::vector<Fallback> fallbacks() const {
        std::vector<Fallback> all;
        const std::string name =
            std::string(document_.kind) + " " + std::string(document_.name) + ": ";
        const bool is_object = line_.head.starts_with("object ");
        if (is_object && Writer::has_declaration(document_.kind)) {
            all.push_back({name + "all", "written as an `object`", count_keys(*document_.root)});
            return all;
        }
        for (const Choice& choice : choices_.denied()) {
            all.push_back({name + choice.path, "the notation for `" + std::string(choice.notation) +
                                                   "` would change it"});
        }
        for (const std::string& path : raw_paths_)
            all.push_back({name + path, "written as raw YAML"});
        return all;
    }

private:
    void attempt() {
        ++n_attempts_;
        // What the writer itself finds unfit, others may have counted on.
        for (std::size_t n_before = SIZE_MAX; n_before != choices_.n_ruled_out();) {
            n_before = choices_.n_ruled_out();
            choices_.restart();
            names_ = before_;
            Writer writer(choices_, names_);
            line_ = writer.write(document_);
            raw_paths_ = writer.raw_paths();
        }
        Compiled compiled;
        compile(print_lines(with_modules({line_}, names_)), compiled);
        places_ = compiled.printed.places;
        defects_ = language_defects(compiled.unit, false);
        syntax_defects_ = language_defects(compiled.unit, true);
        differences_.clear();
        if (compiled.unit.documents.size() != 1) {
            differences_.emplace_back();
        } else {
            differences_ = differences(*document_.root, *compiled.unit.documents[0].root);
        }
    }

    /// What differs in a text that cannot be parsed says little; where it breaks does.
    void deny_differences() {
        bool is_denied = false;
        for (const Span span : syntax_defects_)
            is_denied = choices_.deny(path_at(span)) || is_denied;
        for (const std::string& path : differences_)
            is_denied = (syntax_defects_.empty() && choices_.deny(path)) || is_denied;
        for (const Span span : defects_)
            is_denied = (!is_denied && choices_.deny(path_at(span))) || is_denied;
        if (!is_denied && !choices_.deny("")) n_attempts_ = kMostAttempts;
    }

    /// Raw YAML of the whole object always gives it back.
    void give_up() {
        choices_.withdraw("", "declaration");
        choices_.withdraw("", "object");
        attempt();
    }

    [[nodiscard]] std::string path_at(Span span) const {
        const auto after =
            std::upper_bound(places_.begin(), places_.end(), span.begin,
                             [](std::size_t at, const auto& place) { return at < place.first; });
        return after == places_.begin() ? std::string{} : std::prev(after)->second;
    }

    /// Another notation at the place of a defect, if that helps. Defects that stay are the
    /// manifest's own: a template that does not exist.
    bool repair() {
        const std::size_t index = std::min(n_inherent_, defects_.size());
        if (index >= defects_.size()) return false;
        const Choices kept = choices_;
        const std::size_t n_before = defects_.size();
        const std::string path = path_at(defects_[index]);
        // A whole template is no price for it.
        const bool is_denied = !path.empty() && choices_.deny_small(path);
        if (is_denied) {
            attempt();
            for (int i = 0; i < 4 && !differences_.empty(); ++i) {
                deny_differences();
                attempt();
            }
        }
        if (is_denied && differences_.empty() && defects_.size() < n_before) return true;
        choices_ = kept;
        ++n_inherent_;
        attempt();
        return true;
    }

    const ir::Document& document_;
    const FileNames& before_;
    FileNames names_;
    Choices choices_;
    Line line_;
    std::vector<std::string> raw_paths_;
    std::vector<std::string> differences_;
    std::vector<Span> defects_;
    std::vector<Span> syntax_defects_;
    std::vector<std::pair<std::size_t, std::string>> places_;
    std::size_t n_attempts_ = 0;
    std::size_t n_inherent_ = 0;
};

// ---- comments

void collect(Line& line, std::vector<Line*>& all) {
    if (line.source != kNoPlace) all.push_back(&line);
    for (Line& inner : line.body)
        collect(inner, all);
}

/// A comment goes to the statement that follows it, one behind a value to that value's.
class CommentPlacer {
public:
    CommentPlacer(const ir::SourceUnit& unit, const SourceMap& sources)
        : unit_(unit), sources_(sources) {}

    /// `end`: where the next document begins.
    void place(std::vector<Line>& lines, std::uint32_t end) {
        std::vector<Line*> all;
        for (Line& line : lines)
            collect(line, all);
        std::vector<std::pair<Line*, std::vector<std::string>>> found;
        std::vector<Line> last;
        for (; next_ < unit_.comments.size() && unit_.comments[next_].begin < end; ++next_) {
            const Span span = unit_.comments[next_];
            const std::string text = comment_text(std::string(sources_.text(span)));
            Line* target = target_of(span, all);
            if (target == nullptr) {
                last.push_back({.head = text});
                continue;
            }
            const auto known = std::find_if(found.begin(), found.end(),
                                            [&](const auto& item) { return item.first == target; });
            if (known == found.end()) {
                found.push_back({target, {text}});
            } else {
                known->second.push_back(text);
            }
        }
        // Doc comments stay next to what they describe.
        for (auto& [line, texts] : found)
            line->comments.insert(line->comments.begin(), texts.begin(), texts.end());
        std::move(last.begin(), last.end(), std::back_inserter(lines));
    }

private:
    [[nodiscard]] bool stands_alone(Span span) const {
        const std::string_view text = sources_.file(span.file).text;
        for (std::size_t at = span.begin; at > 0; --at) {
            if (text[at - 1] == '\n') return true;
            if (text[at - 1] != ' ' && text[at - 1] != '\t') return false;
        }
        return true;
    }

    /// The next statement, unless the comment stands inside of a value that ends before.
    [[nodiscard]] Line* target_of(Span span, const std::vector<Line*>& all) const {
        Line* next = nullptr;
        Line* before = nullptr;
        Line* around = nullptr;
        for (Line* line : all) {
            const bool is_next = line->source >= span.begin;
            const bool is_around = !is_next && line->source_end > span.begin;
            if (is_next && (next == nullptr || line->source < next->source)) next = line;
            if (!is_next && (before == nullptr || line->source >= before->source)) before = line;
            if (is_around && (around == nullptr || line->source >= around->source)) around = line;
        }
        if (!stands_alone(span)) return before == nullptr ? next : before;
        const bool is_inside =
            around != nullptr && (next == nullptr || next->source >= around->source_end);
        return is_inside ? around : next;
    }

    const ir::SourceUnit& unit_;
    const SourceMap& sources_;
    std::size_t next_ = 0;
};

/// Behind these, what was read is a guess.
bool is_unreadable(ir::DefectKind kind) {
    return kind == ir::DefectKind::kYamlSyntax || kind == ir::DefectKind::kAliasCycle ||
           kind == ir::DefectKind::kTemplatedSource;
}

/// The names that two objects have chosen may not go together: then all are plain objects.
std::vector<Line> plain_objects(const std::vector<const ir::Document*>& documents) {
    std::vector<Line> lines;
    FileNames names;
    for (const ir::Document* document : documents) {
        Choices choices;
        choices.withdraw("", "declaration");
        choices.withdraw("", "object");
        lines.push_back(Writer(choices, names).write(*document));
    }
    return lines;
}

bool is_equal(const std::string& text, const std::vector<const ir::Document*>& documents) {
    Compiled compiled;
    compile({text, {}}, compiled);
    if (compiled.unit.documents.size() != documents.size()) return false;
    for (std::size_t i = 0; i < documents.size(); ++i) {
        const ir::Value& made = *compiled.unit.documents[i].root;
        if (!differences(*documents[i]->root, made).empty()) return false;
    }
    return true;
}

} // namespace

std::vector<const ir::Document*> importable(const ir::SourceUnit& unit) {
    std::vector<const ir::Document*> documents;
    for (const ir::Document& document : unit.documents) {
        const bool is_broken =
            std::any_of(unit.defects.begin(), unit.defects.end(), [&](const ir::Defect& defect) {
                return is_unreadable(defect.kind) && document.span.begin <= defect.span.begin &&
                       defect.span.begin <= document.span.end;
            });
        const bool is_manifest = document.root != nullptr && is_mapping(*document.root);
        if (document.is_complete && is_manifest && !is_broken) documents.push_back(&document);
    }
    return documents;
}

Imported import_unit(const ir::SourceUnit& unit, const SourceMap& sources) {
    Imported imported;
    FileNames names;
    const std::vector<const ir::Document*> documents = importable(unit);
    std::vector<const ir::Document*> written;
    std::vector<Line> declarations;
    CommentPlacer comments(unit, sources);
    for (std::size_t i = 0; i < documents.size(); ++i) {
        Attempts attempts(*documents[i], names);
        attempts.run();
        imported.n_attempts += attempts.n_attempts();
        if (!attempts.is_equal()) {
            imported.impossible.push_back(std::string(documents[i]->kind) + " " +
                                          std::string(documents[i]->name));
            continue;
        }
        written.push_back(documents[i]);
        for (Fallback& fallback : attempts.fallbacks())
            imported.fallbacks.push_back(std::move(fallback));
        imported.n_nodes += count_keys(*documents[i]->root);
        std::vector<Line> lines{attempts.line()};
        names = attempts.names();
        const bool is_last = i + 1 == documents.size();
        comments.place(lines, is_last ? UINT32_MAX : documents[i]->span.end);
        std::move(lines.begin(), lines.end(), std::back_inserter(declarations));
    }
    imported.n_objects = written.size();
    const std::vector<Line> lines = with_modules(std::move(declarations), names);
    imported.text = syntax::format_source(print_lines(lines).text);
    if (!is_equal(imported.text, written)) {
        imported.text = print_lines(plain_objects(written)).text;
        imported.fallbacks = {
            {"all", "the objects do not go together in one file", imported.n_nodes}};
        TIPHYS_ASSERT(is_equal(imported.text, written), "raw YAML gives back the object");
    }
    return imported;
}

} // namespace tiphys::codegen
