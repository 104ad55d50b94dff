// What Kubernetes takes a scalar for.
#include "compiler/doc/resolve.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "compiler/doc/character.h"

namespace tiphys::doc {
namespace {

struct Word {
    std::string_view text;
    ScalarType type;
    std::string_view json;
};

// resolveMapList in resolve.go; `.inf` and `.nan` have no JSON.
constexpr std::array kWords = {
    Word{"y", ScalarType::kBool, "true"},      Word{"Y", ScalarType::kBool, "true"},
    Word{"yes", ScalarType::kBool, "true"},    Word{"Yes", ScalarType::kBool, "true"},
    Word{"YES", ScalarType::kBool, "true"},    Word{"true", ScalarType::kBool, "true"},
    Word{"True", ScalarType::kBool, "true"},   Word{"TRUE", ScalarType::kBool, "true"},
    Word{"on", ScalarType::kBool, "true"},     Word{"On", ScalarType::kBool, "true"},
    Word{"ON", ScalarType::kBool, "true"},     Word{"n", ScalarType::kBool, "false"},
    Word{"N", ScalarType::kBool, "false"},     Word{"no", ScalarType::kBool, "false"},
    Word{"No", ScalarType::kBool, "false"},    Word{"NO", ScalarType::kBool, "false"},
    Word{"false", ScalarType::kBool, "false"}, Word{"False", ScalarType::kBool, "false"},
    Word{"FALSE", ScalarType::kBool, "false"}, Word{"off", ScalarType::kBool, "false"},
    Word{"Off", ScalarType::kBool, "false"},   Word{"OFF", ScalarType::kBool, "false"},
    Word{"", ScalarType::kNull, "null"},       Word{"~", ScalarType::kNull, "null"},
    Word{"null", ScalarType::kNull, "null"},   Word{"Null", ScalarType::kNull, "null"},
    Word{"NULL", ScalarType::kNull, "null"},   Word{".nan", ScalarType::kFloat, ""},
    Word{".NaN", ScalarType::kFloat, ""},      Word{".NAN", ScalarType::kFloat, ""},
    Word{".inf", ScalarType::kFloat, ""},      Word{".Inf", ScalarType::kFloat, ""},
    Word{".INF", ScalarType::kFloat, ""},      Word{"+.inf", ScalarType::kFloat, ""},
    Word{"+.Inf", ScalarType::kFloat, ""},     Word{"+.INF", ScalarType::kFloat, ""},
    Word{"-.inf", ScalarType::kFloat, ""},     Word{"-.Inf", ScalarType::kFloat, ""},
    Word{"-.INF", ScalarType::kFloat, ""},
};
constexpr std::size_t kLongestWord = 5;

const Word* find_word(std::string_view text) {
    if (text.size() > kLongestWord) return nullptr;
    const auto* found = std::find_if(kWords.begin(), kWords.end(),
                                     [&](const Word& word) { return word.text == text; });
    return found == kWords.end() ? nullptr : found;
}

// The kinds of first characters in resolve.go's resolveTable; all others begin strings.
bool may_be_word(char first) {
    constexpr std::string_view kFirst = "yYnNtTfFoO~.+-";
    return kFirst.find(first) != kFirst.npos;
}

struct Number {
    ScalarType type = ScalarType::kString;
    bool is_negative = false;
    std::uint64_t magnitude = 0; // of ints
    double real = 0;             // of floats
};

constexpr Number kNoNumber;

// strconv.ParseInt and ParseUint with base 0; underscores are gone already.
Number parse_integer(std::string_view text) {
    const bool has_sign = !text.empty() && (text[0] == '-' || text[0] == '+');
    const bool is_negative = has_sign && text[0] == '-';
    std::string_view digits = text.substr(has_sign ? 1 : 0);
    int base = 10;
    if (digits.size() > 1 && digits[0] == '0') {
        const char mark = static_cast<char>(digits[1] | 0x20);
        base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
        digits.remove_prefix(base == 8 && mark != 'o' ? 1 : 2);
    }
    std::uint64_t magnitude = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, magnitude, base);
    if (digits.empty() || stop != end || error != std::errc{}) return kNoNumber;
    constexpr std::uint64_t kInt64Sign = std::uint64_t{1} << 63;
    // A sign makes it signed; without one, the whole unsigned range is an int.
    const std::uint64_t limit = is_negative ? kInt64Sign : kInt64Sign - 1;
    if (has_sign && magnitude > limit) return kNoNumber;
    return {ScalarType::kInt, is_negative && magnitude != 0, magnitude, 0};
}

// ^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$
bool looks_like_float(std::string_view text) {
    std::size_t at = 0;
    const auto skip_digits = [&] {
        const std::size_t from = at;
        while (at < text.size() && is_digit(text[at]))
            ++at;
        return at - from;
    };
    const auto skip_sign = [&] {
        if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    };
    skip_sign();
    const std::size_t n_whole = skip_digits();
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (skip_digits() == 0 && n_whole == 0) return false;
    } else if (n_whole == 0) {
        return false;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        skip_sign();
        if (skip_digits() == 0) return false;
    }
    return at == text.size();
}

// strconv.ParseFloat: out of range is an error, too small is zero.
Number parse_float(std::string_view text) {
    const std::string_view unsigned_text = text.substr(!text.empty() && text[0] == '+' ? 1 : 0);
    double real = 0;
    const char* end = unsigned_text.data() + unsigned_text.size();
    const auto [stop, error] = std::from_chars(unsigned_text.data(), end, real);
    if (error == std::errc::result_out_of_range) {
        real = std::strtod(std::string(unsigned_text).c_str(), nullptr);
        if (std::isinf(real)) return kNoNumber;
    } else if (stop != end || error != std::errc{}) {
        return kNoNumber;
    }
    return {ScalarType::kFloat, false, 0, real};
}

Number parse_number(std::string_view text) {
    if (text.empty()) return kNoNumber;
    // A leading dot is taken by strconv.ParseFloat alone, which refuses underscores.
    if (text[0] == '.') return looks_like_float(text) ? parse_float(text) : kNoNumber;
    if (!is_digit(text[0]) && text[0] != '+' && text[0] != '-') return kNoNumber;
    if (text.find('_') != text.npos) {
        std::string plain(text);
        std::erase(plain, '_');
        if (const Number integer = parse_integer(plain); integer.type == ScalarType::kInt)
            return integer;
        return looks_like_float(plain) ? parse_float(plain) : kNoNumber;
    }
    if (const Number integer = parse_integer(text); integer.type == ScalarType::kInt)
        return integer;
    return looks_like_float(text) ? parse_float(text) : kNoNumber;
}

std::string integer_text(const Number& number) {
    return (number.is_negative ? "-" : "") + std::to_string(number.magnitude);
}

// The shortest digits that read back as `real`, and the power of ten of the first of them.
template <class Real>
std::string shortest_digits(Real real, int& exponent) {
    std::array<char, 64> buffer{};
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), real,
                                      std::chars_format::scientific);
    const std::string_view text(buffer.data(),
                                static_cast<std::size_t>(result.ptr - buffer.data()));
    const std::size_t e = text.find('e');
    std::string digits(text.substr(0, e));
    std::erase(digits, '.');
    const std::string_view power = text.substr(text[e + 1] == '+' ? e + 2 : e + 1);
    std::from_chars(power.data(), power.data() + power.size(), exponent);
    return digits;
}

std::string scientific(const std::string& digits, int exponent, std::size_t n_exponent_digits) {
    std::string power = std::to_string(std::abs(exponent));
    if (power.size() < n_exponent_digits) power.insert(0, n_exponent_digits - power.size(), '0');
    std::string text = digits.substr(0, 1);
    if (digits.size() > 1) text += "." + digits.substr(1);
    return text + (exponent < 0 ? "e-" : "e+") + power;
}

std::string positional(std::string digits, int exponent) {
    if (exponent < 0)
        return "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    const auto n_whole = static_cast<std::size_t>(exponent) + 1;
    if (digits.size() <= n_whole) return digits + std::string(n_whole - digits.size(), '0');
    digits.insert(n_whole, 1, '.');
    return digits;
}

// encoding/json: exponents only below 1e-6 and from 1e21 on.
std::string float_json(double real) {
    const std::string sign = std::signbit(real) ? "-" : "";
    if (real == 0) return sign + "0";
    int exponent = 0;
    const std::string digits = shortest_digits(std::abs(real), exponent);
    const bool has_exponent = exponent < -6 || exponent >= 21;
    return sign + (has_exponent ? scientific(digits, exponent, 1) : positional(digits, exponent));
}

// sigs.k8s.io/yaml writes float keys by strconv.FormatFloat(key, 'g', -1, 32).
std::string float_key(double real) {
    const auto narrow = static_cast<float>(real);
    if (std::isinf(narrow)) return narrow < 0 ? "-.inf" : ".inf";
    const std::string sign = std::signbit(narrow) ? "-" : "";
    if (narrow == 0) return sign + "0";
    int exponent = 0;
    const std::string digits = shortest_digits(std::abs(narrow), exponent);
    const bool has_exponent = exponent < -4 || exponent >= 6;
    return sign + (has_exponent ? scientific(digits, exponent, 2) : positional(digits, exponent));
}

std::string quoted(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string json = "\"";
    for (const char c : text) {
        switch (c) {
        case '"':
            json += "\\\"";
            break;
        case '\\':
            json += "\\\\";
            break;
        case '\n':
            json += "\\n";
            break;
        case '\r':
            json += "\\r";
            break;
        case '\t':
            json += "\\t";
            break;
        case '\b':
            json += "\\b";
            break;
        case '\f':
            json += "\\f";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20) {
                json += "\\u00";
                json += kHex[static_cast<unsigned char>(c) >> 4];
                json += kHex[static_cast<unsigned char>(c) & 0xfU];
            } else {
                json += c;
            }
        }
    }
    return json + "\"";
}

/// Reads dates and times as Go's time.Parse does, of which all numbers but the year and those of
/// the zone may have one digit.
class TimestampReader {
public:
    explicit TimestampReader(std::string_view text) : text_(text) {}

    // resolve.go parseTimestamp and allowedTimestampFormats.
    bool read() {
        if (!read_date()) return false;
        if (text_.empty()) return true;
        const bool has_zone = text_[0] == 'T' || text_[0] == 't';
        if (!has_zone && text_[0] != ' ') return false;
        text_.remove_prefix(1);
        return read_time() && (has_zone ? read_zone() : text_.empty());
    }

private:
    bool read_date() {
        int year = 0;
        int month = 0;
        int day = 0;
        if (!number(4, 4, 9999, year) || !mark('-') || !number(1, 2, 12, month) || !mark('-') ||
            !number(1, 2, 31, day)) {
            return false;
        }
        const bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        const bool is_short = month == 4 || month == 6 || month == 9 || month == 11;
        const int last = month == 2 ? (is_leap ? 29 : 28) : is_short ? 30 : 31;
        return month > 0 && day > 0 && day <= last;
    }
    bool read_time() {
        int part = 0;
        if (!number(1, 2, 23, part) || !mark(':') || !number(1, 2, 59, part) || !mark(':') ||
            !number(1, 2, 59, part)) {
            return false;
        }
        if (!mark('.')) return true;
        const std::size_t n_digits = n_leading_digits();
        text_.remove_prefix(n_digits);
        return n_digits > 0;
    }
    bool read_zone() {
        int part = 0;
        if (mark('Z')) return text_.empty();
        if (!mark('+') && !mark('-')) return false;
        return number(2, 2, 24, part) && mark(':') && number(2, 2, 60, part) && text_.empty();
    }

    std::size_t n_leading_digits() const {
        const auto end = std::find_if_not(text_.begin(), text_.end(), is_digit);
        return static_cast<std::size_t>(end - text_.begin());
    }
    bool mark(char c) {
        if (text_.empty() || text_[0] != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    bool number(std::size_t least, std::size_t most, int limit, int& value) {
        const std::size_t n_digits = std::min(n_leading_digits(), most);
        if (n_digits < least) return false;
        std::from_chars(text_.data(), text_.data() + n_digits, value);
        text_.remove_prefix(n_digits);
        return value <= limit;
    }

    std::string_view text_;
};

} // namespace

ScalarType resolve_plain(std::string_view text) {
    if (text.empty()) return ScalarType::kNull;
    const char first = text[0];
    if (may_be_word(first)) {
        if (const Word* word = find_word(text)) return word->type;
        if (is_letter(first) || first == '~') return ScalarType::kString;
    }
    return parse_number(text).type;
}

std::optional<std::string> to_json(std::string_view text, ScalarType type) {
    switch (type) {
    case ScalarType::kNull:
        return "null";
    case ScalarType::kString:
        return quoted(text);
    case ScalarType::kBool:
        if (const Word* word = find_word(text)) return std::string(word->json);
        return std::nullopt;
    case ScalarType::kInt:
        return integer_text(parse_number(text));
    case ScalarType::kFloat:
        break;
    }
    if (find_word(text) != nullptr) return std::nullopt;
    const Number number = parse_number(text);
    // `!!float 1` is an int by its looks.
    if (number.type == ScalarType::kInt) {
        const auto magnitude = static_cast<double>(number.magnitude);
        return float_json(number.is_negative ? -magnitude : magnitude);
    }
    return float_json(number.real);
}

std::optional<std::string> to_json_key(std::string_view text, ScalarType type) {
    switch (type) {
    case ScalarType::kNull:
        return std::nullopt;
    case ScalarType::kString:
        return std::string(text);
    case ScalarType::kBool:
        return to_json(text, type);
    case ScalarType::kInt: {
        const Number number = parse_number(text);
        constexpr std::uint64_t kInt64Sign = std::uint64_t{1} << 63;
        if (!number.is_negative && number.magnitude >= kInt64Sign) return std::nullopt;
        return integer_text(number);
    }
    case ScalarType::kFloat:
        break;
    }
    if (find_word(text) != nullptr) {
        const bool is_nan = (text[1] | 0x20) == 'n';
        return is_nan ? ".nan" : text[0] == '-' ? "-.inf" : ".inf";
    }
    const Number number = parse_number(text);
    return float_key(number.type == ScalarType::kInt ? static_cast<double>(number.magnitude)
                                                     : number.real);
}

TaggedScalar resolve_tagged(std::string_view tag, std::string_view text) {
    constexpr std::string_view kYaml = "tag:yaml.org,2002:";
    if (!tag.starts_with(kYaml)) return {};
    const std::string_view name = tag.substr(kYaml.size());
    const ScalarType type = resolve_plain(text);
    if (name == "null") return {ScalarType::kNull, type == ScalarType::kNull};
    if (name == "bool") return {ScalarType::kBool, type == ScalarType::kBool};
    if (name == "int") return {ScalarType::kInt, type == ScalarType::kInt};
    if (name == "float") {
        constexpr std::uint64_t kInt64Sign = std::uint64_t{1} << 63;
        const bool is_signed_int =
            type == ScalarType::kInt && parse_number(text).magnitude < kInt64Sign;
        return {ScalarType::kFloat, type == ScalarType::kFloat || is_signed_int};
    }
    if (name == "timestamp") return {ScalarType::kString, TimestampReader(text).read()};
    return {};
}

} // namespace tiphys::doc
