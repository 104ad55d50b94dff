#pragma once
// Which API server to talk to, and as whom: what a kubeconfig or the service account of a pod says.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/base/result.h"

namespace tiphys::kube {

/// A program that hands out credentials: `users[].user.exec` of a kubeconfig.
struct CredentialPlugin {
    /// `client.authentication.k8s.io/v1`.
    std::string api_version;
    std::string command;
    std::vector<std::string> arguments;
    std::vector<std::pair<std::string, std::string>> environment;
    /// What to do where the program is not there, in the words of who wrote the kubeconfig.
    std::string install_hint;
    bool wants_cluster = false;
};

/// As whom requests are made, where that is not who makes them.
struct Impersonation {
    std::string user;
    std::string uid;
    std::vector<std::string> groups;
    std::vector<std::pair<std::string, std::string>> extra;
};

struct Access {
    /// `https://host:port`, perhaps with a path, without a slash at its end.
    std::string server;
    /// PEM. Without an authority, those of the machine are trusted.
    std::string authority;
    std::string client_certificate;
    std::string client_key;
    /// Whether the server's certificate is not verified.
    bool is_insecure = false;
    /// The name in the server's certificate, where it is not the one in its address.
    std::string tls_server_name;
    std::string proxy_url;
    std::string token;
    /// The file that the token is in; it is read again as it changes.
    std::string token_path;
    std::string user_name;
    std::string password;
    std::optional<CredentialPlugin> plugin;
    Impersonation impersonation;
    /// Of the context; `default` where it names none.
    std::string name_space = "default";
    /// The context of the kubeconfig, or `in-cluster`.
    std::string context;
    /// Whether it is the service account of the pod that this process runs in.
    bool is_in_cluster = false;
};

/// What the user says about the cluster; empty texts leave it to the kubeconfig.
struct KubeconfigChoice {
    /// The files of $KUBECONFIG, else `~/.kube/config`.
    std::string path;
    std::string context;
    std::string cluster;
    std::string user;
    std::string name_space;
};

/// Reads the kubeconfig; in a pod without one, its service account. kubectl: clientcmd's loading
/// rules. Errors: there is none, it has no such context, cluster or user, a file that it names
/// cannot be read.
[[nodiscard]] Result<Access> read_access(const KubeconfigChoice& choice);

/// The service account of the pod that this process runs in. `folder`: where it is mounted. Errors:
/// it runs in none.
[[nodiscard]] Result<Access>
in_cluster_access(const std::string& folder = "/var/run/secrets/kubernetes.io/serviceaccount");

/// Kubeconfigs as one: of each entry and setting the first that is there counts. `files`: path and
/// content, from the first. Errors: as above.
[[nodiscard]] Result<Access>
access_of(const std::vector<std::pair<std::string, std::string>>& files,
          const KubeconfigChoice& choice);

} // namespace tiphys::kube
