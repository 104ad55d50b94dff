// Tokens, passwords and plugins. kubectl: client-go/plugin/pkg/client/auth/exec, transport.

#include "runtime/kubernetes/credentials.h"

#include <algorithm>
#include <limits>

#include <nlohmann/json.hpp>

#include "compiler/expr/base64.h"
#include "runtime/io/files.h"
#include "runtime/io/json_fields.h"
#include "runtime/io/run_program.h"
#include "runtime/kubernetes/request.h"
#include "runtime/plan/time_text.h"

namespace tiphys::kube {
namespace {

using nlohmann::json;
using run::text_of;

/// Kubernetes replaces the token of a service account long before it ends.
constexpr std::int64_t kTokenFileMs = 60'000;
/// A token that is about to end is replaced before.
constexpr std::int64_t kMarginMs = 10'000;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

std::string trimmed(std::string text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == text.npos) return "";
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::string version_of(const CredentialPlugin& plugin) {
    return plugin.api_version.empty() ? "client.authentication.k8s.io/v1" : plugin.api_version;
}

/// What the plugin is told about the cluster.
std::string plugin_input(const CredentialPlugin& plugin, const Access& access) {
    json input = {{"apiVersion", version_of(plugin)},
                  {"kind", "ExecCredential"},
                  {"spec", {{"interactive", false}}}};
    if (plugin.wants_cluster) {
        json& cluster = input["spec"]["cluster"];
        cluster["server"] = access.server;
        if (!access.tls_server_name.empty()) cluster["tls-server-name"] = access.tls_server_name;
        if (access.is_insecure) cluster["insecure-skip-tls-verify"] = true;
        if (!access.authority.empty()) {
            cluster["certificate-authority-data"] =
                expr::to_base64(access.authority, expr::kStandardBase64);
        }
        if (!access.proxy_url.empty()) cluster["proxy-url"] = access.proxy_url;
    }
    return input.dump();
}

void add_impersonation(const Impersonation& impersonation, std::vector<std::string>& lines) {
    if (!impersonation.user.empty()) lines.push_back("Impersonate-User: " + impersonation.user);
    if (!impersonation.uid.empty()) lines.push_back("Impersonate-Uid: " + impersonation.uid);
    for (const std::string& group : impersonation.groups) {
        lines.push_back("Impersonate-Group: " + group);
    }
    for (const auto& [key, value] : impersonation.extra) {
        lines.push_back("Impersonate-Extra-" + percent_encoded(key) + ": " + value);
    }
}

} // namespace

Result<std::vector<std::string>> Credentials::headers(std::int64_t now_ms) {
    if (!is_known_ || now_ms >= ends_ms_) {
        if (auto obtained = obtain(now_ms); !obtained) return obtained.error();
        is_known_ = true;
    }
    std::vector<std::string> lines;
    if (!token_.empty()) {
        lines.push_back("Authorization: Bearer " + token_);
    } else if (!access_.user_name.empty()) {
        lines.push_back(
            "Authorization: Basic " +
            expr::to_base64(access_.user_name + ":" + access_.password, expr::kStandardBase64));
    }
    add_impersonation(access_.impersonation, lines);
    return lines;
}

Result<Done> Credentials::obtain(std::int64_t now_ms) {
    ends_ms_ = kNever;
    if (!access_.token_path.empty()) {
        TIPHYS_TRY(text, run::read_file(access_.token_path));
        token_ = trimmed(std::move(text));
        ends_ms_ = now_ms + kTokenFileMs;
        return Done{};
    }
    token_ = access_.token;
    if (!token_.empty() || !access_.plugin) return Done{};
    return ask_plugin(now_ms);
}

Result<Done> Credentials::ask_plugin(std::int64_t now_ms) {
    const CredentialPlugin& plugin = *access_.plugin;
    run::Program program;
    program.words.push_back(plugin.command);
    program.words.insert(program.words.end(), plugin.arguments.begin(), plugin.arguments.end());
    program.environment = plugin.environment;
    program.environment.emplace_back("KUBERNETES_EXEC_INFO", plugin_input(plugin, access_));
    const auto ended = run::run_program(program);
    const std::string context = "cannot get credentials for the cluster: ";
    if (!ended) {
        const std::string hint =
            plugin.install_hint.empty() ? "" : "; " + trimmed(plugin.install_hint);
        return Error{context + ended.error().message + hint};
    }
    if (ended->exit_code != 0) {
        return Error{context + "`" + plugin.command + "` ended with exit code " +
                     std::to_string(ended->exit_code) + ": " + trimmed(ended->stderr_text)};
    }
    const json answer = json::parse(ended->stdout_text, nullptr, false);
    const bool is_credential = answer.is_object() && answer.contains("status") &&
                               answer["status"].is_object() &&
                               text_of(answer, "kind") == "ExecCredential";
    if (!is_credential) {
        return Error{context + "`" + plugin.command + "` wrote no ExecCredential with a `status`"};
    }
    const json& status = answer["status"];
    token_ = text_of(status, "token");
    const std::string certificate = text_of(status, "clientCertificateData");
    if (!certificate.empty()) {
        access_.client_certificate = certificate;
        access_.client_key = text_of(status, "clientKeyData");
    }
    if (token_.empty() && certificate.empty()) {
        return Error{context + "`" + plugin.command + "` gave neither a token nor a certificate"};
    }
    if (const auto end = run::parse_rfc3339_ms(text_of(status, "expirationTimestamp"))) {
        ends_ms_ = std::max(*end - kMarginMs, now_ms + 1);
    }
    return Done{};
}

} // namespace tiphys::kube
