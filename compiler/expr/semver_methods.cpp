// The value that sprig's `semver` gives, and its methods. semver: version.go.
#include <array>
#include <limits>
#include <memory>
#include <utility>

#include "compiler/base/assert.h"
#include "compiler/expr/call.h"
#include "compiler/expr/json.h"
#include "compiler/expr/semver.h"

namespace tiphys::expr {
namespace {

constexpr std::string_view kPointer = "*semver.Version";
constexpr std::string_view kPlain = "semver.Version";
constexpr std::string_view kToNumber = "func() uint64";
constexpr std::string_view kToText = "func() string";
constexpr std::string_view kToBytes = "func() ([]uint8, error)";
constexpr std::string_view kTest = "func(*semver.Version) bool";
constexpr std::string_view kChange = "func() semver.Version";
constexpr std::string_view kChangeTo = "func(string) (semver.Version, error)";
constexpr std::uint64_t kGreatest = std::numeric_limits<std::uint64_t>::max();

Value value_of(const Version& version, std::string_view type) {
    return Value::object(std::make_shared<const Object>(Object{
        std::string(type), {{"original", Value::string(version.original)}}, to_text(version)}));
}

Version version_of(const Value& value) {
    // The text without what the original leaves out is read again.
    const Object& object = value.as_object();
    Version version = parse_version(object.json).value_or(Version());
    version.original = object.fields.front().second.as_string();
    return version;
}

Version receiver_of(const Call& call) {
    return version_of(call.receiver());
}

Value number(std::uint64_t part) {
    return Value::integer(static_cast<std::int64_t>(part), IntType::kUint64);
}

/// How this version compares with the argument. Go's nil pointer has no version.
std::optional<int> order(Call& call) {
    if (!call[0].is_nil()) return compare(receiver_of(call), version_of(call[0]));
    call.fail("nil is not a version");
    return std::nullopt;
}

template <class Test>
Value test_order(Call& call, Test test) {
    const std::optional<int> found = order(call);
    return found ? Value::boolean(test(*found)) : Value();
}

Value is_equal(Call& call) {
    if (call[0].is_nil()) return Value::boolean(false);
    return test_order(call, [](int found) { return found == 0; });
}

/// The changed version, whose original is its text with the `v` that there was.
Value changed(const Call& call, Version version) {
    const bool has_v = receiver_of(call).original.substr(0, 1) == "v";
    version.original = (has_v ? "v" : "") + to_text(version);
    return value_of(version, kPlain);
}

Value next_major(Call& call) {
    const Version version = receiver_of(call);
    if (version.major == kGreatest) return call.fail("there is no greater major version");
    return changed(call, Version{version.major + 1, 0, 0, "", "", ""});
}

Value next_minor(Call& call) {
    const Version version = receiver_of(call);
    if (version.minor == kGreatest) return call.fail("there is no greater minor version");
    return changed(call, Version{version.major, version.minor + 1, 0, "", "", ""});
}

Value next_patch(Call& call) {
    const Version version = receiver_of(call);
    const bool is_release = version.prerelease.empty();
    if (is_release && version.patch == kGreatest)
        return call.fail("there is no greater patch version");
    const std::uint64_t patch = version.patch + (is_release ? 1 : 0);
    return changed(call, Version{version.major, version.minor, patch, "", "", ""});
}

Value set_prerelease(Call& call) {
    if (!call.text(0).empty() && !is_prerelease(call.text(0)))
        return call.fail("`" + call.text(0) + "` is not a prerelease such as `beta.1`");
    Version version = receiver_of(call);
    version.prerelease = call.text(0);
    return changed(call, std::move(version));
}

Value set_metadata(Call& call) {
    if (!call.text(0).empty() && !is_metadata(call.text(0)))
        return call.fail("`" + call.text(0) + "` is not metadata such as `build.1`");
    Version version = receiver_of(call);
    version.metadata = call.text(0);
    return changed(call, std::move(version));
}

struct Method {
    std::string_view name;
    std::string_view type;
    Value (*run)(Call& call);
    bool needs_pointer = false;
};

constexpr auto kMethods = std::to_array<Method>({
    {"Compare", "func(*semver.Version) int",
     [](Call& call) {
         const std::optional<int> found = order(call);
         return found ? Value::integer(*found) : Value();
     },
     true},
    {"Equal", kTest, is_equal, true},
    {"GreaterThan", kTest,
     [](Call& call) { return test_order(call, [](int found) { return found > 0; }); }, true},
    {"GreaterThanEqual", kTest,
     [](Call& call) { return test_order(call, [](int found) { return found >= 0; }); }, true},
    {"IncMajor", kChange, next_major},
    {"IncMinor", kChange, next_minor},
    {"IncPatch", kChange, next_patch},
    {"LessThan", kTest,
     [](Call& call) { return test_order(call, [](int found) { return found < 0; }); }, true},
    {"LessThanEqual", kTest,
     [](Call& call) { return test_order(call, [](int found) { return found <= 0; }); }, true},
    {"Major", kToNumber, [](Call& call) { return number(receiver_of(call).major); }},
    {"MarshalJSON", kToBytes,
     [](Call& call) { return Value::bytes(json_quote(to_text(receiver_of(call)), true)); }},
    {"MarshalText", kToBytes, [](Call& call) { return Value::bytes(to_text(receiver_of(call))); }},
    {"Metadata", kToText, [](Call& call) { return Value::string(receiver_of(call).metadata); }},
    {"Minor", kToNumber, [](Call& call) { return number(receiver_of(call).minor); }},
    {"Original", kToText, [](Call& call) { return Value::string(receiver_of(call).original); },
     true},
    {"Patch", kToNumber, [](Call& call) { return number(receiver_of(call).patch); }},
    {"Prerelease", kToText, [](Call& call) { return Value::string(receiver_of(call).prerelease); }},
    {"SetMetadata", kChangeTo, set_metadata},
    {"SetPrerelease", kChangeTo, set_prerelease},
    {"String", kToText, [](Call& call) { return Value::string(to_text(receiver_of(call))); }},
    {"Value", "func() (interface {}, error)",
     [](Call& call) { return Value::string(to_text(receiver_of(call))); }},
});

} // namespace

Value version_value(const Version& version) {
    return value_of(version, kPointer);
}

Value find_version_method(const Value& value, std::string_view name) {
    const std::string& type = value.as_object().type;
    if (type != kPointer && type != kPlain) return {};
    for (const Method& method : kMethods) {
        if (method.name != name || (method.needs_pointer && type != kPointer)) continue;
        return Value::function(std::make_shared<const Function>(
            Function{std::string(method.type), method.run, std::string(name), {value}}));
    }
    return {};
}

} // namespace tiphys::expr
