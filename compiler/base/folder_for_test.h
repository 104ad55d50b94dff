#pragma once
// A folder that goes away with a test.

#include <filesystem>
#include <fstream>
#include <string>

namespace tiphys {

class FolderForTest {
public:
    FolderForTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "tiphys-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    FolderForTest(const FolderForTest&) = delete;
    FolderForTest& operator=(const FolderForTest&) = delete;
    ~FolderForTest() { std::filesystem::remove_all(path_); }

    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name) << text;
    }
    [[nodiscard]] std::string at(const std::string& name) const { return (path_ / name).string(); }
    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

} // namespace tiphys
