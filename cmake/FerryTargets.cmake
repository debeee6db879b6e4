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

# What most files include, precompiled once by base for the folders without actors, once by
# messages for those with (CAF and msgpack cost seconds), and once for the tests of either.
set(ferry_common_headers <filesystem> <fstream> <functional> <map> <sstream> <thread>
    <base/error.hpp>)
set(ferry_actor_headers <caf/all.hpp> ${ferry_common_headers} <base/file.hpp>
    <messages/catalogue.hpp> <messages/job_events.hpp>)

# How many files with actors compile as one. They are the slow ones, 3 to 16 s each, and whoever
# edits one waits for all of its batch.
set(ferry_actor_batch 4)

# ferry_library(DEPENDS folder... LINK third_party...): the library of this
# folder, made of all its .cpp files. ACTORS says that it includes CAF.
function(ferry_library)
  cmake_parse_arguments(arg "ACTORS" "" "DEPENDS;LINK;PRECOMPILE" ${ARGN})
  get_filename_component(name ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(TRANSFORM arg_DEPENDS PREPEND ferry_)
  add_library(ferry_${name} STATIC ${sources})
  target_link_libraries(ferry_${name} PUBLIC ferry_settings ${arg_DEPENDS} ${arg_LINK})
  if(arg_PRECOMPILE)
    target_precompile_headers(ferry_${name} PRIVATE ${arg_PRECOMPILE})
  elseif(arg_ACTORS)
    target_precompile_headers(ferry_${name} REUSE_FROM ferry_messages)
    set_target_properties(ferry_${name} PROPERTIES UNITY_BUILD_BATCH_SIZE ${ferry_actor_batch})
  else()
    target_precompile_headers(ferry_${name} REUSE_FROM ferry_base)
  endif()
endfunction()

# ferry_program(NAME SOURCE... DEPENDS folder...)
function(ferry_program name)
  cmake_parse_arguments(arg "ACTORS" "" "SOURCES;DEPENDS;LINK" ${ARGN})
  list(TRANSFORM arg_DEPENDS PREPEND ferry_)
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} ${arg_LINK})
  if(arg_ACTORS)
    target_precompile_headers(${name} REUSE_FROM ferry_messages)
  else()
    target_precompile_headers(${name} REUSE_FROM ferry_base)
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endfunction()
