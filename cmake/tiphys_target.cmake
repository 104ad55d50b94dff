# The only ways to make a target.

# tiphys_library(NAME [DEPS target...] [SOURCES file...] [HEADERS header...])
# A static library of the folder's *.cpp files (tests and main.cpp excepted), called by its path
# from the root: compiler/base is tiphys_compiler_base. SOURCES adds files of other folders and
# generated ones; HEADERS are precompiled for it besides those that all share. Its *_test.cpp files
# become one test program and one entry of ctest; its *_corpus_test.cpp files, which read the
# manifests under TIPHYS_SHARED, become another one with the label `corpus`.
function(tiphys_library name)
    cmake_parse_arguments(ARG "" "" "DEPS;SOURCES;HEADERS" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS *.cpp)
    list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
    set(tests ${sources})
    list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
    list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
    set(corpus_tests ${tests})
    list(FILTER tests EXCLUDE REGEX "_corpus_test\\.cpp$")
    list(FILTER corpus_tests INCLUDE REGEX "_corpus_test\\.cpp$")
    if(sources OR ARG_SOURCES)
        add_library(${name} STATIC ${sources} ${ARG_SOURCES})
        tiphys_compile_options(${name} PRIVATE)
        tiphys_share_headers(${name} ${ARG_HEADERS})
        tiphys_batch(${name})
        target_link_libraries(${name} PUBLIC ${ARG_DEPS})
    else()
        add_library(${name} INTERFACE)
        tiphys_compile_options(${name} INTERFACE)
        target_link_libraries(${name} INTERFACE ${ARG_DEPS})
    endif()
    if(tests)
        tiphys_test(${name}_test SOURCES ${tests} DEPS ${name})
    endif()
    if(corpus_tests)
        tiphys_test(${name}_corpus_test SOURCES ${corpus_tests} DEPS ${name})
        set_tests_properties(${name}_corpus_test PROPERTIES LABELS corpus)
    endif()
endfunction()

# tiphys_test(NAME SOURCES file... [DEPS target...])
# A test program with Catch2's main.
function(tiphys_test name)
    cmake_parse_arguments(ARG "" "" "DEPS;SOURCES" ${ARGN})
    tiphys_program(${name} SOURCES ${ARG_SOURCES} DEPS ${ARG_DEPS} tiphys_catch_main)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES
        ENVIRONMENT "TIPHYS_SOURCE_DIR=${PROJECT_SOURCE_DIR}")
endfunction()

# tiphys_program(NAME SOURCES file... [DEPS target...])
function(tiphys_program name)
    cmake_parse_arguments(ARG "" "" "DEPS;SOURCES" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    tiphys_compile_options(${name} PRIVATE)
    tiphys_share_headers(${name})
    tiphys_batch(${name})
    target_link_libraries(${name} PRIVATE ${ARG_DEPS})
    # Loading shared libraries is most of the time that a small command takes.
    if(NOT TIPHYS_SANITIZE)
        target_link_options(${name} PRIVATE -static-libstdc++ -static-libgcc)
    endif()
endfunction()

function(tiphys_compile_options name scope)
    target_include_directories(${name} ${scope} ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/gen)
    target_compile_options(${name} ${scope} ${TIPHYS_WARNINGS})
    if(TIPHYS_VERIFY_IR)
        target_compile_definitions(${name} ${scope} TIPHYS_VERIFY_IR)
    endif()
endfunction()
