# Parsing the standard library's headers is half of what compiling a small source file costs: all
# targets share them precompiled. Sources include what they use all the same: clang-tidy reads
# them without.
option(TIPHYS_PRECOMPILE "Precompile the standard library's headers" ON)
# Without <filesystem>: it brings std::quoted, which calls of our `quoted` would find.
set(TIPHYS_STANDARD_HEADERS
    <algorithm> <array> <charconv> <chrono> <cstdint> <deque> <fstream> <functional> <map> <memory>
    <mutex> <numeric> <optional> <set> <span> <sstream> <string> <string_view> <thread> <tuple>
    <unordered_map> <unordered_set> <utility> <variant> <vector>)

# tiphys_share_headers(TARGET [HEADER...]): the target's sources use the precompiled headers. With
# headers of its own it precompiles them together, for itself alone.
function(tiphys_share_headers name)
    if(TIPHYS_PRECOMPILE AND ARGN)
        set(headers ${TIPHYS_STANDARD_HEADERS} ${ARGN})
        tiphys_sum_headers(${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${name}.dir ${headers})
        target_precompile_headers(${name} PRIVATE ${headers})
    elseif(TIPHYS_PRECOMPILE)
        target_precompile_headers(${name} REUSE_FROM tiphys_standard_headers)
    endif()
endfunction()

# tiphys_sum_headers(FOLDER HEADER...): compilers write other bytes each time. What ccache is to
# compare instead (CCACHE_PCH_EXTSUM) is the list of headers: the compiler, to which they belong, it
# compares anyway.
function(tiphys_sum_headers folder)
    foreach(ending gch pch)
        file(CONFIGURE CONTENT "${ARGN}\n"
            OUTPUT ${folder}/cmake_pch.hxx.${ending}.sum)
    endforeach()
endfunction()

# tiphys_precompile_headers(): makes them; to be called once, when all options are known.
function(tiphys_precompile_headers)
    if(NOT TIPHYS_PRECOMPILE)
        return()
    endif()
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/gen/standard_headers.cpp
        CONTENT "// Generated: the owner of the precompiled headers needs a source file.\n")
    add_library(tiphys_standard_headers OBJECT ${PROJECT_BINARY_DIR}/gen/standard_headers.cpp)
    tiphys_compile_options(tiphys_standard_headers PRIVATE)
    tiphys_sum_headers(${PROJECT_BINARY_DIR}/CMakeFiles/tiphys_standard_headers.dir
        ${TIPHYS_STANDARD_HEADERS})
    target_precompile_headers(tiphys_standard_headers PRIVATE ${TIPHYS_STANDARD_HEADERS})
endfunction()
