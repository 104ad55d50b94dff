// The main function of all unit test programs; compiled once because Catch2 is large.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
