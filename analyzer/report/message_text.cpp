// A finding in words.
#include "analyzer/report/message_text.h"

#include "analyzer/report/utf8.h"

namespace tiphys::report {

std::string message_with_advice(const Diagnostic& diagnostic) {
    std::string text = diagnostic.message;
    for (const std::string& note : diagnostic.notes) {
        text += "\nnote: " + note;
    }
    if (!diagnostic.help.empty()) text += "\nhelp: " + diagnostic.help;
    return text;
}

std::string message_on_one_line(const Diagnostic& diagnostic) {
    std::string text = on_one_line(diagnostic.message);
    if (!diagnostic.help.empty()) text += "; " + on_one_line(diagnostic.help);
    return text;
}

} // namespace tiphys::report
