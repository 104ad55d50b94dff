// Whether a scalar is what its field wants.
#include "compiler/front/check_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "compiler/doc/resolve.h"
#include "compiler/expr/duration.h"
#include "compiler/expr/names.h"
#include "compiler/expr/quantity.h"
#include "compiler/expr/regex.h"
#include "compiler/front/resolve.h"

namespace tiphys::front {
namespace {

using ir::DefectKind;
using schema::Field;
using schema::Form;
using schema::Format;
using schema::Unit;

bool is_number(ScalarType type) {
    return type == ScalarType::kInt || type == ScalarType::kFloat;
}

/// A float without a fraction decodes as an integer, where 64 bits hold it: `1e3` is 1000.
bool is_integral(const ir::Scalar& scalar) {
    if (scalar.scalar_type == ScalarType::kInt) return true;
    if (scalar.scalar_type != ScalarType::kFloat) return false;
    const double number = std::strtod(std::string(scalar.text).c_str(), nullptr);
    return number >= -0x1p63 && number < 0x1p63 && std::trunc(number) == number;
}

bool fits_form(const ir::Scalar& scalar, Form form) {
    const ScalarType type = scalar.scalar_type;
    switch (form) {
    case Form::kString:
    case Form::kTime:
    case Form::kBytes:
        return type == ScalarType::kString;
    case Form::kBool:
        return type == ScalarType::kBool;
    case Form::kInt:
        return is_integral(scalar);
    case Form::kFloat:
        return is_number(type);
    case Form::kIntOrString:
        return type == ScalarType::kString || type == ScalarType::kInt;
    case Form::kAnyNumber:
    case Form::kQuantity:
        return type == ScalarType::kString || is_number(type);
    case Form::kAnyString:
    case Form::kAny:
        return true;
    case Form::kMapping:
    case Form::kManifest:
    case Form::kObject:
        return false;
    }
    return false;
}

std::optional<std::int64_t> integer_of(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// The number that a scalar is for Kubernetes: `010` is 8. Nothing for texts that are none.
std::optional<std::int64_t> integer_of(const ir::Scalar& scalar) {
    if (scalar.scalar_type != ScalarType::kInt) return integer_of(scalar.text);
    const auto json = doc::to_json(scalar.text, scalar.scalar_type);
    return json ? integer_of(*json) : std::nullopt;
}

/// A text in a field that takes "an integer, or a string for the sake of tags".
bool is_integer_field(const Field& field) {
    if (field.shape.form != Form::kIntOrString) return false;
    return field.format == Format::kInteger || field.unit == Unit::kS;
}

bool check_unit(const ir::Scalar& scalar, const Field& field) {
    const bool is_text = scalar.scalar_type == ScalarType::kString;
    switch (field.unit) {
    case Unit::kDuration:
        return !is_text || expr::parse_go_duration_ns(scalar.text).has_value();
    case Unit::kSecondsOrDuration:
        return !is_text || integer_of(scalar.text) || expr::parse_go_duration_ns(scalar.text);
    case Unit::kNone:
    case Unit::kS:
    case Unit::kMs:
    case Unit::kNs:
    case Unit::kBytes:
    case Unit::kDays:
        return true;
    }
    return true;
}

bool is_in_range(const ir::Scalar& scalar, const Field& field) {
    const bool is_bounded =
        field.minimum != schema::kNoMinimum || field.maximum != schema::kNoMaximum;
    if (!is_bounded) return true;
    const auto number = integer_of(scalar);
    return !number || (*number >= field.minimum && *number <= field.maximum);
}

bool is_listed(const Field& field, std::string_view text) {
    return field.enumeration.empty() ||
           std::find(field.enumeration.begin(), field.enumeration.end(), text) !=
               field.enumeration.end();
}

/// A plain number that stands for another one than it seems: octal, or with digits that get lost.
bool is_rewritten(const ir::Scalar& scalar, const Field& field) {
    if (!is_number(scalar.scalar_type)) return false;
    switch (field.shape.form) {
    case Form::kAnyString: {
        const auto printed = printed_number(scalar);
        return printed && *printed != scalar.text;
    }
    case Form::kInt:
    case Form::kIntOrString:
    case Form::kAnyNumber:
    case Form::kQuantity:
        return field.format != Format::kMode && scalar.text.size() > 1 && scalar.text[0] == '0' &&
               std::all_of(scalar.text.begin(), scalar.text.end(),
                           [](char c) { return c >= '0' && c <= '9'; });
    case Form::kString:
    case Form::kBool:
    case Form::kFloat:
    case Form::kTime:
    case Form::kBytes:
    case Form::kAny:
    case Form::kMapping:
    case Form::kManifest:
    case Form::kObject:
        return false;
    }
    return false;
}

/// A bool where a text is wanted, of a spelling that gets lost: `yes` becomes `true`.
bool is_rewritten_bool(const ir::Scalar& scalar, const Field& field) {
    return field.shape.form == Form::kAnyString && scalar.scalar_type == ScalarType::kBool &&
           is_yaml11_bool(scalar.text);
}

/// What a text of the right JSON type has wrong, if anything.
std::optional<DefectKind> check_text(const ir::Scalar& scalar, const Field& field) {
    const Form form = field.shape.form;
    const bool is_text = scalar.scalar_type == ScalarType::kString;
    if (form == Form::kQuantity && is_text && !expr::is_quantity(scalar.text)) {
        return DefectKind::kQuantity;
    }
    if (has_tag(scalar.text)) return std::nullopt;
    if (is_integer_field(field) && !integer_of(scalar)) return DefectKind::kWrongType;
    if (!check_unit(scalar, field)) return DefectKind::kQuantity;
    if (!is_in_range(scalar, field)) return DefectKind::kRange;
    if (is_rewritten_bool(scalar, field)) return DefectKind::kImplicitBool;
    if (is_rewritten(scalar, field)) return DefectKind::kImplicitNumber;
    if (!is_text) return std::nullopt;
    if (!is_listed(field, scalar.text)) {
        // An empty optional text is the same as an absent one.
        if (scalar.text.empty()) return std::nullopt;
        return DefectKind::kEnumeration;
    }
    const bool is_too_long = scalar.text.size() > field.most_bytes;
    if (is_too_long || (!scalar.text.empty() && !matches(field.format, scalar.text))) {
        return DefectKind::kFormat;
    }
    return std::nullopt;
}

/// A number of one or two digits, below `bound`; moves `text` behind it.
bool take_number(std::string_view& text, std::size_t least_digits, int bound) {
    std::size_t n = 0;
    int number = 0;
    for (; n < text.size() && n < 2 && text[n] >= '0' && text[n] <= '9'; ++n) {
        number = number * 10 + (text[n] - '0');
    }
    text.remove_prefix(n);
    return n >= least_digits && number < bound;
}

/// Go's layout `15:04:05`. Argo Events: pkg/shared/util/time.go.
bool is_time_of_day(std::string_view text) {
    const auto take_colon = [&] {
        if (text.empty() || text.front() != ':') return false;
        text.remove_prefix(1);
        return true;
    };
    return take_number(text, 1, 24) && take_colon() && take_number(text, 2, 60) && take_colon() &&
           take_number(text, 2, 60) && text.empty();
}

bool is_port(std::string_view text) {
    const auto number = integer_of(text);
    return number && expr::is_port_number(*number);
}

/// Argo Events: pkg/eventsources/common/fsevent/fileevent.go passes over words that it does not
/// know, so that the event never comes.
bool are_file_operations(std::string_view text) {
    while (true) {
        const std::size_t end = std::min(text.find('|'), text.size());
        const std::string_view word = text.substr(0, end);
        const bool is_known = word == "CREATE" || word == "WRITE" || word == "REMOVE" ||
                              word == "RENAME" || word == "CHMOD";
        if (!is_known) return false;
        if (end == text.size()) return true;
        text.remove_prefix(end + 1);
    }
}

bool is_template_name(std::string_view text) {
    // Argo: workflow/validate/validate.go workflowFieldNameRegex.
    if (text.empty() || text.size() > 128 || text.front() == '-') return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    });
}

} // namespace

std::optional<std::string> printed_number(const ir::Scalar& scalar) {
    const auto json = doc::to_json(scalar.text, scalar.scalar_type);
    if (!json) return std::nullopt;
    std::array<char, 400> buffer{};
    const auto [end, error] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                      std::strtod(json->c_str(), nullptr), std::chars_format::fixed);
    if (error != std::errc{}) return std::nullopt;
    return std::string(buffer.data(), end);
}

bool is_yaml11_bool(std::string_view text) {
    static constexpr std::string_view kSpellings[] = {"y",  "Y",   "yes", "Yes", "YES", "n",
                                                      "N",  "no",  "No",  "NO",  "on",  "On",
                                                      "ON", "off", "Off", "OFF"};
    return std::find(std::begin(kSpellings), std::end(kSpellings), text) != std::end(kSpellings);
}

bool matches(Format format, std::string_view text) {
    switch (format) {
    case Format::kArgoName:
        return expr::is_parameter_name(text);
    case Format::kTemplateName:
        return is_template_name(text);
    case Format::kDnsLabel:
        return expr::is_dns1123_label(text);
    case Format::kDnsSubdomain:
        return expr::is_dns1123_subdomain(text);
    case Format::kLabelKey:
        return expr::is_qualified_name(text);
    case Format::kLabelValue:
        return expr::is_label_value(text);
    // Argo: workflow/metrics/util.go, both by the rule of Prometheus without `:`.
    case Format::kMetricName:
    case Format::kMetricLabel:
        return expr::is_identifier(text);
    case Format::kEnvName:
        return expr::is_env_var_name(text);
    case Format::kImage:
        return expr::is_image_reference(text);
    case Format::kAbsolutePath:
        return text.front() == '/';
    case Format::kTimeOfDay:
        return is_time_of_day(text);
    case Format::kPort:
        return is_port(text);
    case Format::kInteger:
        return integer_of(text).has_value();
    case Format::kFileOperations:
        return are_file_operations(text);
    case Format::kRegex:
        return expr::Regex::compile(text).has_value();
    // Judged by rules of their own, which parse the text and can point into it.
    case Format::kCron:
    case Format::kTimezone:
    case Format::kJson:
    case Format::kYaml:
    case Format::kStrategicPatch:
    case Format::kLabelSelector:
        return true;
    case Format::kLabels:
        return expr::is_label_value(text);
    // The values of annotations are free.
    case Format::kAnnotations:
    case Format::kNone:
    case Format::kNameList:
    case Format::kUrl:
    case Format::kGitUrl:
    case Format::kHostPort:
    case Format::kPath:
    case Format::kMode:
    case Format::kPrintf:
        return true;
    }
    return true;
}

bool check_scalar(const ir::Scalar& scalar, schema::Shape shape, const Field* field,
                  ir::Defect& defect) {
    if (!fits_form(scalar, shape.form)) {
        const bool is_implicit = scalar.scalar_type == ScalarType::kBool &&
                                 shape.form == Form::kString && is_yaml11_bool(scalar.text);
        defect.kind = is_implicit ? DefectKind::kImplicitBool : DefectKind::kWrongType;
        return true;
    }
    if (field == nullptr) return false;
    const auto kind = check_text(scalar, *field);
    if (kind) defect.kind = *kind;
    return kind.has_value();
}

} // namespace tiphys::front
