// `depends` of Argo as what follows `after`.
#include "codegen/tiphys/depends.h"

#include <algorithm>
#include <array>

#include "codegen/tiphys/notation.h"

namespace tiphys::codegen {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kOutcomes{{
    {"Succeeded", "ok"},
    {"Failed", "failed"},
    {"Errored", "errored"},
    {"Skipped", "skipped"},
    {"Omitted", "omitted"},
    {"Daemoned", "daemoned"},
    {"AnySucceeded", "anyOk"},
    {"AllFailed", "allFailed"},
}};

/// Reads the text as the language would write it: one blank around operators, none elsewhere.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    std::optional<std::string> read() {
        while (true) {
            if (!read_operand()) return std::nullopt;
            if (rest_.empty()) break;
            const std::string_view sign = rest_.substr(0, 4);
            if (sign != " && " && sign != " || ") return std::nullopt;
            out_ += sign;
            rest_.remove_prefix(4);
        }
        if (depth_ != 0) return std::nullopt;
        return out_;
    }

private:
    bool read_operand() {
        while (!rest_.empty() && (rest_[0] == '!' || rest_[0] == '(')) {
            depth_ += rest_[0] == '(' ? 1 : 0;
            out_ += rest_[0];
            rest_.remove_prefix(1);
        }
        const std::size_t end = std::min(rest_.find_first_of(".! ()&|"), rest_.size());
        const auto name = name_text(rest_.substr(0, end));
        if (!name) return false;
        out_ += *name;
        rest_.remove_prefix(end);
        if (rest_.starts_with('.') && !read_outcome()) return false;
        while (!rest_.empty() && rest_[0] == ')') {
            --depth_;
            out_ += ')';
            rest_.remove_prefix(1);
        }
        return depth_ >= 0;
    }

    bool read_outcome() {
        const std::size_t end = std::min(rest_.find_first_of(" )", 1), rest_.size());
        const std::string_view outcome = rest_.substr(1, end - 1);
        const auto word = std::find_if(kOutcomes.begin(), kOutcomes.end(),
                                       [&](const auto& item) { return item.first == outcome; });
        if (word == kOutcomes.end()) return false;
        out_.append(".").append(word->second);
        rest_.remove_prefix(end);
        return true;
    }

    std::string_view rest_;
    std::string out_;
    int depth_ = 0;
};

} // namespace

std::optional<std::string> after_of(std::string_view depends) {
    return Reader(depends).read();
}

std::optional<std::vector<std::string>> names_of_all(std::string_view depends) {
    std::vector<std::string> names;
    while (true) {
        const std::size_t end = std::min(depends.find(" && "), depends.size());
        const std::string_view name = depends.substr(0, end);
        const bool is_name = !name.empty() && name.find_first_of(".!()&| ") == name.npos;
        if (!is_name) return std::nullopt;
        names.emplace_back(name);
        if (end == depends.size()) return names;
        depends.remove_prefix(end + 4);
    }
}

} // namespace tiphys::codegen
