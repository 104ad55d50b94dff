// schemac OUTPUT_FOLDER FILE.schema…: compiles the schema files to C++ tables and typed views.
#include <fstream>
#include <iostream>
#include <sstream>

#include "schemas/gen/schema_files.h"

namespace {

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// Leaves an unchanged file alone, so that nothing is compiled anew for nothing.
bool write_file(const std::string& path, const std::string& text) {
    if (read_file(path) == text) return true;
    std::ofstream file(path, std::ios::binary);
    file << text;
    return static_cast<bool>(file.flush());
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "usage: schemac OUTPUT_FOLDER FILE.schema...\n";
        return 2;
    }
    const std::string folder = argv[1];
    schemac::Schema schema;
    for (int i = 2; i < argc; ++i) {
        schemac::read_schema_file(argv[i], read_file(argv[i]), schema);
    }
    schemac::check_schema(schema);
    for (const std::string& error : schema.errors)
        std::cerr << error << "\n";
    if (!schema.errors.empty()) return 1;
    bool is_written = write_file(folder + "/vocabulary.gen.h", schemac::emit_vocabulary(schema)) &&
                      write_file(folder + "/tables.gen.cpp", schemac::emit_tables(schema));
    for (const char* package : {"workflow", "events", "k8s"}) {
        is_written = is_written && write_file(folder + "/" + package + ".gen.h",
                                              schemac::emit_model(schema, package));
    }
    if (!is_written) std::cerr << "schemac: cannot write to " << folder << "\n";
    return is_written ? 0 : 2;
}
