# Parsing the standard library's headers is half of what compiling a small source file costs: all
# targets share them precompiled. Sources include what they use all the same: clang-tidy reads
# them without.
option(TIPHYS_PRECOMPILE "Precompile the standard library's headers" ON)
# Without <filesystem>: it brings std::quoted, which calls of our `quoted` would find.
set(TIPHYS_STANDARD_HEADERS
    <algorithm> <array> <charconv> <chrono> <cstdint> <deque> <fstream> <functional> <map> <memory>
    <mutex> <numeric> <optional> <set> <span> <sstream> <string> <string_view> <thread> <tuple>
    <unordered_map> <unordered_set> <utility> <variant> <vector>)

# nlohmann's header costs as much as all of them, and what its class consists of is compiled once,
# in tiphys_json, and not for each source that uses it.
set(TIPHYS_JSON_HEADER ${PROJECT_BINARY_DIR}/gen/json_headers.h)

# tiphys_share_headers(TARGET [DEPS target...] [HEADERS header...]): the target's sources use the
# precompiled headers, that of JSON as well where it is among DEPS. With HEADERS of its own it
# precompiles them together, for itself alone.
function(tiphys_share_headers name)
    cmake_parse_arguments(ARG "" "" "DEPS;HEADERS" ${ARGN})
    if(NOT TIPHYS_PRECOMPILE)
        return()
    endif()
    set(owner tiphys_standard_headers)
    if("nlohmann_json::nlohmann_json" IN_LIST ARG_DEPS)
        set(owner tiphys_json)
        target_link_libraries(${name} PUBLIC tiphys_json)
    endif()
    if(NOT ARG_HEADERS)
        target_precompile_headers(${name} REUSE_FROM ${owner})
        return()
    endif()
    set(headers ${TIPHYS_STANDARD_HEADERS} ${ARG_HEADERS})
    if(owner STREQUAL "tiphys_json")
        list(APPEND headers ${TIPHYS_JSON_HEADER})
    endif()
    tiphys_sum_headers(${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${name}.dir ${headers})
    target_precompile_headers(${name} PRIVATE ${headers})
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

    find_package(nlohmann_json 3.11 REQUIRED)
    file(CONFIGURE OUTPUT ${TIPHYS_JSON_HEADER} CONTENT "// Generated: JSON, compiled elsewhere.
#pragma once
#include <nlohmann/json.hpp>
extern template class nlohmann::basic_json<>;\n")
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/gen/json_headers.cpp
        CONTENT "// Generated: what the class of JSON values consists of.
#include <nlohmann/json.hpp>
template class nlohmann::basic_json<>;\n")
    add_library(tiphys_json STATIC ${PROJECT_BINARY_DIR}/gen/json_headers.cpp)
    tiphys_compile_options(tiphys_json PRIVATE)
    target_link_libraries(tiphys_json PUBLIC nlohmann_json::nlohmann_json)
    set(headers ${TIPHYS_STANDARD_HEADERS} ${TIPHYS_JSON_HEADER})
    tiphys_sum_headers(${PROJECT_BINARY_DIR}/CMakeFiles/tiphys_json.dir ${headers})
    target_precompile_headers(tiphys_json PRIVATE ${headers})
endfunction()
