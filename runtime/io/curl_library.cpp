// libcurl, loaded when the first request is made.

#include "runtime/io/curl_library.h"

#include <optional>

#include "runtime/io/shared_library.h"

namespace tiphys::run {
namespace {

std::optional<CurlLibrary> load() {
    const SharedLibrary library("libcurl.so.4");
    CurlLibrary curl{};
    const bool is_whole = library.find("curl_easy_init", curl.easy_init) &&
                          library.find("curl_easy_cleanup", curl.easy_cleanup) &&
                          library.find("curl_easy_setopt", curl.easy_setopt) &&
                          library.find("curl_easy_getinfo", curl.easy_getinfo) &&
                          library.find("curl_easy_perform", curl.easy_perform) &&
                          library.find("curl_easy_strerror", curl.easy_strerror) &&
                          library.find("curl_slist_append", curl.slist_append) &&
                          library.find("curl_slist_free_all", curl.slist_free_all);
    return is_whole ? std::optional(curl) : std::nullopt;
}

} // namespace

const CurlLibrary* curl_library() {
    static const std::optional<CurlLibrary> kLibrary = load();
    return kLibrary.has_value() ? &*kLibrary : nullptr;
}

} // namespace tiphys::run
