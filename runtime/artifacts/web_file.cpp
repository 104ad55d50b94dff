// Files of web servers.

#include "runtime/artifacts/web_file.h"

#include "compiler/expr/base64.h"
#include "runtime/io/files.h"
#include "runtime/io/http.h"

namespace tiphys::run {
namespace {

Result<HttpRequest> make(std::string method, const std::string& url, const AccessFields& fields) {
    HttpRequest request;
    request.method = std::move(method);
    request.url = url;
    const Secrets none;
    for (const JsonValue& element : fields.list("headers")) {
        const AccessFields header(element.text, none);
        request.headers.emplace_back(header.text("name"), header.text("value"));
    }
    // Artifactory has the Secrets themselves.
    const AccessFields basic =
        fields.has("auth") ? fields.object("auth").object("basicAuth") : fields;
    TIPHYS_TRY(user, basic.needed_secret("usernameSecret"));
    TIPHYS_TRY(password, basic.needed_secret("passwordSecret"));
    if (!user.empty() && !password.empty()) {
        request.headers.emplace_back(
            "Authorization",
            "Basic " + expr::to_base64(user + ":" + password, expr::kStandardBase64));
    }
    return request;
}

Error refused(const std::string& what, const std::string& url, int status) {
    return {what + " " + url + " failed with status " + std::to_string(status)};
}

} // namespace

Result<bool> get_web_file(const std::string& url, const AccessFields& fields,
                          const std::string& path) {
    TIPHYS_TRY(request, make("GET", url, fields));
    HttpOptions options;
    options.answer_path = path;
    const HttpResponse response = make_request(request, options);
    if (!response.error.empty()) return Error{response.error};
    if (response.status == 404) return false;
    if (response.status < 200 || response.status >= 300) {
        return refused("loading content from", url, response.status);
    }
    return true;
}

Result<Done> put_web_file(const std::string& path, const std::string& url,
                          const AccessFields& fields) {
    if (is_directory(path)) return Error{"a folder needs an archive to be saved to " + url};
    TIPHYS_TRY(request, make("PUT", url, fields));
    TIPHYS_TRY(content, read_file(path));
    request.body = std::move(content);
    const HttpResponse response = make_request(request);
    if (!response.error.empty()) return Error{response.error};
    if (response.status < 200 || response.status >= 300) {
        return refused("saving to", url, response.status);
    }
    return Done{};
}

} // namespace tiphys::run
