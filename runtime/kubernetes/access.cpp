// Kubeconfigs. kubectl: client-go/tools/clientcmd.

#include "runtime/kubernetes/access.h"

#include <cstdlib>

#include <nlohmann/json.hpp>

#include "compiler/base/nearest.h"
#include "compiler/front/load.h"
#include "runtime/io/files.h"
#include "runtime/io/json_fields.h"
#include "runtime/plan/global_variables.h"
#include "runtime/plan/ir_text.h"

namespace tiphys::kube {
namespace {

using nlohmann::json;
using run::is_true;
using run::member;
using run::text_of;

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/// A YAML document as JSON; discarded where it is none. Errors: its syntax is wrong.
Result<json> json_of_yaml(const std::string& path, const std::string& text) {
    SourceMap map;
    const front::InputFile input{map.add(path, text), true};
    const ir::Project project = front::load_project(map, {&input, 1}, 1);
    for (const ir::SourceUnit& unit : project.units()) {
        for (const ir::Defect& defect : unit.defects) {
            if (defect.kind != ir::DefectKind::kYamlSyntax) continue;
            return Error{"`" + path + "` is no YAML: " + std::string(defect.text)};
        }
        for (const ir::Document& document : unit.documents) {
            if (document.root == nullptr) continue;
            return json::parse(run::value_as_json(*document.root), nullptr, false);
        }
    }
    return json::object();
}

/// An entry of `clusters`, `users` or `contexts`, and where its file stands.
struct Entry {
    std::string name;
    json content;
    std::string folder;
};

struct Kubeconfig {
    std::string current_context;
    std::vector<Entry> clusters;
    std::vector<Entry> users;
    std::vector<Entry> contexts;
    /// For messages.
    std::string paths;
};

const Entry* find_entry(const std::vector<Entry>& entries, const std::string& name) {
    for (const Entry& entry : entries) {
        if (entry.name == name) return &entry;
    }
    return nullptr;
}

void add_entries(const json& list, const char* key, const std::string& folder,
                 std::vector<Entry>& entries) {
    if (!list.is_array()) return;
    for (const json& item : list) {
        const std::string name = text_of(item, "name");
        if (find_entry(entries, name) != nullptr) continue;
        entries.push_back({name, member(item, key), folder});
    }
}

Result<Kubeconfig> merged(const std::vector<std::pair<std::string, std::string>>& files) {
    Kubeconfig config;
    for (const auto& [path, text] : files) {
        TIPHYS_TRY(content, json_of_yaml(path, text));
        if (!content.is_object()) return Error{"`" + path + "` is no kubeconfig"};
        const std::string folder = run::folder_of(path);
        if (config.current_context.empty()) {
            config.current_context = text_of(content, "current-context");
        }
        add_entries(member(content, "clusters"), "cluster", folder, config.clusters);
        add_entries(member(content, "users"), "user", folder, config.users);
        add_entries(member(content, "contexts"), "context", folder, config.contexts);
        config.paths += (config.paths.empty() ? "`" : ", `") + path + "`";
    }
    return config;
}

/// Errors: there is none of the name; which ones there are.
Result<const Entry*> chosen(const std::vector<Entry>& entries, const std::string& name,
                            const std::string& kind, const Kubeconfig& config) {
    if (const Entry* entry = find_entry(entries, name)) return entry;
    std::string message = "there is no " + kind + " `" + name + "` in " + config.paths;
    std::string names;
    for (const Entry& entry : entries) {
        names += (names.empty() ? "`" : ", `") + entry.name + "`";
    }
    return Error{message + (names.empty() ? "" : "; there is " + names)};
}

std::string absolute(const std::string& folder, const std::string& path) {
    return path.empty() || path.front() == '/' ? path : folder + "/" + path;
}

/// Data that stands in the kubeconfig, or in a file that it names.
Result<std::string> data_of(const Entry& entry, const std::string& key) {
    const std::string encoded = text_of(entry.content, (key + "-data").c_str());
    if (!encoded.empty()) return run::decode_base64(encoded);
    const std::string path = text_of(entry.content, key.c_str());
    if (path.empty()) return std::string();
    return run::read_file(absolute(entry.folder, path));
}

Result<Done> read_cluster(const Entry& entry, Access& access) {
    access.server = text_of(entry.content, "server");
    while (!access.server.empty() && access.server.back() == '/') {
        access.server.pop_back();
    }
    if (access.server.empty()) {
        return Error{"the cluster `" + entry.name + "` of the kubeconfig has no `server`"};
    }
    if (access.server.find("://") == std::string::npos) access.server.insert(0, "http://");
    TIPHYS_TRY(authority, data_of(entry, "certificate-authority"));
    access.authority = std::move(authority);
    access.is_insecure = is_true(entry.content, "insecure-skip-tls-verify");
    access.tls_server_name = text_of(entry.content, "tls-server-name");
    access.proxy_url = text_of(entry.content, "proxy-url");
    return Done{};
}

CredentialPlugin plugin_of(const json& content, const std::string& folder) {
    CredentialPlugin plugin;
    plugin.api_version = text_of(content, "apiVersion");
    plugin.command = text_of(content, "command");
    if (plugin.command.find('/') != std::string::npos) {
        plugin.command = absolute(folder, plugin.command);
    }
    for (const json& argument : member(content, "args")) {
        if (argument.is_string()) plugin.arguments.push_back(argument.get<std::string>());
    }
    for (const json& item : member(content, "env")) {
        plugin.environment.emplace_back(text_of(item, "name"), text_of(item, "value"));
    }
    plugin.install_hint = text_of(content, "installHint");
    plugin.wants_cluster = is_true(content, "provideClusterInfo");
    return plugin;
}

Impersonation impersonation_of(const json& content) {
    Impersonation impersonation;
    impersonation.user = text_of(content, "as");
    impersonation.uid = text_of(content, "as-uid");
    for (const json& group : member(content, "as-groups")) {
        if (group.is_string()) impersonation.groups.push_back(group.get<std::string>());
    }
    for (const auto& [key, values] : member(content, "as-user-extra").items()) {
        for (const json& value : values) {
            if (value.is_string()) impersonation.extra.emplace_back(key, value.get<std::string>());
        }
    }
    return impersonation;
}

Result<Done> read_user(const Entry& entry, Access& access) {
    const json& content = entry.content;
    TIPHYS_TRY(certificate, data_of(entry, "client-certificate"));
    TIPHYS_TRY(key, data_of(entry, "client-key"));
    access.client_certificate = std::move(certificate);
    access.client_key = std::move(key);
    // client-go: a token file counts before a token.
    access.token_path = absolute(entry.folder, text_of(content, "tokenFile"));
    access.token = text_of(content, "token");
    access.user_name = text_of(content, "username");
    access.password = text_of(content, "password");
    if (content.contains("exec") && content["exec"].is_object()) {
        access.plugin = plugin_of(content["exec"], entry.folder);
    }
    if (content.contains("auth-provider")) {
        return Error{"the user `" + entry.name +
                     "` of the kubeconfig has an `auth-provider`, which Kubernetes has given up; "
                     "write `exec` with the program that replaces it"};
    }
    access.impersonation = impersonation_of(content);
    return Done{};
}

/// The files that $KUBECONFIG names and that are there, or the user's own.
Result<std::vector<std::pair<std::string, std::string>>> read_files(const std::string& path) {
    std::vector<std::string> paths;
    std::string listed = path.empty() ? variable("KUBECONFIG") : path;
    if (listed.empty()) listed = variable("HOME") + "/.kube/config";
    const bool is_one = !path.empty();
    std::vector<std::pair<std::string, std::string>> files;
    std::size_t begin = 0;
    while (begin <= listed.size()) {
        const std::size_t end = is_one ? listed.size() : listed.find(':', begin);
        const std::string one = listed.substr(begin, end == listed.npos ? end : end - begin);
        // kubectl: a file of $KUBECONFIG may be missing, the one that was asked for not.
        if (!one.empty() && (is_one || run::path_exists(one))) {
            TIPHYS_TRY(text, run::read_file(one));
            files.emplace_back(one, std::move(text));
        }
        if (end == listed.npos) break;
        begin = end + 1;
    }
    return files;
}

} // namespace

Result<Access> access_of(const std::vector<std::pair<std::string, std::string>>& files,
                         const KubeconfigChoice& choice) {
    TIPHYS_TRY(config, merged(files));
    Access access;
    access.context = choice.context.empty() ? config.current_context : choice.context;
    std::string cluster = choice.cluster;
    std::string user = choice.user;
    if (!access.context.empty()) {
        TIPHYS_TRY(context, chosen(config.contexts, access.context, "context", config));
        if (cluster.empty()) cluster = text_of(context->content, "cluster");
        if (user.empty()) user = text_of(context->content, "user");
        const std::string name_space = text_of(context->content, "namespace");
        if (!name_space.empty()) access.name_space = name_space;
    }
    if (cluster.empty()) {
        return Error{"no context is chosen in " + config.paths +
                     "; choose one by `kubectl config use-context NAME` or `--context NAME`"};
    }
    TIPHYS_TRY(cluster_entry, chosen(config.clusters, cluster, "cluster", config));
    if (auto read = read_cluster(*cluster_entry, access); !read) return read.error();
    if (!user.empty()) {
        TIPHYS_TRY(user_entry, chosen(config.users, user, "user", config));
        if (auto known = read_user(*user_entry, access); !known) return known.error();
    }
    if (!choice.name_space.empty()) access.name_space = choice.name_space;
    return access;
}

Result<Access> in_cluster_access(const std::string& folder) {
    const std::string host = variable("KUBERNETES_SERVICE_HOST");
    const std::string port = variable("KUBERNETES_SERVICE_PORT");
    if (host.empty() || port.empty() || !run::path_exists(folder + "/token")) {
        return Error{"this process runs in no pod with a service account"};
    }
    Access access;
    const bool is_ipv6 = host.find(':') != host.npos;
    access.server = "https://" + (is_ipv6 ? "[" + host + "]" : host) + ":" + port;
    TIPHYS_TRY(authority, run::read_file(folder + "/ca.crt"));
    access.authority = std::move(authority);
    access.token_path = folder + "/token";
    access.context = "in-cluster";
    access.is_in_cluster = true;
    if (auto name_space = run::read_file(folder + "/namespace")) {
        access.name_space = std::move(*name_space);
    }
    return access;
}

Result<Access> read_access(const KubeconfigChoice& choice) {
    TIPHYS_TRY(files, read_files(choice.path));
    if (!files.empty()) return access_of(files, choice);
    auto access = in_cluster_access();
    if (!access) {
        const std::string asked = variable("KUBECONFIG");
        return Error{"no cluster is known: there is no kubeconfig at `" +
                     (asked.empty() ? "~/.kube/config" : asked) +
                     "`; name one by `--kubeconfig` or the variable KUBECONFIG"};
    }
    if (!choice.name_space.empty()) access->name_space = choice.name_space;
    return access;
}

} // namespace tiphys::kube
