# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
#
# Compiler settings, third-party packages, and the functions that declare one
# library per folder and one test program per library.
option(FERRY_WARNINGS_AS_ERRORS "Treat compiler warnings as errors" OFF)
option(FERRY_FUZZ "Build the libFuzzer programs of fuzz/; needs clang" OFF)
set(FERRY_SANITIZE "" CACHE STRING "Sanitizers to build with: address, thread, or empty")

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without these ccache never reuses an object that was built with a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  endif()
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
foreach(package libzmq libzstd sqlite3 openssl blkid fdisk ext2fs com_err libxxhash
                libcurl liblzma libarchive pugixml cpp-httplib prometheus-cpp-core)
  pkg_check_modules(${package} REQUIRED IMPORTED_TARGET GLOBAL ${package})
endforeach()
# The folders libzmq's file names are those of its own dependencies, which its headers do
# not include; CMake moves them to another place in its second run, and all recompiles.
set_target_properties(PkgConfig::libzmq PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ""
                      INTERFACE_COMPILE_OPTIONS "")
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)

# CAF's Debian package ships no CMake or pkg-config file.
add_library(caf INTERFACE)
target_link_libraries(caf INTERFACE caf_core Threads::Threads)

add_library(ferry_settings INTERFACE)
target_include_directories(ferry_settings INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(ferry_settings INTERFACE MSGPACK_NO_BOOST)
target_compile_options(ferry_settings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(FERRY_WARNINGS_AS_ERRORS)
  target_compile_options(ferry_settings INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Its flow analysis sees ghosts in the standard library, which it knows no longer as a
  # system's once the headers come precompiled.
  target_compile_options(ferry_settings INTERFACE -Wno-array-bounds -Wno-stringop-overflow
                                                 -Wno-stringop-overread)
  # Up to 1 GB g++ collects no garbage of its own: a tenth of its time, for a tenth more memory.
  target_compile_options(ferry_settings INTERFACE "SHELL:--param ggc-min-heapsize=1000000")
  # Of the same package as the usual linker, and needs half its time.
  find_program(GOLD ld.gold)
  if(GOLD AND NOT FERRY_SANITIZE)
    target_link_options(ferry_settings INTERFACE -fuse-ld=gold)
  endif()
endif()
if(FERRY_SANITIZE STREQUAL "address")
  set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
elseif(FERRY_SANITIZE STREQUAL "thread")
  set(sanitizers -fsanitize=thread -fno-omit-frame-pointer)
endif()
if(FERRY_FUZZ)
  list(APPEND sanitizers -fsanitize=fuzzer-no-link)
endif()
if(FERRY_SANITIZE)
  # At -O2 the message catalogue alone takes minutes to compile with the checks in it.
  list(APPEND sanitizers -O1)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # More ghosts, when the checks are in it.
    list(APPEND sanitizers -Wno-maybe-uninitialized)
  endif()
  # Tests that repeat a thing many times repeat it less often under a sanitizer.
  target_compile_definitions(ferry_settings INTERFACE FERRY_SANITIZED)
endif()
target_compile_options(ferry_settings INTERFACE ${sanitizers})
target_link_options(ferry_settings INTERFACE ${sanitizers})

# What most files include: those of folders without actors, those of folders with (CAF and msgpack
# cost seconds), and the tests of either.
set(ferry_common_headers <filesystem> <fstream> <functional> <map> <sstream> <thread>
    <base/error.hpp>)
set(ferry_actor_headers <caf/all.hpp> ${ferry_common_headers} <base/file.hpp>
    <messages/catalogue.hpp> <messages/job_events.hpp>)

# How many files with actors compile as one. They are the slow ones, 3 to 16 s each, and whoever
# edits one waits for all of its batch.
set(ferry_actor_batch 6)

# -Og looks less far, and sees ghosts.
set(ferry_control_plane $<$<CONFIG:RelWithDebInfo>:-Og>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND ferry_control_plane -Wno-maybe-uninitialized -Wno-mismatched-new-delete)
endif()

# ferry_compiled(TARGET [ACTORS] [DATA_PLANE] [PRECOMPILE]): how a library or program is optimised
# and which headers come precompiled. ACTORS says that it includes CAF, DATA_PLANE that the bytes
# of disks or every message pass through it: that is optimised for whoever waits for the copy,
# everything else for whoever waits for the compiler (docs/decisions/0039). g++ crashes with a
# header that was precompiled with another optimisation, so each of the four kinds has a folder
# that precompiles them (PRECOMPILE) and lends them to the others.
function(ferry_compiled target)
  cmake_parse_arguments(arg "ACTORS;DATA_PLANE;PRECOMPILE" "" "" ${ARGN})
  if(arg_ACTORS)
    set(headers ${ferry_actor_headers})
    set_target_properties(${target} PROPERTIES UNITY_BUILD_BATCH_SIZE ${ferry_actor_batch})
  else()
    set(headers ${ferry_common_headers})
  endif()
  if(NOT arg_DATA_PLANE)
    target_compile_options(${target} PRIVATE ${ferry_control_plane})
  endif()
  if(arg_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${headers})
  elseif(arg_ACTORS AND arg_DATA_PLANE)
    target_precompile_headers(${target} REUSE_FROM ferry_messages)
  elseif(arg_ACTORS)
    target_precompile_headers(${target} REUSE_FROM ferry_actors)
  elseif(arg_DATA_PLANE)
    target_precompile_headers(${target} REUSE_FROM ferry_base)
  else()
    target_precompile_headers(${target} REUSE_FROM ferry_diagnostics)
  endif()
endfunction()

# ferry_library([ACTORS] [DATA_PLANE] [PRECOMPILE] DEPENDS folder... LINK third_party...): the
# library of this folder, made of all its .cpp files.
function(ferry_library)
  cmake_parse_arguments(arg "ACTORS;DATA_PLANE;PRECOMPILE" "" "DEPENDS;LINK" ${ARGN})
  get_filename_component(name ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(TRANSFORM arg_DEPENDS PREPEND ferry_)
  add_library(ferry_${name} STATIC ${sources})
  target_link_libraries(ferry_${name} PUBLIC ferry_settings ${arg_DEPENDS} ${arg_LINK})
  set(kinds)
  foreach(kind ACTORS DATA_PLANE PRECOMPILE)
    if(arg_${kind})
      list(APPEND kinds ${kind})
    endif()
  endforeach()
  ferry_compiled(ferry_${name} ${kinds})
endfunction()

# ferry_program(NAME SOURCES file... DEPENDS folder... LINK third_party...)
function(ferry_program name)
  cmake_parse_arguments(arg "ACTORS" "" "SOURCES;DEPENDS;LINK" ${ARGN})
  list(TRANSFORM arg_DEPENDS PREPEND ferry_)
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} ${arg_LINK})
  if(arg_ACTORS)
    ferry_compiled(${name} ACTORS)
  else()
    ferry_compiled(${name})
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endfunction()
