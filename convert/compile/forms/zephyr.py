"""A Zephyr module: name the folder in ZEPHYR_EXTRA_MODULES, or in west.yml."""

from collections.abc import Sequence

from ..interface import Interface


def zephyr(interface: Interface, kernels: Sequence[str]) -> dict[str, str]:
    name, upper = interface.name, interface.name.upper()
    sources = "\n".join(f"      ${{CMAKE_CURRENT_LIST_DIR}}/../src/nn/{k}" for k in kernels)
    return {
        "zephyr/module.yml": f"""\
# {interface.origin}
name: {name}
build:
  cmake: zephyr
  kconfig: zephyr/Kconfig
""",
        "zephyr/Kconfig": f"""\
# {interface.origin}
config {upper}
    bool "The {name} net, in plain C"
    default y
    help
      Adds {name}_run() and the kernels that it calls.
""",
        "zephyr/CMakeLists.txt": f"""\
# {interface.origin}
if(CONFIG_{upper})
  zephyr_include_directories(${{CMAKE_CURRENT_LIST_DIR}}/../src)
  zephyr_library_named({name})
  zephyr_library_sources(${{CMAKE_CURRENT_LIST_DIR}}/../src/{name}.c)
  if(NOT TARGET edgekit_nn) # the kernels, which all compiled models of a build share
    zephyr_library_named(edgekit_nn)
    zephyr_library_sources(
{sources})
    # For speed; any other flags build, too.
    zephyr_library_compile_options(-O2 -fomit-frame-pointer)
  endif()
endif()
""",
    }
