// Locks, memoization, http and data templates.

#include "runtime/plan/builder.h"
#include "runtime/plan/global_variables.h"
#include "runtime/plan/ir_text.h"

namespace tiphys::run {

std::vector<LockSpec> PlanBuilder::read_locks(const wf::Synchronization& source,
                                              const std::string& path) {
    std::vector<LockSpec> locks;
    for (const wf::SemaphoreRef* semaphore : source.semaphores()) {
        const auto* key = semaphore->config_map_key_ref();
        if (key == nullptr) {
            refuse(semaphore, path + ".semaphores", "a lock in a database needs a cluster");
            continue;
        }
        LockSpec lock;
        lock.name = text_of_scalar(key->name());
        lock.limit_key = text_of_scalar(key->key());
        lock.namespace_name = text_of_scalar(semaphore->namespace_());
        locks.push_back(std::move(lock));
    }
    for (const wf::Mutex* mutex : source.mutexes()) {
        if (scalar_is_true(mutex->database())) {
            refuse(mutex, path + ".mutexes", "a lock in a database needs a cluster");
        }
        LockSpec lock;
        lock.name = text_of_scalar(mutex->name());
        lock.namespace_name = text_of_scalar(mutex->namespace_());
        locks.push_back(std::move(lock));
    }
    return locks;
}

void PlanBuilder::fill_memoize(const wf::Template& source, Template& made) {
    const wf::Memoize* memoize = source.memoize();
    if (memoize == nullptr) return;
    MemoizeSpec spec;
    spec.key = text_of_scalar(memoize->key());
    spec.max_age = text_of_scalar(memoize->max_age());
    const wf::Cache* cache = memoize->cache();
    if (cache != nullptr && cache->config_map() != nullptr) {
        spec.cache_name = text_of_scalar(cache->config_map()->name());
    }
    made.memoize = std::move(spec);
}

void PlanBuilder::fill_http(const wf::HTTP& source, const std::string& path, Template& made) {
    made.kind = TemplateKind::kHttp;
    HttpSpec& http = made.http;
    http.method = text_of_scalar(source.method());
    http.url = text_of_scalar(source.url());
    http.body = text_of_scalar(source.body());
    if (const wf::HTTPBodySource* from = source.body_from()) {
        if (from->bytes() != nullptr) http.body = Text(decode_base64(scalar_text(from->bytes())));
    }
    http.timeout_seconds = text_of_scalar(source.timeout_seconds());
    http.success_condition = scalar_text(source.success_condition());
    http.insecure = scalar_is_true(source.insecure_skip_verify());
    for (const wf::HTTPHeader* header : source.headers()) {
        EnvVar value;
        value.name = scalar_text(header->name());
        value.value = text_of_scalar(header->value());
        const wf::HTTPHeaderSource* from = header->value_from();
        if (from != nullptr && from->secret_key_ref() != nullptr) {
            value.source = EnvVar::Source::kSecret;
            value.object_name = text_of_scalar(from->secret_key_ref()->name());
            value.key = text_of_scalar(from->secret_key_ref()->key());
        } else if (from != nullptr) {
            refuse(from, path + ".headers", "the value of a header comes from a Secret only");
        }
        http.headers.push_back(std::move(value));
    }
}

void PlanBuilder::fill_data(const wf::Data& source, const std::string& path, Template& made) {
    made.kind = TemplateKind::kData;
    const wf::DataSource* from = source.source();
    const wf::ArtifactPaths* paths = from == nullptr ? nullptr : from->artifact_paths();
    if (paths == nullptr) {
        refuse(&source, path + ".source", "the data has no source");
        return;
    }
    made.data.source.name = scalar_text(paths->name());
    if (paths->s3() != nullptr) {
        made.data.source.source = ArtifactSource::kStore;
        made.data.source.location = text_of_scalar(paths->s3()->key());
        if (paths->s3()->bucket() != nullptr) {
            made.data.source.access = Text(value_as_json(*paths->s3()));
        }
    } else {
        refuse(paths, path + ".source.artifactPaths", "only paths in S3 can be listed");
    }
    for (const wf::TransformationStep* step : source.transformation()) {
        made.data.transformation.push_back(scalar_text(step->expression()));
    }
}

} // namespace tiphys::run
