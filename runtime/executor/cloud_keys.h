#pragma once
// Keys for buckets that the cloud gives to a pod's service account, as AWS's own tools find them.

#include <optional>
#include <string>

#include "compiler/base/result.h"
#include "runtime/artifacts/s3_signature.h"

namespace tiphys::executor {

/// By web identity (AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN) or from the agent of the node
/// (AWS_CONTAINER_CREDENTIALS_FULL_URI). Nothing where the environment names neither.
[[nodiscard]] Result<std::optional<run::S3Keys>> cloud_keys(const std::string& region);

} // namespace tiphys::executor
