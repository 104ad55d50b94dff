# One list of warnings for all of our code; third-party headers are system headers.
set(TIPHYS_WARNINGS
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
    -Wold-style-cast -Wimplicit-fallthrough -Wnull-dereference)
# Who builds a release has not made the change that a warning is about.
if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    list(APPEND TIPHYS_WARNINGS -Werror)
endif()
# Leaving out what stays at its default is the point of designated initialisers.
list(APPEND TIPHYS_WARNINGS -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    list(APPEND TIPHYS_WARNINGS -Wduplicated-cond -Wlogical-op)
endif()
