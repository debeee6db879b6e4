# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
#
# What Debian wants of a package beyond what `cmake --install` puts there: a changelog in its
# form, a copyright file instead of the licence's text, and long texts compressed.
foreach(package ${CPACK_COMPONENTS_ALL})
  set(doc ${CPACK_TEMPORARY_DIRECTORY}/${package}/usr/share/doc/${package})
  if(NOT IS_DIRECTORY ${doc})
    message(FATAL_ERROR "there is no ${doc}")
  endif()
  file(REMOVE ${doc}/LICENSE)
  file(COPY_FILE ${CPACK_FERRY_SOURCE}/packaging/debian/copyright ${doc}/copyright)
  string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)  # or of SOURCE_DATE_EPOCH
  file(WRITE ${doc}/changelog.Debian
"${package} (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium

  * Version ${CPACK_PACKAGE_VERSION}; changelog.gz says what is new.

 -- ${CPACK_PACKAGE_CONTACT}  ${now}
")
  file(RENAME ${doc}/CHANGELOG.md ${doc}/changelog)
  execute_process(COMMAND gzip -9n changelog changelog.Debian WORKING_DIRECTORY ${doc}
                  COMMAND_ERROR_IS_FATAL ANY)
  file(CHMOD ${doc}/copyright ${doc}/changelog.gz ${doc}/changelog.Debian.gz
       PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
endforeach()
