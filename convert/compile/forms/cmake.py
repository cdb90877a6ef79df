"""CMakeLists.txt: a library, and its golden test where it is built by itself."""

from collections.abc import Sequence

from ..interface import Interface


def cmake(interface: Interface, kernels: Sequence[str]) -> dict[str, str]:
    name = interface.name
    sources = "\n".join(f"    src/nn/{kernel}" for kernel in kernels)
    return {
        "CMakeLists.txt": f"""\
# {interface.origin}
#   cmake -S . -B build && cmake --build build && ctest --test-dir build
# In a project of yours: add_subdirectory({name}) and target_link_libraries(app {name}).
cmake_minimum_required(VERSION 3.13)
project({name} LANGUAGES C ASM)

if(NOT TARGET edgekit_nn) # the kernels, which all compiled models of a build share
  add_library(edgekit_nn STATIC
{sources})
  set_target_properties(edgekit_nn PROPERTIES C_STANDARD 11)
  # For speed; any other flags build, too.
  target_compile_options(edgekit_nn PRIVATE -O2 -fomit-frame-pointer)
endif()

add_library({name} STATIC src/{name}.c)
set_target_properties({name} PROPERTIES C_STANDARD 11)
target_include_directories({name} PUBLIC src)
target_link_libraries({name} PUBLIC edgekit_nn)

if(CMAKE_SOURCE_DIR STREQUAL CMAKE_CURRENT_SOURCE_DIR AND NOT CMAKE_CROSSCOMPILING)
  enable_testing()
  add_executable({name}_test test/{name}_test.c)
  target_link_libraries({name}_test PRIVATE {name})
  add_test(NAME {name}_golden COMMAND {name}_test)
endif()
"""
    }
