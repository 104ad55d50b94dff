// sprig's functions on paths and addresses. sprig: functions.go, url.go.
#include <array>
#include <utility>

#include "compiler/expr/go_strings.h"
#include "compiler/expr/sprig_parts.h"
#include "compiler/expr/url.h"

namespace tiphys::expr {
namespace {

constexpr std::string_view kOfPath = "func(string) string";

/// Go's path.Clean: the shortest path that means the same.
std::string clean(std::string_view path) {
    const bool is_absolute = !path.empty() && path.front() == '/';
    std::vector<std::string> parts;
    for (const std::string& part : split_text(path, "/")) {
        if (part.empty() || part == ".") continue;
        if (part != "..") {
            parts.push_back(part);
        } else if (!parts.empty() && parts.back() != "..") {
            parts.pop_back();
        } else if (!is_absolute) {
            parts.push_back(part);
        }
    }
    const std::string joined = join_texts(parts, "/");
    if (is_absolute) return "/" + joined;
    return joined.empty() ? "." : joined;
}

/// Go's path.Base: the last part.
std::string base(std::string_view path) {
    if (path.empty()) return ".";
    path = trim_right(path, "/");
    if (path.empty()) return "/";
    return std::string(path.substr(path.rfind('/') + 1));
}

/// Go's path.Dir: all but the last part.
std::string directory(std::string_view path) {
    return clean(path.substr(0, path.rfind('/') + 1));
}

/// Go's path.Ext: from the last point of the last part on.
std::string extension(std::string_view path) {
    const std::string_view last = path.substr(path.rfind('/') + 1);
    const std::size_t point = last.rfind('.');
    return point == last.npos ? "" : std::string(last.substr(point));
}

template <std::string (*Change)(std::string_view)>
Value change_path(Call& call) {
    return Value::string(Change(call.text(0)));
}

Value is_absolute(Call& call) {
    return Value::boolean(call.text(0).substr(0, 1) == "/");
}

Value parse_address(Call& call) {
    std::string reason;
    const std::optional<Url> url = parse_url(call.text(0), reason);
    if (!url) return call.fail("`" + call.text(0) + "` is not a URL: " + reason);
    const auto entry = [](std::string_view key, std::string value) {
        return std::pair(Value::string(std::string(key)), Value::string(std::move(value)));
    };
    return Value::map({entry("scheme", url->scheme), entry("host", url->host),
                       entry("hostname", host_name(*url)), entry("path", url->path),
                       entry("query", url->query), entry("opaque", url->opaque),
                       entry("fragment", url->fragment),
                       entry("userinfo", url->user ? to_text(*url->user) : "")});
}

/// The string at `key`, or nothing where it is absent; other values are a failure.
std::string part_of(Call& call, std::string_view key) {
    const Value* value = call[0].is_nil() ? nullptr : call[0].as_map().find(key);
    if (value == nullptr) return "";
    if (value->is_string()) return value->as_string();
    call.fail("`" + std::string(key) + "` is a string, not " + kind_text(*value));
    return "";
}

Value join_address(Call& call) {
    Url url;
    url.scheme = part_of(call, "scheme");
    url.host = part_of(call, "host");
    url.path = part_of(call, "path");
    url.query = part_of(call, "query");
    url.opaque = part_of(call, "opaque");
    url.fragment = part_of(call, "fragment");
    const std::string user = part_of(call, "userinfo");
    if (call.failed()) return {};
    if (!user.empty()) {
        std::string reason;
        const std::optional<Url> with_user = parse_url("proto://" + user + "@host", reason);
        if (!with_user) return call.fail("`" + user + "` is not a user of a URL: " + reason);
        url.user = with_user->user;
    }
    return Value::string(to_text(url));
}

constexpr auto kPathFunctions = std::to_array<SprigFunction>({
    {"base", kOfPath, change_path<base>},
    {"clean", kOfPath, change_path<clean>},
    {"dir", kOfPath, change_path<directory>},
    {"ext", kOfPath, change_path<extension>},
    {"isAbs", "func(string) bool", is_absolute},
    {"osBase", kOfPath, change_path<base>},
    {"osClean", kOfPath, change_path<clean>},
    {"osDir", kOfPath, change_path<directory>},
    {"osExt", kOfPath, change_path<extension>},
    {"osIsAbs", "func(string) bool", is_absolute},
    {"urlJoin", "func(map[string]interface {}) string", join_address},
    {"urlParse", "func(string) map[string]interface {}", parse_address},
});

} // namespace

std::span<const SprigFunction> sprig_path_functions() {
    return kPathFunctions;
}

} // namespace tiphys::expr
