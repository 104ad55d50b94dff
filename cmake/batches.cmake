# Compiling sources in batches takes a fraction of the time that it takes one by one: most of a
# source's time goes into the headers that it includes. It is for builds after which nobody edits
# single files.

# tiphys_find_names(OUTPUT TEXT PATTERN...): the last words of what the patterns match.
function(tiphys_find_names output text)
    set(names "")
    foreach(pattern ${ARGN})
        string(REGEX MATCHALL "${pattern}" found "${text}")
        foreach(match ${found})
            string(REGEX REPLACE "( =| {|\n| :|\\(|,| )$" "" match "${match}")
            if(match MATCHES "[A-Za-z0-9]::[a-z_0-9]+$" AND NOT match MATCHES "\nusing ")
                continue() # a member of a class
            endif()
            string(REGEX REPLACE ".*[^A-Za-z0-9_]" "" match "${match}")
            list(APPEND names "${match}")
        endforeach()
    endforeach()
    list(REMOVE_DUPLICATES names)
    set(${output} "${names}" PARENT_SCOPE)
endfunction()

set(tiphys_function_pattern "\n[A-Za-z][A-Za-z0-9_:<>,*& ]* [*&]*[a-z_0-9]+\\(")
set(tiphys_type_pattern "\n(struct|class|enum class|enum|using) [A-Za-z0-9]+( =| {|\n| :)")

# tiphys_file_names(FILE): the names that a source file declares. `own` are those of functions,
# constants and types that stand at a line's beginning, in whatever namespace; `hidden` are those of
# them in unnamed namespaces; `inner` are those of constants further in, and of what it takes from
# other namespaces.
function(tiphys_file_names file)
    file(READ ${file} text)
    string(REGEX REPLACE "[][;]" " " text "${text}")
    # Many sources give JSON the same short name, which may be said again.
    string(REPLACE "\nusing Json = nlohmann::json " "\nusing nlohmann::Json " text "${text}")
    set(patterns "${tiphys_function_pattern}" "${tiphys_type_pattern}"
        "\n(static |inline )?(const|constexpr) [^={(\n]*k[A-Z][A-Za-z0-9]*")
    tiphys_find_names(own "${text}" ${patterns})
    set(unnamed "")
    string(REPLACE "\n} // namespace\n" ";" parts "${text}\n")
    foreach(part ${parts})
        string(REGEX MATCH "\nnamespace {.*" part "${part}")
        string(APPEND unnamed "${part}")
    endforeach()
    tiphys_find_names(hidden "${unnamed}" ${patterns})
    tiphys_find_names(inner "${text}"
        "\n +(static )?(const|constexpr) [^={(\n]*k[A-Z][A-Za-z0-9]*"
        "\n +k[A-Z][A-Za-z0-9]*,"
        "\nusing [a-z_:]+::[A-Za-z0-9_]+ ")
    set(own "${own}" PARENT_SCOPE)
    set(hidden "${hidden}" PARENT_SCOPE)
    set(inner "${inner}" PARENT_SCOPE)
endfunction()

# tiphys_namespace(TEXT OUTPUT): the namespace that a file is of.
function(tiphys_namespace text output)
    string(REGEX MATCH "\nnamespace tiphys[a-z:_]* {" found "${text}")
    string(REGEX REPLACE "\nnamespace (.*) {" "\\1" found "${found}")
    set(${output} "${found}" PARENT_SCOPE)
endfunction()

# tiphys_header_names(FILE OUTPUT): the types and functions that the headers of the file's part of
# the program (compiler/front, runtime) declare in the file's namespace.
function(tiphys_header_names file output)
    file(READ ${file} text)
    tiphys_namespace("${text}" namespace)
    string(REGEX REPLACE "^(${PROJECT_SOURCE_DIR}/(compiler/)?[a-z]+).*" "\\1" part "${file}")
    get_property(is_known GLOBAL PROPERTY tiphys_header_names_${part} SET)
    if(NOT is_known)
        set_property(GLOBAL PROPERTY tiphys_header_names_${part} TRUE)
        file(GLOB_RECURSE headers ${part}/*.h)
        foreach(header ${headers})
            file(READ ${header} text)
            string(REGEX REPLACE "[][;]" " " text "${text}")
            string(REGEX REPLACE "\n  nodiscard +" "\n" text "${text}")
            tiphys_find_names(names "${text}"
                "${tiphys_function_pattern}" "${tiphys_type_pattern}")
            tiphys_namespace("${text}" declared_in)
            set_property(GLOBAL APPEND PROPERTY
                "tiphys_header_names_${part}_${declared_in}" ${names})
        endforeach()
    endif()
    get_property(names GLOBAL PROPERTY "tiphys_header_names_${part}_${namespace}")
    set(${output} "${names}" PARENT_SCOPE)
endfunction()

# tiphys_differ(OUTPUT LIST LIST): whether the lists have no element in common.
function(tiphys_differ output first second)
    set(${output} TRUE PARENT_SCOPE)
    foreach(name ${${first}})
        if(name IN_LIST ${second})
            set(${output} FALSE PARENT_SCOPE)
            return()
        endif()
    endforeach()
endfunction()

# tiphys_batch(TARGET): with TIPHYS_BATCH, its sources are compiled in batches of at most 16, so
# put together that no two files of a batch declare the same name, and all are of one folder. A file
# that gives a name of a header another meaning stays alone. Each rule has a namespace for itself.
function(tiphys_batch name)
    if(NOT TIPHYS_BATCH)
        return()
    endif()
    get_target_property(sources ${name} SOURCES)
    list(FILTER sources INCLUDE REGEX "\\.cpp$")
    set(n_batches 0)
    set(n_rules 0)
    foreach(source ${sources})
        if(source MATCHES "^${PROJECT_BINARY_DIR}/|^\\$")
            continue()
        endif()
        if(source MATCHES "rules/[a-z]+/")
            math(EXPR batch "${n_rules} / 30")
            math(EXPR n_rules "${n_rules} + 1")
            set_source_files_properties(${source} PROPERTIES UNITY_GROUP rules_${batch})
            continue()
        endif()
        get_filename_component(path ${source} ABSOLUTE)
        get_filename_component(folder ${path} DIRECTORY)
        tiphys_file_names(${path})
        tiphys_header_names(${path} declared)
        tiphys_differ(hides_nothing hidden declared)
        tiphys_differ(takes_nothing inner declared)
        if(NOT hides_nothing OR NOT takes_nothing)
            continue()
        endif()
        set(batch 0)
        while(batch LESS n_batches)
            list(LENGTH files_${batch} n_files)
            tiphys_differ(own_differ own own_${batch})
            tiphys_differ(own_inner_differ own inner_${batch})
            tiphys_differ(inner_own_differ inner own_${batch})
            if(folder STREQUAL folder_${batch} AND n_files LESS 16
               AND own_differ AND own_inner_differ AND inner_own_differ)
                break()
            endif()
            math(EXPR batch "${batch} + 1")
        endwhile()
        if(batch EQUAL n_batches)
            math(EXPR n_batches "${n_batches} + 1")
            set(folder_${batch} ${folder})
        endif()
        list(APPEND files_${batch} ${source})
        list(APPEND own_${batch} ${own})
        list(APPEND inner_${batch} ${inner})
        set_source_files_properties(${source} PROPERTIES UNITY_GROUP batch_${batch})
    endforeach()
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
    # A class that holds one of an unnamed namespace is suspicious in a header, and a source file of
    # a batch looks like one.
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(${name} PRIVATE -Wno-subobject-linkage)
    endif()
endfunction()
