// Messages with typed arguments.
#include "compiler/base/message.h"

namespace tiphys {

std::string format_message(std::string_view text,
                           std::initializer_list<MessageArgument> arguments) {
    std::string out;
    const auto* argument = arguments.begin();
    std::size_t from = 0;
    for (std::size_t at = text.find("{}"); at != text.npos; at = text.find("{}", from)) {
        out.append(text.substr(from, at - from));
        if (argument != arguments.end()) out.append((argument++)->text());
        from = at + 2;
    }
    out.append(text.substr(from));
    return out;
}

} // namespace tiphys
