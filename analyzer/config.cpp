// The project's settings: the only place that reads TOML.
#include "analyzer/config.h"

#include <algorithm>
#include <array>
#include <cctype>

// The library's switches have the library's names. NOLINTBEGIN(readability-identifier-naming)
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_WINDOWS_COMPAT 0
// It asserts what begins the key of a table's header, which is for the file to say wrongly; that is
// looked at before.
#define TOML_ASSERT(expression) static_cast<void>(0)
// NOLINTEND(readability-identifier-naming)
#include <toml++/toml.h>

#include "analyzer/suggest.h"
#include "analyzer/versions.h"

namespace tiphys::analyze {
namespace {

constexpr Message<std::string_view> kSyntax{"{}"};
constexpr Message<std::string_view, std::string_view> kUnknownKey{"there is no setting `{}`{}"};
constexpr Message<std::string_view, std::string_view, std::string_view> kWrongType{
    "`{}` takes {}, but this is {}"};
constexpr Message<std::string_view, std::string_view> kWrongValue{"`{}` cannot be `{}`"};
constexpr Message<std::string_view, std::int64_t, std::int64_t> kOutOfRange{
    "`{}` takes a number from {} to {}"};
constexpr Message<std::string_view> kUnknownRule{"there is no rule or group `{}`"};
constexpr Message<std::string_view> kTwice{"`{}` stands twice in this list"};
constexpr Message<std::string_view> kSelectedAndIgnored{"`{}` is selected and ignored"};
constexpr Message<std::string_view> kIgnoredAndGraded{"`{}` is ignored, so it has no severity"};
constexpr Message<> kNothingLeft{"all rules that are selected are ignored"};

constexpr std::array<std::string_view, 4> kGrades{"error", "warning", "info", "off"};
constexpr std::array<std::string_view, 4> kFailOn{"error", "warning", "info", "never"};
constexpr std::array<std::string_view, 3> kMissingRefs{"error", "warn", "ignore"};

/// A number of `[limits]` or `[cluster]`.
struct Limit {
    std::string_view name;
    std::int64_t Limits::*member;
    bool is_of_cluster = false;
};
constexpr std::array<Limit, 11> kLimits{{{"annotation-bytes", &Limits::annotation_bytes},
                                         {"argument-bytes", &Limits::argument_bytes},
                                         {"inline-bytes", &Limits::inline_bytes},
                                         {"max-artifact-copies", &Limits::most_artifact_copies},
                                         {"max-attempts", &Limits::most_attempts},
                                         {"max-pods", &Limits::most_pods},
                                         {"max-pods-at-once", &Limits::most_pods_at_once},
                                         {"node-cpu-milli", &Limits::node_cpu_milli, true},
                                         {"node-memory-bytes", &Limits::node_memory_bytes, true},
                                         {"object-bytes", &Limits::object_bytes},
                                         {"parameter-bytes", &Limits::parameter_bytes}}};

std::string_view type_words(toml::node_type type) {
    switch (type) {
    case toml::node_type::none:
        return "nothing";
    case toml::node_type::table:
        return "a table";
    case toml::node_type::array:
        return "a list";
    case toml::node_type::string:
        return "a string";
    case toml::node_type::integer:
        return "a whole number";
    case toml::node_type::floating_point:
        return "a number with a point";
    case toml::node_type::boolean:
        return "true or false";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
        return "a date or time";
    }
    return "";
}

/// The library's words without what it was doing: "expected '=', saw 'w'".
std::string syntax_words(std::string_view description) {
    constexpr std::string_view kPrefix = "Error while parsing ";
    std::string text(description);
    const std::size_t colon = text.find(": ");
    if (description.starts_with(kPrefix) && colon != text.npos) {
        const std::string place = text.substr(kPrefix.size(), colon - kPrefix.size());
        text = "in this " + place + ": " + text.substr(colon + 2);
        if (place == "root table") text = text.substr(text.find(": ") + 2);
    } else if (!text.empty()) {
        text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    }
    // A line break is quoted as it is.
    for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n'))
        text.replace(at, 1, "\\n");
    return text;
}

/// The first place where the header of a table begins with something that no key begins with.
std::optional<std::size_t> odd_header(std::string_view text) {
    for (std::size_t line = 0; line < text.size();) {
        const std::size_t end = std::min(text.find('\n', line), text.size());
        std::size_t at = std::min(text.find_first_not_of(" \t", line), end);
        line = end + 1;
        if (at == end || text[at] != '[') continue;
        at += text.substr(at).starts_with("[[") ? 2U : 1U;
        at = std::min(text.find_first_not_of(" \t", at), end);
        if (at == end) return end;
        const char letter = text[at];
        const bool is_key = std::isalnum(static_cast<unsigned char>(letter)) != 0 ||
                            std::string_view("-_'\"]").find(letter) != std::string_view::npos;
        if (!is_key) return at;
    }
    return std::nullopt;
}

/// What a rule or group name stands for; `all` is every rule. Empty for other words.
std::vector<std::string_view> rules_named(std::string_view name) {
    std::vector<std::string_view> names;
    for (const RegisteredRule& rule : rules()) {
        if (name == "all" || rule.name == name || rule.group == name) names.push_back(rule.name);
    }
    return names;
}

std::vector<std::string_view> known_rule_words() {
    std::vector<std::string_view> words;
    for (const RegisteredRule& rule : rules()) {
        if (words.empty() || words.back() != rule.group) words.push_back(rule.group);
    }
    for (const RegisteredRule& rule : rules())
        words.push_back(rule.name);
    return words;
}

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Reads the parsed document into a Config.
class Reader {
public:
    Reader(const SourceMap& sources, FileId file, std::vector<Diagnostic>& found)
        : sources_(sources), file_(file), found_(found) {}

    Config read() {
        const std::string& text = sources_.file(file_).text;
        if (const auto odd = odd_header(text)) {
            const auto begin = static_cast<std::uint32_t>(*odd);
            const auto size = static_cast<std::uint32_t>(text.size());
            report("config-syntax", {file_, begin, std::min(begin + 1, size)}, kSyntax,
                   "no name of a table begins like this");
            return {};
        }
        const toml::parse_result parsed = toml::parse(std::string_view(text), std::string_view());
        if (!parsed) {
            report("config-syntax", at(parsed.error().source().begin), kSyntax,
                   syntax_words(parsed.error().description()));
            return {};
        }
        read_table(parsed.table(), kTopLevel, "");
        check_contradictions();
        return std::move(config_);
    }

private:
    using Read = void (Reader::*)(std::string_view name, const toml::node& value);
    struct Key {
        std::string_view name;
        Read read;
    };

    void read_table(const toml::table& table, std::span<const Key> keys, std::string_view owner) {
        for (const auto& [key, value] : table) {
            const std::string_view name = key.str();
            const auto row = std::find_if(keys.begin(), keys.end(),
                                          [&](const Key& known) { return known.name == name; });
            if (row != keys.end()) {
                (this->*row->read)(name, value);
                continue;
            }
            std::vector<std::string_view> names;
            for (const Key& known : keys)
                names.push_back(known.name);
            const std::string place = owner.empty() ? "" : " in `[" + std::string(owner) + "]`";
            suggest(report("config-unknown-key", span_of(key.source()), kUnknownKey, name, place),
                    span_of(key.source()), name, names, "settings here are");
        }
    }

    void read_strict(std::string_view name, const toml::node& value) {
        if (is_of(toml::node_type::boolean, name, value))
            config_.strict = value.as_boolean()->get();
    }
    void read_fail_on(std::string_view name, const toml::node& value) {
        if (is_one_of(kFailOn, name, value)) config_.fail_on = value.as_string()->get();
    }
    void read_baseline(std::string_view name, const toml::node& value) {
        if (is_of(toml::node_type::string, name, value))
            config_.baseline = value.as_string()->get();
    }
    void read_argo_version(std::string_view name, const toml::node& value) {
        if (!is_of(toml::node_type::string, name, value)) return;
        const std::string& text = value.as_string()->get();
        const int version = version_of(text);
        if (version != 0) {
            config_.settings.argo_version = version;
            return;
        }
        report("config-wrong-value", span_of(value), kWrongValue, name, text)
            .help("write a version as `4.1` or `3.6`");
    }
    void read_known(std::string_view name, const toml::node& value) {
        config_.known = texts(string_list(name, value));
    }
    void read_missing_refs(std::string_view name, const toml::node& value) {
        if (!is_one_of(kMissingRefs, name, value)) return;
        const std::string& word = value.as_string()->get();
        config_.settings.missing_references = word == "warn"     ? MissingReferences::kWarn
                                              : word == "ignore" ? MissingReferences::kIgnore
                                                                 : MissingReferences::kError;
    }
    void read_select(std::string_view name, const toml::node& value) {
        config_.select = rule_list(name, value);
    }
    void read_ignore(std::string_view name, const toml::node& value) {
        ignore_span_ = span_of(value);
        config_.ignore = rule_list(name, value);
    }

    void read_file_ignores(std::string_view name, const toml::node& value) {
        if (!is_of(toml::node_type::table, name, value)) return;
        std::vector<std::pair<Span, FileIgnores>> found;
        for (const auto& [pattern, rules_node] : *value.as_table()) {
            found.push_back({span_of(pattern.source()),
                             {std::string(pattern.str()), rule_list(pattern.str(), rules_node)}});
        }
        std::sort(found.begin(), found.end(),
                  [](const auto& a, const auto& b) { return a.first.begin < b.first.begin; });
        for (auto& [span, ignores] : found)
            config_.file_ignores.push_back(std::move(ignores));
    }

    void read_severities(std::string_view name, const toml::node& value) {
        if (!is_of(toml::node_type::table, name, value)) return;
        for (const auto& [key, grade] : *value.as_table()) {
            const std::vector<std::string_view> names =
                known_rules(key.str(), span_of(key.source()));
            if (!is_one_of(kGrades, key.str(), grade) || names.empty()) continue;
            for (const std::string_view rule : names)
                grades_.push_back(
                    {rule, grade.as_string()->get(), span_of(key.source()), names.size()});
        }
    }

    void read_limits(std::string_view name, const toml::node& value) {
        std::vector<Key> keys;
        for (const Limit& limit : kLimits) {
            if (!limit.is_of_cluster) keys.push_back({limit.name, &Reader::read_limit});
        }
        if (is_of(toml::node_type::table, name, value)) read_table(*value.as_table(), keys, name);
    }
    void read_cluster(std::string_view name, const toml::node& value) {
        std::vector<Key> keys{{"secrets", &Reader::read_secrets},
                              {"service-accounts", &Reader::read_service_accounts}};
        for (const Limit& limit : kLimits) {
            if (limit.is_of_cluster) keys.push_back({limit.name, &Reader::read_limit});
        }
        if (is_of(toml::node_type::table, name, value)) read_table(*value.as_table(), keys, name);
    }
    void read_secrets(std::string_view name, const toml::node& value) {
        config_.cluster.secrets = texts(string_list(name, value));
    }
    void read_service_accounts(std::string_view name, const toml::node& value) {
        config_.cluster.service_accounts = texts(string_list(name, value));
    }

    void read_limit(std::string_view name, const toml::node& value) {
        constexpr std::int64_t kMost = std::int64_t{1} << 50;
        const auto* const limit = std::find_if(kLimits.begin(), kLimits.end(),
                                               [&](const Limit& one) { return one.name == name; });
        if (!is_of(toml::node_type::integer, name, value)) return;
        const std::int64_t number = value.as_integer()->get();
        if (number >= 1 && number <= kMost) {
            config_.settings.limits.*(limit->member) = number;
        } else {
            report("config-wrong-value", span_of(value), kOutOfRange, name, 1, kMost);
        }
    }

    static constexpr std::array<Key, 12> kTopLevel{
        {{"argo-version", &Reader::read_argo_version},
         {"baseline", &Reader::read_baseline},
         {"cluster", &Reader::read_cluster},
         {"fail-on", &Reader::read_fail_on},
         {"ignore", &Reader::read_ignore},
         {"known", &Reader::read_known},
         {"limits", &Reader::read_limits},
         {"missing-refs", &Reader::read_missing_refs},
         {"per-file-ignores", &Reader::read_file_ignores},
         {"select", &Reader::read_select},
         {"severity", &Reader::read_severities},
         {"strict", &Reader::read_strict}}};

    bool is_of(toml::node_type type, std::string_view name, const toml::node& value) {
        if (value.type() == type) return true;
        const std::string_view seen = value.is_boolean()
                                          ? (value.as_boolean()->get() ? "`true`" : "`false`")
                                          : type_words(value.type());
        report("config-wrong-type", span_of(value), kWrongType, name, type_words(type), seen);
        return false;
    }

    bool is_one_of(std::span<const std::string_view> words, std::string_view name,
                   const toml::node& value) {
        if (!is_of(toml::node_type::string, name, value)) return false;
        const std::string& text = value.as_string()->get();
        if (std::find(words.begin(), words.end(), text) != words.end()) return true;
        suggest(report("config-wrong-value", span_of(value), kWrongValue, name, text),
                inner_span(value), text, words, "it can be");
        return false;
    }

    /// The strings of a list, each with its place; what is none is reported.
    std::vector<std::pair<std::string_view, const toml::node*>>
    string_list(std::string_view name, const toml::node& value) {
        std::vector<std::pair<std::string_view, const toml::node*>> strings;
        if (!is_of(toml::node_type::array, name, value)) return strings;
        for (const toml::node& element : *value.as_array()) {
            if (!element.is_string()) {
                report("config-wrong-type", span_of(element), kWrongType, name, "a list of strings",
                       type_words(element.type()));
                continue;
            }
            const std::string_view text = element.as_string()->get();
            const bool is_twice =
                std::any_of(strings.begin(), strings.end(),
                            [&](const auto& other) { return other.first == text; });
            if (is_twice) {
                Finding finding = report("config-contradiction", span_of(element), kTwice, text);
                finding.severity(Severity::kWarning);
            } else {
                strings.emplace_back(text, &element);
            }
        }
        return strings;
    }

    static std::vector<std::string>
    texts(const std::vector<std::pair<std::string_view, const toml::node*>>& strings) {
        std::vector<std::string> all;
        for (const auto& [text, node] : strings)
            all.emplace_back(text);
        return all;
    }

    std::vector<std::string_view> rule_list(std::string_view name, const toml::node& value) {
        std::vector<std::string_view> names;
        for (const auto& [text, node] : string_list(name, value)) {
            const Span span = inner_span(*node);
            for (const std::string_view rule : known_rules(text, span)) {
                if (!contains(names, rule)) names.push_back(rule);
            }
            if (name == "select") selected_.push_back({std::string(text), span});
            if (name == "ignore") ignored_.push_back({std::string(text), span});
        }
        return names;
    }

    std::vector<std::string_view> known_rules(std::string_view name, Span span) {
        std::vector<std::string_view> names = rules_named(name);
        if (names.empty()) {
            const std::vector<std::string_view> words = known_rule_words();
            suggest(report("config-unknown-rule", span, kUnknownRule, name), span, name, words,
                    "they are");
        }
        return names;
    }

    void check_contradictions() {
        for (const Written& selected : selected_) {
            for (const Written& ignored : ignored_) {
                if (selected.word != ignored.word) continue;
                report("config-contradiction", ignored.span, kSelectedAndIgnored, ignored.word)
                    .related(selected.span, "selected here")
                    .help("remove one of the two");
            }
        }
        for (const Grade& grade : grades_) {
            if (grade.word == "off") {
                if (!contains(config_.ignore, grade.rule)) config_.ignore.push_back(grade.rule);
                continue;
            }
            // A grade for a group does not speak of each of its rules.
            if (grade.n_rules == 1 && contains(config_.ignore, grade.rule)) {
                report("config-contradiction", grade.span, kIgnoredAndGraded, grade.rule)
                    .related(ignore_span_, "ignored here")
                    .help("remove one of the two");
            }
            set_severity(grade);
        }
        const bool is_nothing_left =
            !ignored_.empty() && !config_.select.empty() &&
            std::all_of(config_.select.begin(), config_.select.end(),
                        [&](std::string_view rule) { return contains(config_.ignore, rule); });
        if (is_nothing_left) report("config-contradiction", ignore_span_, kNothingLeft);
    }

    struct Written {
        std::string word;
        Span span;
    };
    /// A line of `[severity]` for one rule; `n_rules` more than one where it names a group.
    struct Grade {
        std::string_view rule;
        std::string word;
        Span span;
        std::size_t n_rules = 1;
    };

    /// A rule's own line counts more than its group's, and both more than that of `all`.
    void set_severity(const Grade& grade) {
        std::size_t& narrowest = grade_widths_[grade.rule];
        if (narrowest != 0 && narrowest <= grade.n_rules) return;
        narrowest = grade.n_rules;
        const Severity severity = grade.word == "error"     ? Severity::kError
                                  : grade.word == "warning" ? Severity::kWarning
                                                            : Severity::kInfo;
        config_.severities[grade.rule] = severity;
    }

    template <class... Args>
    Finding report(std::string_view rule, Span span, const Message<Args...>& message,
                   const std::type_identity_t<Args>&... args) {
        Diagnostic& diagnostic = found_.emplace_back();
        diagnostic.rule = rule;
        diagnostic.severity = Severity::kError;
        diagnostic.message = format_message(message, args...);
        diagnostic.span = span;
        return Finding(diagnostic);
    }

    /// The library counts code points; a line that ends too soon means the end of the line.
    [[nodiscard]] std::uint32_t offset_of(const toml::source_position& position) const {
        const std::string_view line = sources_.line(file_, position.line);
        const std::string& text = sources_.file(file_).text;
        if (line.data() == nullptr) return static_cast<std::uint32_t>(text.size());
        std::size_t at = 0;
        for (toml::source_index column = 1; column < position.column && at < line.size();
             ++column) {
            do {
                ++at;
            } while (at < line.size() && (static_cast<unsigned char>(line[at]) & 0xc0U) == 0x80U);
        }
        return static_cast<std::uint32_t>(line.data() - text.data()) +
               static_cast<std::uint32_t>(at);
    }
    [[nodiscard]] Span at(const toml::source_position& position) const {
        const std::uint32_t begin = offset_of(position);
        const auto size = static_cast<std::uint32_t>(sources_.file(file_).text.size());
        return {file_, begin, std::min(begin + 1, size)};
    }
    [[nodiscard]] Span span_of(const toml::source_region& region) const {
        return {file_, offset_of(region.begin), offset_of(region.end)};
    }
    [[nodiscard]] Span span_of(const toml::node& node) const { return span_of(node.source()); }
    /// The text of a string without its quotes.
    [[nodiscard]] Span inner_span(const toml::node& node) const {
        const Span span = span_of(node);
        return span.size() >= 2 ? Span{file_, span.begin + 1, span.end - 1} : span;
    }

    const SourceMap& sources_;
    FileId file_;
    std::vector<Diagnostic>& found_;
    Config config_;
    std::vector<Written> selected_;
    std::vector<Written> ignored_;
    std::vector<Grade> grades_;
    std::map<std::string_view, std::size_t> grade_widths_;
    Span ignore_span_;
};

void add_stub(std::string& yaml, std::string_view kind, const std::string& name) {
    std::string quoted = "'";
    for (const char letter : name)
        quoted += letter == '\'' ? std::string("''") : std::string(1, letter);
    yaml += "---\nkind: " + std::string(kind) + "\nmetadata: {name: " + quoted + "'}\n";
}

} // namespace

Config read_config(const SourceMap& sources, FileId file, std::vector<Diagnostic>& found) {
    std::vector<Diagnostic> of_config;
    Config config = Reader(sources, file, of_config).read();
    std::stable_sort(of_config.begin(), of_config.end(), comes_before);
    std::move(of_config.begin(), of_config.end(), std::back_inserter(found));
    return config;
}

std::string stubs_of(const ClusterFacts& facts) {
    std::string yaml;
    // The keys of a Secret are not listed, and those of an ExternalSecret are not known.
    for (const std::string& name : facts.secrets)
        add_stub(yaml, "ExternalSecret", name);
    for (const std::string& name : facts.service_accounts)
        add_stub(yaml, "ServiceAccount", name);
    return yaml;
}

} // namespace tiphys::analyze
