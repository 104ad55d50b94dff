#pragma once
// From the `s3` of a manifest to a bucket that can be asked.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/artifacts/access_fields.h"
#include "runtime/artifacts/s3_client.h"

namespace tiphys::run {

/// The value of a variable of the environment; empty where it is not set.
using Environment = std::function<std::string(const std::string&)>;

/// That of this process.
[[nodiscard]] std::string own_environment(const std::string& name);

struct FoundPlace {
    S3Place place;
    /// Whether there are keys for it: of Secrets among the given files, of the environment
    /// (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN), or of the file of AWS's
    /// tools.
    bool has_keys = false;
    /// The Secret that the manifest names; empty where it names none.
    std::string secret;
};

/// `access`: an S3Artifact or S3ArtifactRepository as JSON. An Error is something that cannot be
/// done here.
[[nodiscard]] Result<FoundPlace> find_place(const std::string& access, const Secrets& secrets,
                                            const Environment& environment);

/// Keys in a file as `aws configure` writes it; nothing where the profile is not in it.
[[nodiscard]] std::optional<S3Keys> keys_of_profile(std::string_view text,
                                                    std::string_view profile);

} // namespace tiphys::run
