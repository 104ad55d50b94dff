// Parameters and artifacts.

#include <array>

#include "runtime/plan/builder.h"
#include "runtime/plan/global_variables.h"
#include "runtime/plan/ir_text.h"

namespace tiphys::run {
namespace {

std::optional<Text> text_if_there(const ir::Scalar* scalar) {
    if (scalar == nullptr) return std::nullopt;
    return text_of_scalar(scalar);
}

} // namespace

InputParameter PlanBuilder::read_input(const wf::Parameter& source, const std::string& path) {
    InputParameter input;
    input.name = scalar_text(source.name());
    input.value = text_if_there(source.value());
    input.default_value = text_if_there(source.default_());
    input.description = scalar_text(source.description());
    for (const ir::Scalar* choice : source.enum_()) {
        input.enum_values.push_back(scalar_text(choice));
    }
    const wf::ValueFrom* from = source.value_from();
    if (from == nullptr) return input;
    input.source_default = text_if_there(from->default_());
    if (const auto* key = from->config_map_key_ref()) {
        input.config_map = {text_of_scalar(key->name()), text_of_scalar(key->key())};
    } else if (from->supplied() == nullptr) {
        refuse(from, path + "." + input.name + ".valueFrom",
               "an input can take its value from a ConfigMap only");
    }
    return input;
}

OutputParameter PlanBuilder::read_output(const wf::Parameter& source, const std::string& path) {
    OutputParameter output;
    output.name = scalar_text(source.name());
    output.global_name = text_of_scalar(source.global_name());
    output.description = scalar_text(source.description());
    const wf::ValueFrom* from = source.value_from();
    if (from == nullptr) {
        output.value = text_if_there(source.value());
        return output;
    }
    output.path = text_of_scalar(from->path());
    output.parameter = text_of_scalar(from->parameter());
    output.expression = scalar_text(from->expression());
    output.supplied = from->supplied() != nullptr;
    output.default_value = text_if_there(from->default_());
    const bool known = !output.path.empty() || !output.parameter.empty() ||
                       !output.expression.empty() || output.supplied;
    if (!known && request_.is_simulated) output.path = Text("/" + output.name);
    if (!known) {
        refuse_here(from, path + "." + output.name + ".valueFrom",
                    "this source of a value is not supported by `tiphys run` yet");
    }
    return output;
}

/// Places that are asked by HTTP or by git.
void PlanBuilder::read_web_location(const wf::Artifact& source, const std::string& path,
                                    bool is_output, ArtifactSpec& artifact) {
    if (const wf::HTTPArtifact* http = source.http()) {
        artifact.source = ArtifactSource::kHttp;
        artifact.location = text_of_scalar(http->url());
        artifact.access = Text(value_as_json(*http));
        const wf::HTTPAuth* auth = http->auth();
        if (auth != nullptr && (auth->oauth2() != nullptr || auth->client_cert() != nullptr)) {
            refuse(auth, path + "." + artifact.name + ".http.auth",
                   "`tiphys run` knows `basicAuth` and headers only");
        }
    }
    if (const wf::ArtifactoryArtifact* artifactory = source.artifactory()) {
        artifact.source = ArtifactSource::kHttp;
        artifact.location = text_of_scalar(artifactory->url());
        artifact.access = Text(value_as_json(*artifactory));
    }
    const wf::GitArtifact* git = source.git();
    if (git == nullptr) return;
    if (is_output) {
        refuse(git, path + "." + artifact.name + ".git", "git repositories are inputs only");
    }
    artifact.source = ArtifactSource::kGit;
    artifact.location = text_of_scalar(git->repo());
    artifact.access = Text(value_as_json(*git));
}

void PlanBuilder::read_location(const wf::Artifact& source, const std::string& path, bool is_output,
                                ArtifactSpec& artifact) {
    constexpr std::array<std::string_view, 5> kRemote = {"gcs", "azure", "oss", "hdfs", "plugin"};
    for (const std::string_view kind : kRemote) {
        const ir::Entry* entry = source.entry(kind);
        if (entry == nullptr) continue;
        refuse(entry->value, path + "." + artifact.name + "." + std::string(kind),
               "artifacts in `" + std::string(kind) +
                   "` need a cluster; `tiphys run` knows s3, http, git, artifactory and raw");
        if (request_.is_simulated) {
            artifact.source = ArtifactSource::kStore;
            artifact.location = Text(std::string(kind));
        }
    }
    if (const wf::RawArtifact* raw = source.raw()) {
        artifact.source = ArtifactSource::kRaw;
        artifact.location = text_of_scalar(raw->data());
    }
    read_web_location(source, path, is_output, artifact);
    const wf::S3Artifact* s3 = source.s3();
    if (s3 == nullptr) return;
    artifact.location = text_of_scalar(s3->key());
    if (artifact.location.empty()) return;
    artifact.source = ArtifactSource::kStore;
    if (s3->bucket() != nullptr) artifact.access = Text(value_as_json(*s3));
}

/// Where outputs go that do not say it. Argo: addArchiveLocation in
/// workflow/controller/workflowpod.go.
void PlanBuilder::fill_archive_location(const wf::Template& source, Template& made) {
    made.archive_key = repository_key_;
    made.archive_access = repository_access_;
    const wf::ArtifactLocation* location = source.archive_location();
    const wf::S3Artifact* s3 = location == nullptr ? nullptr : location->s3();
    if (s3 == nullptr || s3->key() == nullptr || s3->bucket() == nullptr) return;
    made.archive_key = text_of_scalar(s3->key());
    made.archive_access = Text(value_as_json(*s3));
}

ArtifactSpec PlanBuilder::read_artifact(const wf::Artifact& source, const std::string& path,
                                        bool is_output) {
    ArtifactSpec artifact;
    artifact.name = scalar_text(source.name());
    artifact.path = text_of_scalar(source.path());
    artifact.from = text_of_scalar(source.from());
    artifact.from_expression = scalar_text(source.from_expression());
    artifact.sub_path = text_of_scalar(source.sub_path());
    artifact.global_name = text_of_scalar(source.global_name());
    artifact.optional = scalar_is_true(source.optional());
    artifact.recurse_mode = scalar_is_true(source.recurse_mode());
    if (const auto mode = parse_integer(scalar_text(source.mode()))) {
        artifact.mode = static_cast<std::uint32_t>(*mode);
    }
    if (const wf::ArchiveStrategy* archive = source.archive()) {
        if (archive->none() != nullptr || archive->has(1)) artifact.archive = Archive::kNone;
        if (archive->zip() != nullptr) artifact.archive = Archive::kZip;
        if (const wf::TarStrategy* tar = archive->tar()) {
            artifact.archive = Archive::kTar;
            if (const auto level = parse_integer(scalar_text(tar->compression_level()))) {
                artifact.compression_level = static_cast<int>(*level);
            }
        }
    }
    if (const wf::ArtifactGC* gc = source.artifact_gc()) {
        artifact.gc_strategy = scalar_text(gc->strategy());
    }
    read_location(source, path, is_output, artifact);
    return artifact;
}

void PlanBuilder::fill_values(const wf::Template& source, const std::string& path, Template& made) {
    if (const wf::Inputs* inputs = source.inputs()) {
        for (const wf::Parameter* parameter : inputs->parameters()) {
            made.input_parameters.push_back(read_input(*parameter, path + ".inputs.parameters"));
        }
        for (const wf::Artifact* artifact : inputs->artifacts()) {
            made.input_artifacts.push_back(read_artifact(*artifact, path + ".inputs.artifacts"));
        }
    }
    const wf::Outputs* outputs = source.outputs();
    if (outputs == nullptr) return;
    for (const wf::Parameter* parameter : outputs->parameters()) {
        made.output_parameters.push_back(read_output(*parameter, path + ".outputs.parameters"));
    }
    for (const wf::Artifact* artifact : outputs->artifacts()) {
        made.output_artifacts.push_back(
            read_artifact(*artifact, path + ".outputs.artifacts", true));
    }
}

} // namespace tiphys::run
