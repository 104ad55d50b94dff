// tiphys vendor: modules of other repositories, copied into the project and pinned.
#include "cli/vendor.h"

#include <algorithm>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "cli/command.h"

namespace tiphys::cli {
namespace {

namespace fs = std::filesystem;

struct VendorOptions {
    std::string name;
    VendorSource from;
    bool is_check = false;
    bool is_update = false;
};

bool is_name(const std::string& name) {
    return !name.empty() && name.front() != '.' &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") == std::string::npos;
}

int check(const VendorLock& lock, Streams& streams) {
    bool is_fine = true;
    for (const auto& [name, module] : lock) {
        for (const std::string& difference : module_differences(".", name, module)) {
            streams.out << difference << "\n";
            is_fine = false;
        }
    }
    if (is_fine) return kExitFine;
    streams.out << "run tiphys vendor to restore what tiphys.lock says\n";
    return kExitFindings;
}

std::string described(const VendoredModule& module) {
    const std::size_t n_files = module.digests.size();
    return std::to_string(n_files) + (n_files == 1 ? " file" : " files") +
           (module.commit.empty() ? "" : " of " + module.commit.substr(0, 12));
}

/// Fetches what the revision is now, and pins it.
Result<Done> pin(const std::string& name, const VendorSource& from, VendorLock& lock,
                 Streams& streams) {
    TIPHYS_TRY(fetched, fetch_module(from, {}, "."));
    VendoredModule module{from, fetched.commit, digests_of(fetched.files)};
    const auto before = lock.find(name);
    const bool is_same = before != lock.end() && before->second.commit == module.commit &&
                         before->second.digests == module.digests;
    TIPHYS_TRY(written, write_module(".", name, fetched.files));
    static_cast<void>(written);
    streams.out << "vendor/" << name << ": " << described(module)
                << (is_same ? ", as before\n" : "\n");
    lock[name] = std::move(module);
    return Done{};
}

/// Brings back what the lock file says; a source that gives something else is refused.
Result<Done> restore(const std::string& name, const VendoredModule& module, Streams& streams) {
    if (module_differences(".", name, module).empty()) return Done{};
    TIPHYS_TRY(fetched, fetch_module(module.from, module.commit, "."));
    if (digests_of(fetched.files) != module.digests) {
        return Error{"`" + module.from.source + "` is not what tiphys.lock says of `" + name +
                     "`; `tiphys vendor --update " + name + "` takes it as it is now"};
    }
    TIPHYS_TRY(written, write_module(".", name, fetched.files));
    static_cast<void>(written);
    streams.out << "vendor/" << name << ": " << described(module) << "\n";
    return Done{};
}

Result<Done> update(const VendorOptions& options, VendorLock& lock, Streams& streams) {
    if (!options.name.empty() && !lock.contains(options.name)) {
        return Error{"tiphys.lock has no module `" + options.name + "`"};
    }
    const VendorLock before = lock;
    for (const auto& [name, module] : before) {
        if (!options.name.empty() && name != options.name) continue;
        TIPHYS_TRY(done, pin(name, module.from, lock, streams));
        static_cast<void>(done);
    }
    return Done{};
}

int run_vendor(const VendorOptions& options, Streams& streams) {
    const bool is_new = !options.from.source.empty();
    if (options.is_check && (is_new || options.is_update)) {
        return fail(streams, "`--check` changes nothing: leave the other words away");
    }
    if (is_new && options.is_update) {
        return fail(streams, "`--update` takes the sources from tiphys.lock");
    }
    if (!options.name.empty() && !is_new && !options.is_update) {
        return fail(streams, "where does `" + options.name +
                                 "` come from? name a folder or a "
                                 "repository behind it");
    }
    if (!options.name.empty() && !is_name(options.name)) {
        return fail(streams, "`" + options.name +
                                 "` cannot be a folder's name here: use a-z, 0-9, `-`, `_`, `.`");
    }
    Result<VendorLock> lock = read_vendor_lock(".");
    if (!lock.has_value()) return fail(streams, lock.error().message);
    if (options.is_check) return check(*lock, streams);
    if (!is_new && !options.is_update) {
        for (const auto& [name, module] : *lock) {
            const Result<Done> done = restore(name, module, streams);
            if (!done.has_value()) return fail(streams, done.error().message);
        }
        return kExitFine;
    }
    const Result<Done> done =
        is_new ? pin(options.name, options.from, *lock, streams) : update(options, *lock, streams);
    if (!done.has_value()) return fail(streams, done.error().message);
    const Result<Done> written = write_vendor_lock(".", *lock);
    return written.has_value() ? kExitFine : fail(streams, written.error().message);
}

} // namespace

void add_vendor(CLI::App& app, Invocation& invocation) {
    CLI::App* command = app.add_subcommand(
        "vendor", "Copy modules of other repositories to vendor/, pinned by tiphys.lock");
    auto options = std::make_shared<VendorOptions>();
    command->add_option("NAME", options->name, "Name of the module: the folder below vendor/");
    command->add_option("SOURCE", options->from.source,
                        "A folder, or a repository as `git clone` takes it; without it the modules "
                        "of tiphys.lock are restored");
    command->add_option("--rev", options->from.revision,
                        "Branch, tag or commit (default: what the repository's HEAD is)");
    command->add_option("--subfolder", options->from.subfolder,
                        "The part of the repository that is the module");
    command->add_flag("--update", options->is_update,
                      "Take the sources of tiphys.lock as they are now");
    command->add_flag("--check", options->is_check,
                      "Write nothing, ask nobody, and exit with 1 where vendor/ is not what "
                      "tiphys.lock says");
    command->footer("Example: tiphys vendor tools https://github.com/acme/tools.git --rev v1.4\n"
                    "Then in a file: use \"./vendor/tools/image.tiphys\" as image\n"
                    "Exit codes: 0 done or up to date, 1 differences, 2 no source, no lock file");
    command->callback([options, &invocation] {
        invocation.run = [options](Streams& streams) { return run_vendor(*options, streams); };
    });
}

} // namespace tiphys::cli
