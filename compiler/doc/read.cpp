// Reads one document: checks its bytes, chooses the reader, and reads on behind what is broken.
#include "compiler/doc/read.h"

#include <algorithm>
#include <string>

#include "compiler/base/source_map.h"
#include "compiler/doc/character.h"
#include "compiler/doc/diagnose.h"
#include "compiler/doc/read_json.h"
#include "compiler/doc/read_yaml.h"
#include "compiler/doc/templated.h"
#include "compiler/doc/utf8.h"

namespace tiphys::doc {
namespace {

// How often a broken document is read anew, each time with one more piece masked; large ones less
// often, so that the time stays within bounds.
constexpr std::size_t kMostReadings = 100;
constexpr std::size_t kMostBytesReread = std::size_t{8} * 1024 * 1024;

class DocumentReader {
public:
    DocumentReader(Span document, std::string_view source, Arena& arena)
        : document_(document), source_(source),
          begin_(document.begin +
                 static_cast<std::uint32_t>(byte_order_mark(source.substr(document.begin)))),
          arena_(arena) {}

    Tree read() {
        reset();
        const ByteCheck check = check_bytes(source_.substr(begin_));
        if (check.fault != ByteFault::kNone) {
            report_bytes(check);
        } else if (!read_as_json()) {
            check_directives();
            read_as_yaml();
        }
        finish();
        return std::move(tree_);
    }

private:
    void reset() {
        tree_ = {};
        tree_.file = document_.file;
        tree_.span = document_;
    }

    void report(DefectKind kind, std::uint32_t begin, std::uint32_t end, std::string_view detail) {
        found_.push_back({kind, {document_.file, begin, end}, {}, detail});
    }

    void report_bytes(const ByteCheck& check) {
        const DefectKind kind = check.fault == ByteFault::kNotUtf8 ? DefectKind::kNotUtf8
                                                                   : DefectKind::kControlCharacter;
        report(kind, begin_ + check.begin, begin_ + check.end, {});
        is_complete_ = false;
    }

    // True if nothing is left to do.
    bool read_as_json() {
        if (!looks_like_json(source_.substr(begin_))) return false;
        json_ = read_json(source_, begin_, tree_, arena_);
        is_complete_ = json_.detail.empty();
        if (is_complete_ || json_.is_limit) return true;
        is_complete_ = true;
        reset();
        return false;
    }

    // What YAML takes for a mapping in braces may be JSON with a mistake; then its words are
    // better.
    bool is_broken_json() const {
        const std::uint32_t begin = skip_blanks(source_, begin_);
        return !json_.detail.empty() && source_[begin] != '[';
    }

    std::string_view text() const { return shown_.empty() ? source_ : std::string_view(shown_); }

    void mask(std::uint32_t begin, std::uint32_t end, char filler) {
        if (shown_.empty()) shown_ = source_;
        std::fill(shown_.begin() + begin, shown_.begin() + end, filler);
    }

    void read_as_yaml() {
        const std::size_t size = source_.size() - begin_;
        const std::size_t n_most =
            std::clamp(kMostBytesReread / (size + 1), std::size_t{2}, kMostReadings);
        for (std::size_t i = 0; i < n_most; ++i) {
            reset();
            const YamlInput input{text(), source_, begin_, masked_};
            const YamlStop stop = read_yaml(input, tree_, arena_);
            if (stop.reason == YamlStop::Reason::kNone) return;
            if (stop.reason == YamlStop::Reason::kLimit) break;
            if (is_broken_json()) {
                reset();
                json_ = read_json(source_, begin_, tree_, arena_);
                report(DefectKind::kSyntax, json_.at, std::min(json_.at + 1, document_.end),
                       json_.detail);
                break;
            }
            const Diagnosis diagnosis = diagnose(stop, input, arena_);
            if (!diagnosis.is_fine)
                report(diagnosis.kind, diagnosis.begin, diagnosis.end, diagnosis.detail);
            if (!diagnosis.mask.has_value() || !add_mask(*diagnosis.mask)) break;
        }
        is_complete_ = false;
    }

    // False if that was masked before, and did not help.
    bool add_mask(const Masked& added) {
        const bool is_known = std::any_of(masked_.begin(), masked_.end(), [&](const Masked& old) {
            return old.begin <= added.begin && added.end <= old.end;
        });
        if (is_known || added.begin >= added.end) return false;
        std::erase_if(masked_, [&](const Masked& old) { return old.begin == added.begin; });
        masked_.push_back(added);
        mask(added.begin, added.end, added.is_blank ? ' ' : 'x');
        return true;
    }

    // Argo's YAML library knows `%YAML 1.1` and `%TAG`, and wants a `---` after them.
    void check_directives() {
        std::uint32_t at = begin_;
        bool has_directive = false;
        for (; at < source_.size(); at = after_break(source_, line_end(source_, at))) {
            const std::string_view line = source_.substr(at, line_end(source_, at) - at);
            const std::uint32_t content = skip_blanks(line, 0);
            if (content == line.size() || line[content] == '#') continue;
            if (line[0] != '%') break;
            has_directive = true;
            const bool is_known = (line.starts_with("%YAML 1.1") && is_space_or_end(line, 9)) ||
                                  line.starts_with("%TAG ");
            if (!is_known)
                report(DefectKind::kSyntax, at, at + static_cast<std::uint32_t>(line.size()),
                       "only the directives `%YAML 1.1` and `%TAG` are known to Kubernetes; remove "
                       "this line, or quote the value if it is meant as text");
        }
        if (has_directive && !source_.substr(at).starts_with("---"))
            report(DefectKind::kSyntax, at, line_end(source_, at),
                   "a line `---` is missing between the directives and this line");
    }

    void finish() {
        // Many trees are held at once: no room to grow is needed any more.
        tree_.nodes.shrink_to_fit();
        tree_.comments.shrink_to_fit();
        if (const auto helm = found_helm()) {
            found_ = {*helm};
            tree_.defects.clear();
            is_complete_ = false;
        }
        tree_.is_complete = is_complete_;
        std::vector<Defect>& defects = tree_.defects;
        defects.insert(defects.end(), found_.begin(), found_.end());
        for (Defect& defect : defects) {
            defect.span.begin = std::clamp(defect.span.begin, document_.begin, document_.end);
            defect.span.end = std::clamp(defect.span.end, defect.span.begin, document_.end);
        }
        std::stable_sort(defects.begin(), defects.end(), [](const Defect& a, const Defect& b) {
            return a.span.begin < b.span.begin;
        });
        const auto is_same = [](const Defect& a, const Defect& b) {
            return a.kind == b.kind && a.span == b.span;
        };
        defects.erase(std::unique(defects.begin(), defects.end(), is_same), defects.end());
    }

    std::optional<Defect> found_helm() const {
        for (const Defect& defect : found_) {
            if (defect.kind == DefectKind::kTemplatedSource) return defect;
        }
        const auto helm = helm_in_plain(source_, tree_);
        if (!helm.has_value()) return std::nullopt;
        return Defect{
            DefectKind::kTemplatedSource, {document_.file, helm->begin, helm->end}, {}, {}};
    }

    Span document_;
    std::string_view source_; // of the file, up to the document's end
    std::uint32_t begin_;     // behind a byte order mark
    Arena& arena_;
    Tree tree_;
    JsonStop json_;
    std::string shown_; // the source with masks, once there are any
    std::vector<Masked> masked_;
    std::vector<Defect> found_;
    bool is_complete_ = true;
};

} // namespace

Tree read_document(Span document, std::string_view text, Arena& arena) {
    return DocumentReader(document, text.substr(0, document.end), arena).read();
}

} // namespace tiphys::doc
