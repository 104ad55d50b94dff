// Work trees of git repositories, by the `git` program.

#include "runtime/artifacts/git_checkout.h"

#include <unistd.h>

#include "runtime/io/files.h"
#include "runtime/io/run_program.h"

namespace tiphys::run {
namespace {

/// The program with what it needs to know of who asks.
class Git {
public:
    /// `secrets_folder` goes with the object.
    explicit Git(std::string secrets_folder) : secrets_folder_(std::move(secrets_folder)) {}
    ~Git() { remove_tree(secrets_folder_); }
    Git(const Git&) = delete;
    Git& operator=(const Git&) = delete;

    Result<Done> prepare(const AccessFields& fields) {
        // Nobody is there to answer.
        program_.environment = {{"GIT_TERMINAL_PROMPT", "0"}, {"GIT_ASKPASS", "/bin/true"}};
        TIPHYS_TRY(user, fields.needed_secret("usernameSecret"));
        TIPHYS_TRY(password, fields.needed_secret("passwordSecret"));
        if (!user.empty() || !password.empty()) {
            TIPHYS_TRY(made, make_folders(secrets_folder_));
            static_cast<void>(made);
            const std::string path = secrets_folder_ + "/askpass";
            TIPHYS_TRY(written, write_file(path,
                                           "#!/bin/sh\ncase \"$1\" in Username*) printf %s "
                                           "\"$TIPHYS_GIT_USER\";; *) printf %s "
                                           "\"$TIPHYS_GIT_PASSWORD\";; esac\n",
                                           0700));
            static_cast<void>(written);
            program_.environment.back().second = path;
            program_.environment.emplace_back("TIPHYS_GIT_USER", user);
            program_.environment.emplace_back("TIPHYS_GIT_PASSWORD", password);
        }
        if (fields.is_true("insecureSkipTLS")) {
            program_.environment.emplace_back("GIT_SSL_NO_VERIFY", "1");
        }
        return prepare_ssh(fields);
    }

    /// `what` is said before git's own words.
    Result<Done> run(std::vector<std::string> words, const std::string& what) {
        words.insert(words.begin(), "git");
        program_.words = std::move(words);
        TIPHYS_TRY(ended, run_program(program_));
        if (ended.exit_code == 0) return Done{};
        return Error{what + ": " + last_line(ended.stderr_text)};
    }

private:
    Result<Done> prepare_ssh(const AccessFields& fields) {
        std::string ssh = "ssh -o BatchMode=yes";
        if (fields.is_true("insecureIgnoreHostKey")) {
            ssh += " -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null";
        }
        TIPHYS_TRY(key, fields.needed_secret("sshPrivateKeySecret"));
        if (!key.empty()) {
            TIPHYS_TRY(made, make_folders(secrets_folder_));
            static_cast<void>(made);
            const std::string path = secrets_folder_ + "/key";
            // ssh wants the last line to be whole.
            TIPHYS_TRY(written, write_file(path, key + (key.back() == '\n' ? "" : "\n"), 0600));
            static_cast<void>(written);
            ssh += " -o IdentitiesOnly=yes -i '" + path + "'";
        }
        program_.environment.emplace_back("GIT_SSH_COMMAND", ssh);
        return Done{};
    }

    static std::string last_line(std::string text) {
        while (!text.empty() && text.back() == '\n') {
            text.pop_back();
        }
        return text.substr(text.rfind('\n') + 1);
    }

    std::string secrets_folder_;
    Program program_;
};

/// Values that begin with a dash would be options of git.
Result<Done> check_words(const std::string& repository, const AccessFields& fields) {
    for (const std::string& word : {repository, fields.text("revision"), fields.text("branch")}) {
        if (word.substr(0, 1) == "-") return Error{"`" + word + "` begins with a dash"};
    }
    return Done{};
}

Result<Done> clone(Git& git, const std::string& repository, const AccessFields& fields,
                   const std::string& path) {
    std::vector<std::string> words = {"clone", "--quiet"};
    if (const auto depth = fields.number("depth"); depth && *depth > 0) {
        words.push_back("--depth=" + std::to_string(*depth));
        // git's own default with a depth; Argo fetches all branches unless told otherwise.
        if (!fields.is_true("singleBranch")) words.emplace_back("--no-single-branch");
    }
    if (fields.is_true("singleBranch")) {
        if (fields.text("branch").empty()) {
            return Error{"single branch mode without a branch specified"};
        }
        words.insert(words.end(), {"--single-branch", "--branch", fields.text("branch")});
    }
    words.insert(words.end(), {"--", repository, path});
    return git.run(std::move(words), "failed to clone `" + repository + "`");
}

Result<Done> fetch_more(Git& git, const AccessFields& fields, const std::string& path) {
    const std::vector<JsonValue> refs = fields.list("fetch");
    if (refs.empty()) return Done{};
    std::vector<std::string> words = {"-C", path, "fetch", "--quiet"};
    if (const auto depth = fields.number("depth"); depth && *depth > 0) {
        words.push_back("--depth=" + std::to_string(*depth));
    }
    words.insert(words.end(), {"--", "origin"});
    std::string names;
    for (const JsonValue& ref : refs) {
        words.push_back(json_unquote(ref.text));
        names += (names.empty() ? "`" : ", `") + words.back() + "`";
    }
    return git.run(std::move(words), "failed to fetch " + names);
}

/// A branch of the remote, a tag, a commit, or what was fetched.
Result<Done> check_out_revision(Git& git, const std::string& revision, const std::string& path) {
    const std::string branch = "refs/remotes/origin/" + revision;
    const std::string what = "failed to get resolve revision `" + revision + "`";
    const auto is_branch = git.run(
        {"-C", path, "rev-parse", "--quiet", "--verify", "--end-of-options", branch + "^{commit}"},
        what);
    return git.run({"-C", path, "checkout", "--quiet", "--detach", is_branch ? branch : revision},
                   what);
}

} // namespace

Result<Done> check_out(const std::string& repository, const AccessFields& fields,
                       const std::string& path) {
    TIPHYS_TRY(checked, check_words(repository, fields));
    static_cast<void>(checked);
    Git git(path + ".keys");
    TIPHYS_TRY(prepared, git.prepare(fields));
    static_cast<void>(prepared);
    TIPHYS_TRY(cloned, clone(git, repository, fields, path));
    static_cast<void>(cloned);
    TIPHYS_TRY(fetched, fetch_more(git, fields, path));
    static_cast<void>(fetched);
    const std::string revision = fields.text("revision");
    if (!revision.empty()) {
        TIPHYS_TRY(done, check_out_revision(git, revision, path));
        static_cast<void>(done);
    }
    if (fields.is_true("disableSubmodules")) return Done{};
    return git.run({"-C", path, "submodule", "--quiet", "update", "--init", "--recursive"},
                   "failed to update submodules");
}

} // namespace tiphys::run
