// Libraries that are loaded when they are first needed.

#include "runtime/io/shared_library.h"

#include <dlfcn.h>

namespace tiphys::run {

SharedLibrary::SharedLibrary(const char* name) : handle_(::dlopen(name, RTLD_NOW | RTLD_LOCAL)) {}

void* SharedLibrary::symbol(const char* name) const {
    return handle_ == nullptr ? nullptr : ::dlsym(handle_, name);
}

} // namespace tiphys::run
