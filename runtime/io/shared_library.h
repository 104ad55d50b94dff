#pragma once
// Libraries that are loaded when they are first needed: what they bring with them would cost every
// other command its own time to start.

namespace tiphys::run {

/// Stays loaded until the program ends.
class SharedLibrary {
public:
    /// `name` as the dynamic linker looks it up: `libcurl.so.4`.
    explicit SharedLibrary(const char* name);

    /// Whether the machine has the library.
    [[nodiscard]] bool is_loaded() const { return handle_ != nullptr; }

    /// Sets `function`; false where the library lacks it.
    template <typename Function>
    bool find(const char* name, Function& function) const {
        function = reinterpret_cast<Function>(symbol(name));
        return function != nullptr;
    }

private:
    [[nodiscard]] void* symbol(const char* name) const;

    void* handle_ = nullptr;
};

} // namespace tiphys::run
