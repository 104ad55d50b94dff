// libcurl, loaded when the first request is made.

#include "runtime/backends/process/curl_library.h"

#include <dlfcn.h>
#include <optional>

namespace tiphys::run {
namespace {

template <typename Function>
bool find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    return function != nullptr;
}

std::optional<CurlLibrary> load() {
    void* library = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return std::nullopt;
    CurlLibrary curl{};
    const bool is_whole = find(library, "curl_easy_init", curl.easy_init) &&
                          find(library, "curl_easy_cleanup", curl.easy_cleanup) &&
                          find(library, "curl_easy_setopt", curl.easy_setopt) &&
                          find(library, "curl_easy_getinfo", curl.easy_getinfo) &&
                          find(library, "curl_easy_perform", curl.easy_perform) &&
                          find(library, "curl_easy_strerror", curl.easy_strerror) &&
                          find(library, "curl_slist_append", curl.slist_append) &&
                          find(library, "curl_slist_free_all", curl.slist_free_all);
    return is_whole ? std::optional(curl) : std::nullopt;
}

} // namespace

const CurlLibrary* curl_library() {
    static const std::optional<CurlLibrary> kLibrary = load();
    return kLibrary.has_value() ? &*kLibrary : nullptr;
}

} // namespace tiphys::run
