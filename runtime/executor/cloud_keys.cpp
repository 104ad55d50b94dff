// Keys for buckets that the cloud gives to a pod's service account.

#include "runtime/executor/cloud_keys.h"

#include <nlohmann/json.hpp>

#include "runtime/executor/paths.h"
#include "runtime/io/http.h"

namespace tiphys::executor {
namespace {

using Keys = std::optional<run::S3Keys>;

constexpr std::int64_t kTimeoutMs = 30'000;

std::string element(const std::string& xml, const std::string& name) {
    const std::size_t begin = xml.find("<" + name + ">");
    const std::size_t end = xml.find("</" + name + ">");
    if (begin == xml.npos || end == xml.npos || end < begin) return "";
    return xml.substr(begin + name.size() + 2, end - begin - name.size() - 2);
}

Result<std::string> asked(const std::string& url, run::NamedTexts headers,
                          const std::string& whom) {
    run::HttpRequest request;
    request.method = "GET";
    request.url = url;
    request.headers = std::move(headers);
    request.timeout_ms = kTimeoutMs;
    const run::HttpResponse response = run::make_request(request);
    if (!response.error.empty()) return Error{"cannot get keys: " + response.error};
    if (response.status == 200) return response.body;
    const std::string reason = element(response.body, "Message");
    return Error{whom + " gives no keys: status " + std::to_string(response.status) +
                 (reason.empty() ? "" : ", " + reason)};
}

std::string without_blanks(std::string text) {
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') {
        text.pop_back();
    }
    return text;
}

Result<Keys> web_identity_keys(const std::string& token_file, const std::string& region) {
    TIPHYS_TRY(token, read_needed(token_file));
    std::string url = variable("AWS_ENDPOINT_URL_STS");
    if (url.empty()) url = "https://sts." + region + ".amazonaws.com";
    std::string session = variable("AWS_ROLE_SESSION_NAME");
    if (session.empty()) session = "tiphys-executor";
    url += "/?Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=" +
           run::percent_encoded(variable("AWS_ROLE_ARN"), false) +
           "&RoleSessionName=" + run::percent_encoded(session, false) +
           "&WebIdentityToken=" + run::percent_encoded(without_blanks(token), false);
    TIPHYS_TRY(xml, asked(url, {}, "AWS STS"));
    run::S3Keys keys{element(xml, "AccessKeyId"), element(xml, "SecretAccessKey"),
                     element(xml, "SessionToken")};
    if (keys.access_key.empty())
        return Error{"AWS STS gives no keys: there are none in its answer"};
    return Keys(std::move(keys));
}

Result<Keys> agent_keys(const std::string& url) {
    run::NamedTexts headers;
    const std::string file = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    if (!file.empty()) {
        TIPHYS_TRY(token, read_needed(file));
        headers.emplace_back("Authorization", without_blanks(token));
    }
    TIPHYS_TRY(body, asked(url, std::move(headers), "the agent of the node"));
    const auto json = nlohmann::json::parse(body, nullptr, false);
    const auto text = [&](const char* name) {
        const auto found = json.is_object() ? json.find(name) : json.end();
        return found != json.end() && found->is_string() ? found->get<std::string>() : "";
    };
    run::S3Keys keys{text("AccessKeyId"), text("SecretAccessKey"), text("Token")};
    if (keys.access_key.empty()) {
        return Error{"the agent of the node gives no keys: there are none in its answer"};
    }
    return Keys(std::move(keys));
}

} // namespace

Result<Keys> cloud_keys(const std::string& region) {
    const std::string token_file = variable("AWS_WEB_IDENTITY_TOKEN_FILE");
    if (!token_file.empty()) return web_identity_keys(token_file, region);
    const std::string agent = variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    return agent.empty() ? Result(Keys()) : agent_keys(agent);
}

} // namespace tiphys::executor
