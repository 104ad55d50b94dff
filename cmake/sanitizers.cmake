# Sanitizers by name (TIPHYS_SANITIZE=address,undefined), and the tools that make builds faster.
set(TIPHYS_SANITIZE "" CACHE STRING "Sanitizers for all targets, separated by commas")
set(TIPHYS_SANITIZE_SKIP "" CACHE STRING "What of them is left out, separated by commas")
option(TIPHYS_FUZZ "Link the fuzz targets with libFuzzer" OFF)
if(TIPHYS_SANITIZE)
    add_compile_options(-fsanitize=${TIPHYS_SANITIZE} -fno-sanitize-recover=all
                        -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${TIPHYS_SANITIZE})
    if(TIPHYS_SANITIZE_SKIP)
        add_compile_options(-fno-sanitize=${TIPHYS_SANITIZE_SKIP})
    endif()
    # g++'s manual: with sanitizers its flow analysis sees paths that are none.
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        add_compile_options(-Wno-maybe-uninitialized)
    endif()
endif()
if(TIPHYS_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(TIPHYS_CCACHE ccache)
if(TIPHYS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Clones in different folders share what they compiled: paths count from the project's root. The
    # rest is what its manual asks for where headers are precompiled.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_PCH_EXTSUM=1
        CCACHE_SLOPPINESS=pch_defines,time_macros ${TIPHYS_CCACHE})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        add_compile_options(-fpch-preprocess)
    else()
        add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
    endif()
endif()
# mold has no support for g++'s link-time optimisation objects of every version: release keeps ld.
find_program(TIPHYS_MOLD mold)
if(TIPHYS_MOLD AND NOT CMAKE_INTERPROCEDURAL_OPTIMIZATION)
    add_link_options(-fuse-ld=mold)
endif()
