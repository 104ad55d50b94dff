// Reads .schema files: one line is one fact.
#include <algorithm>
#include <sstream>

#include "schemas/gen/schema_files.h"

namespace schemac {
namespace {

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string::npos) return "";
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Words separated by blanks; blanks inside parentheses do not separate.
std::vector<std::string> words_of(const std::string& text) {
    std::vector<std::string> words;
    std::string word;
    int depth = 0;
    for (char c : text) {
        if (c == '(') ++depth;
        if (c == ')') --depth;
        if ((c == ' ' || c == '\t') && depth == 0) {
            if (!word.empty()) words.push_back(word);
            word.clear();
        } else {
            word += c;
        }
    }
    if (!word.empty()) words.push_back(word);
    return words;
}

/// The documentation starts at a `|` that stands between blanks, outside parentheses.
std::size_t find_doc(const std::string& line) {
    int depth = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '(') ++depth;
        if (line[i] == ')') --depth;
        if (line[i] == '|' && depth == 0) return i;
    }
    return std::string::npos;
}

class Reader {
public:
    Reader(std::string path, Schema& schema) : path_(std::move(path)), schema_(schema) {}

    void read_line(const std::string& raw, int number) {
        place_ = path_ + ":" + std::to_string(number);
        const std::string content = trimmed(raw);
        if (content.empty() || content[0] == '#') return;
        const std::size_t bar = find_doc(content);
        const std::vector<std::string> words = words_of(content.substr(0, bar));
        const std::string doc = bar == std::string::npos ? "" : trimmed(content.substr(bar + 1));
        if (words.empty()) return fail("a line needs a name");
        if (raw[0] != ' ') return read_statement(words, doc);
        if (schema_.types.empty() || !in_type_) return fail("a field stands outside of a type");
        if (words[0] == "oneof") return read_one_of(words);
        read_field(words, doc);
    }

private:
    void fail(const std::string& message) { schema_.errors.push_back(place_ + ": " + message); }

    void read_statement(const std::vector<std::string>& words, const std::string& doc) {
        in_type_ = false;
        if (words[0] == "package" && words.size() == 2) {
            package_ = words[1];
        } else if (words[0] == "type" && words.size() >= 2) {
            if (package_.empty()) return fail("`package` must come before the first type");
            in_type_ = true;
            Type type{package_, words[1], {}, doc, {}, {}, place_};
            for (std::size_t i = 2; i < words.size(); ++i)
                add_attribute(words[i], type.attributes);
            schema_.types.push_back(std::move(type));
        } else if (words[0] == "vocabulary" && words.size() > 2) {
            auto& names = schema_.vocabulary[words[1]];
            names.insert(names.end(), words.begin() + 2, words.end());
        } else {
            fail("expected `package NAME`, `type NAME …` or `vocabulary LIST …`");
        }
    }

    void add_attribute(const std::string& word, std::map<std::string, std::string>& attributes) {
        const std::size_t open = word.find('(');
        if (open == std::string::npos) {
            attributes[word] = "";
        } else if (word.back() != ')') {
            fail("attribute `" + word + "` has no closing parenthesis");
        } else {
            const std::string name = word.substr(0, open);
            if (!attributes.emplace(name, word.substr(open + 1, word.size() - open - 2)).second) {
                fail("attribute `" + name + "` is given twice");
            }
        }
    }

    void read_one_of(const std::vector<std::string>& words) {
        OneOf one_of;
        std::size_t at = 1;
        for (; at < words.size(); ++at) {
            std::string word = words[at];
            const bool is_last = word.back() == ':';
            if (is_last) word.pop_back();
            if (word == "required") {
                one_of.is_required = true;
            } else {
                one_of.name = word;
            }
            if (is_last) break;
        }
        for (++at; at < words.size(); ++at)
            one_of.fields.push_back(words[at]);
        if (one_of.fields.size() < 2) return fail("`oneof NAME: a b …` names two fields or more");
        schema_.types.back().one_ofs.push_back(std::move(one_of));
    }

    void read_field(const std::vector<std::string>& words, const std::string& doc) {
        if (words.size() < 2) return fail("a field needs a name and a type");
        Field field;
        field.name = words[0];
        field.doc = doc;
        field.place = place_;
        std::string element = words[1];
        while (element.size() > 2 && (element[0] == '[' || element[0] == '{')) {
            const char closing = element[0] == '[' ? ']' : '}';
            if (element.back() != closing) return fail("type `" + words[1] + "` is not closed");
            field.wrappers += element[0] == '[' ? 'L' : 'M';
            element = element.substr(1, element.size() - 2);
        }
        field.element = element;
        for (std::size_t i = 2; i < words.size(); ++i)
            add_attribute(words[i], field.attributes);
        schema_.types.back().fields.push_back(std::move(field));
    }

    std::string path_;
    std::string place_;
    std::string package_;
    bool in_type_ = false;
    Schema& schema_;
};

} // namespace

const Type* Schema::find(const std::string& package, const std::string& name) const {
    for (const Type& type : types) {
        if (type.package == package && type.name == name) return &type;
    }
    return nullptr;
}

void read_schema_file(const std::string& path, const std::string& text, Schema& schema) {
    Reader reader(path, schema);
    std::istringstream lines(text);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number)
        reader.read_line(line, number);
}

TypeName split_type_name(const std::string& element, const std::string& package) {
    const std::size_t dot = element.find('.');
    if (dot == std::string::npos) return {package, element};
    return {element.substr(0, dot), element.substr(dot + 1)};
}

} // namespace schemac
