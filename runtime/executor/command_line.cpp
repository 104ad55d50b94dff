// The words that the executor is started with.

#include "runtime/executor/command_line.h"

#include <algorithm>
#include <optional>

namespace tiphys::executor {
namespace {

Result<Done> set_option(CommandLine& line, const std::string& name, const std::string& value) {
    if (name == "--server" || name == "-s") {
        line.api.server = value;
    } else if (name == "--namespace" || name == "-n") {
        line.api.name_space = value;
    } else if (name == "--token") {
        line.api.token = value;
    } else if (name == "--certificate-authority") {
        line.api.authority_file = value;
    } else if (name == "--root") {
        line.root = value;
    } else if (name == "--log-format") {
        line.log.is_json = value == "json";
    } else if (name == "--loglevel") {
        if (value == "debug") line.log.level = LogLevel::kDebug;
        if (value == "warn") line.log.level = LogLevel::kWarn;
        if (value == "error") line.log.level = LogLevel::kError;
    } else if (name != "--gloglevel") {
        return Error{"unknown flag: " + name};
    }
    return Done{};
}

} // namespace

Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments) {
    CommandLine line;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        if (word == "--") {
            line.rest.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                             arguments.end());
            break;
        }
        if (!word.starts_with('-') || word == "-") {
            line.words.push_back(word);
            continue;
        }
        const std::size_t equals = word.find('=');
        if (equals == word.npos && i + 1 == arguments.size()) {
            return Error{"flag needs an argument: " + word};
        }
        const std::string value = equals == word.npos ? arguments[++i] : word.substr(equals + 1);
        TIPHYS_TRY(set, set_option(line, word.substr(0, equals), value));
        static_cast<void>(set);
    }
    return line;
}

} // namespace tiphys::executor
