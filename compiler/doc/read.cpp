// Reads one document: checks its bytes, chooses the reader, and explains what went wrong.
#include "compiler/doc/read.h"

#include <algorithm>

#include "compiler/doc/read_yaml.h"
#include "compiler/doc/utf8.h"

namespace tiphys::doc {
namespace {

void report_bytes(const ByteCheck& check, std::uint32_t base, Tree& tree) {
    const DefectKind kind =
        check.fault == ByteFault::kNotUtf8 ? DefectKind::kNotUtf8 : DefectKind::kControlCharacter;
    tree.defects.push_back({kind, {tree.file, base + check.begin, base + check.end}, {}, {}});
    tree.is_complete = false;
}

} // namespace

Tree read_document(Span document, std::string_view text, Arena& arena) {
    Tree tree;
    tree.file = document.file;
    tree.span = document;
    const std::string_view source = text.substr(0, document.end);
    const ByteCheck check = check_bytes(source.substr(document.begin));
    if (check.fault != ByteFault::kNone) {
        report_bytes(check, document.begin, tree);
        return tree;
    }
    const std::vector<Masked> masked;
    const YamlStop stop = read_yaml({source, source, document.begin, masked}, tree, arena);
    if (stop.reason != YamlStop::Reason::kNone) {
        tree.is_complete = false;
        const std::uint32_t at = std::min(stop.at, document.end);
        if (stop.reason != YamlStop::Reason::kLimit)
            tree.defects.push_back({DefectKind::kSyntax,
                                    {tree.file, at, std::min(at + 1, document.end)},
                                    {},
                                    stop.message});
    }
    std::stable_sort(tree.defects.begin(), tree.defects.end(),
                     [](const Defect& a, const Defect& b) { return a.span.begin < b.span.begin; });
    return tree;
}

} // namespace tiphys::doc
